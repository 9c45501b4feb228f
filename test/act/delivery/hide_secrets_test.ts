import { strictEqual } from "node:assert/strict";
import { hideSecrets } from "../../../src/act/delivery/hide_secrets.ts";

Deno.test("hideSecrets() takes each secret out, however it is written", () => {
  const table: readonly (readonly [string, readonly string[], string])[] = [
    ["401 for hunter2", ["hunter2"], "401 for [secret]"],
    ["hunter2 hunter2", ["hunter2"], "[secret] [secret]"],
    ["at /x?k=a%2Fb%3D%3D", ["a/b=="], "at /x?k=[secret]"],
    ["no hunter2345", ["hunter2", "hunter2345"], "no [secret]"],
    ["no Bearer xyz", ["X-A: 1234\nBearer xyz\n"], "no [secret]"],
    ["status 401", ["40", ""], "status 401"],
    ["status 401", [], "status 401"],
  ];
  for (const [text, secrets, shown] of table) {
    strictEqual(hideSecrets(text, secrets), shown);
  }
});

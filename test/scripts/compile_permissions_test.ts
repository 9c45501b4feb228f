import assert from "node:assert/strict";
import {
  compileFlags,
  type PermissionSet,
} from "../../scripts/compile_permissions.ts";

const FILE = new URL("../../deno.json", import.meta.url);
const OURS: PermissionSet =
  JSON.parse(Deno.readTextFileSync(FILE)).permissions.daemon;

Deno.test("compileFlags() leaves no path of deno.json that depends on the folder of the start", () => {
  const flags = compileFlags(OURS);
  const names = flags.map((flag) => flag.split("=")[0]);
  assert.deepEqual(names, ["--allow-read", "--allow-run", "--allow-net"]);
  const entries = flags.flatMap((flag) => flag.split("=")[1]?.split(",") ?? []);
  assert.ok(entries.includes("/etc/fail2deno"), flags.join(" "));
  assert.deepEqual(entries.filter((entry) => entry.startsWith(".")), []);
});

Deno.test("compileFlags() puts the program in the launcher's place", () => {
  assert.deepEqual(
    compileFlags({ run: ["/bin/sh", "./scripts/fail2deno"], sys: ["uid"] }),
    [
      "--allow-run=/bin/sh,fail2deno,/usr/bin/fail2deno,/usr/local/bin/fail2deno",
    ],
  );
});

const REFUSED: readonly (readonly [PermissionSet, RegExp])[] = [
  [{ read: ["filters"] }, /"filters": a relative path of kind read/],
  [{ write: ["./"] }, /"\.\/": a relative path of kind write/],
  [{ run: ["nft"] }, /"nft": a relative path of kind run/],
  [{ read: ["/a,b"] }, /"\/a,b": it has a comma/],
  [{ read: [] }, /"read": not a list/],
  [{ env: { allow: [] } }, /"env": not a list/],
];

for (const [set, message] of REFUSED) {
  Deno.test(`compileFlags() refuses ${JSON.stringify(set)}`, () => {
    assert.throws(() => compileFlags(set), message);
  });
}

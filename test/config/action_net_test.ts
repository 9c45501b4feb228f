import { deepStrictEqual } from "node:assert/strict";
import type { ActionManifest } from "../../src/config/action_manifest.ts";
import { fillNet } from "../../src/config/action_net.ts";
import { splitHost } from "../../src/config/option_fields.ts";

const OPTIONS: NonNullable<ActionManifest["options"]> = {
  url: { type: "url" },
  server: { type: "host" },
  port: { type: "integer" },
};

Deno.test("fillNet() gives hosts and ports of options", () => {
  const table: readonly (readonly [
    net: string,
    options: Record<string, string | number>,
    filled: readonly string[],
  ])[] = [
    ["api.example:443", {}, ["api.example:443"]],
    ["{url}", { url: "https://A.example/x?y" }, ["a.example:443"]],
    ["{url}", { url: "http://a.example" }, ["a.example:80"]],
    ["{url}", { url: "http://[2001:DB8::1]:81/" }, ["[2001:db8::1]:81"]],
    ["{url}", {}, []],
    ["{server}:{port}", { server: "m.example", port: 587 }, ["m.example:587"]],
    ["{server}:{port}", { server: "m.example:26", port: 9 }, ["m.example:26"]],
    ["{server}:6379", { server: "192.0.2.1" }, ["192.0.2.1:6379"]],
    ["{server}", { server: "2001:db8::1" }, [
      "[2001:db8::1]:25",
      "[2001:db8::1]:465",
      "[2001:db8::1]:587",
    ]],
  ];
  for (const [net, options, filled] of table) {
    const manifest: ActionManifest = {
      id: "x",
      options: OPTIONS,
      permissions: { net: [net] },
    };
    deepStrictEqual(fillNet(manifest, options), filled, net);
  }
});

Deno.test("splitHost() takes names and addresses apart, and nothing else", () => {
  const table = [
    ["mail.example", { host: "mail.example" }],
    ["mail.example:25", { host: "mail.example", port: "25" }],
    ["192.0.2.1:25", { host: "192.0.2.1", port: "25" }],
    ["2001:db8::1", { host: "[2001:db8::1]" }],
    ["[2001:db8::1]:25", { host: "[2001:db8::1]", port: "25" }],
    ["192.0.2.0/24", undefined],
    ["mail.example:0", undefined],
    ["mail.example:65536", undefined],
    ["http://mail.example", undefined],
    ["[mail.example]:25", undefined],
    ["a b", undefined],
    ["", undefined],
  ] as const;
  for (const [text, parts] of table) {
    deepStrictEqual(splitHost(text), parts, text);
  }
});

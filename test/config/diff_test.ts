import assert from "node:assert/strict";
import { diffConfig } from "../../src/config/diff.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { Config } from "../../src/config/types.ts";
import { createMemoryFiles, MAIN_FILE } from "./render_case.ts";

function load(text: string): Config {
  return loadConfig({
    file: MAIN_FILE,
    filtersFolders: [],
    ...createMemoryFiles(new Map([[MAIN_FILE, text]])),
  });
}

function jail(name: string, more = ""): string {
  return `[jail.${name}]\nlog_path = "/x"\nfilter = ["<HOST>"]\n${more}\n`;
}

Deno.test("diffConfig() sorts jails by what becomes of them", () => {
  const before = load(
    jail("same", 'ignoreip = ["::1"]\nban_time = -1') + jail("gone") +
      jail("off") + jail("more", 'ignoreip = ["::1"]\nport = 22'),
  );
  const after = load(
    jail("new") + jail("more", 'ignoreip = ["::2"]\nport = [22, 23]') +
      jail("off", "enabled = false") +
      jail("same", 'ignoreip = ["::1"]\nban_time = -1'),
  );
  assert.deepEqual(diffConfig(before, after), {
    added: ["new"],
    removed: ["gone", "off"],
    changed: [{ name: "more", keys: ["ports", "ignoreNetworks"] }],
    unchanged: ["same"],
  });
});

Deno.test("diffConfig() sees a key that comes or goes", () => {
  const before = load(jail("a", "subnet_bans = { hosts = 5 }"));
  const after = load(jail("a"));
  const changed = [{ name: "a", keys: ["subnetBans"] }];
  assert.deepEqual(diffConfig(before, after).changed, changed);
  assert.deepEqual(diffConfig(after, before).changed, changed);
});

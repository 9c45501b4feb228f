import assert from "node:assert/strict";
import { loadConfig } from "../../src/config/load.ts";
import {
  type PermissionKind,
  planPermissions,
} from "../../src/config/permissions.ts";
import { createMemoryFiles, MAIN_FILE } from "./render_case.ts";

/** @returns values of that kind that a configuration keeps, with their reasons */
function kept(kind: PermissionKind, text: string) {
  const config = loadConfig({
    file: MAIN_FILE,
    filtersFolders: ["/filters"],
    ...createMemoryFiles(new Map([[MAIN_FILE, text]])),
  });
  return planPermissions(config, { projectFolder: "/program" })
    .filter((entry) => entry.kind === kind && entry.reason !== undefined)
    .map(({ value, reason }) => `${value}: ${reason}`);
}

Deno.test("planPermissions() keeps the roots that logs and patterns of logs lie in", () => {
  const logs = (path: string) =>
    kept("read", `[jail.a]\nlog_path = ${path}\nfilter = ["<HOST>"]\n`)
      .filter((entry) => entry.endsWith("log of jail a"));
  const WWW = "/var/www: log of jail a";
  const LOG = "/var/log: log of jail a";
  assert.deepEqual(logs('"/var/log/a.log"'), [LOG]);
  assert.deepEqual(logs('["/var/www/*/a.log", "/var/log/b"]'), [LOG, WWW]);
  assert.deepEqual(logs('"/var/log*/a.log"').slice(0, 1), [LOG]);
  assert.ok(logs('"/var/log*/a.log"').includes(WWW), "any folder of /var");
  assert.deepEqual(logs('"/etc/a.log"'), []);
});

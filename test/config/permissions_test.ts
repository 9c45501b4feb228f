import assert from "node:assert/strict";
import { loadConfig } from "../../src/config/load.ts";
import {
  heldReadRoots,
  type PermissionKind,
  planPermissions,
} from "../../src/config/permissions.ts";
import { createMemoryFiles, MAIN_FILE } from "./render_case.ts";

/** @returns values of that kind that a configuration keeps, with their reasons */
function kept(
  kind: PermissionKind,
  text: string,
  filters: Readonly<Record<string, string>> = {},
) {
  const config = loadConfig({
    file: MAIN_FILE,
    filtersFolders: ["/filters"],
    ...createMemoryFiles(
      new Map([[MAIN_FILE, text], ...Object.entries(filters)]),
    ),
  });
  return planPermissions(config, { projectFolder: "/program" })
    .filter((entry) => entry.kind === kind && entry.reason !== undefined)
    .map(({ value, reason }) => `${value}: ${reason}`);
}

Deno.test("planPermissions() keeps getent where a jail may resolve names, and nowhere else", () => {
  const jail = (name: string, more: string) =>
    `[jail.${name}]\nlog_path = "/var/log/a.log"\n${more}\n`;
  const filter = (more: string) =>
    `description = "x"\nfail = ['^ x <HOST>$']\n${more}\n`;
  const run = (text: string, filterText: string) =>
    kept("run", text, { "/filters/x.toml": filterText });
  const reason = "/usr/bin/getent: host names in the log of jail a";
  const x = 'filter = "x"';
  assert.deepEqual(run(jail("a", x), filter('syntax = "fail2ban"')), [reason]);
  assert.deepEqual(run(jail("a", x), filter('use_dns = "yes"')), [reason]);
  assert.deepEqual(run(jail("a", x), filter("")), []);
  for (const word of ["no", "raw"]) {
    const text = filter(`syntax = "fail2ban"\nuse_dns = "${word}"`);
    assert.deepEqual(run(jail("a", x), text), []);
  }
  const addresses = filter('syntax = "fail2ban"').replace("HOST", "ADDR");
  assert.deepEqual(run(jail("a", x), addresses), []);
  assert.deepEqual(
    run(jail("a", `${x}\nignoreip = ["10.0.0.1", "b.example"]`), filter("")),
    ["/usr/bin/getent: host names in ignoreip of jail a"],
  );
  const disabled = jail("a", `${x}\nenabled = false`) +
    jail("b", 'filter = ["<HOST>"]');
  assert.deepEqual(run(disabled, filter('syntax = "fail2ban"')), []);
});

Deno.test("planPermissions() keeps the shell where a jail asks a command", () => {
  const jail = '[jail.a]\nlog_path = "/var/log/a"\nfilter = ["<HOST>"]\n';
  assert.deepEqual(kept("run", jail), []);
  assert.deepEqual(kept("run", `${jail}ignore_command = "friend <ip>"\n`), [
    "/bin/sh: ignore_command of jail a",
  ]);
});

Deno.test("planPermissions() keeps the shell where a jail reads a command's output, not standard input", () => {
  const filter = 'filter = ["<HOST>"]\n';
  assert.deepEqual(kept("run", `[jail.a]\nlog_command = ["a"]\n${filter}`), [
    "/bin/sh: log_command of jail a",
  ]);
  assert.deepEqual(kept("run", `[jail.a]\nsource = "-"\n${filter}`), []);
});

Deno.test("planPermissions() keeps journalctl and the journal's folders where a jail reads it, and nowhere else", () => {
  const jail = '[jail.a]\nlog_backend = "systemd"\nfilter = ["<HOST>"]\n';
  const file = '[jail.b]\nlog_path = "/srv/a"\nfilter = ["<HOST>"]\n';
  const reason = "journal of jail a";
  const journal = (text: string) =>
    [...kept("run", text), ...kept("read", text)]
      .filter((entry) => entry.endsWith(reason));
  assert.deepEqual(journal(jail), [
    `/usr/bin/journalctl: ${reason}`,
    `/etc/machine-id: ${reason}`,
    `/var/log: ${reason}`,
  ]);
  assert.deepEqual(journal(`${jail}enabled = false\n${file}`), []);
});

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

Deno.test("heldReadRoots() gives the roots of a log, and of the file that its name leads to", () => {
  const folder = Deno.makeTempDirSync({ dir: "/tmp" });
  const other = Deno.makeTempDirSync({ dir: "/var/tmp" });
  const paths = { projectFolder: "/program" };
  try {
    Deno.writeTextFileSync(`${other}/a.log`, "");
    Deno.symlinkSync(`${other}/a.log`, `${folder}/a.log`);
    assert.deepEqual(heldReadRoots(`${folder}/b.log`, paths), ["/tmp"]);
    assert.deepEqual(heldReadRoots(`${folder}/a.log`, paths), [
      "/var/tmp",
      "/tmp",
    ]);
    assert.deepEqual(heldReadRoots("/elsewhere/a.log", paths), []);
  } finally {
    Deno.removeSync(folder, { recursive: true });
    Deno.removeSync(other, { recursive: true });
  }
});

Deno.test({
  name: "heldReadRoots() leaves out what this process may not read",
  permissions: { read: ["/var/log"] },
  fn: () => {
    const paths = { projectFolder: "/program" };
    assert.deepEqual(heldReadRoots("/var/log/a.log", paths), ["/var/log"]);
    assert.deepEqual(heldReadRoots("/tmp/a.log", paths), []);
  },
});

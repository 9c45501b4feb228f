import assert from "node:assert/strict";
import { loadConfig } from "../../src/config/load.ts";
import {
  heldReadRoots,
  type PermissionKind,
  planPermissions,
} from "../../src/config/permissions.ts";
import {
  createMemoryFiles,
  loadWithActions,
  MAIN_FILE,
} from "./render_case.ts";

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

Deno.test("planPermissions() keeps a log file to write to where fail2ban_log names it, and nowhere else", () => {
  const jail = '[jail.a]\nlog_path = "/var/log/a"\nfilter = ["<HOST>"]\n';
  const writes = (text: string) =>
    kept("write", jail + text).filter((line) => line.startsWith("/var/log"));
  assert.deepEqual(writes(""), []);
  const log = (path: string) => `[logging]\nfail2ban_log = "${path}"\n`;
  assert.deepEqual(writes(log("/var/log/fail2ban.log")), [
    "/var/log/fail2ban.log: fail2ban_log",
  ]);
  assert.deepEqual(writes(log("/var/log/fail2deno/bans.log")), [
    "/var/log/fail2deno: fail2ban_log",
  ]);
});

Deno.test("planPermissions() keeps the shell where a jail asks a command", () => {
  const jail = '[jail.a]\nlog_path = "/var/log/a"\nfilter = ["<HOST>"]\n';
  assert.deepEqual(kept("run", jail), []);
  assert.deepEqual(kept("run", `${jail}ignore_command = "friend <ip>"\n`), [
    "/bin/sh: ignore_command of jail a",
  ]);
});

Deno.test("planPermissions() keeps the programs of the iptables that jails use, and no other", () => {
  const jail = '[jail.a]\nlog_path = "/var/log/a"\nfilter = ["<HOST>"]\n';
  const programs = (prefix: string, kind: string) =>
    ["ip6tables", "iptables"].flatMap((name) =>
      ["restore", "save"].map((end) =>
        `/usr/sbin/${name}${prefix}-${end}: ${kind} of jail a`
      )
    );
  assert.deepEqual(
    kept("run", `${jail}backend = "iptables"\n`),
    programs("", "iptables"),
  );
  for (const variant of ["nft", "legacy"]) {
    assert.deepEqual(
      kept("run", `${jail}backend.ipset.variant = "${variant}"\n`).sort(),
      [...programs(`-${variant}`, "ipset"), "/usr/sbin/ipset: ipset of jail a"]
        .sort(),
    );
  }
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

Deno.test("planPermissions() keeps journal and usual logs where a jail chooses between them", () => {
  const filter =
    'description = "x"\nlogs = ["/srv/x.log"]\njournal = ["_COMM=x"]\nfail = ["<HOST>"]\n';
  const [run, read] = (["run", "read"] as const).map((kind) =>
    kept(kind, '[jail.x]\nlog_path = "auto"\n', { "/filters/x.toml": filter })
      .filter((entry) => entry.endsWith("of jail x"))
  );
  assert.deepEqual(run, ["/usr/bin/journalctl: journal of jail x"]);
  assert.deepEqual(read, [
    "/etc/machine-id: journal of jail x",
    "/var/log: journal of jail x",
    "/srv: log of jail x",
  ]);
});

Deno.test("planPermissions() keeps what a socket file of syslog is removed by", () => {
  const syslog = (address: string) =>
    kept("write", `[jail.a]\nlog_syslog = "${address}"\nfilter = ["<HOST>"]\n`)
      .filter((entry) => entry.endsWith("log_syslog of jail a"));
  assert.deepEqual(syslog("unix:///tmp/a.sock"), [
    "/tmp: log_syslog of jail a",
  ]);
  assert.deepEqual(syslog("udp://127.0.0.1:514"), []);
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

Deno.test("planPermissions() keeps the program itself, secrets and their environment for actions and plans alone", () => {
  const jail = '[jail.a]\nlog_path = "/var/log/a"\nfilter = ["<HOST>"]\n';
  const own = (
    kind: PermissionKind,
    more: string,
    files: Readonly<Record<string, string>> = {},
  ) => {
    const secrets = { "/opt/secrets/key": "k", ...files };
    const config = loadWithActions(jail + more, secrets);
    return planPermissions(config, { projectFolder: "/program" })
      .filter((entry) => entry.kind === kind && entry.reason !== undefined)
      .map(({ value, reason }) => `${value}: ${reason}`);
  };
  const chat = 'actions = ["team"]\n[action.team]\nplugin = "chat"\n' +
    'url = "https://a.example"\n';
  assert.deepEqual(own("run", ""), []);
  assert.deepEqual(own("run", chat), [
    "/program/scripts/fail2deno: action team",
  ]);
  assert.deepEqual(own("run", chat.replace('["team"]', "[]")), []);
  const withKey = `${chat}key = { file = "/opt/secrets/key" }\n`;
  assert.ok(own("read", withKey).includes("/opt: action team"));
  const fenced = 'backend = { file = "/opt/fence.ts" }\n';
  assert.deepEqual(own("run", fenced, { "/opt/fence.ts": "" }), [
    "/usr/sbin/ip6tables-legacy-restore: ipset of jail a",
    "/usr/sbin/ip6tables-legacy-save: ipset of jail a",
    "/usr/sbin/ipset: ipset of jail a",
    "/usr/sbin/iptables-legacy-restore: ipset of jail a",
    "/usr/sbin/iptables-legacy-save: ipset of jail a",
    "/program/scripts/fail2deno: backend of jail a",
  ]);
  assert.ok(
    own("read", fenced, { "/opt/fence.ts": "" })
      .includes("/opt: backend of jail a"),
  );
  assert.ok(!own("read", chat).some((line) => line.startsWith("/opt")));
  assert.deepEqual(own("env", withKey), []);
  assert.deepEqual(own("env", `${chat}key = { credential = "token" }\n`), [
    "CREDENTIALS_DIRECTORY: credential of action team",
  ]);
});

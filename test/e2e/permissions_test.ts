import { fileURLToPath } from "node:url";
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { startDaemon } from "../support/daemon.ts";
import { runText } from "../support/run.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";

Deno.test("permissions shows that a stock jail leaves no way to run, connect or load code", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  const { out } = await daemon.cli("permissions", "--json");
  const held: { kind: string; value: string; reason: string }[] = JSON.parse(
    out,
  );
  const kinds = new Set(held.map(({ kind }) => kind));
  for (const kind of ["run", "ffi", "net", "env"]) ok(!kinds.has(kind), kind);
  deepStrictEqual(
    held.filter(({ kind }) => kind === "write").map(({ value }) => value),
    ["/tmp"],
  );
  ok(held.every(({ reason }) => reason.length > 0));
  ok(!held.some(({ value }) => value === "/home" || value === "/etc"));
});

Deno.test("permissions shows a script action's shell", async () => {
  await using daemon = await startDaemon({
    config: SAMPLE_JAIL.replace('backend = "nftables"\n', "") +
      '[jail.sshd.backend.script]\nban_cmd = "true"\nunban_cmd = "true"\n',
  });
  match((await daemon.cli("permissions")).out, /run +\/bin\/sh +script action/);
});

Deno.test("the program's permission set holds lists, never a global grant", () => {
  const set = JSON.parse(
    Deno.readTextFileSync(new URL("../../deno.json", import.meta.url)),
  ).permissions.daemon;
  for (const [kind, value] of Object.entries(set)) {
    const list = Array.isArray(value)
      ? value
      : (value as { allow: unknown }).allow;
    ok(Array.isArray(list), `${kind} is no list`);
    ok(!list.includes("/"), `${kind} grants everything`);
  }
});

/** Each: a deed that a daemon must be denied after its start. */
const DEEDS: Readonly<Record<string, string>> = {
  "read /etc/shadow": 'Deno.readTextFileSync("/etc/shadow")',
  "write below /etc": 'Deno.writeTextFileSync("/etc/fail2deno-test", "")',
  "write the configuration": 'Deno.writeTextFileSync("/etc/fail2deno/x", "")',
  "write a log": 'Deno.writeTextFileSync("/var/log/fail2ban.log", "")',
  "write another log":
    'Deno.writeTextFileSync("/var/log/fail2deno-test.log", "")',
  "run a shell":
    'new Deno.Command("/bin/sh", { args: ["-c", ":"] }).outputSync()',
  "look up a name":
    'new Deno.Command("/usr/bin/getent", { args: ["ahosts", "localhost"] }).outputSync()',
  "start itself again":
    'new Deno.Command(ROOT + "/scripts/fail2deno", { args: ["version"] }).outputSync()',
  "run fail2ban-regex":
    'new Deno.Command("/usr/bin/fail2ban-regex").outputSync()',
  "run iptables": 'new Deno.Command("/usr/sbin/iptables-restore").outputSync()',
  "run ipset": 'new Deno.Command("/usr/sbin/ipset").outputSync()',
  "load a library": 'Deno.dlopen("/lib/x86_64-linux-gnu/libc.so.6", {})',
  "open a TCP port": "Deno.listen({ port: 0 }).close()",
  "connect to the demo's server":
    'await Deno.connect({ hostname: "192.0.2.1", port: 22 })',
  "read the environment": 'Deno.env.get("FAIL2DENO_SELF")',
  "read the host's name": "Deno.hostname()",
};

Deno.test("revokePermissions() denies everything that the configuration does not need", async (t) => {
  const root = fileURLToPath(new URL("../../", import.meta.url)).replace(
    /\/$/,
    "",
  );
  for (const [name, deed] of Object.entries(DEEDS)) {
    await t.step(name, async () => {
      const result = await attempt(root, deed);
      strictEqual(result.out.trim(), "NotCapable", result.err);
    });
  }
});

/** Does the deed in a process with the program's own permissions after it gave up what it does not need. */
async function attempt(root: string, deed: string) {
  const script = `${root}/test/support/deed.ts`;
  return await runText(Deno.execPath(), [
    ...["run", "-q", "--no-prompt", "--config", `${root}/deno.json`],
    ...["-P=daemon", script, deed],
  ]);
}

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import {
  failedPassword,
  startDaemon,
  syslogTime,
  until,
} from "../support/daemon.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";

Deno.test("run bans after the fifth failure and not after the fourth", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  daemon.append(failedPassword("203.0.113.5").repeat(4));
  daemon.append(failedPassword("203.0.113.9").repeat(5));
  await daemon.heard(/Ban host.*203\.0\.113\.9/);
  deepStrictEqual([...(await daemon.kernelBans()).keys()], ["203.0.113.9"]);
  daemon.append(failedPassword("203.0.113.5"));
  await daemon.heard(/Ban host.*203\.0\.113\.5/);
  const bans = await daemon.kernelBans();
  strictEqual(bans.size, 2);
  for (const left of bans.values()) {
    ok(left !== undefined && left > 3590 && left <= 3600, `${left} s left`);
  }
});

Deno.test("run bans IPv6 hosts by /64, and mapped IPv4 hosts", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  for (let n = 1; n <= 5; n++) {
    daemon.append(failedPassword(`2001:db8::${n}:7`));
  }
  daemon.append(failedPassword("::ffff:203.0.113.7").repeat(5));
  await daemon.heard(/Ban host.*203\.0\.113\.7/);
  deepStrictEqual(
    [...(await daemon.kernelBans()).keys()].sort(),
    ["2001:db8::/64", "203.0.113.7"],
  );
  const { out } = await daemon.exec("nft", "list", "ruleset");
  match(out, /ip6 saddr & ffff:ffff:ffff:ffff:: @?(?:== @)?sshd-v6net64 drop/);
  strictEqual((await daemon.cli("unban", "2001:db8::5")).code, 0);
  deepStrictEqual([...(await daemon.kernelBans()).keys()], ["203.0.113.7"]);
});

Deno.test("run bans the network of many banned hosts in their place, and restores that", async () => {
  await using daemon = await startDaemon({
    config: `${SAMPLE_JAIL}subnet_bans = { hosts = 3, within = "10m" }\n`,
  });
  for (const host of ["203.0.113.1", "203.0.113.2", "198.51.100.3"]) {
    daemon.append(failedPassword(host).repeat(5));
  }
  await daemon.heard(/Ban host.*198\.51\.100\.3/);
  await daemon.kill("SIGKILL");
  await daemon.startAgain();
  daemon.append(failedPassword("203.0.113.4").repeat(5));
  await daemon.heard(/Ban host.*203\.0\.113\.0\/24/);
  const isFolded = () => /Unban host.*113\.4 .*subnet/.test(daemon.said());
  await until("its hosts are let go", isFolded, daemon.said);
  const expected = ["198.51.100.3", "203.0.113.0/24"];
  deepStrictEqual([...(await daemon.kernelBans()).keys()].sort(), expected);
  await daemon.kill("SIGKILL");
  await daemon.startAgain();
  deepStrictEqual([...(await daemon.kernelBans()).keys()].sort(), expected);
});

Deno.test("run forgives failures of a host and user who then succeed", async () => {
  await using daemon = await startDaemon({
    config: String.raw`[jail.sshd]
log_path = "@LOG@"
max_retry = 3
filter = 'sshd\[\d+\]: Failed password for <F-USER>\S+</F-USER> from <HOST> port \d+ ssh2$'
reset_on_success = 'sshd\[\d+\]: Accepted password for <F-USER>\S+</F-USER> from <HOST> port \d+ ssh2$'
`,
  });
  const accepted = (host: string) =>
    failedPassword(host).replace("Failed", "Accepted");
  const two = (host: string, user?: string) =>
    failedPassword(host, user).repeat(2);
  const [friend, other] = ["203.0.113.5", "203.0.113.6"];
  daemon.append(two(friend) + accepted(friend) + two(friend));
  daemon.append(two(other, "anna") + accepted(other) + two(other, "anna"));
  await daemon.heard(/Ban host.*203\.0\.113\.6/);
  deepStrictEqual([...(await daemon.kernelBans()).keys()], [other]);
  daemon.append(failedPassword(friend));
  await daemon.heard(/Ban host.*203\.0\.113\.5/);
});

Deno.test("run bans IPv6 hosts one by one with ipv6_prefix = 128", async () => {
  await using daemon = await startDaemon({
    config: `${SAMPLE_JAIL}ipv6_prefix = 128\n`,
  });
  daemon.append(failedPassword("2001:db8::8").repeat(4));
  daemon.append(failedPassword("2001:db8::7").repeat(5));
  await daemon.heard(/Ban host.*2001:db8::7/);
  deepStrictEqual([...(await daemon.kernelBans()).keys()], ["2001:db8::7"]);
});

Deno.test("run never bans what ignoreip or ignoreself covers", async () => {
  const config = SAMPLE_JAIL.replace(
    '"::1/128"',
    '"::1/128", "198.51.100.0/24"',
  );
  await using daemon = await startDaemon({ config });
  const ignored = ["198.51.100.7", "127.0.0.1", "127.9.9.9", "::1"];
  for (const host of ignored) daemon.append(failedPassword(host).repeat(9));
  daemon.append(failedPassword("203.0.113.9").repeat(5));
  await daemon.heard(/Ban host.*203\.0\.113\.9/);
  deepStrictEqual([...(await daemon.kernelBans()).keys()], ["203.0.113.9"]);
});

Deno.test("run takes the host from where the pattern has it, not from a hostile user name", async () => {
  await using daemon = await startDaemon({
    config: '[jail.sshd]\nlog_path = "@LOG@"\nfilter = "sshd"\n',
  });
  const line = failedPassword("203.0.113.9", "root from 192.0.2.1 port 1 ssh2");
  daemon.append(line.repeat(5));
  await daemon.heard(/Ban host/);
  deepStrictEqual([...(await daemon.kernelBans()).keys()], ["203.0.113.9"]);
});

Deno.test("run unbans on time, in the kernel and in its list", async () => {
  const config = SAMPLE_JAIL.replace('"1h"', '"2s"');
  await using daemon = await startDaemon({ config });
  daemon.append(failedPassword("203.0.113.9").repeat(5));
  await daemon.heard(/Ban host.*seconds=2 /);
  strictEqual((await daemon.kernelBans()).size, 1);
  await daemon.heard(/Unban host.*203\.0\.113\.9.*reason=expired/);
  await until(
    "the kernel lets the host go",
    async () => (await daemon.kernelBans()).size === 0,
  );
  const { out } = await daemon.cli("list-bans", "--json");
  deepStrictEqual(JSON.parse(out), []);
});

Deno.test("run bans longer each time when bantime_increment is set", async () => {
  const config = SAMPLE_JAIL.replace('"1h"', '"1s"');
  await using daemon = await startDaemon({ config });
  for (const seconds of [1, 2, 4]) {
    daemon.append(failedPassword("203.0.113.9").repeat(5));
    await daemon.heard(new RegExp(`Ban host.*seconds=${seconds} `));
    await daemon.heard(
      new RegExp(`(Unban host[^]*){${Math.log2(seconds) + 1}}`),
    );
  }
});

Deno.test("run counts failures that were in the log before its start and within find time", async () => {
  const old = failedPassword("203.0.113.8").replace(
    /^.{15}/,
    syslogTime(new Date(Date.now() - 3_600_000)),
  );
  await using daemon = await startDaemon({
    config: SAMPLE_JAIL,
    log: old.repeat(5) + failedPassword("203.0.113.9").repeat(4),
  });
  daemon.append(failedPassword("203.0.113.9"));
  await daemon.heard(/Ban host.*203\.0\.113\.9/);
  deepStrictEqual([...(await daemon.kernelBans()).keys()], ["203.0.113.9"]);
});

Deno.test("run waits for a log that is not there yet and follows its rotation", async () => {
  await using daemon = await startDaemon({
    config: SAMPLE_JAIL.replace("@LOG@", "@DIR@/later.log"),
  });
  const log = `${daemon.folder}/later.log`;
  Deno.writeTextFileSync(log, failedPassword("203.0.113.9").repeat(5));
  await daemon.heard(/Ban host.*203\.0\.113\.9/);
  Deno.renameSync(log, `${log}.1`);
  Deno.writeTextFileSync(log, failedPassword("203.0.113.10").repeat(5));
  await daemon.heard(/Ban host.*203\.0\.113\.10/);
});

Deno.test("run in simulate mode decides and logs, and leaves the kernel alone", async () => {
  await using daemon = await startDaemon({
    config: `${SAMPLE_JAIL}mode = "simulate"\n`,
  });
  daemon.append(failedPassword("203.0.113.9").repeat(5));
  await daemon.heard(/Ban host.*203\.0\.113\.9/);
  const { out } = await daemon.exec("nft", "list", "ruleset");
  strictEqual(out, "");
});

Deno.test("run carries script actions out with the address and the jail", async () => {
  await using daemon = await startDaemon({
    config: SAMPLE_JAIL.replace("jail.sshd", "jail.custom")
      .replace('backend = "nftables"\n', "") +
      '[jail.custom.backend.script]\nban_cmd = "echo ban <IP> <JAIL> >> @DIR@/out"\n' +
      'unban_cmd = "echo unban <IP> $JAIL >> @DIR@/out"\n',
  });
  daemon.append(failedPassword("203.0.113.9").repeat(5));
  const read = () => {
    try {
      return Deno.readTextFileSync(`${daemon.folder}/out`);
    } catch {
      return "";
    }
  };
  await until("the command has run", () => read() !== "", daemon.said);
  match(read(), /^ban 203\.0\.113\.9 custom\n$/);
  strictEqual((await daemon.cli("unban", "203.0.113.9")).code, 0);
  await until("the second has run", () => /unban/.test(read()), daemon.said);
  match(read(), /^unban 203\.0\.113\.9 custom$/m);
});

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { HostInJail } from "../../src/control/types.ts";
import {
  failedPassword,
  startDaemon,
  type TestDaemon,
  until,
} from "../support/daemon.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";

const ENCODED = `[defaults]
max_retry = 2
filter = "sshd"

[jail.latin]
log_path = "@DIR@/latin.log"
log_encoding = "latin1"

[jail.wide]
log_path = "@DIR@/wide.log"
`;

/** @returns one byte for each character up to U+00FF */
function encodeLatin(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** @returns the text in UTF-16 */
function encodeWide(text: string): Uint8Array {
  const units = Uint16Array.from(text, (char) => char.charCodeAt(0));
  return new Uint8Array(units.buffer);
}

/** What the daemon knows of a host in its first jail. */
async function explain(daemon: TestDaemon, host: string): Promise<HostInJail> {
  const { out } = await daemon.cli("explain", host, "--json");
  return JSON.parse(out).jails[0];
}

for (const scanThreads of [1, 2]) {
  Deno.test(`explain tells by which lines a host was banned, with ${scanThreads} scanning threads`, async () => {
    await using daemon = await startDaemon({
      config: SAMPLE_JAIL,
      scanThreads,
    });
    const users = ["ä", "b\x1b[2J", "c", "d", "e"];
    for (const user of users) {
      daemon.append("a line that is none\n");
      daemon.append(failedPassword("203.0.113.9", user));
    }
    await daemon.heard(/Ban host/);
    const known = await explain(daemon, "203.0.113.9");
    strictEqual(known.ban?.failures, 5);
    deepStrictEqual(known.firewall?.isThere, true);
    ok(Number(known.firewall?.remainingSeconds) > 3000);
    deepStrictEqual(
      known.lines.map(({ line }) => /for (.*) from/.exec(line ?? "")?.[1]),
      users,
    );
    for (const { pattern, source } of known.lines) {
      match(pattern ?? "", /^sshd.*Failed password/);
      strictEqual(source, daemon.logFile);
    }
    const text = await daemon.cli("explain", "203.0.113.9");
    strictEqual(text.code, 0);
    match(
      text.out,
      /^203\.0\.113\.9 is banned in sshd, for another (59 min|1 h)\n/,
    );
    match(text.out, /nftables has it, for another (59 min|1 h)/);
    match(text.out, /Failed password for b\\x1b\[2J from/);
    ok(!text.out.includes("\x1b"));
  });
}

for (const scanThreads of [1, 2]) {
  Deno.test(`explain shows lines of logs in other encodings, with ${scanThreads} scanning threads`, async () => {
    await using daemon = await startDaemon({ config: ENCODED, scanThreads });
    const { folder } = daemon;
    const append = (name: string, bytes: Uint8Array) =>
      Deno.writeFileSync(`${folder}/${name}`, bytes, { append: true });
    append(
      "latin.log",
      encodeLatin(failedPassword("203.0.113.1", "J\xfcrgen")),
    );
    append("latin.log", encodeLatin(failedPassword("203.0.113.1", "Ann")));
    await daemon.heard(/Ban host.*203\.0\.113\.1/);
    append(
      "wide.log",
      encodeWide(`\ufeff${failedPassword("203.0.113.2", "Ċž")}`),
    );
    append("wide.log", encodeWide(failedPassword("203.0.113.2", "Ann")));
    await daemon.heard(/Ban host.*203\.0\.113\.2/);
    const { out } = await daemon.cli("explain", "203.0.113.1", "--json");
    const other = await daemon.cli("explain", "203.0.113.2", "--json");
    const users = (json: string) =>
      JSON.parse(json).jails.flatMap(({ lines }: HostInJail) =>
        lines.map(({ line }) => /for (.*) from/.exec(line ?? "")?.[1])
      );
    deepStrictEqual(users(out), ["J\xfcrgen", "Ann"]);
    deepStrictEqual(users(other.out), ["Ċž", "Ann"]);
  });
}

Deno.test("explain finds lines again in a log that was rotated away, and says where they cannot be", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  daemon.append(failedPassword("203.0.113.9").repeat(5));
  await daemon.heard(/Ban host/);
  Deno.renameSync(daemon.logFile, `${daemon.logFile}.1`);
  daemon.append(failedPassword("203.0.113.4"));
  match((await explain(daemon, "203.0.113.9")).lines[4]?.line ?? "", /Failed/);
  Deno.removeSync(`${daemon.logFile}.1`);
  const { lines } = await explain(daemon, "203.0.113.9");
  deepStrictEqual(lines.map(({ line }) => line), [
    ...[null, null, null, null, null],
  ]);
});

Deno.test("explain tells of a host that is free how far from a ban it is, and what spares it", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  daemon.append(failedPassword("203.0.113.4").repeat(3));
  await until(
    "three failures are counted",
    async () => (await explain(daemon, "203.0.113.4")).failures.recent === 3,
  );
  const { failures, ban, firewall } = await explain(daemon, "203.0.113.4");
  deepStrictEqual([failures.missing, ban, firewall], [2, null, null]);
  const text = await daemon.cli("explain", "203.0.113.4");
  strictEqual(text.code, 1);
  match(text.out, /sshd +3 +2 more +10 min +0/);
  strictEqual((await explain(daemon, "127.0.0.9")).ignoredBy, "127.0.0.0/8");
  match(
    (await daemon.cli("explain", "127.0.0.9")).out,
    /never .*127\.0\.0\.0\/8/,
  );
  strictEqual((await daemon.cli("explain", "nobody")).code, 64);
});

Deno.test("explain counts IPv6 by its network, and knows the history", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  for (let i = 1; i <= 5; i++) daemon.append(failedPassword(`2001:db8::${i}`));
  await daemon.heard(/Ban host.*2001/);
  const known = await explain(daemon, "2001:db8::77");
  strictEqual(known.countedAs, "2001:db8::/64");
  strictEqual(known.lines.length, 5);
  strictEqual(known.firewall?.isThere, true);
  await daemon.cli("unban", "2001:db8::1");
  await until(
    "the history has the end of the ban",
    async () =>
      (await explain(daemon, "2001:db8::1")).history[0]?.isInForce === false,
  );
});

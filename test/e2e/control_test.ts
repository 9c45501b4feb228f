import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import {
  failedPassword,
  LAUNCHER,
  startDaemon,
  until,
} from "../support/daemon.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";

Deno.test("ban and unban by hand take effect in the kernel", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  strictEqual((await daemon.cli("ban", "203.0.113.1", "sshd")).code, 0);
  strictEqual(
    (await daemon.cli(
      ...["ban", "-j", "sshd", "--for", "2h"],
      ...["203.0.113.2", "2001:db8::2"],
    )).code,
    0,
  );
  const bans = await daemon.kernelBans();
  deepStrictEqual([...bans.keys()].sort(), [
    "2001:db8::2",
    "203.0.113.1",
    "203.0.113.2",
  ]);
  const left = bans.get("203.0.113.2") ?? 0;
  ok(left > 7190 && left <= 7200, `${left} s left`);
  strictEqual((await daemon.cli("unban", "203.0.113.1")).code, 0);
  strictEqual((await daemon.cli("unban", "203.0.113.1")).code, 1);
  strictEqual((await daemon.cli("unban", "--all")).code, 0);
  strictEqual((await daemon.kernelBans()).size, 0);
});

Deno.test("ban refuses an unknown jail, a word that is no address, an ignored host", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  const jail = await daemon.cli("ban", "203.0.113.1", "nosuch");
  strictEqual(jail.code, 65);
  match(jail.err, /nosuch/);
  strictEqual((await daemon.cli("ban", "203.0.113.999", "sshd")).code, 64);
  strictEqual((await daemon.cli("ban", "127.0.0.1", "sshd")).code, 1);
});

Deno.test("status, list-bans and stats print text and JSON", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  daemon.append(failedPassword("203.0.113.9").repeat(5));
  await daemon.heard(/Ban host/);
  match((await daemon.cli("status")).out, /sshd +watching +nftables/);
  match((await daemon.cli("status", "sshd")).out, /203\.0\.113\.9/);
  match((await daemon.cli("list-bans")).out, /203\.0\.113\.9 +sshd/);
  const status = JSON.parse((await daemon.cli("status", "--json")).out);
  strictEqual(status.jails[0].banned.current, 1);
  const stats = JSON.parse((await daemon.cli("stats", "--json")).out);
  strictEqual(stats.lines, 5);
  strictEqual(stats.failures, 5);
  const patterns = await daemon.cli("status", "sshd", "--patterns");
  match(patterns.out, /^JAIL +ROLE.*\nsshd +fail +linear +5 +5 +0 +\d+ /);
  const bans = JSON.parse((await daemon.cli("list-bans", "--json")).out);
  strictEqual(bans[0].host, "203.0.113.9");
});

Deno.test("reload changes the rules and keeps the bans; a bad file changes nothing", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  daemon.append(failedPassword("203.0.113.9").repeat(5));
  await daemon.heard(/Ban host/);
  const good = Deno.readTextFileSync(daemon.configFile);
  Deno.writeTextFileSync(
    daemon.configFile,
    good.replace('port = ["22"]', 'port = ["2222", "8000:8010"]'),
  );
  const outcome = await daemon.cli("reload");
  strictEqual(outcome.code, 0, outcome.err);
  match(outcome.out, /changed: sshd/);
  const rules =
    (await daemon.exec("nft", "list", "table", "inet", "fail2deno")).out;
  match(rules, /2222, 8000-8010/);
  ok(!/dport 22 /.test(rules), rules);
  strictEqual((await daemon.kernelBans()).size, 1);

  Deno.writeTextFileSync(daemon.configFile, good.replace('"10m"', '"never"'));
  const socket = `${daemon.folder}/run/control.sock`;
  const refused = await daemon.cli("reload", "--socket", socket);
  strictEqual(refused.code, 78, refused.out);
  match(refused.err, /config\.toml:\d+:\d+.*never/);
  daemon.append(failedPassword("203.0.113.10").repeat(5));
  await daemon.heard(/Ban host.*203\.0\.113\.10/);
});

Deno.test("SIGHUP reloads, and a jail that is gone lets its hosts go", async () => {
  const second = SAMPLE_JAIL.replace("jail.sshd", "jail.second");
  await using daemon = await startDaemon({ config: SAMPLE_JAIL + second });
  daemon.append(failedPassword("203.0.113.9").repeat(5));
  await daemon.heard(/Ban host.*jail=second/);
  const text = Deno.readTextFileSync(daemon.configFile);
  Deno.writeTextFileSync(
    daemon.configFile,
    text.slice(0, text.indexOf("[jail.second]")),
  );
  Deno.kill(daemon.pid, "SIGHUP");
  await daemon.heard(/Configuration reloaded.*removed=second/);
  const { out } = await daemon.exec("nft", "list", "ruleset");
  ok(!out.includes("second"), out);
  strictEqual((await daemon.kernelBans("sshd")).size, 1);
});

Deno.test("malformed control requests get an error and the daemon lives", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  const socket = `${daemon.folder}/run/control.sock`;
  const requests = [
    "GET /v1/nothing HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    "POST /v1/ban HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 3\r\n\r\n{[}",
    'POST /v1/ban HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 15\r\n\r\n{"hosts":["x"]}',
    "GET /v1/jails/%ff HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    "\0\x01\x02 nonsense\r\n\r\n",
    `GET /${"a".repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
  ];
  for (const request of requests) {
    const reply = await ask(socket, request);
    match(reply, /^HTTP\/1\.1 4\d\d |^$/, request.slice(0, 40));
  }
  strictEqual((await daemon.cli("status")).code, 0);
});

Deno.test("a second daemon on the same socket is refused and harms nothing", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  daemon.append(failedPassword("203.0.113.9").repeat(5));
  await daemon.heard(/Ban host/);
  const other = `${daemon.folder}/other.toml`;
  const text = Deno.readTextFileSync(daemon.configFile);
  Deno.writeTextFileSync(other, text.replace("jail.sshd", "jail.other"));
  const second = await daemon.exec(LAUNCHER, "run", "-c", other);
  ok(second.code !== 0);
  match(second.err, /another daemon/);
  strictEqual((await daemon.kernelBans()).size, 1);
  await until(
    "it still answers",
    async () => (await daemon.cli("status")).code === 0,
  );
});

Deno.test("the socket and its folder are the owner's alone", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  const mode = (path: string) => (Deno.statSync(path).mode ?? 0) & 0o777;
  strictEqual(mode(`${daemon.folder}/run`), 0o700);
  strictEqual(mode(`${daemon.folder}/run/control.sock`), 0o600);
});

async function ask(path: string, request: string): Promise<string> {
  using connection = await Deno.connect({ transport: "unix", path });
  await connection.write(new TextEncoder().encode(request));
  let reply = "";
  const buffer = new Uint8Array(4096);
  const decoder = new TextDecoder();
  for (;;) {
    const length = await connection.read(buffer).catch(() => null);
    if (length === null) return reply;
    reply += decoder.decode(buffer.subarray(0, length));
    if (/^HTTP.*\r\n\r\n/s.test(reply)) return reply;
  }
}

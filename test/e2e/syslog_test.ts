/**
 * Messages of syslog from a real rsyslog, from `logger`, and from senders that mean harm. The configurations are those of
 * docs/sources.md.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import {
  startDaemon,
  type TestDaemon,
  type TestPlace,
  until,
  untilBanned,
} from "../support/daemon.ts";
import { isThere } from "../support/is_there.ts";
import { runText } from "../support/run.ts";

const DOCS = Deno.readTextFileSync(
  new URL("../../docs/sources.md", import.meta.url),
);

const [, SECTION = ""] = DOCS.split("\n## Messages of syslog\n");

/** @returns the blocks of that language in the section */
function blocks(language: string): string[] {
  const pattern = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "g");
  return [...SECTION.matchAll(pattern)].map(([, text = ""]) => text);
}

/** The socket file as documented, but for where it is. */
const SOCKET_JAIL = example("0600").replaceAll("/run/fail2deno", "@DIR@");
const TCP_JAIL = example("tcp://");

function example(part: string): string {
  const text = blocks("toml").find((block) => block.includes(part));
  ok(text !== undefined, `docs/sources.md has no example with ${part}`);
  return `${text}max_retry = 2\n`;
}

const SEND_FLOOD = `
import os, socket, sys, time
kind = sys.argv[1]
address = ("127.0.0.1", 5514)
if kind == "noise":
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for i in range(5000):
        udp.sendto(os.urandom(1 + i % 1400), ("127.0.0.1", 5515))
    for _ in range(50):
        tcp = socket.create_connection(address)
        try:
            tcp.sendall(os.urandom(100000))
        except OSError:
            pass
        tcp.close()
elif kind == "line":
    tcp = socket.create_connection(address)
    tcp.sendall(b"x" * 10000000)
    tcp.sendall(b"\\n<38>end of line\\n")
elif kind == "crowd":
    crowd = []
    for _ in range(1000):
        crowd.append(socket.create_connection(address))
    time.sleep(1)
elif kind == "drip":
    tcp = socket.create_connection(address)
    try:
        while True:
            tcp.sendall(b"x")
            time.sleep(1)
    except OSError:
        pass
`;

function udpJail(port: number): string {
  return `[jail.udp]\nlog_syslog = "udp://127.0.0.1:${port}"\nfilter = "sshd"\n`;
}

/** A new namespace has no address, not even that of loopback. */
function withLoopback(text: string) {
  return async ({ namespace }: TestPlace) => {
    const words = ["-n", namespace, "link", "set", "lo", "up"];
    strictEqual((await runText("ip", words)).code, 0);
    return text;
  };
}

function login(host: string): string {
  return `Failed password for root from ${host} port 40022 ssh2`;
}

/** Sends by `logger`, as sshd with a number. */
async function log(
  daemon: TestDaemon,
  to: readonly string[],
  text: string,
): Promise<void> {
  const { code, err } = await daemon.exec(
    "logger",
    ...["-p", "auth.info", "-t", "sshd", "--id=42", ...to, text],
  );
  strictEqual(code, 0, err);
}

Deno.test("run bans by what logger sends to each kind of address, in each format", async () => {
  const address = (name: string, listen: string) =>
    `[jail.${name}]\nlog_syslog = "${listen}"\nfilter = "sshd"\nmax_retry = 1\n`;
  await using daemon = await startDaemon({
    config: withLoopback(
      address("udp", "udp://127.0.0.1:5514") +
        address("tcp", "tcp://127.0.0.1:5514") +
        address("six", "tcp://[::1]:5514") +
        address("unix", "unix://@DIR@/log.sock") +
        address("stream", "unix-stream://@DIR@/stream.sock"),
    ),
  });
  const { folder } = daemon;
  const port = ["-P", "5514", "-n"];
  const ways: readonly (readonly [string, readonly string[]])[] = [
    ["udp", ["--udp", ...port, "127.0.0.1", "--rfc3164"]],
    ["udp", ["--udp", ...port, "127.0.0.1", "--rfc5424"]],
    ["tcp", ["--tcp", ...port, "127.0.0.1", "--rfc3164"]],
    ["tcp", ["--tcp", ...port, "127.0.0.1", "--rfc5424"]],
    ["tcp", ["--tcp", ...port, "127.0.0.1", "--rfc5424", "--octet-count"]],
    ["six", ["--tcp", ...port, "::1", "--rfc3164"]],
    ["unix", ["--socket", `${folder}/log.sock`]],
    ["unix", ["--socket", `${folder}/log.sock`, "--rfc5424"]],
    ["stream", ["--socket", `${folder}/stream.sock`, "--octet-count"]],
  ];
  const expected = new Map<string, string[]>();
  for (const [index, [jail, to]] of ways.entries()) {
    const host = `203.0.113.${index + 1}`;
    expected.set(jail, [...expected.get(jail) ?? [], host]);
    await log(daemon, to, login(host));
    // A line that would be another's, unless a newline is all that parts messages.
    if (to.includes("--tcp") && !to.includes("--octet-count")) continue;
    await log(daemon, to, `x\n<38>box sshd[1]: ${login("203.0.113.99")}`);
  }
  for (const [jail, hosts] of expected) {
    await until(
      `${hosts} are banned in ${jail}`,
      async () => {
        const bans = await daemon.kernelBans(jail);
        return hosts.every((host) => bans.has(host));
      },
      daemon.said,
    );
  }
  ok(!daemon.said().includes("203.0.113.99"), daemon.said());
  match(
    (await daemon.cli("status", "udp")).out,
    /Source +udp:\/\/127\.0\.0\.1:5514\nState +watching\nMessages +4, 0 cut, 0 dropped\n/,
  );
  match(
    (await daemon.cli("status", "tcp")).out,
    /Messages +\d+, 0 cut, \d connections, 0 refused, 0 ended\n/,
  );
  const { out } = await daemon.cli("permissions");
  ok(!/^net/m.test(out), out);
  strictEqual(await daemon.kill("SIGTERM"), 0);
  ok(!isThere(`${folder}/log.sock`) && !isThere(`${folder}/stream.sock`));
});

Deno.test("run as documented bans by what rsyslog sends to a socket file, also after SIGKILL", async () => {
  await using daemon = await startDaemon({ config: SOCKET_JAIL });
  const [rules = ""] = blocks("rsyslog");
  await using rsyslog = await startRsyslog(
    daemon,
    rules.replaceAll("/run/fail2deno", daemon.folder),
  );
  await rsyslog.log(login("203.0.113.5"));
  await rsyslog.log(login("203.0.113.5"));
  await untilBanned(daemon, "203.0.113.5");
  await daemon.kill("SIGKILL");
  ok(isThere(`${daemon.folder}/syslog.sock`));
  await rsyslog.log("lost, since nobody listens");
  await daemon.startAgain();
  for (let i = 0; i < 2; i++) await rsyslog.log(login("203.0.113.6"));
  await untilBanned(daemon, "203.0.113.6");
});

Deno.test("run as documented bans by what rsyslog forwards by TCP, and by UDP, over a restart and a reload", async () => {
  await using daemon = await startDaemon({
    config: withLoopback(`${TCP_JAIL}${udpJail(5514)}`),
  });
  const [, rule = ""] = blocks("rsyslog");
  const udp =
    'authpriv.* action(type="omfwd" target="127.0.0.1" port="5514" protocol="udp")';
  await using rsyslog = await startRsyslog(
    daemon,
    `${rule}${udp}\n`,
  );
  for (let i = 0; i < 2; i++) await rsyslog.log(login("203.0.113.5"));
  await untilBanned(daemon, "203.0.113.5");
  const failed = async (jail: string) =>
    Number(/Failed +(\d+)/.exec((await daemon.cli("status", jail)).out)?.[1]);
  await until(
    "UDP got them too",
    async () => await failed("udp") === 1,
  );

  strictEqual(await daemon.kill("SIGTERM"), 0);
  for (let i = 0; i < 2; i++) await rsyslog.log(login("203.0.113.6"));
  await daemon.startAgain();
  await untilBanned(daemon, "203.0.113.6");

  const text = Deno.readTextFileSync(daemon.configFile);
  Deno.writeTextFileSync(
    daemon.configFile,
    text.replace("tcp://127.0.0.1:5514", "tcp://127.0.0.1:5516"),
  );
  strictEqual((await daemon.cli("reload")).code, 0);
  const to = ["--tcp", "-n", "127.0.0.1", "-P", "5516"];
  for (let i = 0; i < 2; i++) await log(daemon, to, login("203.0.113.7"));
  await untilBanned(daemon, "203.0.113.7");
  const { code } = await daemon.exec(
    ...["logger", "--tcp", "-n", "127.0.0.1", "-P", "5514", "x"] as const,
  );
  ok(code !== 0, "nobody listens there any more");
});

Deno.test("run goes on banning while hostile senders do their worst, and stays small", async () => {
  await using daemon = await startDaemon({
    config: withLoopback(`${TCP_JAIL}${udpJail(5515)}`),
  });
  const script = `${daemon.folder}/flood.py`;
  Deno.writeTextFileSync(script, SEND_FLOOD);
  const send = (kind: string) => daemon.exec("python3", script, kind);
  const counts = async (jail = "sshd") =>
    JSON.parse((await daemon.cli("status", jail, "--json")).out)
      .sources[0].syslog;
  const drip = send("drip");
  for (const kind of ["noise", "line", "crowd"]) {
    const { code, err } = await send(kind);
    strictEqual(code, 0, err);
  }
  await until("every datagram is accounted for", async () => {
    const { messages, dropped } = await counts("udp");
    return messages + dropped === 5000;
  });
  ok((await counts()).cut >= 1);
  ok((await counts()).refused >= 1000 - 64);
  await until(
    "the crowd has gone",
    async () => (await counts()).connections <= 1,
  );
  const to = ["--tcp", "-n", "127.0.0.1", "-P", "5514"];
  for (let i = 0; i < 2; i++) await log(daemon, to, login("203.0.113.5"));
  await untilBanned(daemon, "203.0.113.5");
  deepStrictEqual([...(await daemon.kernelBans()).keys()], ["203.0.113.5"]);

  strictEqual((await drip).code, 0);
  strictEqual((await counts()).ended, 1);
  const status = Deno.readTextFileSync(`/proc/${daemon.pid}/status`);
  const megabytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  console.log(`${megabytes.toFixed()} MB`);
  ok(megabytes < 300, `${megabytes} MB`);
  strictEqual(await daemon.kill("SIGTERM"), 0);
});

interface Rsyslog extends AsyncDisposable {
  /** Logs as sshd. */
  log(text: string): Promise<void>;
}

/** rsyslog in the daemon's namespace, with a socket of its own in place of /dev/log. */
async function startRsyslog(
  daemon: TestDaemon,
  rules: string,
): Promise<Rsyslog> {
  const folder = `${daemon.folder}/rsyslog`;
  const input = `${folder}/input.sock`;
  Deno.mkdirSync(folder);
  Deno.writeTextFileSync(
    `${folder}/rsyslog.conf`,
    `global(workDirectory="${folder}")
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="${input}" CreatePath="on" RateLimit.Interval="0")
${rules}`,
  );
  const child = new Deno.Command("ip", {
    args: [
      ...["netns", "exec", daemon.namespace, "rsyslogd", "-n"],
      ...["-f", `${folder}/rsyslog.conf`, "-i", `${folder}/pid`],
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await until("rsyslog listens", () => isThere(input));
  return {
    async log(text) {
      const { code, err } = await daemon.exec(
        ...["logger", "-p", "authpriv.info", "-t", "sshd", "--id=42"] as const,
        ...["--socket", input, text],
      );
      strictEqual(code, 0, err);
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
    },
  };
}

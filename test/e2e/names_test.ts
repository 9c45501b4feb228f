import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { LAUNCHER, startDaemon, syslogTime, until } from "../support/daemon.ts";
import { runText } from "../support/run.ts";

const LOG = "/var/log/fail2deno-names-test.log";

/** A fail2ban whose log names hosts; `usedns` is as fail2ban has it when nobody says otherwise. */
const TREE: Readonly<Record<string, string>> = {
  "jail.conf": `[DEFAULT]
maxretry = 1
action = nftables
filter = app
enabled = true
ignoreip = friend.example
logpath = ${LOG}
[app]
[plain]
usedns = no
`,
  "filter.d/app.conf": String.raw`[Definition]
failregex = ^ box app\[\d+\]: refused <HOST>$
`,
  "action.d/nftables.conf":
    "[Definition]\nactionban = nft add element <ip>\nactionunban = nft delete element <ip>\n",
};

const HOSTS = `127.0.0.1 localhost
203.0.113.7 two.example
2001:db8:1::7 two.example
192.0.2.1 own.example
203.0.113.8 friend.example
2001:db8:1::8 friend.example
`;

Deno.test("run bans every address of a name that an imported jail finds in its log", async () => {
  await using namespace = await createNamespace();
  await using daemon = await startDaemon({
    namespace: namespace.name,
    ...await importTree(),
  });
  match(
    (await daemon.cli("permissions")).out,
    /run +\/usr\/bin\/getent +host names in the log of jail app/,
  );
  const refuse = (name: string) =>
    daemon.append(`${syslogTime(new Date())} box app[1]: refused ${name}\n`);
  refuse("-x");
  refuse("none.invalid");
  refuse("own.example");
  refuse("friend.example");
  refuse("203.0.113.8");
  refuse("2001:db8:1::8");
  refuse("two.example");
  refuse("two.example");
  await until(
    "both addresses are banned",
    async () => (await daemon.kernelBans("app")).size === 2,
  );
  deepStrictEqual([...(await daemon.kernelBans("app")).keys()].sort(), [
    "2001:db8:1::7",
    "203.0.113.7",
  ]);
  match(
    (await daemon.cli("stats")).out,
    /Names +5 looked up, 0 failed, 1 refused/,
  );
  const warnings = daemon.said().match(/Resolve name.*two\.example.*/g) ?? [];
  strictEqual(warnings.length, 1);
  match(warnings[0] ?? "", /jail=app .*203\.0\.113\.7/);
  strictEqual((await daemon.kernelBans("plain")).size, 0);
  ok(!/Ban host.*(?:192\.0\.2\.1|:8|\.8) /.test(daemon.said()), daemon.said());
});

Deno.test("run is not held up by name servers that do not answer", async () => {
  await using namespace = await createNamespace();
  await using daemon = await startDaemon({
    namespace: namespace.name,
    ...await importTree(),
  });
  const nft = (...words: string[]) => daemon.exec("nft", ...words);
  await nft("add", "table", "ip", "silence");
  const chain = "{ type filter hook input priority 0; }";
  await nft("add", "chain", "ip", "silence", "input", chain);
  const { err } = await nft(
    ...["add", "rule", "ip", "silence", "input", "udp", "dport", "53", "drop"],
  );
  strictEqual(err, "");
  const refuse = (host: string) =>
    daemon.append(`${syslogTime(new Date())} box app[1]: refused ${host}\n`);
  for (let index = 0; index < 50; index++) refuse(`slow-${index}.example`);
  refuse("203.0.113.9");
  await daemon.heard(/Ban host.*203\.0\.113\.9/);
  ok(!/Cannot resolve name/.test(daemon.said()), "it was waited for a name");
  await daemon.heard(
    /Cannot resolve name name=slow-\d+.example reason="?no end/,
  );
  strictEqual(await daemon.kill("SIGTERM"), 0);
});

/** A namespace with a hosts file of its own: `ip netns exec` lays it over the machine's. */
async function createNamespace() {
  const name = `f2d-${crypto.randomUUID().slice(0, 8)}`;
  const folder = `/etc/netns/${name}`;
  const ip = async (...words: string[]) =>
    strictEqual((await runText("ip", words)).code, 0, words.join(" "));
  Deno.mkdirSync(folder, { recursive: true });
  Deno.writeTextFileSync(`${folder}/hosts`, HOSTS);
  Deno.writeTextFileSync(`${folder}/resolv.conf`, "nameserver 127.0.0.1\n");
  await ip("netns", "add", name);
  const on = (...words: string[]) => ip("-n", name, ...words);
  await on("link", "set", "lo", "up");
  // The system looks for the families only that the machine has.
  await on("address", "add", "192.0.2.1/24", "dev", "lo");
  await on("address", "add", "2001:db8::1/64", "dev", "lo", "nodad");
  return {
    name,
    async [Symbol.asyncDispose]() {
      await ip("netns", "del", name);
      Deno.removeSync(folder, { recursive: true });
    },
  };
}

/** @returns what the import makes of the tree, with the daemon's log in place of its own */
async function importTree() {
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-test-" });
  try {
    for (const [path, text] of Object.entries(TREE)) {
      const file = `${folder}/fail2ban/${path}`;
      Deno.mkdirSync(file.slice(0, file.lastIndexOf("/")), { recursive: true });
      Deno.writeTextFileSync(file, text);
    }
    const result = await runText(LAUNCHER, [
      ...["import", `${folder}/fail2ban`, "--output", `${folder}/out`],
    ]);
    strictEqual(result.code, 0, result.out + result.err);
    const filters = [...Deno.readDirSync(`${folder}/out/filters.d`)].map((
      { name },
    ) => `filters.d/${name}`);
    const read = (path: string) =>
      Deno.readTextFileSync(`${folder}/out/${path}`);
    return {
      config: read("config.toml").replaceAll(LOG, "@LOG@"),
      files: Object.fromEntries(filters.map((path) => [path, read(path)])),
    };
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

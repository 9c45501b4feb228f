import assert from "node:assert/strict";
import { readFilters, toMatchJail } from "../../scripts/filter_jail.ts";
import { createMatcher } from "../../src/match/matcher.ts";
import { NO_POSITION } from "../../src/source/types.ts";
import { Random } from "../bench/corpora/random.ts";
import {
  FAIL2BAN_CONFIG,
  FAIL2BAN_PROGRAMS,
  PYTHON_MODULES,
} from "../support/fail2ban.ts";
import { isThere } from "../support/is_there.ts";
import { runText } from "../support/run.ts";
import { withFolder } from "../support/with_folder.ts";

const SEED = 20_261_126;
const SESSIONS = 2000;
/** Connections that are open at the same time, and so log between each other's lines. */
const OPEN = 8;

/** What sshd says of one connection; `H` host, `P` port, `U` user. */
const SESSION_KINDS: readonly (readonly string[])[] = [
  [
    "Invalid user U from H port P",
    "Failed password for invalid user U from H port P ssh2",
    "Connection closed by invalid user U H port P [preauth]",
  ],
  [
    "Failed password for root from H port P ssh2",
    "Failed password for root from H port P ssh2",
    "error: maximum authentication attempts exceeded for root from H port P ssh2 [preauth]",
    "Disconnecting authenticating user root H port P: Too many authentication failures [preauth]",
  ],
  [
    "Failed password for anna from H port P ssh2",
    "Accepted password for anna from H port P ssh2",
    "pam_unix(sshd:session): session opened for user anna(uid=1000) by (uid=0)",
  ],
  [
    "Failed publickey for anna from H port P ssh2: RSA SHA256:0aYb1c9fQz7mW2rT5uV8xB3nK6pL4sD1gH0jE7iO2k",
    "Accepted publickey for anna from H port P ssh2: ED25519 SHA256:0aYb1c9fQz7mW2rT5uV8xB3nK6pL4sD1gH0jE7iO2k",
  ],
  [
    "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=H  user=root",
    "Failed password for root from H port P ssh2",
    "Received disconnect from H port P:11: Bye Bye [preauth]",
    "Disconnected from authenticating user root H port P [preauth]",
  ],
  ["Did not receive identification string from H port P"],
  ["Connection closed by H port P [preauth]"],
  ["Connection reset by H port P [preauth]"],
  [
    "Unable to negotiate with H port P: no matching key exchange method found. Their offer: diffie-hellman-group1-sha1 [preauth]",
  ],
  [
    "Connection from H port P on 198.51.100.1 port 22",
    "Received disconnect from H port P:11: disconnected by user",
    "Disconnected from user anna H port P",
  ],
];

/** Sessions that overlap, each of a process of its own. */
function* makeLines(): Generator<string> {
  const random = new Random(SEED);
  const open: string[][] = [];
  for (let pid = 1000; pid < 1000 + SESSIONS || open.length > 0;) {
    if (pid < 1000 + SESSIONS && open.length < OPEN) {
      open.push(makeSession(random, pid++));
    }
    const at = random.below(open.length);
    const line = open[at]?.shift();
    if (line !== undefined) yield line;
    if (open[at]?.length === 0) open.splice(at, 1);
  }
}

function makeSession(random: Random, pid: number): string[] {
  const host = random.below(4) === 0
    ? `2001:db8::${(1 + random.below(200)).toString(16)}`
    : `192.0.2.${1 + random.below(200)}`;
  const port = 1024 + random.below(60_000);
  const user = random.pick(["admin", "x y", "from 203.0.113.1", "root"]);
  return random.pick(SESSION_KINDS).map((text) =>
    `Nov 20 19:08:03 box sshd[${pid}]: ${
      text.replace(/\b[HPU]\b/g, (mark) =>
        mark === "H" ? host : mark === "P" ? `${port}` : user)
    }`
  );
}

/** @returns whom our filter blames, in the order of the lines */
function findHosts(lines: readonly string[], mode: string): string[] {
  const sshd = readFilters().find(({ filter }) => filter.name === "sshd");
  assert.ok(sshd);
  const matcher = createMatcher([toMatchJail(sshd.filter, mode)], {
    trustsStamps: true,
  });
  const hosts: string[] = [];
  const chunk = {
    source: "-",
    bytes: new TextEncoder().encode(`${lines.join("\n")}\n`),
    position: NO_POSITION,
    isCatchUp: true,
  };
  const nowSeconds = Date.UTC(2026, 10, 20, 20) / 1000;
  matcher.match(chunk, nowSeconds, ({ host }) => hosts.push(host));
  return hosts;
}

for (const mode of ["normal", "ddos", "extra", "aggressive"]) {
  Deno.test({
    name:
      `sshd in mode ${mode} blames in overlapping sessions whom fail2ban does`,
    ignore: !isThere(`${FAIL2BAN_PROGRAMS}/fail2ban-regex`),
    fn: () =>
      withFolder(async (folder) => {
        const lines = [...makeLines()];
        const log = `${folder}/auth.log`;
        Deno.writeTextFileSync(log, `${lines.join("\n")}\n`);
        const { code, out, err } = await runText("python3", [
          ...[`${FAIL2BAN_PROGRAMS}/fail2ban-regex`, "-c", FAIL2BAN_CONFIG],
          ...["-o", "ip", log],
          `${FAIL2BAN_CONFIG}/filter.d/sshd.conf[mode=${mode}]`,
        ], { PYTHONPATH: PYTHON_MODULES });
        assert.equal(code, 0, err);
        const theirs = out.trim().split("\n");
        assert.ok(theirs.length > 500);
        assert.deepEqual(findHosts(lines, mode), theirs);
      }),
  });
}

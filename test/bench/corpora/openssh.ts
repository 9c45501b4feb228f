/**
 * An OpenSSH server's auth.log: half of it attackers, the rest logins and what else syslog has.
 *
 * @module
 */

import type { CorpusMaker, MadeLine } from "./corpus.ts";
import type { Random } from "./random.ts";
import { isoStamp, makeHost, Stamper, syslogStamp } from "./stamps.ts";

const NORMAL = ["sshd", "sshd:aggressive"];
const AGGRESSIVE = ["sshd:aggressive"];
const NONE: readonly string[] = [];

/** The text behind `sshd[PID]: `, and who counts it; `H` host, `P` port, `U` user. */
const ATTACKS: readonly (readonly [string, readonly string[]])[] = [
  ["Failed password for root from H port P ssh2", NORMAL],
  ["Failed password for root from H port P ssh2", NORMAL],
  ["Failed password for invalid user U from H port P ssh2", NORMAL],
  ["Failed password for invalid user U from H port P ssh2", NORMAL],
  ["Invalid user U from H port P", NORMAL],
  ["Invalid user U from H port P", NORMAL],
  [
    "error: maximum authentication attempts exceeded for root from H port P ssh2 [preauth]",
    NORMAL,
  ],
  [
    "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=H  user=root",
    NONE,
  ],
  ["pam_unix(sshd:auth): check pass; user unknown", NONE],
  ["Received disconnect from H port P:11: Bye Bye [preauth]", NONE],
  ["Disconnected from invalid user U H port P [preauth]", AGGRESSIVE],
  ["Disconnected from authenticating user root H port P [preauth]", AGGRESSIVE],
  [
    "Connection closed by authenticating user root H port P [preauth]",
    AGGRESSIVE,
  ],
  ["Connection closed by invalid user U H port P [preauth]", AGGRESSIVE],
  ["Connection reset by H port P [preauth]", AGGRESSIVE],
  ["Did not receive identification string from H port P", AGGRESSIVE],
];

/** Whole texts behind the machine's name; `N` is a number. */
const NOISE: readonly string[] = [
  "sshd[N]: Accepted publickey for anna from H port P ssh2: ED25519 SHA256:0aYb1c9fQz7mW2rT5uV8xB3nK6pL4sD1gH0jE7iO2k",
  "sshd[N]: Accepted password for deploy from H port P ssh2",
  "sshd[N]: pam_unix(sshd:session): session opened for user anna(uid=1000) by (uid=0)",
  "sshd[N]: pam_unix(sshd:session): session closed for user anna",
  "sshd[N]: Received disconnect from H port P:11: disconnected by user",
  "sshd[N]: Disconnected from user anna H port P",
  "CRON[N]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)",
  "CRON[N]: pam_unix(cron:session): session closed for user root",
  "systemd-logind[N]: New session N of user anna.",
  "systemd-logind[N]: Session N logged out. Waiting for processes to exit.",
  "systemd-logind[N]: Removed session N.",
  "sudo: anna : TTY=pts/0 ; PWD=/home/anna ; USER=root ; COMMAND=/usr/bin/systemctl status nginx",
  "systemd[N]: Started session-N.scope - Session N of User anna.",
];

const USERS: readonly string[] = [
  ...["admin", "test", "oracle", "postgres", "ubuntu", "guest", "git", "pi"],
  ...["user", "ftpuser", "hadoop", "minecraft", "www", "mysql", "steam"],
  "support",
];

/** 1 GB is about 9.6 million lines, of a day and a half. */
export const OPENSSH: CorpusMaker = {
  name: "openssh",
  version: 2,
  linesPerSecond: 80,
  makeLine: (random, second, index) =>
    makeLine(random, stamper.at(second), FIRST_PID + index % PIDS),
};

/** The same with stamps that have microseconds: hardly one stands in two lines. */
export const OPENSSH_ISO: CorpusMaker = {
  name: "openssh-iso",
  version: 1,
  linesPerSecond: OPENSSH.linesPerSecond,
  makeLine: (random, second, index) => {
    const step = 1_000_000 / OPENSSH.linesPerSecond;
    const micros = index % OPENSSH.linesPerSecond * step + random.below(step);
    const fraction = String(micros).padStart(6, "0");
    const stamp = `${isoStamper.at(second)}.${fraction}+00:00`;
    return makeLine(random, stamp, FIRST_PID + index % PIDS);
  },
};

/** Each line is another connection's, so that what a line is depends on no other one. Processes have numbers below 2^22. */
const FIRST_PID = 1000;
const PIDS = 4_000_000;

const stamper = new Stamper(syslogStamp);
const isoStamper = new Stamper(isoStamp);

function makeLine(random: Random, stamp: string, pid: number): MadeLine {
  if (random.below(2) === 0) {
    const host = makeHost(random, 200, 500);
    const noise = random.pick(NOISE).replace("[N]", `[${pid}]`);
    return {
      text: `${stamp} box ${fill(noise, random, host)}`,
      failures: NONE,
      host,
    };
  }
  // A crowd of steady attackers, and a larger one that stays below the threshold.
  const host = random.below(8) > 0
    ? makeHost(random, 1, 2000)
    : makeHost(random, 2, 40_000);
  const [text, failures] = random.pick(ATTACKS);
  return {
    text: `${stamp} box sshd[${pid}]: ${fill(text, random, host)}`,
    failures,
    host,
  };
}

function fill(template: string, random: Random, host: string): string {
  return template.replaceAll(/\b[HPNU]\b/g, (mark) => {
    if (mark === "H") return host;
    if (mark === "U") return random.pick(USERS);
    return String(1024 + random.below(60_000));
  });
}

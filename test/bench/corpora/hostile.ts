/**
 * A log that an attacker would write: every line holds what the prefilter looks for, is a failure but for its end, and has
 * long runs that a pattern can divide in many ways. None is a failure.
 *
 * @module
 */

import type { CorpusMaker, MadeLine } from "./corpus.ts";
import type { Random } from "./random.ts";
import { commonStamp, Stamper, syslogStamp } from "./stamps.ts";

const NONE: readonly string[] = [];
const HOST = "203.0.113.9";

/** Characters of a run: short ones are most, since a long line costs a server more to take. */
const RUN_LENGTHS: readonly number[] = [
  40,
  40,
  40,
  200,
  200,
  1000,
  8000,
];

/** Behind `sshd[1]: `; `RUN` is made of what stands in brackets before it. */
const SSHD: readonly (readonly [string, string, string])[] = [
  ["Failed password for ", " from 203.0.113.9 port 22", " sshx"],
  ["Failed password for invalid user ", " from 203.0.113.9", " port x"],
  ["Invalid user ", " from 2001:db8::1 port 1", " !"],
  ["Invalid user ", " from 1.1.1.1.", "1"],
  [
    "error: maximum authentication attempts exceeded for ",
    " from 203.0.113.9 port 22 ssh2 [preauth]",
    "] at last",
  ],
  ["error: PAM: Authentication failure for ", " from ", "nobody"],
  ["User ", " from 203.0.113.9 not allowed because ", "it is Friday"],
  [
    "Connection closed by authenticating user ",
    " 203.0.113.9 port 22",
    " [postauth]",
  ],
  ["Received disconnect from 203.0.113.9 port 22:x14: ", "[preauth]", " "],
  [
    "Unable to negotiate with 203.0.113.9 port 22: not matching ",
    " found. Their offer",
    ";",
  ],
  ["Bad protocol version identification '", "' from 203.0.113.9 port ", "x"],
];

/** Between `"GET ` and the end of an access log's line. */
const NGINX: readonly (readonly [string, string, string])[] = [
  ["/", "wp-admin/", ' HTTP/1.1" 4040 1 "-" "-"'],
  ["", "//wp-login.php", ' HTTP/1.1" 403 " 404 " 1 "-"'],
  ["/.git/", ".git/.env", ' HTTP/x" 404 1 "-" "-"'],
  ["/?", "UNION+SELECT+", ' HTTP/1.1" 20 400 "-" "-"'],
  ["/", "%2e%2e/etc/passwd", ' HTTP/1.1" - 400 404 "-" "-"'],
  ["/", "cgi-bin//bin/sh;wget", "\\x22 404 \\x22 400 "],
];

/** 1 GB is about 1.4 million lines, some of eight thousand characters. */
export const HOSTILE: CorpusMaker = {
  name: "hostile",
  version: 2,
  linesPerSecond: 100,
  makeLine,
};

const syslog = new Stamper(syslogStamp);
const common = new Stamper(commonStamp);

function makeLine(random: Random, second: number): MadeLine {
  const isSsh = random.below(2) === 0;
  const [before, unit, after] = random.pick(isSsh ? SSHD : NGINX);
  const length = random.pick(RUN_LENGTHS);
  const run = unit.repeat(Math.ceil(length / unit.length));
  // Words that the prefix may take or leave.
  const text = isSsh
    ? `${syslog.at(second)} ${
      "a.".repeat(random.below(length))
    }b sshd[1]: ${before}${run}${after}`
    : `${HOST} - - [${common.at(second)}] "GET ${before}${run}${after}`;
  return { text, failures: NONE, host: HOST };
}

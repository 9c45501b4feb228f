/**
 * How fast literals are found in the bytes of a log, by their number and the way they are looked for.
 *
 *     deno task bench:prefilter
 *
 * The log is an access log made from a seed, 16 MB, 0.4 % of its lines with the first literal. Nanoseconds are of one line,
 * of the process's own time, the best of several rounds; each way has to find as many lines as `indexOf` does.
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";
import { cpuUsage } from "node:process";
import type { Literal } from "../../src/match/prefilter/literal.ts";
import type { ScanKind } from "../../src/match/prefilter/literal_index.ts";
import { Prefilter } from "../../src/match/prefilter/prefilter.ts";
import { createDice, type Dice } from "../match/pattern_samples.ts";

const LOG_BYTES = 16e6;
const CHUNK_BYTES = 256 << 10;
const ROUNDS = 7;
const COUNTS = [1, 3, 8, 16, 32, 48, 64, 96, 128, 192, 256];
const KINDS: readonly (ScanKind | "chosen")[] = [
  "fingerprints",
  "tree",
  "chosen",
];

/** Texts as the patterns of thirty services hold them; beyond them, a service's name and a part of one. */
const TEXTS = [
  "POST /wp-login",
  '" 404 ',
  "limiting requests",
  "Failed password for ",
  "Invalid user ",
  "authenticating user",
  "maximum authentication attempts",
  "not allowed because",
  "ROOT LOGIN REFUSED",
  "Connection closed by ",
  "Received disconnect from ",
  "Timeout before auth",
  "Unable to negotiate",
  "Did not receive ident",
  "Bad protocol version",
  "banner exchange",
  "SASL LOGIN",
  "relay access denied",
  "NOQUEUE: reject",
  "auth failed",
  "unknown user",
  "Host not allowed",
  "wrong password",
  "password mismatch",
  "client denied by server",
  "script not found",
  "URI too long",
  "File does not exist",
  "ModSecurity",
  "access forbidden by rule",
  "Login incorrect",
  "query (cache)",
  "no such user",
  "AUTH command used",
  "rejected RCPT",
];
const SERVICES = [
  "imapd",
  "proftpd",
  "vsftpd",
  "named",
  "postfix",
  "exim",
  "drupal",
  "squid",
  "asterisk",
  "dropbear",
  "openvpn",
  "grafana",
];

const dice = createDice(7);
const log = new TextEncoder().encode(makeLog(dice));
const chunks = splitChunks(log);
const text = new TextDecoder().decode(log);
const lineCount = text.split("\n").length - 1;

console.log(["literals", "indexOf", ...KINDS].join("\t"));
for (const count of COUNTS) {
  const literals = makeLiterals(count);
  const expected = countHits(literals.map((literal) => literal.text));
  const rows = KINDS.map((kind) => measure(literals, kind, expected));
  // One search a literal grows with their number: it takes too long for many.
  const naive = count > 32 ? "-" : measureIndexOf(literals);
  console.log([count, naive, ...rows].join("\t"));
}

function makeLog(dice: Dice): string {
  const lines: string[] = [];
  for (let bytes = 0; bytes < LOG_BYTES;) {
    const host = `${dice(223)}.${dice(256)}.${dice(256)}.${dice(256)}`;
    const request = dice(250) === 0
      ? "POST /wp-login.php"
      : `GET /page/${dice(9999)}.html?id=${dice(99999)}`;
    const line =
      `${host} - - [20/Nov/2026:19:08:${10 + dice(50)} +0000] "${request} ` +
      `HTTP/1.1" 200 ${dice(99999)} "https://example.com/start" ` +
      `"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0"\n`;
    lines.push(line);
    bytes += line.length;
  }
  return lines.join("");
}

function makeLiterals(count: number): readonly Literal[] {
  return Array.from({ length: count }, (_, index) => {
    const known = TEXTS[index % TEXTS.length] ?? "";
    const service = SERVICES[index % SERVICES.length] ?? "";
    const text = index < TEXTS.length
      ? known
      : `${service}${index}: ${known.slice(0, 6)}`;
    return { text, ignoresCase: false };
  });
}

function splitChunks(bytes: Uint8Array): readonly Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let from = 0; from < bytes.length;) {
    const to = bytes.lastIndexOf(10, from + CHUNK_BYTES - 1) + 1;
    chunks.push(bytes.subarray(from, to));
    from = to;
  }
  return chunks;
}

function countHits(literals: readonly string[]): number {
  return text.split("\n")
    .filter((line) => literals.some((literal) => line.includes(literal)))
    .length;
}

function measure(
  literals: readonly Literal[],
  kind: ScanKind | "chosen",
  expected: number,
): string {
  const prefilter = kind === "chosen"
    ? new Prefilter(literals)
    : new Prefilter(literals, { kind });
  return bestOf(() => {
    let hits = 0;
    let lines = 0;
    for (const chunk of chunks) {
      prefilter.begin(chunk);
      while (prefilter.next()) hits++;
      lines += prefilter.lineCount;
    }
    strictEqual(hits, expected);
    strictEqual(lines, lineCount);
  });
}

/** What the matcher did before: the chunk decoded, and each literal searched for in it. */
function measureIndexOf(literals: readonly Literal[]): string {
  const decoder = new TextDecoder();
  return bestOf(() => {
    for (const chunk of chunks) {
      const decoded = decoder.decode(chunk);
      for (const { text } of literals) {
        let at = decoded.indexOf(text);
        while (at >= 0) at = decoded.indexOf(text, at + 1);
      }
    }
  });
}

/** @returns nanoseconds of one line, and gigabytes of a second */
function bestOf(round: () => void): string {
  let best = Infinity;
  for (let i = 0; i < ROUNDS; i++) {
    const start = cpuUsage();
    round();
    const { user, system } = cpuUsage(start);
    best = Math.min(best, user + system);
  }
  const nanoseconds = (best * 1000 / lineCount).toFixed(0);
  return `${nanoseconds} ns ${(log.length / best / 1000).toFixed(2)} GB/s`;
}

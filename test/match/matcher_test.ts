import { NO_POSITION } from "../../src/source/types.ts";
import assert from "node:assert/strict";
import { createMatcher } from "../../src/match/matcher.ts";
import { jailOf, matchText, NOW, utc } from "./fixtures.ts";

const FAILED = "sshd\\[\\d+\\]: Failed password for .* from <HOST>";
const INVALID = "sshd\\[\\d+\\]: Invalid user .* from <HOST>";
const SSHD = jailOf({ name: "sshd", failPatterns: [FAILED, INVALID] });

const line = (text: string) => `Nov 20 19:09:58 box sshd[1]: ${text}\n`;

Deno.test("match() finds failures in order, with everything about them", () => {
  const text = line("Accepted password for root from 192.0.2.1 port 22") +
    line("Failed password for root from 192.0.2.7 port 22 ssh2") +
    "unrelated\n" +
    line("Invalid user admin from 2001:db8::7 port 22");
  const { failures, counts } = matchText(text, [SSHD]);
  assert.deepEqual(failures, [
    {
      jail: "sshd",
      host: "192.0.2.7",
      prefix: 128,
      timeSeconds: NOW - 2,
      pattern: 0,
      user: undefined,
      line: text.split("\n")[1],
    },
    {
      jail: "sshd",
      host: "2001:db8::7",
      prefix: 128,
      timeSeconds: NOW - 2,
      pattern: 1,
      user: undefined,
      line: text.split("\n")[3],
    },
  ]);
  assert.deepEqual(counts, {
    lines: 4,
    candidates: 2,
    failures: 2,
    ignored: 0,
    tooOld: 0,
    undated: 0,
    unbannable: 0,
    notJson: 0,
  });
});

Deno.test("match() gives the host as words too", () => {
  const matcher = createMatcher([SSHD]);
  const words: number[][] = [];
  matcher.match(
    {
      source: "x",
      bytes: new TextEncoder().encode(line("Invalid user a from 192.0.2.7")),
      position: NO_POSITION,
      isCatchUp: false,
    },
    NOW,
    (failure) => words.push([...failure.words]),
  );
  assert.deepEqual(words, [[0, 0, 0xffff, 0xc0000207]]);
});

/** User names that try to have 8.8.8.8 banned; the true host is 192.0.2.7. */
const INJECTIONS = [
  "x from 8.8.8.8",
  "x from 8.8.8.8 port 22 ssh2",
  "sshd[1]: Invalid user y from 8.8.8.8",
  "\0from 8.8.8.8",
  "x from 8.8.8.8\r",
  "Nov 20 19:09:58 from 8.8.8.8",
  "\u2028 from 8.8.8.8",
];

for (const user of INJECTIONS) {
  Deno.test(`match() is not fooled by the user ${JSON.stringify(user)}`, () => {
    const text = line(`Invalid user ${user} from 192.0.2.7 port 22`);
    const { failures } = matchText(text, [SSHD]);
    assert.deepEqual(failures.map(({ host }) => host), ["192.0.2.7"]);
  });
}

Deno.test("match() takes no part of a longer name for a host", () => {
  const text = line("Invalid user a from 1.2.3.4.5") +
    line("Invalid user a from 1.2.3.4.example.net") +
    line("Invalid user a from 300.1.1.1");
  const { failures, counts } = matchText(text, [SSHD]);
  assert.deepEqual(failures, []);
  assert.equal(counts.candidates, 3);
});

Deno.test("match() lets each jail decide for itself in one scan", () => {
  const web = jailOf({
    name: "web",
    dateFormat: "common",
    failPatterns: ['^<HOST> \\S+ \\S+ \\[\\] "POST /wp-login\\.php'],
  });
  const root = jailOf({
    name: "root",
    failPatterns: ["Failed password for root from <HOST>"],
    ignorePatterns: ["from 192\\.0\\.2\\.9"],
  });
  const text = line("Failed password for root from 192.0.2.7 port 1") +
    line("Failed password for root from 192.0.2.9 port 1") +
    '198.51.100.1 - - [20/Nov/2026:19:09:59 +0000] "POST /wp-login.php HTTP/1.1" 200\n';
  const { failures, counts } = matchText(text, [SSHD, web, root]);
  assert.deepEqual(
    failures.map(({ jail, host, timeSeconds }) => [jail, host, timeSeconds]),
    [
      ["sshd", "192.0.2.7", NOW - 2],
      ["root", "192.0.2.7", NOW - 2],
      ["sshd", "192.0.2.9", NOW - 2],
      ["web", "198.51.100.1", NOW - 1],
    ],
  );
  assert.equal(counts.ignored, 1);
  assert.equal(counts.candidates, 3);
});

Deno.test("match() runs a pattern without a literal on every line", () => {
  const jail = jailOf({
    failPatterns: ["^\\s*<HOST>$", "password from <HOST>"],
  });
  const { failures, counts } = matchText(
    "::1\nnothing\npassword from ::2\n192.0.2.7",
    [jail],
  );
  assert.deepEqual(failures.map(({ host, pattern }) => [host, pattern]), [
    ["::1", 0],
    ["::2", 1],
    ["192.0.2.7", 0],
  ]);
  assert.equal(counts.candidates, 4);
  assert.equal(counts.lines, 4);
});

Deno.test("match() takes the first pattern that hits", () => {
  const jail = jailOf({ failPatterns: ["auth .* <HOST>", "failed .* <HOST>"] });
  const { failures } = matchText("auth failed for ::1\nfailed for ::2\n", [
    jail,
  ]);
  assert.deepEqual(failures.map(({ pattern }) => pattern), [0, 1]);
});

Deno.test("match() cuts the date out as fail2ban does", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["^ from <HOST>$", "Nov 20 19:09:58 from ::1"],
    ["^\\[\\] from <HOST>$", "[Nov 20 19:09:58] from ::1"],
    ["^<3> from <HOST>$", "<3>2026-11-20T19:09:58Z from ::1"],
    [
      "^- \\[\\] \\[error\\] <HOST>$",
      "- [20/Nov/2026:19:09:58 +0000] [error] ::1",
    ],
    ["^audit\\(:7\\): <HOST>$", "audit(1795201798.12:7): ::1"],
    ["^no date, from <HOST>$", "no date, from ::1"],
  ];
  for (const [pattern, text] of cases) {
    const { failures } = matchText(text, [jailOf({ failPatterns: [pattern] })]);
    assert.deepEqual(failures.map(({ host }) => host), ["::1"], text);
  }
});

Deno.test("match() replaces a stamp that is more than a minute off in a new line", () => {
  const stamps = ["19:08:00", "19:09:01", "19:11:30", "19:10:30"];
  const text = stamps.map((time) => `Nov 20 ${time} Invalid user a from ::1\n`);
  const jail = jailOf({ failPatterns: ["Invalid user .* from <HOST>"] });
  const { failures } = matchText(text.join(""), [jail]);
  assert.deepEqual(
    failures.map(({ timeSeconds }) => timeSeconds - NOW),
    [0, -59, 0, 30],
  );
});

Deno.test("match() leaves out what is older than find time while catching up", () => {
  const stamps = ["18:59:59", "19:00:00", "19:09:00", "19:30:00"];
  const text = stamps.map((time) => `Nov 20 ${time} Invalid user a from ::1\n`);
  const jail = jailOf({ failPatterns: ["Invalid user .* from <HOST>"] });
  const { failures, counts } = matchText(text.join(""), [jail], {
    isCatchUp: true,
  });
  assert.deepEqual(
    failures.map(({ timeSeconds }) => timeSeconds - NOW),
    [-600, -60, 0],
  );
  assert.equal(counts.tooOld, 1);
  assert.equal(counts.failures, 3);
});

Deno.test("match() takes stamps as they are when it is told to", () => {
  const text = "2020-01-02T03:04:05Z Invalid user a from ::1\n";
  const jail = jailOf({ failPatterns: ["Invalid user .* from <HOST>"] });
  const { failures } = matchText(text, [jail], { trustsStamps: true });
  assert.deepEqual(failures.map(({ timeSeconds }) => timeSeconds), [
    Date.parse("2020-01-02T03:04:05Z") / 1000,
  ]);
});

Deno.test("match() dates a line without a date by the line before, else by now", () => {
  const text = "Invalid user a from ::1\n" +
    line("Invalid user a from ::2") +
    "Invalid user a from ::3\n";
  const jail = jailOf({ failPatterns: ["Invalid user .* from <HOST>"] });
  const { failures, counts } = matchText(text, [jail]);
  assert.deepEqual(
    failures.map(({ timeSeconds }) => timeSeconds - NOW),
    [0, -2, -2],
  );
  assert.equal(counts.undated, 2);
});

Deno.test("match() gives user and network", () => {
  const jail = jailOf({
    failPatterns: ["user=<F-USER>\\S*</F-USER> net=<SUBNET>$"],
  });
  const { failures } = matchText("user=root net=192.0.2.99/24\n", [jail]);
  assert.equal(failures[0]?.user, "root");
  assert.equal(failures[0]?.host, "192.0.2.0/24");
  assert.equal(failures[0]?.prefix, 120);
});

Deno.test("match() finds a pattern's end before the return when lines end in CRLF", () => {
  const anchored = jailOf({
    name: "app",
    failPatterns: ["^ box app: failed from <HOST>$"],
  });
  const text = "Nov 20 19:09:58 box app: failed from 192.0.2.7\r\n" +
    "Nov 20 19:09:58 box app: failed from 192.0.2.8\r\n";
  const { failures } = matchText(text, [anchored]);
  assert.deepEqual(failures.map(({ host, line }) => [host, line]), [
    ["192.0.2.7", "Nov 20 19:09:58 box app: failed from 192.0.2.7"],
    ["192.0.2.8", "Nov 20 19:09:58 box app: failed from 192.0.2.8"],
  ]);
});

Deno.test("match() lives through hostile lines", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const good = bytes(line("Invalid user a from 192.0.2.7 port 1"));
  const parts = [
    bytes(line(`Failed password for ${" from ".repeat(20_000)}x`)),
    bytes(line(`Failed password for ${"from 1.2.3.".repeat(10_000)}x`)),
    new Uint8Array([0xff, 0xfe, 0x80, 0xc3, 0x0a]),
    bytes("Invalid user \0\0 from\n"),
    bytes("\r\r\r\n\n\r\n"),
    good.subarray(0, -1),
    bytes("\r\r\n"),
    new Uint8Array([
      ...bytes("sshd[1]: Invalid user "),
      0xff,
      0xc3,
      0,
      ...bytes(" from 192.0.2.8\n"),
    ]),
    bytes("Nov 20 19:09:58 a\rsshd[1]: Invalid user b from 192.0.2.9\n"),
  ];
  const all = new Uint8Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  const { failures, counts } = matchText(all, [SSHD]);
  assert.deepEqual(failures.map(({ host }) => host), [
    "192.0.2.7",
    "192.0.2.8",
    "192.0.2.9",
  ]);
  assert.equal(
    failures[0]?.line,
    line("Invalid user a from 192.0.2.7 port 1").trimEnd(),
  );
  assert.match(failures[1]?.line ?? "", /user \ufffd\ufffd\0 from/);
  assert.equal(counts.lines, 10);
});

Deno.test("match() of nothing does nothing", () => {
  const { failures, counts } = matchText("", [SSHD]);
  assert.deepEqual(failures, []);
  assert.equal(counts.lines, 0);
});

Deno.test("createMatcher() refuses a pattern that cannot be used", () => {
  assert.throws(
    () => createMatcher([jailOf({ failPatterns: ["(<HOST>"] })]),
    { name: "FilterError" },
  );
});

Deno.test("match() gives the same for one chunk and for a chunk a line", () => {
  const lines = Array.from(
    { length: 30 },
    (_, i) =>
      i % 3 === 0 ? "noise\n" : line(`Invalid user u${i} from 192.0.2.${i}`),
  );
  const whole = matchText(lines.join(""), [SSHD]).failures;
  const matcher = createMatcher([SSHD], { localTime: utc });
  const hosts: string[] = [];
  for (const text of lines) {
    matcher.match(
      {
        source: "x",
        bytes: new TextEncoder().encode(text),
        position: NO_POSITION,
        isCatchUp: false,
      },
      NOW,
      ({ host }) => hosts.push(host),
    );
  }
  assert.deepEqual(hosts, whole.map(({ host }) => host));
  assert.equal(matcher.counts.lines, 30);
  assert.equal(matcher.counts.candidates, 20);
});

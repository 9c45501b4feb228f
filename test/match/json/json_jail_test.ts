import assert from "node:assert/strict";
import fc from "fast-check";
import type { JsonLines } from "../../../src/config/types.ts";
import type { MatcherOptions } from "../../../src/match/matcher.ts";
import type { MatchJail } from "../../../src/match/types.ts";
import { jailOf, matchText, NOW } from "../fixtures.ts";

const UNAUTHORIZED: JsonLines["conditions"] = [
  { name: "status", path: ["status"], oneOf: [401, 403] },
];

/** Hosts in `ip`, statuses 401 and 403. */
const ACCESS = jsonJail({ time: ["ts"], host: ["ip"] });

/** What a container's engine writes around the lines of nginx. */
const CONTAINER = jsonJail(
  { time: ["time"], message: ["log"], conditions: [] },
  { failPatterns: ['^<HOST> - (?P<user>\\S+) \\[\\] "GET /admin[^"]*" 401 '] },
);

function jsonJail(
  json: Partial<JsonLines>,
  parts: Partial<MatchJail> = {},
): MatchJail {
  return jailOf({ json: { conditions: UNAUTHORIZED, ...json }, ...parts });
}

function lineOf(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

function hostsIn(
  text: string,
  jail = ACCESS,
  options: MatcherOptions = {},
): string[] {
  return matchText(text, [jail], options).failures.map(({ host }) => host);
}

Deno.test("Matcher takes a line of JSON for a failure when all conditions hold", () => {
  const ts = NOW - 2;
  const { failures, counts } = matchText(
    lineOf({ ts, ip: "192.0.2.7", status: 401 }) +
      lineOf({ ts, ip: "192.0.2.8", status: 200 }) +
      lineOf({ ts, ip: "2001:db8::7", status: 403 }),
    [ACCESS],
  );
  assert.deepEqual(
    failures.map(({ host, timeSeconds }) => [host, timeSeconds]),
    [["192.0.2.7", ts], ["2001:db8::7", ts]],
  );
  assert.equal(failures[0]?.line, `{"ts":${ts},"ip":"192.0.2.7","status":401}`);
  assert.equal(counts.failures, 2);
});

/** The host field, and the host that failed or nobody. */
const HOSTS: readonly (readonly [unknown, string | undefined])[] = [
  ["192.0.2.7", "192.0.2.7"],
  ["192.0.2.7:51234", "192.0.2.7"],
  ["2001:db8::7", "2001:db8::7"],
  ["[2001:db8::7]", "2001:db8::7"],
  ["[2001:db8::7]:51234", "2001:db8::7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["192.0.2.7:70000", undefined],
  ["[192.0.2.7]:80", undefined],
  ["192.0.2.7.example.net", undefined],
  ["192.0.2.007", undefined],
  ["192.0.2.7/8", undefined],
  ["192.0.2.7 10.0.0.1", undefined],
  [" 192.0.2.7", undefined],
  ["fe80::1%eth0", undefined],
  ["", undefined],
  ["-", undefined],
  [3221225991, undefined],
  [null, undefined],
  [["192.0.2.7"], undefined],
  [{ toString: "192.0.2.7" }, undefined],
];

for (const [ip, expected] of HOSTS) {
  Deno.test(`Matcher reads the host field ${JSON.stringify(ip)} as ${expected ?? "nobody"}`, () => {
    const found = hostsIn(lineOf({ ts: NOW, ip, status: 401 }));
    assert.deepEqual(found, expected === undefined ? [] : [expected]);
  });
}

Deno.test("Matcher counts and tells once a host field that is no address", () => {
  const told: string[] = [];
  const line = lineOf({ ip: "box.example", status: 401 });
  const { counts } = matchText(line + line, [ACCESS], {
    onUnbannable: (jail, id) => told.push(`${jail} ${id}`),
  });
  assert.equal(counts.unbannable, 2);
  assert.deepEqual(told, ["test box.example"]);
});

Deno.test("Matcher takes the last of a key that comes twice, as JSON.parse does", () => {
  assert.deepEqual(
    hostsIn('{"ip":"10.0.0.1","status":401,"ip":"192.0.2.7","status":403}\n'),
    ["192.0.2.7"],
  );
  assert.deepEqual(
    hostsIn('{"ip":"192.0.2.7","status":401,"status":200}\n'),
    [],
  );
});

Deno.test("Matcher knows a value by what it is, however it is spelled", () => {
  for (const status of ["401", "401.0", "4.01e2", "40100E-2", "0.401e+3"]) {
    const line = `{"ip" : "192.0.2.7" , "st\\u0061tus":\t${status}}\n`;
    assert.deepEqual(hostsIn(line), ["192.0.2.7"], status);
  }
  for (const status of ['"401"', "4010", "true", "[401]", "null", "-401"]) {
    assert.deepEqual(
      hostsIn(`{"ip":"192.0.2.7","status":${status}}\n`),
      [],
      status,
    );
  }
});

Deno.test("Matcher finds only keys that the line has", () => {
  const jail = jsonJail({
    host: ["ip"],
    conditions: [{
      name: "x",
      path: ["__proto__", "status"],
      oneOf: [401],
    }],
  });
  assert.deepEqual(hostsIn('{"ip":"192.0.2.7","status":401}\n', jail), []);
  assert.deepEqual(
    hostsIn('{"ip":"192.0.2.7","__proto__":{"status":401}}\n', jail),
    ["192.0.2.7"],
  );
  const polluted = '{"__proto__":{"ip":"10.0.0.1","status":401}}\n';
  assert.deepEqual(hostsIn(polluted + lineOf({ ip: "192.0.2.7" })), []);
  const named = jsonJail({
    host: ["ip"],
    conditions: [{
      name: "x",
      path: ["constructor", "name"],
      oneOf: ["Object"],
    }],
  });
  assert.deepEqual(hostsIn('{"ip":"192.0.2.7"}\n', named), []);
});

Deno.test("Matcher finds nothing that an object inherits", () => {
  Object.defineProperty(Object.prototype, "status", {
    value: 401,
    configurable: true,
  });
  try {
    assert.deepEqual(
      hostsIn('{"ip":"192.0.2.7","no":"status"}\n', ACCESS, {
        prefilter: false,
      }),
      [],
    );
  } finally {
    Reflect.deleteProperty(Object.prototype, "status");
  }
});

Deno.test("Matcher counts lines that are no JSON once, and goes on", () => {
  const good = lineOf({ ip: "192.0.2.7", status: 401 });
  const bad = [
    '{"ip":"10.0.0.1","status":401',
    '{"ip":"10.0.0.1","status":401} more',
    '{"ip":"10.0.0.1","status":0401}',
    "{'ip':'10.0.0.1','status':401}",
    '["status",401]',
    '"status":401',
  ].join("\n");
  const other = { ...ACCESS, name: "other" };
  const { failures, counts } = matchText(`${bad}\n${good}`, [ACCESS, other], {
    prefilter: false,
  });
  assert.deepEqual(failures.map(({ host }) => host), [
    "192.0.2.7",
    "192.0.2.7",
  ]);
  assert.equal(counts.notJson, 6);
});

Deno.test("Matcher reads deep, long and crowded lines in time that grows with their length alone", () => {
  const deep = `{"status":401,"ip":"192.0.2.7","a":${"[".repeat(400_000)}${
    "]".repeat(400_000)
  }}`;
  const many = Array.from({ length: 60_000 }, (_, i) => `"k${i}":${i}`);
  const crowded = `{${many.join(",")},"status":401,"ip":"192.0.2.8"}`;
  const sparse = Array.from({ length: 60_000 }, (_, i) => `"${i * 65_537}":1`);
  const numbered = `{${sparse.join(",")},"status":401,"ip":"192.0.2.9"}`;
  const long = lineOf({
    status: 401,
    ip: "192.0.2.10",
    a: "\\u".repeat(400_000),
  });
  const before = performance.now();
  const hosts = hostsIn(`${deep}\n${crowded}\n${numbered}\n${long}`);
  const took = performance.now() - before;
  assert.deepEqual(hosts, [
    "192.0.2.7",
    "192.0.2.8",
    "192.0.2.9",
    "192.0.2.10",
  ]);
  // 50 ms on the slowest machine so far; anything quadratic takes minutes.
  assert.ok(took < 5000, `${took} ms`);
});

Deno.test("Matcher runs patterns on the message, without its date", () => {
  const log =
    '192.0.2.7 - bob [20/Nov/2026:19:09:50 +0000] "GET /admin HTTP/1.1" 401 5\n';
  const time = "2026-11-20T19:09:57.000000001Z";
  const { failures } = matchText(lineOf({ log, stream: "stdout", time }), [
    CONTAINER,
  ]);
  assert.deepEqual(
    failures.map(({ host, user, timeSeconds }) => [host, user, timeSeconds]),
    [["192.0.2.7", "bob", NOW - 3]],
  );
});

Deno.test("Matcher takes the message's own date where the JSON has no time", () => {
  const log =
    '192.0.2.7 - bob [20/Nov/2026:19:09:50 +0000] "GET /admin" 401 5\n';
  const { failures } = matchText(lineOf({ log }), [CONTAINER]);
  assert.deepEqual(failures.map(({ timeSeconds }) => timeSeconds), [NOW - 10]);
});

Deno.test("Matcher finds a message however it is escaped", () => {
  const log = String.raw`"192.0.2.7 - bob [] \u0022GET \/admin\/x\" 401 5\r\n"`;
  const escaped = [...'192.0.2.7 - bob [] "GET /admin" 401 5'].map((letter) =>
    `\\u00${letter.charCodeAt(0).toString(16)}`
  ).join("");
  const { failures } = matchText(
    `{"log":${log}}\n{"log":"${escaped}"}\n{"log":5}\n{"other":${log}}\n`,
    [CONTAINER],
  );
  assert.deepEqual(failures.map(({ host }) => host), [
    "192.0.2.7",
    "192.0.2.7",
  ]);
});

Deno.test("Matcher runs fail2ban's patterns on a message too", () => {
  const jail = jsonJail({ message: ["log"], conditions: [] }, {
    syntax: "fail2ban",
    prefixPattern: "^ sshd: <F-CONTENT>.+</F-CONTENT>$",
    failPatterns: ["^bad login from <HOST>$"],
  });
  const log = "2026-11-20T19:09:58Z sshd: bad login from 192.0.2.7\n";
  const { failures } = matchText(lineOf({ log }), [jail]);
  assert.deepEqual(
    failures.map(({ host, timeSeconds }) => [host, timeSeconds]),
    [["192.0.2.7", NOW - 2]],
  );
});

Deno.test("Matcher takes the host from JSON and the failure from the message where a jail says so", () => {
  const jail = jsonJail({ message: ["msg"], host: ["peer"], user: ["name"] }, {
    failPatterns: ["^login failed$"],
    ignorePatterns: ["monitor"],
  });
  const line = (msg: string) =>
    lineOf({ msg, peer: "[2001:db8::7]:22", name: "bob", status: 403 });
  const { failures, counts } = matchText(
    line("login failed") + line("login fine") + line("monitor login failed"),
    [jail, { ...jail, name: "ignoring", failPatterns: ["login failed$"] }],
  );
  assert.deepEqual(
    failures.map(({ jail, host, user }) => [jail, host, user]),
    [["test", "2001:db8::7", "bob"], ["ignoring", "2001:db8::7", "bob"]],
  );
  assert.equal(counts.ignored, 1);
});

Deno.test("Matcher drops old lines of JSON that tell no time, since nobody knows how old they are", () => {
  const line = lineOf({ ip: "192.0.2.7", status: 401 });
  assert.equal(
    matchText(line, [ACCESS], { isCatchUp: true }).failures.length,
    0,
  );
  assert.equal(matchText(line, [ACCESS]).failures[0]?.timeSeconds, NOW);
  const old = lineOf({ ts: NOW - 601, ip: "192.0.2.7", status: 401 });
  const { failures, counts } = matchText(old, [ACCESS], { isCatchUp: true });
  assert.deepEqual([failures.length, counts.tooOld], [0, 1]);
});

Deno.test("Matcher never takes a date from what clients write where the JSON tells no time", () => {
  const agent = "2026-11-20T18:00:00Z";
  const line = lineOf({ agent, ip: "192.0.2.7", status: 401 });
  const { failures } = matchText(line, [ACCESS], { trustsStamps: true });
  assert.deepEqual(failures.map(({ timeSeconds }) => timeSeconds), [NOW]);
});

const piece = fc.constantFrom(
  "{",
  "}",
  ",",
  ":",
  " ",
  "\t",
  '"',
  "\\",
  '"status"',
  '"st\\u0061tus"',
  "401",
  "4.03e2",
  "0.401E3",
  '"ip"',
  '"192.0.2.7"',
  '"192.0.2.\\u0037"',
  '"log"',
  '"from 192.0.2.7"',
  '"\\u0066rom 192.0.2.7\\n"',
  '{"status":401,"ip":"192.0.2.7"}',
  '{ "log" : "from 192.0.2.7", "x":',
  "[1]",
  "null",
  "\n",
  "é",
  "\ufffd",
);

/** Keys, and what stands behind them in a failure. */
const member = fc.oneof(
  fc.constantFrom(
    '"status":401',
    '"status" :\t4.03e2',
    '"st\\u0061tus":0.401E3',
    '"ip":"192.0.2.7"',
    '"i\\u0070":"192.0.2.\\u0037"',
    '"log":"from 192.0.2.7"',
    '"log": "\\u0066rom 192.0.2.7\\n"',
  ),
  piece.map((value) => `"status":${value}`),
);

const hostileText = fc.array(
  fc.oneof(
    fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join("")),
    fc.array(member, { maxLength: 4 }).map((members) =>
      `{${members.join(",")}}`
    ),
  ),
  { maxLength: 6 },
).map((lines) => `${lines.join("\n")}\n`);

Deno.test("Matcher finds the same in any text with its prefilter as without", () => {
  const container = jsonJail({ message: ["log"], conditions: [] }, {
    name: "container",
    failPatterns: ["from <HOST>$"],
  });
  let found = 0;
  fc.assert(
    fc.property(hostileText, (text) => {
      const jails = [ACCESS, container];
      const { failures } = matchText(text, jails);
      const naive = matchText(text, jails, { prefilter: false });
      assert.deepEqual(failures, naive.failures);
      found += failures.length;
    }),
    { numRuns: 800 },
  );
  assert.ok(found > 100, `${found} failures`);
});

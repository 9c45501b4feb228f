import assert from "node:assert/strict";
import fc from "fast-check";
import {
  chunkOf,
  exactJail,
  hostsOf,
  jailOf,
  keepFailure,
  type KeptFailure,
  logOf,
  matchText,
  NOW,
  STAMP,
  utc,
} from "./fixtures.ts";
import { createMatcher } from "../../src/match/matcher.ts";

Deno.test("match() drops lines without the prefix, and searches what its content group caught", () => {
  const jail = exactJail({
    prefixPattern: "^ app from <HOST>: <F-CONTENT>.+</F-CONTENT>$",
    failPatterns: ["^bad login of <F-USER>\\S+</F-USER>$"],
  });
  const { failures } = matchText(
    logOf(
      " app from 192.0.2.7: bad login of root",
      " other from 192.0.2.8: bad login of root",
      " app from 192.0.2.9: a bad login of root",
    ),
    [jail],
  );
  assert.deepEqual(failures.map(({ host, user }) => [host, user]), [
    ["192.0.2.7", "root"],
  ]);
});

Deno.test("match() searches the whole line where the content group caught nothing", () => {
  const jail = exactJail({
    prefixPattern: "^ app<F-CONTENT>x?</F-CONTENT>",
    failPatterns: ["^ app failed <HOST>$"],
  });
  assert.deepEqual(hostsOf(jail, " app failed 192.0.2.7"), ["192.0.2.7"]);
});

Deno.test("match() takes a group of the prefix where the fail pattern's own took no part", () => {
  const jail = exactJail({
    prefixPattern: "^ <F-USER>\\w+</F-USER> <HOST> <F-CONTENT>.+</F-CONTENT>$",
    failPatterns: ["^fail(?: as (?P<user>\\w+))?$"],
  });
  const { failures } = matchText(
    logOf(" ann 192.0.2.7 fail", " ann 192.0.2.7 fail as bob"),
    [jail],
  );
  assert.deepEqual(failures.map(({ user }) => user), ["ann", "bob"]);
});

Deno.test("match() puts a prefix pattern's alternatives and tuples together before the fail pattern's groups", () => {
  const jail = exactJail({
    prefixPattern:
      "^ <F-ALT_USER>\\w+</F-ALT_USER> <F-ID>\\S+</F-ID> <F-TUPLE_ID>\\w+</F-TUPLE_ID>: <F-CONTENT>.+</F-CONTENT>$",
    failPatterns: ["^fail(?: as <F-USER>\\w*</F-USER>)?$"],
  });
  const { failures } = matchText(
    logOf(" ann x imap: fail", " ann x imap: fail as bob"),
    [jail],
    { emitsRawIds: true },
  );
  assert.deepEqual(failures.map(({ host, user }) => [host, user]), [
    ['["x","imap"]', "ann"],
    ['["x","imap"]', "bob"],
  ]);
});

Deno.test("match() shows few ignore patterns the whole line, many only the content", () => {
  const parts = {
    prefixPattern: "^ <F-CONTENT>fail .+</F-CONTENT> by daemon$",
    ignorePatterns: ["by daemon"],
  };
  const one = exactJail({ ...parts, failPatterns: ["^fail <HOST>$"] });
  const four = exactJail({
    ...parts,
    failPatterns: ["a <HOST>", "b <HOST>", "c <HOST>", "^fail <HOST>$"],
  });
  assert.deepEqual(hostsOf(one, " fail 192.0.2.7 by daemon"), ["192.0.2.7"]);
  assert.deepEqual(hostsOf(four, " fail 192.0.2.7 by daemon"), []);
});

Deno.test("match() searches several lines together, and gives back what was skipped", () => {
  const jail = exactJail({
    maxLines: 4,
    failPatterns: [
      "^ (?P<__id>\\d+) refused$<SKIPLINES>^ (?P=__id) from <HOST>$",
    ],
  });
  const { failures } = matchText(
    logOf(
      " 1 refused",
      " 2 refused",
      " 1 from 192.0.2.1",
      " 2 from 192.0.2.2",
      " 2 from 192.0.2.3",
    ),
    [jail],
  );
  assert.deepEqual(failures.map(({ host, lines }) => [host, lines]), [
    ["192.0.2.1", [`${STAMP} 1 refused`, `${STAMP} 1 from 192.0.2.1`]],
    ["192.0.2.2", [`${STAMP} 2 refused`, `${STAMP} 2 from 192.0.2.2`]],
  ]);
});

Deno.test("match() forgets lines beyond maxLines", () => {
  const jail = exactJail({
    maxLines: 2,
    failPatterns: ["^ first<SKIPLINES> last <HOST>$"],
  });
  assert.deepEqual(hostsOf(jail, " first", " last 192.0.2.1"), ["192.0.2.1"]);
  assert.deepEqual(hostsOf(jail, " first", " mid", " last 192.0.2.1"), []);
});

Deno.test("match() fills user from alternatives, and makes tuples of ids", () => {
  const jail = exactJail({
    failPatterns: [
      "^ login <F-USER>\\w*</F-USER>/<F-ALT_USER>\\w+</F-ALT_USER> <HOST>$",
      "^ <F-ID>\\S+</F-ID> on <F-TUPLE_ID>\\w+</F-TUPLE_ID>$",
    ],
  });
  const { failures } = matchText(
    logOf(" login /bob 192.0.2.7", " login ann/bob 192.0.2.7", " x on imap"),
    [jail],
    { emitsRawIds: true },
  );
  assert.deepEqual(failures.map(({ host, user }) => [host, user]), [
    ["192.0.2.7", "bob"],
    ["192.0.2.7", "ann"],
    ['["x","imap"]', undefined],
  ]);
});

Deno.test("match() takes an address for a network where a cidr was caught, and an id that reads as an address", () => {
  const jail = exactJail({
    failPatterns: ["^ net <SUBNET>$", "^ id <F-ID/>$"],
  });
  const { failures } = matchText(
    logOf(
      " net 192.0.2.77/24",
      " net [2001:DB8:0:0::7]",
      " net ::ffff:192.0.2.9",
      " id 192.0.2.128/25",
    ),
    [jail],
  );
  assert.deepEqual(failures.map(({ host, prefix }) => [host, prefix]), [
    ["192.0.2.0/24", 120],
    ["2001:db8::7", 128],
    ["192.0.2.9", 128],
    ["192.0.2.128/25", 121],
  ]);
});

Deno.test("match() counts ids that cannot be banned, and says the first", () => {
  const told: string[] = [];
  const jail = exactJail({
    useDns: "raw",
    failPatterns: ["^ fail <HOST>$", "^ id <F-ID/>$"],
  });
  const { failures, counts } = matchText(
    logOf(
      " fail 999.1.1.1",
      " fail 192.0.2.1/0",
      " fail host.example.net",
      " id session-7",
      " fail 192.0.2.1",
    ),
    [jail],
    { onUnbannable: (name, id) => told.push(`${name} ${id}`) },
  );
  assert.deepEqual(failures.map(({ host }) => host), ["192.0.2.1"]);
  assert.equal(counts.unbannable, 3);
  assert.deepEqual(told, ["test 999.1.1.1"]);
});

Deno.test("match() takes no names where useDns is no", () => {
  const jail = exactJail({ useDns: "no", failPatterns: ["^ fail <HOST>"] });
  assert.deepEqual(
    hostsOf(jail, " fail host.example.net", " fail 192.0.2.1"),
    ["192.0.2.1"],
  );
});

Deno.test("match() hands the addresses of a name on when they are known, then at once", async () => {
  const late: KeptFailure[] = [];
  const asked: string[] = [];
  const matcher = createMatcher(
    [exactJail({ failPatterns: ["^ fail <HOST>$"] })],
    {
      localTime: utc,
      names: {
        resolve(name) {
          asked.push(name);
          return Promise.resolve(["192.0.2.5", "2001:db8::5"]);
        },
        emit: (failure) => late.push(keepFailure(failure)),
      },
    },
  );
  const atOnce: string[] = [];
  const feed = (text: string) =>
    matcher.match(chunkOf(text), NOW, ({ host }) => atOnce.push(host));
  feed(logOf(" fail host.example.net", " fail host.example.net"));
  assert.deepEqual([atOnce, late], [[], []]);
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual(
    late.map(({ host, resolvedFrom, line }) => [host, resolvedFrom, line]),
    Array(2).fill(["192.0.2.5", "2001:db8::5"]).flat().map((host) => [
      host,
      "host.example.net",
      `${STAMP} fail host.example.net`,
    ]),
  );
  feed(logOf(" fail host.example.net"));
  assert.deepEqual(atOnce, ["192.0.2.5", "2001:db8::5"]);
  assert.deepEqual(asked, ["host.example.net"]);
  assert.equal(matcher.counts.failures, 6);
});

Deno.test("match() takes the time of a source that knows it, and leaves dates in the line", () => {
  const jail = exactJail({ failPatterns: ["^2026-11-20 fail <HOST>$"] });
  const found: number[] = [];
  createMatcher([jail], { localTime: utc }).match(
    { ...chunkOf("2026-11-20 fail 192.0.2.1\n"), timeSeconds: NOW - 7 },
    NOW,
    ({ timeSeconds }) => found.push(timeSeconds),
  );
  assert.deepEqual(found, [NOW - 7]);
});

Deno.test("match() drops undated lines of an old log, and keeps them out of no buffer", () => {
  const jail = exactJail({
    maxLines: 2,
    failPatterns: ["^.*first\\n.*last <HOST>$"],
  });
  const undated = matchText("first\nlast 192.0.2.1\n", [jail], {
    isCatchUp: true,
  });
  assert.deepEqual(undated.failures, []);
  const dated = matchText(`first\n${STAMP} last 192.0.2.1\n`, [jail], {
    isCatchUp: true,
  });
  assert.deepEqual(dated.failures.map(({ host }) => host), ["192.0.2.1"]);
});

/** What the default date pattern takes for a date right behind a letter, and what is left of the line then. */
const TORN = [
  "refused@4000000050f7d32d0a1b2c3d to 192.0.2.1\n",
  "refused+01:00 Nov 20 19:09:58 to 192.0.2.1\n",
  "refused @4000000050f7d32d0a1b2c3dto 192.0.2.1\n",
];

for (const text of TORN) {
  Deno.test(`match() finds with the prefilter what it finds without in ${text}`, () => {
    const jail = exactJail({ failPatterns: ["^refused ?to <HOST>$"] });
    const naive = matchText(text, [jail], { prefilter: false });
    assert.deepEqual(matchText(text, [jail]).failures, naive.failures);
  });
}

Deno.test("match() finds a failure whose words a date tore apart", () => {
  const jail = exactJail({ failPatterns: ["^refused to <HOST>$"] });
  const { failures } = matchText(TORN[0] ?? "", [jail]);
  assert.deepEqual(failures.map(({ host }) => host), ["192.0.2.1"]);
});

Deno.test("match() finds the same with the prefilter and without", () => {
  const words = fc.constantFrom(
    "app",
    "[",
    "]",
    ":",
    " ",
    "refused",
    "refuse",
    "192.0.2.1",
    "error",
    STAMP,
    "\n",
  );
  const jails = [
    exactJail({
      name: "prefix",
      prefixPattern: "app.*error<F-CONTENT>.*</F-CONTENT>",
      failPatterns: ["refused.*<HOST>", "<HOST>\\]"],
    }),
    exactJail({
      name: "lines",
      maxLines: 3,
      failPatterns: ["error.*\\n.*<HOST>"],
    }),
    jailOf({ name: "plain", failPatterns: ["refused <HOST>"] }),
  ];
  fc.assert(fc.property(fc.array(words, { maxLength: 60 }), (parts) => {
    const text = parts.join("");
    const found = [true, false].map((prefilter) => {
      const { failures } = matchText(text, jails, { prefilter });
      return failures.map((
        { jail, host, line, lines },
      ) => [jail, host, line, lines])
        .sort();
    });
    assert.deepEqual(found[0], found[1]);
  }));
});

import assert from "node:assert/strict";
import { createMatcher } from "../../src/match/matcher.ts";
import type { Failure, MatchJail } from "../../src/match/types.ts";
import {
  chunkOf,
  exactJail,
  hostsOf,
  logOf,
  matchText,
  NOW,
  STAMP,
  utc,
} from "./fixtures.ts";

const CONNECTION = exactJail({
  prefixPattern:
    "^<F-MLFID> app\\[\\d+\\]</F-MLFID>: <F-CONTENT>.+</F-CONTENT>$",
  failPatterns: [
    "^<F-NOFAIL>connection</F-NOFAIL> from <HOST>$",
    "^bad password for <F-USER>\\S+</F-USER>$",
    "^<F-MLFGAINED>accepted</F-MLFGAINED> <F-USER>\\S+</F-USER>$",
    "^<F-NOFAIL><F-MLFFORGET>closed</F-MLFFORGET></F-NOFAIL>$",
  ],
});

Deno.test("merge() tells a failure's host by an earlier line of its connection", () => {
  const { failures } = matchText(
    logOf(
      " app[1]: connection from 192.0.2.1",
      " app[2]: connection from 192.0.2.2",
      " app[1]: bad password for root",
      " app[3]: bad password for root",
    ),
    [CONNECTION],
  );
  assert.deepEqual(
    failures.map(({ host, user, lines }) => [host, user, lines]),
    [
      ["192.0.2.1", "root", [
        `${STAMP} app[1]: connection from 192.0.2.1`,
        `${STAMP} app[1]: bad password for root`,
      ]],
    ],
  );
});

Deno.test("merge() forgets the host of before when the process number comes again", () => {
  assert.deepEqual(
    hostsOf(
      CONNECTION,
      " app[1]: connection from 192.0.2.1",
      " app[1]: bad password for root",
      " app[1]: connection from 2001:db8::2",
      " app[1]: bad password for root",
      " app[1]: connection from 192.0.2.3",
      " app[1]: bad password for root",
    ),
    ["192.0.2.1", "2001:db8::2", "192.0.2.3"],
  );
});

Deno.test("merge() reports a failure once its host is told", () => {
  assert.deepEqual(
    hostsOf(
      CONNECTION,
      " app[1]: bad password for root",
      " app[1]: connection from 192.0.2.1",
    ),
    ["192.0.2.1"],
  );
});

Deno.test("merge() takes a login back that came after failures without a host", () => {
  assert.deepEqual(
    hostsOf(
      CONNECTION,
      " app[1]: bad password for root",
      " app[1]: accepted root",
      " app[1]: connection from 192.0.2.1",
    ),
    [],
  );
});

Deno.test("merge() takes a login as another user for a failure", () => {
  const { failures } = matchText(
    logOf(
      " app[1]: connection from 192.0.2.1",
      " app[1]: bad password for root",
      " app[1]: accepted ann",
    ),
    [CONNECTION],
  );
  assert.deepEqual(failures.map(({ users }) => users), [["root"], [
    "root",
    "ann",
  ]]);
});

Deno.test("merge() forgets a connection that was closed, and after five minutes", () => {
  assert.deepEqual(
    hostsOf(
      CONNECTION,
      " app[1]: connection from 192.0.2.1",
      " app[1]: closed",
      " app[1]: bad password for root",
    ),
    [],
  );
  const feed = createFeed(CONNECTION);
  feed(" app[1]: connection from 192.0.2.1", 0);
  assert.equal(feed(" app[1]: bad password for root", 299).length, 1);
  assert.equal(feed(" app[1]: bad password for root", 300).length, 0);
});

Deno.test("merge() keeps a hundred connections", () => {
  const lines = Array.from(
    { length: 101 },
    (_, i) => ` app[${i}]: connection from 192.0.2.${i}`,
  );
  assert.deepEqual(
    hostsOf(
      CONNECTION,
      ...lines,
      " app[0]: bad password for root",
      " app[2]: bad password for root",
    ),
    ["192.0.2.2"],
  );
});

/** @returns a function that has one line matched, so many seconds after now */
function createFeed(
  jail: MatchJail,
): (line: string, afterSeconds: number) => Pick<Failure, "host">[] {
  const matcher = createMatcher([jail], { localTime: utc });
  return (line, afterSeconds) => {
    const found: Pick<Failure, "host">[] = [];
    matcher.match(
      chunkOf(logOf(line)),
      NOW + afterSeconds,
      ({ host }) => found.push({ host }),
    );
    return found;
  };
}

import assert from "node:assert/strict";
import type { LogStart } from "../../src/config/types.ts";
import { createMatcher } from "../../src/match/matcher.ts";
import type { MatchJail } from "../../src/match/types.ts";
import { jailOf, NOW, utc } from "./fixtures.ts";

/** Minutes ago; undefined is a line without a date. */
type Age = number | undefined;

/** @returns ages of the lines that count, by the time that they count at; `now` for those of no age */
function countedAges(
  jails: readonly MatchJail[],
  ages: readonly Age[],
): Record<string, readonly number[]> {
  const matcher = createMatcher(jails, { localTime: utc });
  const counted: Record<string, number[]> = {};
  const text = ages.map((age) =>
    `${
      age === undefined ? "" : Math.floor(NOW - 60 * age)
    } failed from 192.0.2.7\n`
  ).join("");
  matcher.match(
    {
      source: "log",
      bytes: new TextEncoder().encode(text),
      isCatchUp: true,
      isFirstSight: true,
    },
    NOW,
    ({ jail, timeSeconds }) =>
      (counted[jail] ??= []).push(Math.round((NOW - timeSeconds) / 60)),
  );
  return counted;
}

function jailWith(name: string, start?: LogStart): MatchJail {
  return jailOf({
    name,
    dateFormat: "epoch",
    failPatterns: ["failed from <HOST>$"],
    findTimeSeconds: 600,
    start,
  });
}

Deno.test("Matcher counts what was there when a log is met, as far as each jail looks back", () => {
  const jails = [
    jailWith("default"),
    jailWith("all", "beginning"),
    jailWith("none", "end"),
    jailWith("ago", { agoSeconds: 3600 }),
    jailWith("since", { sinceSeconds: NOW - 7200 }),
  ];
  assert.deepEqual(countedAges(jails, [9000, 110, 50, 5]), {
    default: [5],
    all: [9000, 110, 50, 5],
    ago: [50, 5],
    since: [110, 50, 5],
  });
});

Deno.test("Matcher dates lines without a date by the one before, and counts them undated only where all lines do", () => {
  const jails = [
    jailWith("all", "beginning"),
    jailWith("ago", { agoSeconds: 3600 }),
  ];
  assert.deepEqual(countedAges(jails, [undefined, 50, undefined]), {
    all: [0, 50, 50],
    ago: [50, 50],
  });
});

Deno.test("Matcher takes a stamp that lies ahead for now when a log is met", () => {
  assert.deepEqual(countedAges([jailWith("all", "beginning")], [-30]), {
    all: [0],
  });
});

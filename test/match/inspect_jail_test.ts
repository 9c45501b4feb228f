import assert from "node:assert/strict";
import { inspectJail } from "../../src/match/inspect_jail.ts";
import type { MatchJail } from "../../src/match/types.ts";
import { exactJail, jailOf } from "./fixtures.ts";

/** Role, engine, and the literals' texts or why there are none. */
function shapesOf(jail: MatchJail) {
  return inspectJail(jail).map(({ role, engine, literals }) => [
    role,
    engine,
    "declined" in literals
      ? literals.declined
      : literals.literals.map(({ text }) => text),
  ]);
}

Deno.test("inspectJail() tells engine and literals of each pattern", () => {
  const jail = jailOf({
    failPatterns: ["Invalid user .* from <HOST>$", "(?!x).*<HOST>"],
    ignorePatterns: ["from 192\\.0\\.2\\.9"],
  });
  assert.deepEqual(shapesOf(jail), [
    ["fail", "linear", ["Invalid user "]],
    ["fail", "bounded", "no literal"],
    ["ignore", "linear", ["from 192.0.2.9"]],
  ]);
});

Deno.test("inspectJail() tells what bounds the time, and what an attacker may do", () => {
  const [plain, ahead] = inspectJail(jailOf({
    failPatterns: ["^Invalid user from <HOST>$", "(?!x).*<HOST>"],
  }));
  assert.match(plain?.bound ?? "", /^linear time, \d+ steps beyond 128/);
  assert.equal(plain?.lint, undefined);
  assert.match(ahead?.bound ?? "", /^\d+ steps$/);
  assert.match(ahead?.lint ?? "", /take text of an attacker/);
});

Deno.test("inspectJail() takes a prefix pattern's literals where a pattern has none", () => {
  const jail = exactJail({
    datePattern: "{^LN-BEG}",
    prefixPattern: "^app error: <F-CONTENT>.*</F-CONTENT>$",
    failPatterns: ["^<HOST>$", "^connection refused to <HOST>$"],
  });
  assert.deepEqual(shapesOf(jail), [
    ["prefix", "linear", ["app error:"]],
    ["fail", "linear", ["app error:"]],
    ["fail", "linear", ["connection refused to "]],
  ]);
});

Deno.test("inspectJail() tells why a pattern of several lines meets every line", () => {
  const failPatterns = ["error$<SKIPLINES>^connection refused to <HOST>$"];
  const jail = exactJail({ maxLines: 5, failPatterns });
  assert.equal(shapesOf(jail)[0]?.[2], "several lines");
});

Deno.test("inspectJail() halves literals where dates may stand in a word", () => {
  const failPatterns = ["^connection refused to <HOST>$"];
  const [, , literals] = shapesOf(exactJail({ failPatterns }))[0] ?? [];
  assert.deepEqual(literals, ["connection ", "refused to "]);
});

Deno.test("inspectJail() tells by what the conditions of a jail are looked up, and how patterns are spelled in JSON", () => {
  const jail = jailOf({
    failPatterns: ['user "bob" denied <HOST>$'],
    json: {
      message: ["log"],
      conditions: [
        { name: "ok", path: ["ok"], oneOf: [false] },
        { name: "stream", path: ["stream"], pattern: "^std(?:err|out)$" },
        { name: "0", path: ["0"], oneOf: [true] },
      ],
    },
  });
  assert.deepEqual(shapesOf(jail), [
    ["match", "json", ['"ok"', "\\u00"]],
    ["match", "linear", ["stderr", "stdout", "\\u00"]],
    ["match", "json", "too short"],
    ["fail", "linear", [" denied ", "\\u00"]],
  ]);
});

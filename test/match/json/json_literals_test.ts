import assert from "node:assert/strict";
import fc from "fast-check";
import type { JsonCondition } from "../../../src/config/types.ts";
import { compileCondition } from "../../../src/match/json/json_conditions.ts";
import {
  literalsOfCondition,
  spellInJson,
} from "../../../src/match/json/json_literals.ts";
import { parseJsonLine } from "../../../src/match/json/json_reader.ts";
import { compilePattern } from "../../../src/match/compile.ts";
import { holdsAny } from "../../../src/match/literal_sets.ts";
import { createDice, type Dice } from "../pattern_samples.ts";

/** Writes a text with escapes here and there. */
function spellText(text: string, dice: Dice): string {
  const letters = Array.from(text, (letter) => spellUnits(letter, dice));
  return `"${letters.join("")}"`;
}

const SHORT = new Map([
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["/", "\\/"],
  ["\b", "\\b"],
  ["\f", "\\f"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

function spellUnits(letter: string, dice: Dice): string {
  const mustEscape = letter < " " || letter === '"' || letter === "\\";
  if (!mustEscape && dice(8) > 0) return letter;
  const short = SHORT.get(letter);
  if (short !== undefined && dice(2) === 0) return short;
  return letter.split("").map((unit) => {
    const hex = unit.charCodeAt(0).toString(16).padStart(4, "0");
    return `\\u${dice(2) === 0 ? hex : hex.toUpperCase()}`;
  }).join("");
}

/** Moves the point of a whole number's digits, appends zeros, or comes to it from below. */
function spellNumber(value: number, dice: Dice): string {
  if (dice(3) === 0 || value <= 0) return String(value);
  const isBelow = dice(4) === 0;
  const digits = isBelow
    ? String(value - 1).replace(/^0$/, "") + "9".repeat(25)
    : value + "0".repeat(dice(4));
  const whole = isBelow ? digits.length - 25 : String(value).length;
  const stripped = isBelow ? digits : stripZeros(digits, dice);
  const most = dice(2) === 0 ? stripped.length : Math.min(5, stripped.length);
  const point = dice(most + 1);
  const e = dice(2) === 0 ? "e" : "E";
  const sign = whole - point >= 0 && dice(2) === 0 ? "+" : "";
  const exponent = whole === point ? "" : `${e}${sign}${whole - point}`;
  const [head, tail] = [stripped.slice(0, point), stripped.slice(point)];
  if (head === "") return `0.${tail}${exponent}`;
  return tail === "" ? `${head}${exponent}` : `${head}.${tail}${exponent}`;
}

function stripZeros(digits: string, dice: Dice): string {
  const least = digits.replace(/0+$/, "");
  const zeros = digits.length - least.length;
  return least + "0".repeat(dice(zeros + 1));
}

function spell(value: unknown, dice: Dice): string {
  const blank = () => ["", "", " ", "  ", "\t", " \r"][dice(6)] ?? "";
  if (typeof value === "string") return spellText(value, dice);
  if (typeof value === "number") return spellNumber(value, dice);
  if (Array.isArray(value)) {
    return `[${value.map((item) => spell(item, dice)).join(",")}]`;
  }
  if (typeof value !== "object" || value === null) return String(value);
  const members = Object.entries(value).map(([key, inner]) =>
    `${spellText(key, dice)}${blank()}:${blank()}${spell(inner, dice)}`
  );
  return `{${blank()}${members.join(`${blank()},`)}${blank()}}`;
}

const scalar = fc.oneof(
  fc.constantFrom<string | number | boolean>(
    401,
    403,
    1,
    10,
    100,
    1000,
    0,
    -1,
    1.5,
    500000,
    "401",
    "http.log.access",
    "GET",
    "/wp-login.php",
    "a\tb",
    "é/x",
    'say "hello"',
    true,
    "",
  ),
  fc.string({ maxLength: 8 }),
  fc.integer({ min: 1, max: 1_000_000 }),
);

const key = fc.constantFrom(
  "status",
  "logger",
  "request",
  "0",
  'a"b',
  "é",
  "ip",
);
const path = fc.array(key, { minLength: 1, maxLength: 3 });

const condition: fc.Arbitrary<JsonCondition> = fc.oneof(
  fc.record({
    name: fc.constant("x"),
    path,
    oneOf: fc.array(scalar, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    name: fc.constant("x"),
    path,
    pattern: fc.constantFrom(
      "^http",
      "(?i)WP-login",
      "401|access",
      "hel+o",
      ".",
    ),
  }),
);

/** An object in which the value stands at the path, perhaps in a list. */
function nest(path: readonly string[], value: unknown, dice: Dice): unknown {
  return path.reduceRight<unknown>((inner, key) => {
    const isList = key === "0" && dice(2) === 0;
    return isList ? [inner] : Object.fromEntries([["x", 1], [key, inner]]);
  }, value);
}

Deno.test("literalsOfCondition() gives literals that every spelling of what fulfils the condition holds", () => {
  let held = 0;
  let filtered = 0;
  fc.assert(
    fc.property(condition, scalar, fc.integer(), (condition, other, seed) => {
      const dice = createDice(seed);
      const compiled = compileCondition(condition);
      const literals = literalsOfCondition(compiled);
      const values = "oneOf" in condition ? condition.oneOf : [other];
      const value = values[dice(values.length)];
      const root = nest(condition.path, value, dice);
      const text = Array.isArray(root) ? "" : spell(root, dice);
      const parsed = parseJsonLine(text, { from: 0, to: text.length });
      if (parsed === undefined || !compiled.holds(parsed)) return;
      held++;
      if ("declined" in literals) return;
      filtered++;
      assert.ok(holdsAny(text, literals.literals), text);
    }),
    { numRuns: 20_000 },
  );
  assert.ok(held > 8000, `${held} held`);
  assert.ok(filtered > 6000, `${filtered} filtered`);
});

Deno.test("spellInJson() gives literals that every spelling of what a pattern matches holds", () => {
  const patterns = [
    'login of "bob" from <HOST>',
    "path /admin/[a-z]+ by <HOST>",
    "(?i)Failed Password for .* from <HOST>",
    "é denied <HOST>",
  ];
  const texts = [
    'login of "bob" from 192.0.2.7',
    "path /admin/x by 192.0.2.7",
    "FAILED password for x from 192.0.2.7",
    "é denied 192.0.2.7",
  ];
  patterns.forEach((pattern, index) => {
    const { literals } = compilePattern(pattern);
    const spelled = spellInJson(literals);
    assert.ok("literals" in spelled, pattern);
    for (let seed = 0; seed < 500; seed++) {
      const text = spellText(texts[index] ?? "", createDice(seed));
      assert.ok(holdsAny(text, spelled.literals), text);
    }
  });
});

Deno.test("literalsOfCondition() tells a value by what it is spelled like, else by its key", () => {
  const textsOf = (condition: JsonCondition) => {
    const literals = literalsOfCondition(compileCondition(condition));
    return "literals" in literals
      ? literals.literals.map(({ text }) => text)
      : literals.declined;
  };
  const name = "x";
  assert.deepEqual(
    textsOf({ name, path: ["logger"], oneOf: ["http.log.access"] }),
    ['"http.log.access"', "\\u00"],
  );
  assert.deepEqual(
    textsOf({ name, path: ["a", "isDenied"], oneOf: [true] }),
    ['"isDenied"', "\\u00"],
  );
  assert.deepEqual(textsOf({ name, path: ["0"], oneOf: [true] }), "too short");
  const status = textsOf({ name, path: ["status"], oneOf: [401] });
  assert.ok(status.includes('"status":401') && !status.includes('"status"'));
});

import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { GIVEN_UP } from "../../../src/match/bytes/verdicts.ts";
import { expandTags } from "../../../src/match/fail2ban_tags.ts";
import { isAscii } from "../../../src/match/plain_text.ts";
import { parsePattern } from "../../../src/match/parse_pattern.ts";
import { createDice, patternSample } from "../pattern_samples.ts";
import { sequence, subject } from "../random_patterns.ts";
import { ByteBench, runBounded } from "./support.ts";

/** A line holds one newline, at its end. */
const line = subject.map((text) => `${text.replaceAll("\n", "")}\n`);

Deno.test("ByteRoom.compile() makes patterns that hit as Python's rules say", () => {
  let compared = 0;
  fc.assert(
    fc.property(
      sequence.map(nameGroups),
      fc.array(line, { minLength: 4, maxLength: 8 }),
      (source, lines) => {
        compared += compare(source, lines);
      },
    ),
    { numRuns: 3000 },
  );
  ok(compared > 3000, `${compared} lines compared`);
});

Deno.test("ByteRoom.compile() makes patterns that hit texts of their language", () => {
  let compared = 0;
  fc.assert(
    fc.property(patternSample, fc.integer(), (sample, seed) => {
      const dice = createDice(seed);
      const lines = Array.from({ length: 4 }, () => {
        const text = sample.makeText({ dice, ignoresCase: false });
        return `${"x ".repeat(dice(2))}${text.replaceAll("\n", "")}\n`;
      });
      compared += compare(sample.source, lines.filter((it) => isAscii(it)));
    }),
    { numRuns: 3000 },
  );
  ok(compared > 2000, `${compared} lines compared`);
});

/** Parts that may take nothing, in repeats of all kinds. */
const { emptyish } = fc.letrec<{ emptyish: string; part: string }>((tie) => ({
  part: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("a", "b", "[ab]", "a*", "b*?", "(?:)", "[^a]*", "$", "\\b"),
    fc.tuple(
      tie("emptyish"),
      fc.constantFrom("", "*", "+", "?", "*?", "+?", "??", "{2}", "{0,2}"),
    ).map(([inner, mark]) => `(?:${inner})${mark}`),
    fc.tuple(tie("emptyish"), tie("emptyish"))
      .map(([a, b]) => `(?:${a}|${b})`),
  ),
  emptyish: fc.array(tie("part"), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.join("")),
}));

Deno.test("ByteRoom.compile() makes patterns whose repeats may take nothing hit as Python's rules say", () => {
  let compared = 0;
  fc.assert(
    fc.property(
      emptyish.map((inner) => `(?P<x>${inner})(?P<y>c?b?)`),
      fc.array(line, { minLength: 4, maxLength: 8 }),
      (source, lines) => {
        compared += compare(source, lines);
      },
    ),
    { numRuns: 3000 },
  );
  ok(compared > 10_000, `${compared} lines compared`);
});

/** Groups that may be left out, and conditions on them; `@` is any part. */
const CONDITIONS = [
  "(?P<g>@)?@(?(g)@|@)@",
  "^(?:(?P<g>@)|@)@(?(g)@|@)$",
  "(?P<g>@)?(?P<h>@)??@(?(h)@(?(g)@|@)|(?P<i>@))@(?(i)@)",
  "(?:@(?P<g>@)@)?(?:a@|(?(g)@b|b@))*?@$",
  "^(?:(?P<g>@)@|(?(g)@|@)@)(?(g)@|@)",
  "(?P<g>a)?(?:b(?(g)@|@)){0,3}(?P<h>@)",
  "(?P<g>a)?@(?(g)(?P<h>@)|@)@(?(h)a|b)",
];

const conditional = fc.tuple(
  fc.constantFrom(...CONDITIONS),
  fc.array(emptyish, { minLength: 12, maxLength: 12 }),
).map(([form, parts]) => {
  let at = 0;
  return form.replaceAll("@", () => `(?:${parts[at++]})`);
});

Deno.test("ByteRoom.compile() makes patterns with conditions hit as Python's rules say", () => {
  let compared = 0;
  fc.assert(
    fc.property(
      conditional,
      fc.array(line, { minLength: 4, maxLength: 8 }),
      (source, lines) => {
        compared += compare(source, lines);
      },
    ),
    { numRuns: 1000 },
  );
  ok(compared > 3000, `${compared} lines compared`);
});

/** @returns how many lines were compared: none where the pattern is left to others */
function compare(source: string, lines: readonly string[]): number {
  const parsed = parsePattern(source);
  const bench = new ByteBench();
  const pattern = bench.compile(parsed);
  if (pattern === undefined) return 0;
  for (const text of lines) {
    const hit = bench.run(pattern, text);
    if (hit === GIVEN_UP) continue;
    deepEqual(hit, runBounded(parsed, text), `${source} on ${text}`);
  }
  return lines.length;
}

/** Names groups, so that what they caught is compared too. */
function nameGroups(source: string): string {
  let count = 0;
  return source.replaceAll(/\((?!\?)/g, () => `(?P<g${count++}>`);
}

for (
  const [pattern, text] of [
    [
      "^Failed \\S+ for (?:invalid user )?<F-USER>.*</F-USER> from <ADDR> port \\d+(?: ssh\\d)?$",
      " Failed password for x from 1.2.3.4 port 2 from 192.0.2.7 port 22 ssh2\n",
    ],
    [
      "^(?:<\\d{1,3}>1?)? *(?:[\\w.:-]*[\\w.-] +){0,2}(?P<x>sshd(?:\\[\\d+\\]| \\d+)):",
      " box sshd[4211]: text\n",
    ],
    ["from <HOST>(?: via (?P<y>\\S+))?$", "from host.example.org via x\n"],
    ["from <HOST>(?: via (?P<y>\\S+))?\\s*$", "from 2001:db8::1  \n"],
  ] as const
) {
  Deno.test(`ByteRoom.compile() makes ${pattern} hit as Python's rules say`, () => {
    for (const hosts of ["whole", "name"] as const) {
      const parsed = hosts === "whole"
        ? parsePattern(pattern.replaceAll(/<(ADDR|HOST)>/g, "<HOST>"))
        : parsePattern(expandTags(pattern, "warn"));
      for (const line of [text, text.trimStart()]) {
        const bench = new ByteBench();
        const bytes = bench.compile(parsed);
        ok(bytes !== undefined);
        deepEqual(bench.run(bytes, line), runBounded(parsed, line));
      }
    }
  });
}

Deno.test("ByteRoom.compile() leaves patterns to others that need a group's text", () => {
  const bench = new ByteBench();
  const sources = [
    ...["(a)\\1", "(?:(?P<x>a)|b)+", "(?>a)b", "(?P<x>a){0}b"],
    // Conditions on groups without a name, and within a look.
    ...["(a)?(?(1)b|c)", "(?P<x>a)?(?=(?(x)b|c))"],
  ];
  for (const source of sources) {
    equal(bench.compile(parsePattern(source)), undefined, source);
  }
});

Deno.test("ByteRoom.compile() says nothing about a line on which a look-ahead tries too many ways", () => {
  const parsed = parsePattern("^(?!(?:[ab]*a){4}c)a");
  const bench = new ByteBench();
  const pattern = bench.compile(parsed);
  ok(pattern !== undefined);
  equal(bench.run(pattern, `${"a".repeat(60)}\n`), GIVEN_UP);
});

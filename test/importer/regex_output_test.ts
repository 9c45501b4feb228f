import assert from "node:assert/strict";
import fc from "fast-check";
import { readPythonText } from "../../importer/python_literal.ts";
import {
  readRegexOutput,
  type RegexEvent,
} from "../../importer/regex_output.ts";

const HEAD = "2026-11-20 19:08:03,496 fail2ban.filter         [71]: ";

function failure(host: string, timeSeconds: number | null): RegexEvent {
  return { kind: "failure", failure: { host, timeSeconds } };
}

/** Lines of output, and what they tell. */
const CASES: readonly (readonly [string, string, RegexEvent | undefined])[] = [
  ["the next line", `${HEAD}TRACE  T: Working on line 'x'`, { kind: "line" }],
  ["a line with a quote", `${HEAD}TRACE  T: Working on line "it's"`, {
    kind: "line",
  }],
  ["the next line of an older version", "T: Working on line 'x'", {
    kind: "line",
  }],
  [
    "a match",
    `${HEAD}TRACE  T:   Matched failregex 3: {'ip4': 'x'}`,
    undefined,
  ],
  [
    "a line that poses as another",
    `${HEAD}WARNINGW: Match without a timestamp: T: Working on line 'x'`,
    undefined,
  ],
  ["an empty line", "", undefined],
  [
    "a failure",
    "['192.0.2.7',\t1795201683.0,\t{'ip4': '192.0.2.7'}],",
    failure("192.0.2.7", 1_795_201_683),
  ],
  [
    "a failure in another notation",
    "['2001:DB8::1',\t1795201683,\t{}],",
    failure("2001:db8::1", 1_795_201_683),
  ],
  [
    "an id with quotes and escapes",
    String.raw`["a'b\"\\\n\x1b\u202e\U0001f600"` + ",\t1.5,\t{}],",
    failure("a'b\"\\\n\x1b\u202e😀", 1.5),
  ],
  [
    "an id with brackets",
    "['],\\t1,\\t[',\t7.0,\t{}],",
    failure("],\t1,\t[", 7),
  ],
  [
    "a failure without a time",
    "['192.0.2.7',\tNone,\t{}],",
    failure("192.0.2.7", null),
  ],
  [
    "a failure of several ids",
    "[('a', 'b'),\t7.0,\t{}],",
    failure("('a', 'b')", 7),
  ],
  ["a failure cut short", "['192.0.2.7',\t179", failure("192.0.2.7", null)],
  ["a pending failure", "[None,\t7.0,\t{}],", undefined],
  ["half a row", "['192.0", undefined],
  ["words", "ERROR: failed to load filter x", {
    kind: "words",
    text: "ERROR: failed to load filter x",
  }],
];

for (const [name, line, event] of CASES) {
  Deno.test(`readRegexOutput() reads ${name}`, () => {
    assert.deepEqual(readRegexOutput(line), event);
  });
}

Deno.test("readPythonText() reads what Python's repr() writes, whatever the text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const printed = repr(text);
    assert.deepEqual(readPythonText(`[${printed},`, 1), {
      text,
      end: printed.length + 1,
    });
  }));
});

Deno.test("readRegexOutput() takes any line", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    readRegexOutput(`['${text}`);
    readRegexOutput(text);
  }));
});

/** As Python quotes a text. */
function repr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === quote || character === "\\") return `\\${character}`;
    if (character === "\n") return "\\n";
    if (code >= 32 && code < 127) return character;
    const digits = code.toString(16);
    if (code < 256) return `\\x${digits.padStart(2, "0")}`;
    return code < 0x10000
      ? `\\u${digits.padStart(4, "0")}`
      : `\\U${digits.padStart(8, "0")}`;
  });
  return `${quote}${body.join("")}${quote}`;
}

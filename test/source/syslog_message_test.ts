import { deepStrictEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import { parseSyslogMessage } from "../../src/source/syslog_message.ts";

const DECODER = new TextDecoder();

/** @returns stamp and line */
function parse(text: string): [string, string] {
  const bytes = new TextEncoder().encode(text);
  const { stamp, head, from, to } = parseSyslogMessage(bytes);
  return [stamp, head + DECODER.decode(bytes.subarray(from, to))];
}

const LOCAL = "Nov  6 15:04:05";
const ZONED = "2026-11-06T15:04:05.003+01:00";
const LINE = "box sshd[42]: Failed password";

/** What a message is, and the stamp and line that come of it. */
const CASES: readonly (readonly [string, string, string, string])[] = [
  ["RFC 3164", `<38>${LOCAL} ${LINE}`, LOCAL, LINE],
  ["no priority", `${LOCAL} ${LINE}`, LOCAL, LINE],
  ["a stamp with a zone", `<38>${ZONED} ${LINE}`, ZONED, LINE],
  [
    "no host",
    `<38>${LOCAL} sshd[42]: Failed password`,
    LOCAL,
    "localhost sshd[42]: Failed password",
  ],
  ["no host and no number", `<38>${LOCAL} a.b: x`, LOCAL, "localhost a.b: x"],
  ["an IPv6 host", `<38>${LOCAL} fe80::1 a: x`, LOCAL, "fe80::1 a: x"],
  ["text alone", "<38>Failed password", "", "Failed password"],
  ["a blank before text", "<38> Failed: password", "", "Failed: password"],
  ["no syslog at all", "Failed: password", "", "Failed: password"],
  [
    "a second stamp",
    `<38>${LOCAL} box a: ${LOCAL} x`,
    LOCAL,
    `box a: ${LOCAL} x`,
  ],
  ["what ends a message", `<38>${LOCAL} ${LINE}\n\0\r\n`, LOCAL, LINE],
  ["RFC 5424", `<38>1 ${ZONED} box sshd 42 - - Failed password`, ZONED, LINE],
  [
    "rsyslog's RFC 5424",
    `<38>1 ${ZONED} box sshd 42 - -  Failed password`,
    ZONED,
    LINE,
  ],
  [
    "RFC 5424 with data, and the mark of UTF-8",
    `<38>1 ${ZONED} box sshd 42 ID47 [a@1 b="] \\" c"][d] \ufeffFailed password`,
    ZONED,
    LINE,
  ],
  [
    "RFC 5424 in which nothing is said",
    "<38>1 - - - - - - Failed password",
    "",
    "localhost Failed password",
  ],
  ["RFC 5424 without text", "<38>1 - box a - - -", "", "box a: "],
  [
    "RFC 5424 with data that has no end",
    '<38>1 - box a 1 - [b c="] Failed',
    "",
    'box a[1]: [b c="] Failed',
  ],
  [
    "RFC 5424 with another stamp",
    `<38>1 ${LOCAL.replaceAll(" ", "_")} box a - - - x`,
    "",
    "box a: x",
  ],
  ["nothing", "", "", ""],
  ["a priority alone", "<38>\n", "", ""],
  ["a stamp alone", `<38>${LOCAL} \n`, LOCAL, ""],
];

for (const [name, text, stamp, line] of CASES) {
  Deno.test(`parseSyslogMessage() reads ${name}`, () => {
    deepStrictEqual(parse(text), [stamp, line]);
  });
}

Deno.test("parseSyslogMessage() stays within any bytes", () => {
  const heads = ["", "<3", "<38>", "<38>1 - - - - - [", `<38>${LOCAL} `];
  fc.assert(fc.property(
    fc.constantFrom(...heads),
    fc.uint8Array({ maxLength: 2000 }),
    (head, tail) => {
      const bytes = new Uint8Array([
        ...new TextEncoder().encode(head),
        ...tail,
      ]);
      const { from, to, head: ascii } = parseSyslogMessage(bytes);
      ok(from >= 0 && from <= to && to <= bytes.length);
      ok(/^[ -~]*$/.test(ascii));
    },
  ));
});

import assert from "node:assert/strict";
import {
  formatJournalMatch,
  parseJournalMatch,
  toMatchArguments,
} from "../../src/config/journal_match.ts";

Deno.test("parseJournalMatch() takes words of one field for alternatives, and + and each text for others", () => {
  const match = parseJournalMatch([
    "_COMM=sshd _SYSTEMD_UNIT=b _SYSTEMD_UNIT=a + SYSLOG_IDENTIFIER=x",
    '+ "_EXE=/usr/bin/a b"',
  ]);
  assert.deepEqual(
    match.map((terms) =>
      [...terms].map(([field, values]) => [field, [...values].sort()])
    ),
    [
      [["_EXE", ["/usr/bin/a b"]]],
      [["SYSLOG_IDENTIFIER", ["x"]]],
      [["_COMM", ["sshd"]], ["_SYSTEMD_UNIT", ["a", "b"]]],
    ],
  );
});

Deno.test("formatJournalMatch() gives equal matches equal texts, which read back to the same", () => {
  const text = formatJournalMatch(
    parseJournalMatch(['_PID=1 _COMM=b _COMM=a + A=\\ x\\"y', "A=1+2"]),
  );
  const other = formatJournalMatch(
    parseJournalMatch(["A=1+2 + 'A= x\"y'", "_COMM=a _PID=1 _COMM=b _PID=1"]),
  );
  assert.equal(text, other);
  assert.equal(formatJournalMatch(parseJournalMatch([text])), text);
  assert.equal(formatJournalMatch(parseJournalMatch([])), "");
});

Deno.test("parseJournalMatch() refuses what journalctl could take for an option, a path or another word", () => {
  const lines = [
    "--root=/tmp -M",
    "/usr/sbin/sshd",
    "_comm=a __CURSOR=b 1A=c =d",
    "A=b\\\nc",
    "'A=b",
    `A=${"x".repeat(5000)}`,
    "A=--x",
  ];
  const states: string[] = [];
  const match = parseJournalMatch(
    lines,
    ({ state }, line) => states.push(`${line}: ${state}`),
  );
  assert.deepEqual(states, [
    "0: it names no field",
    '0: it has no "="',
    '1: it has no "="',
    ...Array.from({ length: 4 }, () => "2: it names no field"),
    "3: it holds a control character",
    "4: a quote stays open",
    "5: it is too long",
  ]);
  assert.equal(formatJournalMatch(match), "A=--x");
});

Deno.test("toMatchArguments() gives the union of matches, each alternative once", () => {
  const matches = (...texts: string[]) =>
    toMatchArguments(texts.map((text) => parseJournalMatch([text])));
  assert.deepEqual(matches("A=1 B=2 + C=x\\ y", "C='x y' + D=4", "B=2 A=1"), [
    ...["C=x y", "+", "A=1", "B=2", "+", "D=4"],
  ]);
  assert.deepEqual(matches("A=1", ""), []);
});

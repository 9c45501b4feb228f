import assert from "node:assert/strict";
import { ExportParser } from "../../src/source/export_parser.ts";
import { compileMatch, listFields } from "../../src/source/journal_fields.ts";
import { LineBuffer, readTimeSeconds } from "../../src/source/journal_line.ts";
import { parseJournalMatch } from "../../src/config/journal_match.ts";
import { exportOf, type SampleEntry } from "./journal_fixture.ts";
import { toBytes, toText } from "./tail_fixture.ts";

const HEAD = { __CURSOR: "c", __MONOTONIC_TIMESTAMP: "123456789" };
const HOST = { _HOSTNAME: "box" };
const SSHD = { ...HOST, SYSLOG_IDENTIFIER: "sshd" };

for (
  const [entry, line] of [
    [{ ...SSHD, _PID: "7", MESSAGE: "Hi" }, "box sshd[7]: Hi"],
    [{ ...SSHD, _PID: "7", SYSLOG_PID: "8", MESSAGE: "Hi" }, "box sshd[8]: Hi"],
    [{ ...SSHD, SYSLOG_PID: "x", _PID: "7" }, "box sshd[x]:"],
    [{ MESSAGE: "Hi", ...SSHD }, "box sshd: Hi"],
    [{ ...HOST, _COMM: "nginx", _PID: "9", MESSAGE: "Hi" }, "box nginx[9]: Hi"],
    [{ ...SSHD, _COMM: "other", MESSAGE: "Hi" }, "box sshd: Hi"],
    [{ ...HOST, _PID: "9", MESSAGE: "Hi" }, "box Hi"],
    [{ MESSAGE: "Hi" }, "Hi"],
    [
      { ...HOST, SYSLOG_IDENTIFIER: "kernel", MESSAGE: "IN=eth0" },
      "box kernel: [  123.456789] IN=eth0",
    ],
    [{
      ...HOST,
      SYSLOG_IDENTIFIER: "kernel",
      _SOURCE_MONOTONIC_TIMESTAMP: "5000",
      MESSAGE: "x",
    }, "box kernel: [    0.005000] x"],
    [
      { ...HOST, SYSLOG_IDENTIFIER: "kernel", _PID: "1", MESSAGE: "x" },
      "box kernel[1]: x",
    ],
    [{ ...SSHD, MESSAGE: "two\nlines\n" }, "box sshd: two\\nlines\\n"],
    [
      { _HOSTNAME: "b\nx", SYSLOG_IDENTIFIER: "s\nd", MESSAGE: "" },
      "b\\nx s\\nd: ",
    ],
    [{ ...SSHD, MESSAGE: "a\0\x1b\xffz" }, "box sshd: a\0\x1b\xffz"],
  ] as const
) {
  Deno.test(`add() makes of an entry ${JSON.stringify(line)}`, () => {
    const lines = new LineBuffer();
    read({ ...HEAD, ...entry }, (view) => lines.add(view));
    assert.equal(toText(lines.bytes), `${line}\n`);
  });
}

Deno.test("add() joins several messages, and keeps lines apart", () => {
  const lines = new LineBuffer();
  const entry: SampleEntry = [
    ["MESSAGE", toBytes("one")],
    ["_HOSTNAME", toBytes("box")],
    ["MESSAGE", toBytes("two")],
  ];
  readBytes(exportOf(entry), (view) => {
    lines.add(view);
    lines.add(view);
  });
  assert.equal(toText(lines.bytes), "box one two\nbox one two\n");
  lines.clear();
  assert.equal(lines.length, 0);
});

Deno.test("readTimeSeconds() takes the time of the sender's system before the journal's", () => {
  const times: number[] = [];
  const take = (entry: Readonly<Record<string, string>>) =>
    read(entry, (view) => times.push(readTimeSeconds(view)));
  take({ __REALTIME_TIMESTAMP: "1763665683418331" });
  take({
    __REALTIME_TIMESTAMP: "1763665683418331",
    _SOURCE_REALTIME_TIMESTAMP: "1763665680999999",
  });
  take({ __REALTIME_TIMESTAMP: "soon" });
  assert.deepEqual(times, [1763665683, 1763665680, NaN]);
});

Deno.test("compileMatch() is true for entries that journalctl would give", () => {
  const match = parseJournalMatch(["A=1 A=2 B=x + C=y", "D=z"]);
  const fields = listFields([match]);
  const test = compileMatch(match, fields);
  const fits = (entry: readonly (readonly [string, string])[]) => {
    let is: boolean | undefined;
    const sample = entry.map(([name, value]) =>
      [name, toBytes(value)] as const
    );
    readBytes(exportOf(sample), (view) => is = test(view), fields);
    return is;
  };
  assert.equal(fits([["A", "2"], ["B", "x"]]), true);
  assert.equal(fits([["A", "7"], ["A", "1"], ["B", "x"]]), true);
  assert.equal(fits([["A", "1"], ["B", "xx"]]), false);
  assert.equal(fits([["A", "1"]]), false);
  assert.equal(fits([["B", "x"], ["C", "y"]]), true);
  assert.equal(fits([["D", "z\0"]]), false);
  assert.equal(fits([["MESSAGE", "D=z"]]), false);
});

function read(
  entry: Readonly<Record<string, string>>,
  onEntry: ExportOptions["onEntry"],
): void {
  const sample = Object.entries(entry).map(([name, value]) =>
    [name, toBytes(value)] as const
  );
  readBytes(exportOf(sample), onEntry);
}

type ExportOptions = ConstructorParameters<typeof ExportParser>[0];

function readBytes(
  bytes: Uint8Array,
  onEntry: ExportOptions["onEntry"],
  fields: readonly string[] = listFields([]),
): void {
  new ExportParser({ fields, maxValueBytes: 1000, onEntry }).push(bytes);
}

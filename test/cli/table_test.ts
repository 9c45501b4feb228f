import { match, ok, strictEqual } from "node:assert/strict";
import { PLAIN, styleOf } from "../../src/cli/style.ts";
import { formatPairs, formatTable } from "../../src/cli/table.ts";

Deno.test("formatTable() lines columns up, numbers on the right", () => {
  strictEqual(
    formatTable(["JAIL", "N"], [["sshd", 3], ["a-long-name", 12]]),
    "JAIL          N\nsshd          3\na-long-name  12\n",
  );
});

Deno.test("formatTable() takes more rows than a call can have arguments", () => {
  const rows = Array.from({ length: 300_000 }, (_, i) => [i]);
  strictEqual(formatTable(["N"], rows).length, 7 * 300_001);
});

Deno.test("formatTable() escapes what could move a cursor", () => {
  strictEqual(formatTable(["A"], [["x\x1b[2J\n"]]), "A\nx\\x1b[2J\\x0a\n");
});

Deno.test("formatPairs() lines values up", () => {
  strictEqual(formatPairs([["A", "1"], ["Long", "2"]]), "A     1\nLong  2\n");
});

Deno.test("formatTable() cuts the widest texts until lines fit, and no numbers", () => {
  const rows = [
    ["sshd", "x".repeat(60), "y".repeat(30), 123456],
    ["web", "z", "y", 7],
  ];
  for (const width of [40, 60, 80, 100, 200]) {
    const style = { ...PLAIN, width };
    const table = formatTable(["JAIL", "A", "B", "N"], rows, { style });
    for (const line of table.split("\n")) ok(line.length <= width, line);
    match(table, /^sshd .* 123456$/m);
  }
});

Deno.test("formatTable() cuts nothing in a pipe, and colours nothing where colours are unwanted", () => {
  const context = { isTerminal: false, isColored: false, width: 20 };
  const rows = [["x".repeat(60)]];
  const table = formatTable(["A"], rows, {
    style: styleOf(context),
    tone: () => "bad",
  });
  strictEqual(table, `A\n${"x".repeat(60)}\n`);
});

Deno.test("formatTable() colours cells without moving columns", () => {
  const context = { isTerminal: true, isColored: true, width: 80 };
  const table = formatTable(["A", "B"], [["up", "1"], ["down", "2"]], {
    style: styleOf(context),
    tone: (cell) => cell === "up" ? "good" : undefined,
  });
  // deno-lint-ignore no-control-regex -- what a colour begins with
  match(table, /\x1b\[32mup {2}\x1b\[0m {2}1\n/);
  strictEqual(
    // deno-lint-ignore no-control-regex -- what a colour begins with
    table.replaceAll(/\x1b\[\d+m/g, ""),
    formatTable(["A", "B"], [["up", "1"], ["down", "2"]]),
  );
});

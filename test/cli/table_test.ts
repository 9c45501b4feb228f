import { strictEqual } from "node:assert/strict";
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

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  EvidenceTable,
  type LineMark,
  LINES_A_HOST,
} from "../../src/track/evidence_table.ts";
import { parseNetwork } from "../../src/util/address.ts";

const SEED = Uint32Array.of(1, 2);

function host(number: number) {
  const network = parseNetwork(`10.0.${number >> 8}.${number & 255}`);
  ok(network !== undefined);
  return network;
}

function mark(offset: number): LineMark {
  return { file: 1, offset, byteLength: 9, pattern: 2, timeSeconds: 1000 };
}

Deno.test("EvidenceTable.marksOf() gives the last lines, the oldest first", () => {
  const table = new EvidenceTable({ capacity: 4, seed: SEED });
  deepStrictEqual(table.marksOf(host(1), 0), []);
  table.note(host(1), 0, mark(7));
  deepStrictEqual(table.marksOf(host(1), 0), [mark(7)]);
  for (let i = 0; i < 100; i++) {
    table.note(host(1), 0, mark(i));
    const offsets = table.marksOf(host(1), 0).map(({ offset }) => offset);
    const last = Array.from(
      { length: Math.min(i + 1, LINES_A_HOST) },
      (_, k) => i - k,
    ).reverse();
    deepStrictEqual(offsets.slice(-last.length), last);
    ok(offsets.length <= LINES_A_HOST);
  }
  deepStrictEqual(table.marksOf(host(1), 1), [], "of another jail");
});

Deno.test("EvidenceTable.keep() has a banned host outlive a flood of hosts that fail", () => {
  const table = new EvidenceTable({ capacity: 64, seed: SEED });
  for (let i = 0; i < 16; i++) {
    table.note(host(i), 0, mark(i));
    table.keep(host(i), 0);
  }
  const { byteLength } = table;
  for (let i = 100; i < 20_000; i++) table.note(host(i), 0, mark(i));
  for (let i = 0; i < 16; i++) {
    deepStrictEqual(table.marksOf(host(i), 0), [mark(i)]);
  }
  strictEqual(table.size, 64);
  strictEqual(table.byteLength, byteLength);
});

Deno.test("EvidenceTable leaves room for those who fail now when many are banned", () => {
  const table = new EvidenceTable({ capacity: 64, seed: SEED });
  for (let i = 0; i < 500; i++) {
    table.note(host(i), 0, mark(i));
    table.keep(host(i), 0);
  }
  for (let i = 1000; i < 1010; i++) table.note(host(i), 0, mark(i));
  for (let i = 1000; i < 1010; i++) {
    deepStrictEqual(table.marksOf(host(i), 0), [mark(i)]);
  }
  deepStrictEqual(table.marksOf(host(0), 0), [], "the oldest ban made room");
  deepStrictEqual(table.marksOf(host(499), 0), [mark(499)]);
});

import assert from "node:assert/strict";
import { keepBegin, keepPosition } from "../../src/source/keep_position.ts";
import type { Position } from "../../src/source/types.ts";
import { toBytes } from "./tail_fixture.ts";

function at(inode: number, offset: number, head: string): Position {
  return { device: 1, inode, offset, head: toBytes(head) };
}

const SEVEN = at(7, 90, "one");
const EIGHT = at(8, 50, "two");

Deno.test("keepPosition() does keep the order of two files when the older one is read on", () => {
  const later = at(7, 99, "one and more");
  assert.deepEqual(keepPosition([SEVEN, EIGHT], later), [later, EIGHT]);
});

Deno.test("keepPosition() does forget the oldest of three files", () => {
  const nine = at(9, 1, "three");
  assert.deepEqual(keepPosition([SEVEN, EIGHT], nine), [EIGHT, nine]);
});

Deno.test("keepPosition() does take a file for the newest when it got the inode of an older one", () => {
  for (const other of [at(7, 120, "six"), at(7, 10, "one")]) {
    assert.deepEqual(keepPosition([SEVEN, EIGHT], other), [EIGHT, other]);
  }
});

Deno.test("keepBegin() does take a file for the newest whatever its inode", () => {
  const anew = at(7, 0, "");
  assert.deepEqual(keepBegin([at(7, 0, ""), EIGHT], anew), [EIGHT, anew]);
  assert.deepEqual(keepBegin([SEVEN], at(8, 0, "")), [SEVEN, at(8, 0, "")]);
});

/**
 * A pattern as a WebAssembly module, written once for all memories that it runs in.
 *
 * @module
 */

import { findFirst } from "../bounded/find_first.ts";
import type { ParsedPattern } from "../parsed_pattern.ts";
import { childrenOf, type PatternNode } from "../pattern_tree.ts";
import { BytePatternWriter } from "./byte_pattern_writer.ts";
import { ByteTests, type TableOf } from "./byte_tests.ts";
import { canBeBytes } from "./can_be_bytes.ts";
import { GroupSlots, SLOT_BYTES } from "./group_slots.ts";
import { asciiSetOf, holdsCode } from "./heads.ts";
import { ModuleWriter } from "./module_writer.ts";
import { SHARED_COUNT } from "./variables.ts";

const NEWLINE = 10;

/** Bytes of a table: one for each ASCII character. */
const TABLE_BYTES = 128;

/** The module, and what it needs. */
export interface WrittenPattern {
  readonly module: WebAssembly.Module;
  /** Name of the function that searches. */
  readonly entry: string;
  /** Places of groups, in the first bytes of its part of the memory. */
  readonly slotCount: number;
  /** How much of a memory it needs. */
  readonly byteCount: number;
}

/** Writing takes milliseconds; matchers of the same jails share what was read of their patterns. */
const written = new WeakMap<ParsedPattern, WrittenPattern>();

/** @returns whether another matcher had it written */
export function isWritten(parsed: ParsedPattern): boolean {
  return written.has(parsed);
}

/** @returns undefined where nothing can be made of the pattern */
export function writtenPatternOf(
  parsed: ParsedPattern,
): WrittenPattern | undefined {
  const known = written.get(parsed);
  if (known !== undefined || !canBeBytes(parsed.root)) return known;
  const pattern = writePattern(parsed);
  written.set(parsed, pattern);
  return pattern;
}

function writePattern(parsed: ParsedPattern): WrittenPattern {
  const module = new ModuleWriter(SHARED_COUNT);
  const slotCount = 2 * (parsed.groupCount + 1);
  let byteCount = SLOT_BYTES * slotCount;
  const tableOf = createTables((table) => {
    const place = byteCount;
    byteCount += TABLE_BYTES;
    module.addData(place, table);
    return place;
  });
  const writer = new BytePatternWriter(module, parsed, {
    tests: new ByteTests(tableOf, staysWithin(parsed.root)),
    slots: new GroupSlots(),
  });
  const entry = module.export(writer.write());
  return {
    module: new WebAssembly.Module(module.print()),
    entry,
    slotCount,
    byteCount,
  };
}

/** @returns whether a search begins at the line's beginning alone, and never takes its newline */
function staysWithin(root: PatternNode): boolean {
  return findFirst(root).isAnchored && !takesNewline(root);
}

function takesNewline(node: PatternNode): boolean {
  return node.kind === "set"
    ? holdsCode(asciiSetOf(node.set), NEWLINE)
    : childrenOf(node).some(takesNewline);
}

/** @returns what adds each table once */
function createTables(add: (table: Uint8Array) => number): TableOf {
  const tables = new Map<string, number>();
  return (byteOf) => {
    const table = Uint8Array.from(
      { length: TABLE_BYTES },
      (_, code) => byteOf(code),
    );
    const key = table.join();
    const known = tables.get(key) ?? add(table);
    tables.set(key, known);
    return known;
  };
}

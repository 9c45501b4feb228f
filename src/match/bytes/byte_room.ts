/**
 * Where patterns run on bytes: a part of the scan's memory, in which the lines lie as well.
 *
 * @module
 */

import type { ParsedPattern } from "../parsed_pattern.ts";
import type { MemoryPart } from "../prefilter/memory_plan.ts";
import { BytePatternWriter } from "./byte_pattern_writer.ts";
import { ByteTests, SHARED_COUNT } from "./byte_tests.ts";
import { canBeBytes } from "./can_be_bytes.ts";
import { SLOT_BYTES } from "./group_slots.ts";
import { type AsciiSet, holdsCode } from "./heads.ts";
import { ModuleWriter } from "./module_writer.ts";

/** Bytes of a table that tells members of a set. */
const TABLE_BYTES = 128;

/** Room for some three hundred patterns, which take a kilobyte each at the most. */
export const ROOM_BYTES = 256 << 10;

/** A pattern that runs on bytes. */
export interface BytePattern {
  readonly parsed: ParsedPattern;
  /**
   * Searches a line of ASCII that ends with its only newline.
   *
   * @param from place of its first byte in the memory
   * @param to behind its newline
   * @returns the place behind the leftmost hit, `FAILED` or `GIVEN_UP`
   */
  readonly run: (from: number, to: number) => number;
  /** First and last place of each group after a hit, the whole hit being group 0; the last is -1 where it took no part. */
  readonly slots: Int32Array;
}

/** Gives patterns their places; what there is no room for stays with the other engines. */
export class ByteRoom {
  #room: MemoryPart | undefined;
  #used = 0;

  /** Patterns are bound before there is a memory. */
  open(room: MemoryPart): void {
    this.#room = room;
  }

  /** @returns what runs the pattern on bytes; undefined where nothing can, or where there is no room left */
  compile(parsed: ParsedPattern): BytePattern | undefined {
    const room = this.#room;
    if (room === undefined || !canBeBytes(parsed.root)) return undefined;
    const { memory, place, length } = room;
    const module = new ModuleWriter(SHARED_COUNT);
    let end = place + this.#used;
    const reserve = (bytes: number) => (end += bytes) - bytes;
    const slotCount = 2 * (parsed.groupCount + 1);
    const slotsAt = reserve(SLOT_BYTES * slotCount);
    const tests = new ByteTests(createTables(module, reserve));
    const writer = new BytePatternWriter(module, parsed, { tests, slotsAt });
    const name = module.export(writer.write());
    if (end > place + length) return undefined;
    this.#used = end - place;
    const { exports } = new WebAssembly.Instance(
      new WebAssembly.Module(module.print()),
      { env: { memory } },
    );
    return {
      parsed,
      run: exports[name] as BytePattern["run"],
      slots: new Int32Array(memory.buffer, slotsAt, slotCount),
    };
  }
}

/** @returns what gives each set a table once */
function createTables(
  module: ModuleWriter,
  reserve: (bytes: number) => number,
): (set: AsciiSet) => number {
  const tables = new Map<string, number>();
  return (set) => {
    const key = set.join();
    const known = tables.get(key);
    if (known !== undefined) return known;
    const place = reserve(TABLE_BYTES);
    tables.set(key, place);
    const members = Uint8Array.from(
      { length: TABLE_BYTES },
      (_, code) => holdsCode(set, code) ? 1 : 0,
    );
    module.addData(place, members);
    return place;
  };
}

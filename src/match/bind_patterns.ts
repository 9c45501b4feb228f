/**
 * Compiled patterns become a jail's: with a meter, and with a slot that the lines of a source meet by their literals.
 *
 * @module
 */

import type { ByteRoom } from "./bytes/byte_room.ts";
import type { CompiledPattern } from "./compile.ts";
import type { EngineKind } from "./engine_types.ts";
import { EVERY_LINE, type LiteralTable } from "./literal_table.ts";
import type { JailLiterals } from "./literals_in_jail.ts";
import { MeteredPattern, type RunnablePattern } from "./metered_pattern.ts";
import type { UsageRole } from "./types.ts";

/** How a jail is bound to its source. */
export interface BindOptions {
  /** Of the source. */
  readonly table: LiteralTable;
  /** False makes every line meet every pattern. */
  readonly prefilter: boolean;
  /** Forces an engine. */
  readonly engine: EngineKind | undefined;
  /** Where patterns may run on bytes; absent: nowhere. */
  readonly room?: ByteRoom | undefined;
  /** How the literals of a text are spelled in the bytes of a line; default as they are. */
  readonly spell?: (literals: JailLiterals) => JailLiterals;
}

/** A pattern whose literals were judged in its jail. */
export interface FilterablePattern extends Omit<CompiledPattern, "literals"> {
  readonly literals: JailLiterals;
}

/** A jail's patterns. */
export interface JailPatterns {
  readonly jail: string;
  readonly fail: readonly FilterablePattern[];
  readonly ignore: readonly CompiledPattern[];
  readonly prefix?: CompiledPattern | undefined;
}

/** The same, bound. */
export interface BoundPatterns {
  /** Met by lines on which some fail pattern is to be run. */
  readonly slot: number;
  readonly fail: readonly MeteredPattern[];
  readonly ignore: readonly MeteredPattern[];
  readonly prefix: MeteredPattern | undefined;
  /** All of them. */
  readonly all: readonly MeteredPattern[];
}

/** Gives each fail pattern a slot, met by its literals, and the jail one, met by all of them. */
export function bindPatterns(
  { jail, fail: unspelled, ignore, prefix }: JailPatterns,
  { table, prefilter, room, spell = (literals) => literals }: BindOptions,
): BoundPatterns {
  const fail = unspelled.map((pattern) => ({
    ...pattern,
    literals: spell(pattern.literals),
  }));
  const isFiltered = prefilter &&
    fail.every(({ literals }) => "literals" in literals);
  const jailSlot = isFiltered ? table.createSlot() : EVERY_LINE;
  const meter = (role: UsageRole, compiled: RunnablePattern, slot: number) =>
    new MeteredPattern(compiled, { jail, role, slot, prefilter, room });
  const bound = {
    fail: fail.map((pattern) => meter("fail", pattern, slotOf(pattern))),
    ignore: ignore.map((pattern) => meter("ignore", pattern, EVERY_LINE)),
    prefix: prefix && meter("prefix", prefix, EVERY_LINE),
  };
  const first = bound.prefix === undefined ? [] : [bound.prefix];
  const all = [...first, ...bound.fail, ...bound.ignore];
  return { ...bound, slot: jailSlot, all };

  function slotOf({ literals }: FilterablePattern): number {
    if (!prefilter || "declined" in literals) return EVERY_LINE;
    const slot = table.createSlot();
    table.bind(literals.literals, isFiltered ? [slot, jailSlot] : [slot]);
    return slot;
  }
}

/**
 * What the groups of a filter's patterns caught, with alternatives and tuples put together.
 *
 * @module
 */

import { Caught } from "./caught.ts";
import { type CaughtGroups, type CaughtTexts, GROUP } from "./group_places.ts";
import type { EngineMatch } from "./engine_types.ts";
import { groupOfTag } from "./fail2ban_tags.ts";

/** A group whose text goes to another one, by their places. */
interface Contribution {
  readonly from: number;
  readonly to: number;
}

const COMPOUND = /^(alt|tuple)_(.*?)(?:_\d+)?$/;

/** Gives the groups of a filter their places. */
export class GroupTable {
  readonly #places = new Map<string, number>(Object.entries(GROUP));

  /** How many have one. */
  get size(): number {
    return this.#places.size;
  }

  /** @returns the group's place, a new one where it has none */
  placeOf(name: string): number {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    const place = this.#places.size;
    this.#places.set(name, place);
    return place;
  }

  /** @returns room for the texts of all groups that have a place */
  createTexts(): CaughtTexts {
    // A literal takes half the time of a copy, and nearly all filters have these groups alone.
    // deno-fmt-ignore -- eleven places, as in GROUP
    const texts: CaughtTexts = [
      undefined, undefined, undefined, undefined, undefined, undefined,
      undefined, undefined, undefined, undefined, undefined,
    ];
    while (texts.length < this.#places.size) texts.push(undefined);
    return texts;
  }

  /** @returns room for what a line's patterns catch */
  createCaught(): Caught {
    return new Caught(this.#places.size);
  }

  /** @returns the texts of those that took part, by name */
  nameTexts({ texts }: Caught): CaughtGroups {
    const groups: CaughtGroups = Object.create(null);
    for (const [name, place] of this.#places) {
      if (texts[place] !== undefined) groups[name] = texts[place];
    }
    return groups;
  }
}

/**
 * Reads the groups of one pattern.
 *
 *     alt_user: "root", user: ""               →   user: "root"
 *     fid: "192.0.2.7", tuple_id: "imap"       →   fid: '["192.0.2.7","imap"]'
 */
export class GroupReader {
  readonly #table: GroupTable;
  /** Places of the groups in the order of the pattern; -1 for one that is left out. */
  readonly places: readonly number[];
  readonly #alternatives: readonly Contribution[];
  readonly #tupleParts: readonly Contribution[];
  /** Whether there are neither alternatives nor tuples: each group stands for itself. */
  readonly isPlain: boolean;

  /**
   * @param names of all groups of the pattern
   * @param table gives them their places
   * @param leftOut a group that is not read
   */
  constructor(names: readonly string[], table: GroupTable, leftOut?: string) {
    this.#table = table;
    this.places = names.map((name) =>
      name === leftOut ? -1 : table.placeOf(name)
    );
    this.#alternatives = contributionsOf(names, "alt", table);
    this.#tupleParts = contributionsOf(names, "tuple", table);
    this.isPlain = this.#alternatives.length + this.#tupleParts.length === 0;
  }

  /** @returns what a match of the pattern caught, a new list */
  read(match: EngineMatch): CaughtTexts {
    const texts = this.#table.createTexts();
    this.#copy(match, texts);
    if (this.isPlain) return texts;
    for (const { from, to } of this.#alternatives) {
      if (texts[from] && !texts[to]) texts[to] = texts[from];
    }
    if (this.#tupleParts.length > 0) this.#joinTuples(texts);
    return texts;
  }

  /** Puts what a match of the pattern caught beneath: only what took no part in `texts` is filled in. */
  fill(texts: CaughtTexts, match: EngineMatch): void {
    if (this.isPlain) return this.#copy(match, texts);
    const own = this.read(match);
    for (let place = 0; place < own.length; place++) {
      texts[place] ??= own[place];
    }
  }

  /** Copies what a match caught to places where nothing is yet. */
  #copy(match: EngineMatch, texts: CaughtTexts): void {
    const places = this.places;
    for (let index = 0; index < places.length; index++) {
      const place = places[index] ?? -1;
      if (place >= 0) texts[place] ??= match.groupAt(index);
    }
  }

  #joinTuples(texts: CaughtTexts): void {
    const tuples = new Map<number, (string | null)[]>();
    for (const { from, to } of this.#tupleParts) {
      const parts = tuples.get(to) ?? [texts[to] ?? null];
      tuples.set(to, parts);
      parts.push(texts[from] ?? null);
    }
    for (const [place, parts] of tuples) texts[place] = JSON.stringify(parts);
  }
}

/**
 * Tells what a match caught.
 *
 * @param names of the pattern's groups
 * @returns texts of those that took part
 */
export function presentGroups(
  match: EngineMatch,
  names: readonly string[],
): Record<string, string> {
  const present: Record<string, string> = {};
  for (const name of names) {
    const text = match.group(name);
    if (text !== undefined) present[name] = text;
  }
  return present;
}

function contributionsOf(
  names: readonly string[],
  kind: "alt" | "tuple",
  table: GroupTable,
): Contribution[] {
  return [...names].sort().flatMap((from) => {
    const [, found, target = ""] = COMPOUND.exec(from) ?? [];
    return found === kind
      ? [{ from: table.placeOf(from), to: table.placeOf(groupOfTag(target)) }]
      : [];
  });
}

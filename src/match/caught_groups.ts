/**
 * What the groups of a pattern caught, with alternatives and tuples put together.
 *
 * @module
 */

import type { EngineMatch } from "./engine.ts";
import { groupOfTag } from "./fail2ban_tags.ts";

/** Texts by group; undefined where a group took no part. Without a prototype, since names are a filter's. */
export type CaughtGroups = Record<string, string | undefined>;

/** Nothing is inherited; one object looks like the other, so that V8 reads and fills them fast. */
class Groups {
  [name: string]: string | undefined;
}
Object.setPrototypeOf(Groups.prototype, null);

/** A group whose text goes to another one. */
interface Contribution {
  readonly from: string;
  readonly to: string;
}

const COMPOUND = /^(alt|tuple)_(.*?)(?:_\d+)?$/;

/**
 * Reads the groups of one pattern.
 *
 *     alt_user: "root", user: ""               →   user: "root"
 *     fid: "192.0.2.7", tuple_id: "imap"       →   fid: '["192.0.2.7","imap"]'
 */
export class GroupReader {
  readonly #names: readonly string[];
  readonly #alternatives: readonly Contribution[];
  readonly #tupleParts: readonly Contribution[];

  /** @param names of all groups of the pattern */
  constructor(names: readonly string[]) {
    this.#names = names;
    this.#alternatives = contributionsOf(names, "alt");
    this.#tupleParts = contributionsOf(names, "tuple");
  }

  /** @returns the groups of a match, a new object */
  read(match: EngineMatch): CaughtGroups {
    const groups: CaughtGroups = new Groups();
    for (const name of this.#names) groups[name] = match.group(name);
    for (const { from, to } of this.#alternatives) {
      if (groups[from] && !groups[to]) groups[to] = groups[from];
    }
    if (this.#tupleParts.length > 0) this.#joinTuples(groups);
    return groups;
  }

  #joinTuples(groups: CaughtGroups): void {
    const tuples = new Map<string, (string | null)[]>();
    for (const { from, to } of this.#tupleParts) {
      const parts = tuples.get(to) ?? [groups[to] ?? null];
      tuples.set(to, parts);
      parts.push(groups[from] ?? null);
    }
    for (const [name, parts] of tuples) groups[name] = JSON.stringify(parts);
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

/**
 * Puts the groups of a prefix pattern beneath those of a fail pattern.
 *
 * @returns `own`, where only what took no part is filled in
 */
export function fillGroups(
  own: CaughtGroups,
  prefix: Readonly<CaughtGroups> | undefined,
): CaughtGroups {
  for (const name in prefix) own[name] ??= prefix[name];
  return own;
}

function contributionsOf(
  names: readonly string[],
  kind: "alt" | "tuple",
): Contribution[] {
  return [...names].sort().flatMap((from) => {
    const [, found, target = ""] = COMPOUND.exec(from) ?? [];
    return found === kind ? [{ from, to: groupOfTag(target) }] : [];
  });
}

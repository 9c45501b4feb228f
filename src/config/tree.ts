/**
 * TOML values that know where they stand, so that every later problem can point at its text.
 *
 *     max_retry = 5      table entries: max_retry → { written: "max_retry", key: 1:1, value: scalar 5 at 1:13 }
 *
 * @module
 */

import type { ConfigProblem } from "./types.ts";

/** A stretch of one line of a file. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  readonly length: number;
  /** The whole line. */
  readonly source: string;
}

/** A table, a list or a single value. */
export type Node = TableNode | ListNode | ScalarNode;

/** `[name]` or `{ … }`. A Map, so that no key (`__proto__`) is special. */
export interface TableNode {
  readonly kind: "table";
  readonly place: Place;
  readonly entries: Map<string, Entry>;
}

/** `[ … ]` or `[[name]]`. */
export interface ListNode {
  readonly kind: "list";
  readonly place: Place;
  readonly items: Node[];
}

/** Anything else. */
export interface ScalarNode {
  readonly kind: "scalar";
  readonly place: Place;
  readonly value: string | number | boolean | Date;
  /** What TOML calls it. */
  readonly type: "string" | "integer" | "float" | "boolean" | "date";
}

/** A key of a table with its value. */
export interface Entry {
  /** The key as it stands in the file, where an alias was used. */
  readonly written: string;
  readonly key: Place;
  readonly value: Node;
}

/** Keys and list indexes from a table down. */
export type Path = readonly (string | number)[];

/**
 * Merges `over` into `base`: tables key by key, anything else is replaced. Places stay those of the text that won.
 *
 * @returns a new table; neither argument is changed
 */
export function mergeTables(base: TableNode, over: TableNode): TableNode {
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const old = entries.get(key);
    const isDeep = old?.value.kind === "table" && entry.value.kind === "table";
    entries.set(
      key,
      isDeep ? { ...old, value: mergeTables(old.value, entry.value) } : entry,
    );
  }
  return { ...base, entries };
}

/** @returns the node at `path`, or undefined where there is none */
export function findNode(root: Node, path: Path): Node | undefined {
  let node: Node | undefined = root;
  for (const step of path) node = node && childOf(node, step);
  return node;
}

/** @returns the entry at `path`, whose last step is a key */
export function findEntry(root: Node, path: Path): Entry | undefined {
  const parent = findNode(root, path.slice(0, -1));
  const key = path.at(-1);
  return parent?.kind === "table" && typeof key === "string"
    ? parent.entries.get(key)
    : undefined;
}

/** @returns the place of the value at `path`, or of the nearest table or list around it */
export function findPlace(root: Node, path: Path): Place {
  let node = root;
  for (const step of path) {
    const child = childOf(node, step);
    if (child === undefined) break;
    node = child;
  }
  return node.place;
}

/** @returns plain values; tables have no prototype. */
export function toPlain(node: Node): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(toPlain);
  const plain: Record<string, unknown> = Object.create(null);
  for (const [key, entry] of node.entries) plain[key] = toPlain(entry.value);
  return plain;
}

/** @returns a problem at that place */
export function problemAt(place: Place, message: string): ConfigProblem {
  return { message, ...place };
}

/** @returns an empty table, for what a file leaves out */
export function emptyTable(place: Place): TableNode {
  return { kind: "table", place, entries: new Map() };
}

function childOf(node: Node, step: string | number): Node | undefined {
  if (node.kind === "table") return node.entries.get(String(step))?.value;
  if (node.kind === "list") return node.items[Number(step)];
  return undefined;
}

/**
 * From a schema's issues to problems in words, each with its place.
 *
 * @module
 */

import * as z from "zod/mini";
import { escapeText } from "../util/escape.ts";
import { suggest } from "../util/suggest.ts";
import type { Field } from "./fields.ts";
import {
  findEntry,
  findNode,
  findPlace,
  type Node,
  type Path,
  type Place,
  problemAt,
  type TableNode,
  toPlain,
} from "./tree.ts";
import type { ConfigProblem } from "./types.ts";

/** What belongs to a table beside its schema. */
export interface Section {
  /** For messages: `[jail.sshd]`. */
  readonly name: string;
  /** Other spellings of its keys, for "did you mean". */
  readonly aliases?: ReadonlyMap<string, string>;
  /** Keys that are known and not taken, with what to say of them. */
  readonly refused?: ReadonlyMap<string, string>;
}

/** A table's values by its schema, or what is wrong with it. */
export type Checked<T> =
  | { readonly value: T; readonly problems?: undefined }
  | {
    readonly value?: undefined;
    readonly problems: ConfigProblem[];
    /** The table's keys that the problems are with. */
    readonly keys: ReadonlySet<string>;
  };

/**
 * Checks a table against its schema.
 *
 * @returns the values, or all problems
 */
export function checkTable<T>(
  schema: Field<T>,
  table: TableNode,
  section: Section,
): Checked<T> {
  const result = schema.safeParse(toPlain(table));
  if (result.success) return { value: result.data };
  const problems = result.error.issues.flatMap((issue) =>
    describeIssue(issue, table, section)
  );
  const keys = result.error.issues.flatMap((issue) =>
    issue.path.length === 0 && issue.code === "unrecognized_keys"
      ? issue.keys
      : [String(issue.path[0])]
  );
  return { problems, keys: new Set(keys) };
}

/** @returns `"text"`, `5`, `[…]` or `{…}`, for a message */
export function showNode(node: Node): string {
  if (node.kind === "list") return "[…]";
  if (node.kind === "table") return "{…}";
  if (node.value instanceof Date) {
    return escapeText(
      node.place.source.slice(
        node.place.column - 1,
        node.place.column - 1 + node.place.length,
      ),
      40,
    );
  }
  return typeof node.value === "string"
    ? showText(node.value)
    : String(node.value);
}

/** @returns the text in quotes, escaped and cut, for a message */
export function showText(text: string): string {
  return `"${escapeText(text, 60)}"`;
}

function describeIssue(
  issue: z.core.$ZodIssue,
  table: TableNode,
  section: Section,
): ConfigProblem[] {
  const path = issue.path.filter((step) => typeof step !== "symbol");
  if (issue.code === "unrecognized_keys") {
    const known = issue.message.split(",").filter((key) => key !== "");
    return issue.keys.map((key) =>
      describeUnknownKey(table, [...path, key], { ...section, known })
    );
  }
  const node = findNode(table, path);
  const place = findPlace(table, path);
  if (node === undefined) {
    return [problemAt(
      place,
      `Cannot use ${nameOf(table, path.slice(0, -1), section)}: ${
        path.at(-1)
      } is missing, expected ${issue.message}`,
    )];
  }
  if (issue.message.startsWith("Cannot ")) {
    return [problemAt(place, issue.message)];
  }
  const part = partOf(issue);
  const shown = part === undefined ? showNode(node) : showText(part);
  return [problemAt(
    part === undefined ? place : narrow(place, part),
    `Cannot use ${nameOf(table, path, section)} ${shown}: ${
      stateOf(issue, node)
    }, expected ${issue.message}`,
  )];
}

function describeUnknownKey(
  table: TableNode,
  path: Path,
  section: Section & { readonly known: readonly string[] },
): ConfigProblem {
  const entry = findEntry(table, path);
  const written = entry?.written ?? String(path.at(-1));
  const parent = path.length > 1
    ? nameOf(table, path.slice(0, -1), section)
    : section.name;
  const place = entry?.key ?? table.place;
  const head = `Cannot use key ${showText(written)} in ${parent}`;
  const refused = path.length === 1 ? section.refused?.get(written) : undefined;
  if (refused !== undefined) return problemAt(place, `${head}: ${refused}`);
  const aliases = path.length === 1 ? section.aliases?.keys() ?? [] : [];
  const nearest = suggest(written, [...section.known, ...aliases]);
  return problemAt(
    place,
    nearest === undefined
      ? `${head}: it is not known, expected ${
        section.known.join(", ") || "none"
      }`
      : `${head}: it is not known, did you mean "${nearest}"?`,
  );
}

/** The key as it was written; for an item of a list, the list's key. */
function nameOf(table: TableNode, path: Path, section: Section): string {
  for (let end = path.length; end > 0; end--) {
    const entry = findEntry(table, path.slice(0, end));
    if (entry !== undefined) return entry.written;
  }
  return section.name;
}

function stateOf(issue: z.core.$ZodIssue, node: Node): string {
  if (issue.code === "custom" && typeof issue.params?.state === "string") {
    return issue.params.state;
  }
  if (issue.code === "too_small") return "it is too small";
  if (issue.code === "too_big") return "it is too large";
  const isWord = node.kind === "scalar" && node.type === "string";
  if (issue.code === "invalid_value" && isWord) return "it is not known";
  return `it is ${kindOf(node)}`;
}

function kindOf(node: Node): string {
  if (node.kind !== "scalar") return `a ${node.kind}`;
  const words: Readonly<Record<typeof node.type, string>> = {
    string: "a text",
    integer: "a number",
    float: "a decimal number",
    boolean: "a boolean",
    date: "a date",
  };
  return words[node.type];
}

/** The offending piece of a text, where the issue names one. */
function partOf(issue: z.core.$ZodIssue): string | undefined {
  const part = issue.code === "custom" ? issue.params?.part : undefined;
  return typeof part === "string" && part !== "" ? part : undefined;
}

/** The part's own place, where it stands in the text as it is. */
function narrow(place: Place, part: string): Place {
  const end = place.column - 1 + place.length;
  const index = place.source.slice(0, end).indexOf(part, place.column - 1);
  return index < 0
    ? place
    : { ...place, column: index + 1, length: part.length };
}

/**
 * From TOML text to a tree with places.
 *
 * @module
 */

import { type AST, ParseError, parseTOML } from "toml-eslint-parser";
import { ConfigError } from "./problems.ts";
import {
  emptyTable,
  type Entry,
  type ListNode,
  type Node,
  type Place,
  problemAt,
  type ScalarNode,
  type TableNode,
} from "./tree.ts";

/** Far deeper than any configuration; keeps recursion off the end of the stack. */
const MAX_DEPTH = 32;

/** The parser's messages in the words of ours; others are passed on. */
const SYNTAX_WORDS: ReadonlyMap<string, string> = new Map([
  [
    "Unspecified values are invalid",
    "the value is missing, expected one after =",
  ],
  [
    "Defining a key multiple times is invalid",
    "the key is defined twice, expected once",
  ],
  ["Must be a newline", "text follows the value, expected the end of the line"],
  [
    "Unexpected character",
    "the character has no meaning here, expected a TOML key or value (text needs quotes)",
  ],
  ["Unterminated table-key", "the name of the table does not end, expected ]"],
  ["Unterminated array", "the list does not end, expected ]"],
  ["Unterminated inline table", "the table does not end, expected }"],
  ["Unexpected token", "a key is missing, expected KEY = VALUE or [TABLE]"],
  [
    "Unterminated string constant",
    "the text does not end, expected a closing quote",
  ],
  ["Unexpected invalid date", "there is no such date, expected YYYY-MM-DD"],
  ["Unexpected invalid time", "there is no such time, expected hh:mm:ss"],
  [
    "Invalid character in escape sequence",
    "the escape is not known, expected \\\\ for a backslash, or single quotes around the text",
  ],
]);

/**
 * Parses TOML 1.1.
 *
 * @param file name for places
 * @throws {ConfigError} with one problem when `text` is not TOML, or is nested too deeply
 */
export function parseToml(text: string, file: string): TableNode {
  const lines = text.split(/\r?\n/);
  try {
    const program = parseTOML(text, { tomlVersion: "1.1.0" });
    return new Builder(file, lines).build(program);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    if (error instanceof ParseError) throw describeSyntax(error, file, lines);
    if (error instanceof RangeError) throw tooDeep(placeOfLine(file, lines, 1));
    throw error;
  }
}

function describeSyntax(
  error: ParseError,
  file: string,
  lines: readonly string[],
): ConfigError {
  const unfinished = findUnfinished(error, lines);
  const line = unfinished ?? error.lineNumber;
  const place = placeOfLine(file, lines, line);
  const column = unfinished === undefined
    ? error.column + 1
    : place.source.trimEnd().length;
  const words = unfinished === undefined
    ? SYNTAX_WORDS.get(error.message) ??
      error.message.charAt(0).toLowerCase() + error.message.slice(1)
    : "the value is missing, expected one after =";
  return new ConfigError([
    problemAt({ ...place, column, length: 1 }, `Cannot read TOML: ${words}`),
  ]);
}

/** The parser notices a missing value only at the next token, lines below. @returns the line that ends in `=` */
function findUnfinished(
  error: ParseError,
  lines: readonly string[],
): number | undefined {
  const before = (lines[error.lineNumber - 1] ?? "").slice(0, error.column);
  if (before.trim() !== "") return undefined;
  let line = error.lineNumber - 1;
  while (line > 1 && (lines[line - 1] ?? "").trim() === "") line--;
  return /=\s*$/.test(lines[line - 1] ?? "") ? line : undefined;
}

function tooDeep(place: Place): ConfigError {
  return new ConfigError([
    problemAt(
      place,
      `Cannot read TOML: it is nested too deeply, expected at most ${MAX_DEPTH} levels`,
    ),
  ]);
}

function placeOfLine(
  file: string,
  lines: readonly string[],
  line: number,
): Place {
  return { file, line, column: 1, length: 1, source: lines[line - 1] ?? "" };
}

class Builder {
  readonly #file: string;
  readonly #lines: readonly string[];

  constructor(file: string, lines: readonly string[]) {
    this.#file = file;
    this.#lines = lines;
  }

  build(program: AST.TOMLProgram): TableNode {
    const root = emptyTable(placeOfLine(this.#file, this.#lines, 1));
    for (const part of program.body[0].body) {
      if (part.type === "TOMLKeyValue") this.#assign(root, part, 0);
      else this.#open(root, part);
    }
    return root;
  }

  /** `[a.b]` or `[[a.b]]` with the lines below it. */
  #open(root: TableNode, part: AST.TOMLTable): void {
    const place = this.#placeOf(part.key.loc);
    const isArray = part.kind === "array";
    const keys = part.key.keys;
    const parent = this.#descend(
      root,
      isArray ? keys.slice(0, -1) : keys,
      place,
    );
    const table = isArray ? this.#append(parent, keys.at(-1), place) : parent;
    for (const pair of part.body) this.#assign(table, pair, keys.length);
  }

  /** One more table in the list named `key`. */
  #append(
    parent: TableNode,
    key: KeyPart | undefined,
    place: Place,
  ): TableNode {
    const table = emptyTable(place);
    if (key === undefined) return table;
    const name = nameOf(key);
    const list = parent.entries.get(name)?.value;
    if (list?.kind === "list") list.items.push(table);
    else {
      const value: ListNode = { kind: "list", place, items: [table] };
      parent.entries.set(name, this.#entry(key, value));
    }
    return table;
  }

  #assign(table: TableNode, pair: AST.TOMLKeyValue, depth: number): void {
    const keys = pair.key.keys;
    const key = keys.at(-1);
    if (key === undefined) return;
    const place = this.#placeOf(pair.key.loc);
    const parent = this.#descend(table, keys.slice(0, -1), place);
    const value = this.#node(pair.value, depth + keys.length);
    parent.entries.set(nameOf(key), this.#entry(key, value));
  }

  /** Goes down by `keys`, and makes the tables that are not there yet. */
  #descend(
    from: TableNode,
    keys: readonly KeyPart[],
    place: Place,
  ): TableNode {
    if (keys.length > MAX_DEPTH) throw tooDeep(place);
    let table = from;
    for (const key of keys) {
      const found = table.entries.get(nameOf(key))?.value;
      const last = found?.kind === "list" ? found.items.at(-1) : found;
      if (last?.kind === "table") table = last;
      else {
        const made = emptyTable(place);
        table.entries.set(nameOf(key), this.#entry(key, made));
        table = made;
      }
    }
    return table;
  }

  #node(content: AST.TOMLContentNode, depth: number): Node {
    const place = this.#placeOf(content.loc);
    if (depth > MAX_DEPTH) throw tooDeep(place);
    if (content.type === "TOMLArray") {
      const items = content.elements.map((item) => this.#node(item, depth + 1));
      return { kind: "list", place, items };
    }
    if (content.type === "TOMLInlineTable") {
      const table = emptyTable(place);
      for (const pair of content.body) this.#assign(table, pair, depth + 1);
      return table;
    }
    return scalar(content, place);
  }

  #entry(key: KeyPart, value: Node): Entry {
    return { written: nameOf(key), key: this.#placeOf(key.loc), value };
  }

  /** What spans several lines is marked to the end of its first. */
  #placeOf({ start, end }: AST.SourceLocation): Place {
    const source = this.#lines[start.line - 1] ?? "";
    const last = end.line === start.line ? end.column : source.length;
    return {
      file: this.#file,
      line: start.line,
      column: start.column + 1,
      length: Math.max(1, last - start.column),
      source,
    };
  }
}

type KeyPart = AST.TOMLBare | AST.TOMLQuoted;

function nameOf(key: KeyPart): string {
  return key.type === "TOMLBare" ? key.name : key.value;
}

function scalar(content: AST.TOMLValue, place: Place): ScalarNode {
  const kind = content.kind;
  const type = kind === "string" || kind === "integer" || kind === "float" ||
      kind === "boolean"
    ? kind
    : "date";
  return { kind: "scalar", place, value: content.value, type };
}

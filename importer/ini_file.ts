/**
 * One file in the dialect of Python's `configparser`, with the place of each value.
 *
 * @module
 */

import type { ConfigProblem } from "../src/config/types.ts";

/** Where something stands; line and column from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The line's text. */
  readonly source: string;
}

/** A key's value as it stands there, before anything is put in. */
export interface Entry {
  /** Lines of a value over several lines are joined by `\n`, each without its indent. */
  readonly value: string;
  /** Where the value begins. */
  readonly place: Place;
}

/** Keys in lower case, in the order of the file. */
export type Section = Map<string, Entry>;

/** A file's sections; `[DEFAULT]` is apart. */
export interface IniFile {
  readonly file: string;
  readonly defaults: Section;
  readonly sections: Map<string, Section>;
  /** What Python would refuse; the rest of the file is read all the same. */
  readonly problems: readonly ConfigProblem[];
}

/** Python's white space: unlike JavaScript's it has no byte order mark in it. */
const SPACE =
  "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const EDGES = new RegExp(`^${SPACE}+|${SPACE}+$`, "g");
const TRAILING = new RegExp(`${SPACE}+$`);
const INDENT = new RegExp(`^${SPACE}*`);
const INLINE_COMMENT = new RegExp(`(?:^|${SPACE});`);

/** @returns `text` without the white space that Python's `strip` takes off */
export function strip(text: string): string {
  return text.replace(EDGES, "");
}

/**
 * Reads a file's text.
 *
 * @param file the path, for places
 */
export function parseIni(text: string, file: string): IniFile {
  const reader = new IniReader(file);
  for (const [index, line] of text.split(/\r\n|[\n\r]/).entries()) {
    reader.readLine(line, index + 1);
  }
  return reader.finish();
}

/** A value that is still being read. */
interface OpenEntry {
  readonly lines: string[];
  readonly place: Place;
}

class IniReader {
  readonly #file: string;
  readonly #defaults = new Map<string, OpenEntry>();
  readonly #sections = new Map<string, Map<string, OpenEntry>>();
  readonly #problems: ConfigProblem[] = [];
  #current: Map<string, OpenEntry> | undefined;
  #currentName = "";
  #open: OpenEntry | undefined;
  #indent = 0;

  constructor(file: string) {
    this.#file = file;
  }

  readLine(line: string, number: number): void {
    const { value, hasComment } = cutComment(line);
    if (value === "") {
      if (!hasComment) this.#open?.lines.push("");
      return;
    }
    const indent = INDENT.exec(line)?.[0].length ?? 0;
    if (this.#open !== undefined && indent > this.#indent) {
      this.#open.lines.push(value);
      return;
    }
    this.#indent = indent;
    const place = { file: this.#file, line: number, source: line };
    const header = /^\[(.+)\]/s.exec(value)?.[1];
    if (header !== undefined) {
      this.#startSection(header, { ...place, column: indent + 1 });
    } else this.#startEntry(value, { ...place, column: indent + 1 });
  }

  finish(): IniFile {
    return {
      file: this.#file,
      defaults: closeAll(this.#defaults),
      sections: new Map(
        [...this.#sections].map(([name, open]) => [name, closeAll(open)]),
      ),
      problems: this.#problems,
    };
  }

  #startSection(name: string, place: Place): void {
    this.#open = undefined;
    this.#currentName = name;
    if (name === "DEFAULT") {
      this.#current = this.#defaults;
      return;
    }
    const known = this.#sections.get(name);
    if (known !== undefined) {
      this.#refuse(
        place,
        `Cannot take section [${name}] again: it is in this file already, expected one section of the name`,
      );
    }
    this.#current = known ?? new Map();
    this.#sections.set(name, this.#current);
  }

  #startEntry(value: string, place: Place): void {
    const match = /^(.*?)([=:])(.*)$/s.exec(value);
    if (this.#current === undefined) {
      this.#refuse(place, outsideMessage(value));
      return;
    }
    const key = strip(match?.[1] ?? "").toLowerCase();
    if (match === null || key === "") {
      this.#open = undefined;
      this.#refuse(
        place,
        `Cannot read the line in [${this.#currentName}]: it is neither key nor continuation, expected "key = value", or an indent`,
      );
      return;
    }
    if (this.#current.has(key)) {
      this.#refuse(
        place,
        `Cannot take "${key}" in [${this.#currentName}] again: it is in this section already, expected it once`,
      );
    }
    const rest = match[3] ?? "";
    const text = strip(rest);
    const offset = value.length - rest.length + rest.indexOf(text);
    const column = place.column + (text === "" ? 0 : offset);
    this.#open = { lines: [text], place: { ...place, column } };
    this.#current.set(key, this.#open);
  }

  /** configparser raises on all of these, and fail2ban does not start then. */
  #refuse(place: Place, message: string): void {
    this.#problems.push({
      ...place,
      length: strip(place.source).length,
      message: `${message}; fail2ban does not start with it`,
    });
  }
}

function outsideMessage(value: string): string {
  return value.startsWith("\ufeff")
    ? "Cannot read the file's first line: a byte order mark stands before it, expected plain UTF-8"
    : "Cannot read the line: no section has begun, expected [NAME] before it";
}

/** `#` and `;` at the start of a line; `;` behind white space. */
function cutComment(
  line: string,
): { readonly value: string; readonly hasComment: boolean } {
  const value = strip(line);
  if (value.startsWith("#") || value.startsWith(";")) {
    return { value: "", hasComment: true };
  }
  const match = INLINE_COMMENT.exec(line);
  return match === null
    ? { value, hasComment: false }
    : { value: strip(line.slice(0, match.index)), hasComment: true };
}

function closeAll(entries: ReadonlyMap<string, OpenEntry>): Section {
  return new Map(
    [...entries].map(([key, { lines, place }]) => [key, {
      value: lines.join("\n").replace(TRAILING, ""),
      place,
    }]),
  );
}

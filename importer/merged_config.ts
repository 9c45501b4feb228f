/**
 * Several files as one configuration: later ones win, and `known/…` keeps what they won over.
 *
 * @module
 */

import type { Entry, IniFile, Place, Section } from "./ini_file.ts";
import { interpolate } from "./interpolate.ts";

/** Values that go before those of the files, keys in lower case. */
export type Variables = ReadonlyMap<string, string>;

/** `[Init?family=inet6]` */
const CONDITIONAL = /^(\w+)(\?.+)$/;

/** `section/key` in a tag or a reference. */
const SECTION_KEY = /^([\w-]+)\/([^\s>]+)$/;

/** Before the name of a section that keeps values which later files replaced. */
export const KNOWN = "KNOWN/";

/** @returns `["blocktype", "?family=inet6"]`, or undefined for a plain key */
export function splitConditional(
  key: string,
): readonly [string, string] | undefined {
  const match = CONDITIONAL.exec(key);
  return match === null ? undefined : [match[1] ?? "", match[2] ?? ""];
}

/** The merged sections, and the values in them with everything put in. */
export class MergedConfig {
  readonly defaults: Section = new Map();
  readonly sections = new Map<string, Section>();
  /** Files that were merged, in order. */
  readonly files: string[] = [];

  /** Puts a file over what is there. */
  merge(file: IniFile): void {
    this.files.push(file.file);
    addAll(this.defaults, file.defaults);
    for (const [written, own] of file.sections) {
      const conditional = splitConditional(written);
      const name = conditional?.[0] ?? written;
      const entries = conditional === undefined ? own : new Map(
        [...own].map(([key, entry]) => [key + conditional[1], entry]),
      );
      this.#mergeSection(name, entries);
    }
  }

  /** Adds keys to a section, as `%(known/…)s` of a jail are. */
  setAll(section: string, values: Variables, place: Place): void {
    const entries = this.sections.get(section) ?? new Map<string, Entry>();
    for (const [key, value] of values) entries.set(key, { value, place });
    this.sections.set(section, entries);
  }

  /** @returns where a key of a section, or of `[DEFAULT]`, stands */
  placeOf(section: string, key: string): Place | undefined {
    return this.#find(section, key)?.place;
  }

  /**
   * Reads a value with all references put in.
   *
   * @param vars go before the files
   * @returns undefined where neither the section nor `[DEFAULT]` has the key
   * @throws {TreeError} when a reference cannot be resolved
   */
  get(
    section: string,
    option: string,
    vars: Variables = NO_VARIABLES,
  ): string | undefined {
    const key = option.toLowerCase();
    const own = this.sections.get(section);
    if (own === undefined && section !== "DEFAULT") return undefined;
    const entry = this.#find(section, key);
    const raw = vars.get(key) ?? entry?.value;
    if (raw === undefined || !raw.includes("%")) return raw;
    return interpolate(raw, {
      section,
      option: key,
      place: entry?.place,
      find: (name) => this.#findReference(section, name, vars),
    });
  }

  /** As `get`, where the key may also be `section/key` or `known/key`: what a tag in `<…>` names. */
  getTag(
    section: string,
    name: string,
    vars: Variables,
  ): string | undefined {
    const [, other, key] = SECTION_KEY.exec(name) ?? [];
    if (other !== undefined && key !== undefined) {
      const word = other.toLowerCase();
      const found = word === "known"
        ? this.get(KNOWN + section, key) ?? this.get(section, key)
        : this.get(word === "default" ? "DEFAULT" : other, key);
      if (found !== undefined) return found;
    }
    return this.get(section, name, vars);
  }

  #findReference(
    section: string,
    written: string,
    vars: Variables,
  ): string | undefined {
    const name = written.toLowerCase();
    if (name === "__name__") return section;
    const value = vars.get(name) ?? this.#find(section, name)?.value;
    // Python stores a section's value under the name as written, and looks it up in lower case: capitals never find it.
    return value ??
      (name === written ? this.#findElsewhere(section, name) : undefined);
  }

  #find(section: string, key: string): Entry | undefined {
    return this.sections.get(section)?.get(key) ?? this.defaults.get(key);
  }

  /** `%(sec/key)s`: the raw value there, or the default of that key. */
  #findElsewhere(section: string, name: string): string | undefined {
    const slash = name.indexOf("/");
    if (slash < 1) return undefined;
    const other = name.slice(0, slash);
    const key = name.slice(slash + 1);
    const fallback = this.defaults.get(key)?.value;
    if (other === "default") return fallback;
    if (other === "known") {
      return this.sections.get(KNOWN + section)?.get(key)?.value ?? fallback;
    }
    const entries = this.sections.get(other);
    return entries && (entries.get(key)?.value ?? fallback);
  }

  #mergeSection(name: string, entries: ReadonlyMap<string, Entry>): void {
    const present = this.sections.get(name);
    if (present === undefined) {
      this.sections.set(name, new Map(entries));
      return;
    }
    const known = this.sections.get(KNOWN + name) ?? new Map<string, Entry>();
    for (const [key, entry] of entries) {
      const before = present.get(key);
      if (before !== undefined) known.set(key, before);
      present.set(key, entry);
    }
    this.sections.set(KNOWN + name, known);
  }
}

const NO_VARIABLES: Variables = new Map();

function addAll(target: Section, entries: ReadonlyMap<string, Entry>): void {
  for (const [key, entry] of entries) target.set(key, entry);
}

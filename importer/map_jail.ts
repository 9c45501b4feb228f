/**
 * From a resolved jail to tables of ours.
 *
 * @module
 */

import type { Place } from "./ini_file.ts";
import type { ResolvedJail } from "./jail.ts";
import { mapActions } from "./map_actions.ts";
import { type MappedSource, mapSource, type SourceTree } from "./map_source.ts";
import { BUILT_IN_VALUES, type MappedValue, mapValues } from "./map_values.ts";
import type { OutcomeNote } from "./outcome.ts";
import type { TomlEntry, TomlValue } from "./toml_text.ts";

/** A jail that is to be written. */
export interface MappedJail {
  /** fail2ban's name. */
  readonly name: string;
  /** Ours. */
  readonly ownName: string;
  readonly source: MappedSource;
  /** Keys that `[defaults]` may hold. */
  readonly values: ReadonlyMap<string, MappedValue>;
  /** Empty: all. */
  readonly ports: readonly string[];
  /** Whether bans are only counted, since nothing carries them out. */
  readonly isSimulated: boolean;
  readonly places: ReadonlyMap<string, Place>;
  readonly notes: readonly OutcomeNote[];
}

/**
 * Maps one jail, and says all that differs.
 *
 * @param tree around it
 */
export function mapJail(
  jail: ResolvedJail,
  tree: SourceTree,
): MappedJail {
  const notes: OutcomeNote[] = [];
  const ownName = toJailName(jail.name, notes);
  const source = mapSource(jail, tree);
  const actions = mapActions(jail.actions);
  const values = mapValues(jail, notes);
  addValue(values, "backend", actions.backend);
  addValue(
    values,
    "protocol",
    actions.protocols.length > 0 ? actions.protocols : undefined,
  );
  const isSimulated = actions.backend === undefined;
  if (isSimulated) {
    notes.push({
      what: 'No action bans: mode = "simulate" counts and bans nobody',
    });
  }
  return {
    name: jail.name,
    ownName,
    source,
    values,
    ports: actions.ports,
    isSimulated,
    places: jail.places,
    notes: [...source.notes, ...notes, ...actions.notes],
  };
}

/** @returns keys of the jail's table, those left out that are the default anyway */
export function jailEntries(
  jail: MappedJail,
  { defaults, filter, folder }: {
    readonly defaults: ReadonlyMap<string, TomlValue>;
    /** The name of its filter file; absent: it has none. */
    readonly filter?: string | undefined;
    /** Of the tree, for places. */
    readonly folder: string;
  },
): TomlEntry[] {
  const entries: TomlEntry[] = sourceEntries(jail, place("logpath"));
  if (filter !== undefined && filter !== jail.ownName) {
    entries.push({ key: "filter", value: filter, note: place("filter") });
  }
  if (jail.ports.length > 0) {
    const ports = jail.ports.map((port) =>
      /^\d+$/.test(port) ? Number(port) : port
    );
    const [only] = ports;
    const value = ports.length === 1 && only !== undefined ? only : ports;
    entries.push({ key: "port", value, note: place("port") });
  }
  if (jail.isSimulated) entries.push({ key: "mode", value: "simulate" });
  for (const [key, { value, from }] of jail.values) {
    const otherwise = defaults.get(key) ?? BUILT_IN_VALUES.get(key);
    if (isSame(value, otherwise)) continue;
    entries.push({ key, value: simplify(key, value), note: place(from) });
  }
  return entries;

  function place(key: string): string | undefined {
    return formatPlace(jail.places.get(key), folder);
  }
}

function sourceEntries(
  { source }: MappedJail,
  note: string | undefined,
): TomlEntry[] {
  if (source.isBans === true) return [{ key: "source", value: "bans", note }];
  const [path, ...others] = source.paths;
  if (path !== undefined) {
    const value = others.length === 0 ? path : source.paths;
    return [{ key: "log_path", value, note }];
  }
  const { journal } = source;
  if (journal === undefined) return [];
  const matches = { key: "journalmatch", value: journal.matches };
  return [
    { key: "log_backend", value: "systemd" },
    ...journal.matches.length > 0 ? [matches] : [],
    ...journal.place === undefined ? [] : [journal.place],
  ];
}

/** @returns `jail.conf:280`, or undefined for what stands in no file */
export function formatPlace(
  place: Place | undefined,
  folder: string,
): string | undefined {
  if (place === undefined || place.source === "") return undefined;
  const file = place.file.startsWith(`${folder}/`)
    ? place.file.slice(folder.length + 1)
    : place.file;
  return `${file}:${place.line}`;
}

/** @returns the value as a person would write it */
export function simplify(key: string, value: TomlValue): TomlValue {
  if (key !== "protocol" || !Array.isArray(value)) return value;
  return value.length === 1 ? value[0] : value;
}

/** @returns whether two values are the same TOML */
export function isSame(
  a: TomlValue | undefined,
  b: TomlValue | undefined,
): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function addValue(
  values: Map<string, MappedValue>,
  key: string,
  value: TomlValue | undefined,
): void {
  if (value === undefined) return;
  const from = key === "backend" ? "banaction" : key;
  values.set(key, { value, from });
}

function toJailName(name: string, notes: OutcomeNote[]): string {
  const own = name.replaceAll(/[^\w.-]/g, "-").replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, 64);
  if (own === name) return name;
  notes.push({ what: `It is named "${own || "jail"}" now` });
  return own || "jail";
}

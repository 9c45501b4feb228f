/**
 * Where a jail's lines come from.
 *
 * @module
 */

import { expandGlob, isGlob } from "../src/util/expand_glob.ts";
import {
  findWatchedBans,
  readsOwnLog,
  type WatchedBans,
} from "./ban_source.ts";
import type { ResolvedJail } from "./jail.ts";
import { parseNameWithOptions, splitWords } from "./options.ts";
import type { OutcomeNote } from "./outcome.ts";
import type { TomlEntry, TomlValue } from "./toml_text.ts";
import type { TreeFiles } from "./tree_files.ts";

/** The logs of a jail. */
export interface MappedSource {
  /** Absolute, each once; file name patterns among them, which both expand when they start. */
  readonly paths: readonly string[];
  /** Whether there is nothing to watch; the notes say why. */
  readonly isDead: boolean;
  /** True where bans of the other jails are its failures; there are no paths then. */
  readonly isBans?: true;
  /** Where the jail reads the journal, and no path. */
  readonly journal?: MappedJournal;
  readonly notes: readonly OutcomeNote[];
}

/** What a jail reads of the journal. */
export interface MappedJournal {
  /** Words of each match; none: all entries. */
  readonly matches: readonly string[];
  /** The key that names another journal than the machine's own. */
  readonly place?: TomlEntry;
}

/** What options of `backend = systemd[…]` are here. */
const JOURNAL_PLACES: Readonly<Record<string, string>> = {
  journalpath: "journal_path",
  journalfiles: "journal_files",
  namespace: "journal_namespace",
};

/** What a jail's source depends on beside the jail. */
export interface SourceTree {
  /** Where logs are looked for. */
  readonly files: TreeFiles;
  /** Names of all jails. */
  readonly jailNames: readonly string[];
}

/** @returns whether all logs of the jail are read from their end on, which is one key here */
export function beginsAtEnd({ logPaths }: ResolvedJail): boolean {
  return logPaths.length > 0 && logPaths.every(({ start }) => start === "tail");
}

/** Looks for the logs of a jail on this machine, or finds that it watches the bans of others. */
export function mapSource(
  jail: ResolvedJail,
  { files, jailNames }: SourceTree,
): MappedSource {
  const bans = findWatchedBans(jail, jailNames);
  if (bans !== undefined) return mapBans(bans);
  if (readsOwnLog(jail)) return refuseOwnLog(jail);
  return readsJournal(jail) ? mapJournal(jail) : mapLogs(jail, files);
}

function mapBans({ hasOwn }: WatchedBans): MappedSource {
  const notes = hasOwn
    ? [{ what: "Its own bans were failures too, and are none here" }]
    : [];
  return { paths: [], isDead: false, isBans: true, notes };
}

function mapLogs(jail: ResolvedJail, files: TreeFiles): MappedSource {
  const notes: OutcomeNote[] = [];
  const paths = new Set<string>();
  const startsAtEnd = beginsAtEnd(jail);
  for (const { pattern, start } of jail.logPaths) {
    if (pattern.startsWith("/")) paths.add(pattern);
    else notes.push(refuseRelative(pattern));
    if (start === "tail" && !startsAtEnd) {
      notes.push({
        what:
          `Log ${pattern} is read from where find_time reaches, not from its end`,
      });
    }
  }
  const isPresent = [...paths].some((path) => isThere(path, files));
  if (!isPresent && jail.settingsForJournal !== undefined) {
    return readJournalInstead(jail, [...paths]);
  }
  if (paths.size === 0) notes.push(sayLogless(jail));
  else if (!isPresent) {
    notes.push({
      what: `Log ${[...paths].join(", ")} is not there yet: it is waited for`,
    });
  }
  return { paths: [...paths], isDead: paths.size === 0, notes };
}

/** fail2ban does so as well from 1.1.1 on; older ones do not start. */
function readJournalInstead(
  jail: ResolvedJail,
  paths: readonly string[],
): MappedSource {
  const what = paths.length === 0
    ? "It names no log: it reads the journal"
    : `Log ${paths.join(", ")} is not there: it reads the journal`;
  const journal = { matches: formatMatches(jail) };
  return { paths: [], isDead: false, journal, notes: [{ what }] };
}

/** What is named beside the journal fail2ban does not read either. */
function mapJournal(jail: ResolvedJail): MappedSource {
  const options = parseNameWithOptions(jail.backend)?.options ?? new Map();
  const places: TomlEntry[] = [];
  const notes: OutcomeNote[] = [];
  for (const [name, value] of options) {
    const key = JOURNAL_PLACES[name];
    if (key === undefined) {
      if (name !== "rotated") notes.push(refuseOption(name, value));
    } else if (places.length > 0) notes.push(refuseOption(name, value));
    else places.push({ key, value: toPlaceValue(key, value) });
  }
  const [place] = places;
  const journal = {
    matches: formatMatches(jail),
    ...(place === undefined ? {} : { place }),
  };
  return { paths: [], isDead: false, journal, notes };
}

function toPlaceValue(key: string, value: string): TomlValue {
  return key === "journal_files" ? splitWords(value) : value;
}

function refuseOption(name: string, value: string): OutcomeNote {
  return {
    what: `${name}=${value} of its backend is not carried over`,
    advice: "journal_path, journal_files or journal_namespace may do",
    isLoss: true,
  };
}

function refuseOwnLog(jail: ResolvedJail): MappedSource {
  const paths = jail.logPaths.map(({ pattern }) => pattern)
    .filter((path) => path.startsWith("/"));
  const isJournal = readsJournal(jail) && paths.length === 0;
  return {
    paths,
    isDead: true,
    ...(isJournal ? { journal: { matches: formatMatches(jail) } } : {}),
    notes: [{
      what:
        "It reads fail2ban's own log, which ends when fail2ban does, and not as the stock recidive does",
      advice: 'source = "bans" counts the bans of other jails',
      isLoss: true,
    }],
  };
}

function sayLogless(jail: ResolvedJail): OutcomeNote {
  return {
    what: "It names no log",
    advice: "set log_path to its log, and enabled = true",
    // fail2ban leaves such a jail out as well.
    isLoss: jail.values.get("skip_if_nologs") !== true,
  };
}

function formatMatches({ settings }: ResolvedJail): string[] {
  return settings.journalmatch.map((words) =>
    words.map((word) => /[\s"'\\]/.test(word) ? JSON.stringify(word) : word)
      .join(" ")
  );
}

function readsJournal({ backend }: ResolvedJail): boolean {
  return backend.startsWith("systemd");
}

function isThere(path: string, files: TreeFiles): boolean {
  return isGlob(path) ? expandGlob(path, files).length > 0 : files.exists(path);
}

function refuseRelative(pattern: string): OutcomeNote {
  return {
    what: `Log ${pattern} is no absolute path`,
    advice: "name it from the root on",
    isLoss: true,
  };
}

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
import type { OutcomeNote } from "./outcome.ts";
import type { TreeFiles } from "./tree_files.ts";

/** The logs of a jail. */
export interface MappedSource {
  /** Absolute, each once; file name patterns among them, which both expand when they start. */
  readonly paths: readonly string[];
  /** Whether there is nothing to watch; the notes say why. */
  readonly isDead: boolean;
  /** True where bans of the other jails are its failures; there are no paths then. */
  readonly isBans?: true;
  /** Words of each match, where the jail reads the journal alone. */
  readonly journalMatches?: readonly string[];
  readonly notes: readonly OutcomeNote[];
}

/** What a jail's source depends on beside the jail. */
export interface SourceTree {
  /** Where logs are looked for. */
  readonly files: TreeFiles;
  /** Names of all jails. */
  readonly jailNames: readonly string[];
}

/** Looks for the logs of a jail on this machine, or finds that it watches the bans of others. */
export function mapSource(
  jail: ResolvedJail,
  { files, jailNames }: SourceTree,
): MappedSource {
  const bans = findWatchedBans(jail, jailNames);
  return bans === undefined ? mapLogs(jail, files) : mapBans(bans);
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
  for (const { pattern, start } of jail.logPaths) {
    if (pattern.startsWith("/")) paths.add(pattern);
    else notes.push(refuseRelative(pattern));
    if (start === "tail") {
      notes.push({
        what:
          `Log ${pattern} is read from where find_time reaches, not from its end`,
      });
    }
  }
  const dead = findDeath(jail, paths.size);
  if (dead !== undefined) notes.push(dead);
  else notes.push(...noteLogs(jail, [...paths], files));
  const isJournal = readsJournal(jail) && paths.size === 0;
  return {
    paths: [...paths],
    isDead: dead !== undefined,
    ...(isJournal ? { journalMatches: formatMatches(jail) } : {}),
    notes,
  };
}

/** @returns why there is nothing to watch, if so */
function findDeath(jail: ResolvedJail, count: number): OutcomeNote | undefined {
  if (readsOwnLog(jail)) {
    return {
      what:
        "It reads fail2ban's own log, which ends when fail2ban does, and not as the stock recidive does",
      advice: 'source = "bans" counts the bans of other jails',
      isLoss: true,
    };
  }
  if (count > 0) return undefined;
  if (readsJournal(jail)) {
    return {
      what: "It reads the journal, which is not there yet",
      advice:
        "have rsyslog write a file, set log_path to it, and enabled = true",
      isLoss: true,
    };
  }
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

function noteLogs(
  jail: ResolvedJail,
  paths: readonly string[],
  files: TreeFiles,
): OutcomeNote[] {
  const notes: OutcomeNote[] = [];
  const isPresent = paths.some((path) =>
    isGlob(path) ? expandGlob(path, files).length > 0 : files.exists(path)
  );
  const names = paths.join(", ");
  const canReadJournal = readsJournal(jail) ||
    (jail.backend === "auto" && jail.settings.journalmatch.length > 0);
  if (!isPresent) {
    notes.push({
      what: `Log ${names} is not there yet: it is waited for`,
      ...(canReadJournal
        ? {
          advice: "the journal cannot be read yet: have rsyslog write the file",
          isLoss: true,
        }
        : {}),
    });
  } else if (readsJournal(jail)) {
    notes.push({ what: `It reads ${names} instead of the journal` });
  }
  return notes;
}

function refuseRelative(pattern: string): OutcomeNote {
  return {
    what: `Log ${pattern} is no absolute path`,
    advice: "name it from the root on",
    isLoss: true,
  };
}

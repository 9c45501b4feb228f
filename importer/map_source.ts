/**
 * Where a jail's lines come from.
 *
 * @module
 */

import { expandGlob, isGlob } from "../src/util/expand_glob.ts";
import type { ResolvedJail } from "./jail.ts";
import type { OutcomeNote } from "./outcome.ts";
import type { TreeFiles } from "./tree_files.ts";

/** The logs of a jail. */
export interface MappedSource {
  /** Absolute, each once; file name patterns among them, which both expand when they start. */
  readonly paths: readonly string[];
  /** Whether there is nothing to watch; the notes say why. */
  readonly isDead: boolean;
  /** Words of each match, where the jail reads the journal alone. */
  readonly journalMatches?: readonly string[];
  readonly notes: readonly OutcomeNote[];
}

/** Looks for the logs of a jail on this machine. */
export function mapSource(jail: ResolvedJail, files: TreeFiles): MappedSource {
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
  if (isOwnLog(jail)) {
    return {
      what: "It reads fail2ban's own log, which ends when fail2ban does",
      advice: "bantime_increment = true bans longer those who come back",
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

function isOwnLog({ filter, logPaths }: ResolvedJail): boolean {
  return filter?.name === "recidive" ||
    logPaths.some(({ pattern }) => /\/fail2ban\.log$/.test(pattern));
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

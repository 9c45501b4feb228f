/**
 * Where a service's lines are on this machine, for `log_path = "auto"`: in one of its usual logs, or in the journal.
 *
 * What was written to last is what the service writes to. A log that lies there empty tells nothing where the system's
 * daemon of syslog would have to write to it: somebody may have made it by hand.
 *
 * @module
 */

import { dirname } from "node:path/posix";

/** Where a filter's lines usually are. */
export interface UsualSource {
  /** Absolute, the likeliest first; file name patterns among them. */
  readonly logPaths: readonly string[];
  /** For `parseJournalMatch`; empty: the service does not log there. */
  readonly journalMatch: readonly string[];
}

/** What came of the search. */
export interface SourceChoice {
  /** What is to be read; empty: the journal. */
  readonly logPaths: readonly string[];
  /** In words that stay the same as long as the choice does. */
  readonly reason: string;
  /** Whether there is nothing to be read yet. */
  readonly isWaiting?: true;
}

/** How the machine is looked at; tests bring their own. */
export interface SourceLook {
  /** @returns existing paths that a path or a pattern names */
  expand(pattern: string): readonly string[];
  /** @returns seconds since 1970 of the last write, where the file has anything in it */
  writtenSeconds(path: string): number | undefined;
  /** @returns seconds since 1970 of the last entry that fits; NaN: there is none; undefined: there is no journal to read */
  lastEntrySeconds(journalMatch: readonly string[]): number | undefined;
  nowSeconds(): number;
}

/** A log with a line or two a week is in use; so is one that was rotated since. */
const RECENT_SECONDS = 7 * 86_400;

/** Where daemons of syslog write to, and services of their own rarely. */
const SYSLOG_FOLDER = "/var/log";

const JOURNAL: readonly string[] = [];

/** A usual log that is there. */
interface FoundLog {
  readonly path: string;
  /** NaN: it is empty. */
  readonly writtenSeconds: number;
}

/** Chooses by what is there now. */
export function chooseSource(
  { logPaths, journalMatch }: UsualSource,
  look: SourceLook,
): SourceChoice {
  const logs = logPaths.flatMap((path) => findLog(path, look));
  const since = look.nowSeconds() - RECENT_SECONDS;
  const recent = logs.find(({ writtenSeconds }) => writtenSeconds >= since);
  if (recent !== undefined) {
    return chooseLog(recent, "it was written to within a week");
  }
  const entry = journalMatch.length === 0
    ? undefined
    : look.lastEntrySeconds(journalMatch);
  return chooseByLast(logs, entry) ?? chooseByPresence(logs, entry) ?? {
    logPaths,
    reason: "none of its usual logs is there yet, and no journal: the first " +
      "that comes is read",
    isWaiting: true,
  };
}

/** Something was written once, here or there. */
function chooseByLast(
  logs: readonly FoundLog[],
  entrySeconds = NaN,
): SourceChoice | undefined {
  const [last] = logs.filter(({ writtenSeconds }) => writtenSeconds > 0)
    .toSorted((a, b) => b.writtenSeconds - a.writtenSeconds);
  if (!Number.isNaN(entrySeconds)) {
    if (last === undefined) {
      return chooseJournal("it has entries, and nothing is in a usual log");
    }
    if (entrySeconds > last.writtenSeconds) {
      return chooseJournal(`it has newer entries than ${last.path} has lines`);
    }
  }
  return last && chooseLog(last, "nothing was written elsewhere since");
}

/** Nothing was written yet. */
function chooseByPresence(
  logs: readonly FoundLog[],
  entrySeconds: number | undefined,
): SourceChoice | undefined {
  const own = logs.find(({ path }) => dirname(path) !== SYSLOG_FOLDER);
  if (own !== undefined) return chooseLog(own, "it is there, though empty");
  if (entrySeconds !== undefined) {
    return chooseJournal("nothing is in a usual log, and the journal is there");
  }
  const [first] = logs;
  return first && chooseLog(first, "it is there, and no journal");
}

function chooseLog({ path }: FoundLog, reason: string): SourceChoice {
  return { logPaths: [path], reason };
}

function chooseJournal(reason: string): SourceChoice {
  return { logPaths: JOURNAL, reason };
}

function findLog(path: string, look: SourceLook): FoundLog[] {
  const files = look.expand(path);
  if (files.length === 0) return [];
  const times = files.flatMap((file) => {
    const own = look.writtenSeconds(file);
    return own ?? [`${file}.1`, `${file}-[0-9]*`]
      .flatMap((pattern) => look.expand(pattern))
      .flatMap((rotated) => look.writtenSeconds(rotated) ?? []);
  });
  const writtenSeconds = times.length === 0 ? NaN : Math.max(...times);
  return [{ path, writtenSeconds }];
}

/**
 * The journals that jails read: one reader for each, however many jails.
 *
 * @module
 */

import {
  formatJournalMatch,
  type JournalMatch,
  parseJournalMatch,
} from "../config/journal_match.ts";
import type { JournalPlace } from "../config/types.ts";
import { JournalReader, type JournalReaderOptions } from "./journal_reader.ts";
import { JournalStream, type StreamOptions } from "./journal_stream.ts";
import type { ChunkSink, Source } from "./types.ts";

/** What of a jail tells which entries it reads. */
export interface JournalUser {
  readonly logBackend: "file" | "systemd";
  readonly journalMatch: readonly string[];
  readonly journalPlace?: JournalPlace;
}

/** What all readers share; only the machine's own journal is woken. */
export type JournalsOptions = Omit<JournalReaderOptions, "place">;

/** How a source of entries begins. */
export type JournalStart = Pick<
  StreamOptions,
  "resumeAfter" | "recentSeconds" | "beginSeconds"
>;

/** @returns users by what they read, which stands for a path: `journal:_COMM=sshd` */
export function groupByJournal<User extends JournalUser>(
  users: readonly User[],
): Map<string, User[]> {
  const readers = users.filter(({ logBackend }) => logBackend === "systemd");
  return Map.groupBy(readers, journalPath);
}

/** @returns the text that is the same for all who read the same entries of the same journal */
export function journalPath(user: JournalUser): string {
  const place = user.journalPlace === undefined
    ? ""
    : JSON.stringify(user.journalPlace);
  return `journal${place}:${formatJournalMatch(matchOf(user))}`;
}

/** Makes sources of journal entries. */
export class Journals {
  readonly #options: JournalsOptions;
  readonly #readers = new Map<string, JournalReader>();

  /** Reads nothing yet. */
  constructor(options: JournalsOptions) {
    this.#options = options;
  }

  /** @returns a source that can be started once; its user stands for all of one group */
  createSource(user: JournalUser, start: JournalStart): Source {
    const reader = this.#readerOf(user.journalPlace);
    const path = journalPath(user);
    const match = matchOf(user);
    let stream = new JournalStream({ path, match, ...start, sink: () => {} });
    return {
      path,
      start(sink: ChunkSink) {
        stream = new JournalStream({ path, match, ...start, sink });
        reader.add(stream);
        return Promise.resolve();
      },
      stop: () => reader.remove(stream),
      describe: () => reader.describe(stream),
    };
  }

  #readerOf(place: JournalPlace | undefined): JournalReader {
    const key = JSON.stringify(place) ?? "";
    const { wake, ...options } = this.#options;
    const reader = this.#readers.get(key) ?? new JournalReader({
      ...options,
      place,
      wake: place === undefined ? wake : undefined,
    });
    this.#readers.set(key, reader);
    return reader;
  }
}

function matchOf({ journalMatch }: JournalUser): JournalMatch {
  return parseJournalMatch(journalMatch);
}

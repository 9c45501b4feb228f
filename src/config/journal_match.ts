/**
 * Which entries of the systemd journal a jail reads.
 *
 *     _SYSTEMD_UNIT=ssh.service _COMM=sshd + SYSLOG_IDENTIFIER=sshd
 *
 * Words of one field are alternatives, words of different fields must all fit, and `+` begins an alternative; so does each
 * text of a list. `journalctl` reads the words of its command line in the same way.
 *
 * @module
 */

import { splitShellWords } from "../util/shell_words.ts";

/** Debian, Red Hat, SUSE and Arch have it there; the program may run no other (deno.json). */
export const JOURNALCTL = "/usr/bin/journalctl";

/** Values by field, one of each of which an entry has. */
export type JournalTerms = ReadonlyMap<string, ReadonlySet<string>>;

/** Alternatives, sorted and each once. None: every entry fits. */
export type JournalMatch = readonly JournalTerms[];

/** What is wrong with a match. */
export interface MatchProblem {
  /** `it has no "="`. */
  readonly state: string;
  readonly part?: string;
}

/** Names that the journal takes; a second underscore in front marks what is no field of the entry. */
const FIELD = /^(?!__)[A-Z_][A-Z0-9_]{0,63}$/;

/** Longer values are stored by nobody, and a command line has its limits. */
const MAX_VALUE_LENGTH = 4096;

/**
 * Reads the texts of `journalmatch`.
 *
 * @param refuse called for each wrong word, which is then left out
 */
export function parseJournalMatch(
  lines: readonly string[],
  refuse: (problem: MatchProblem, line: number) => void = () => {},
): JournalMatch {
  const found = lines.flatMap((line, index) => {
    const words = splitShellWords(line);
    if (words === undefined) refuse({ state: "a quote stays open" }, index);
    return readWords(words ?? [], (problem) => refuse(problem, index));
  });
  const byText = new Map(found.map((terms) => [formatTerms(terms), terms]));
  return [...byText].toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, terms]) => terms);
}

/** @returns the match as a text that `parseJournalMatch` reads; equal matches have equal texts */
export function formatJournalMatch(match: JournalMatch): string {
  return match.map(formatTerms).join(" + ");
}

/** @returns words for the command line of `journalctl` that select what fits one of the matches */
export function toMatchArguments(matches: readonly JournalMatch[]): string[] {
  if (matches.some((match) => match.length === 0)) return [];
  const all = matches.flat().map((terms) =>
    [formatTerms(terms), terms] as const
  );
  return [...new Map(all).values()].flatMap((terms, index) => [
    ...index > 0 ? ["+"] : [],
    ...listTerms(terms).map(([field, value]) => `${field}=${value}`),
  ]);
}

function readWords(
  words: readonly string[],
  refuse: (problem: MatchProblem) => void,
): JournalTerms[] {
  const groups: Map<string, Set<string>>[] = [new Map()];
  for (const word of words) {
    if (word === "+") {
      groups.push(new Map());
      continue;
    }
    const problem = findProblem(word);
    if (problem !== undefined) {
      refuse({ state: problem, part: word });
      continue;
    }
    const field = word.slice(0, word.indexOf("="));
    const values = groups.at(-1)?.get(field) ?? new Set();
    groups.at(-1)?.set(field, values.add(word.slice(field.length + 1)));
  }
  // As there: nothing beside a "+" is no alternative.
  return groups.filter((terms) => terms.size > 0);
}

function findProblem(word: string): string | undefined {
  const equals = word.indexOf("=");
  if (equals < 0) return 'it has no "="';
  if (!FIELD.test(word.slice(0, equals))) return "it names no field";
  if (word.length - equals > MAX_VALUE_LENGTH) return "it is too long";
  return /[\0\n]/.test(word) ? "it holds a control character" : undefined;
}

function formatTerms(terms: JournalTerms): string {
  return listTerms(terms).map(([field, value]) => {
    const word = `${field}=${value}`;
    return /[\s"'\\+]/.test(word) ? JSON.stringify(word) : word;
  }).join(" ");
}

function listTerms(terms: JournalTerms): (readonly [string, string])[] {
  return [...terms].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap((
    [field, values],
  ) => [...values].toSorted().map((value) => [field, value] as const));
}

/**
 * Lines by which an attacker tries to have somebody else banned: a filter's own samples, with pieces of such samples in each
 * place that an attacker fills, and a foreign address in the pieces.
 *
 *     Invalid user «admin» from 192.0.2.7 port 22
 *     Invalid user «admin from 203.0.113.66 port 22» from 192.0.2.7 port 22
 *
 * @module
 */

import {
  type FilterFile,
  type FilterHit,
  NORMAL_MODE,
} from "../src/config/filter_file.ts";
import { openRunner, type SampleRunner } from "./filter_samples.ts";

/** A line that was forged. */
export interface Injection {
  readonly mode: string;
  readonly before: readonly string[];
  readonly line: string;
  /** The attacker's own address, who may be banned for it. */
  readonly host: string;
}

/** Whom nothing may ban; no sample has these. */
const VICTIMS = ["203.0.113.66", "2001:db8:bad::66"] as const;

/** Pieces that are tried in each place of a sample. */
const MOST_PIECES = 60;

/** Characters around the address that a piece takes along. */
const REACHES = [0, 6, 16, 40, 200] as const;

/** @returns the forged lines of a filter, always the same ones */
export function forgeLines(filter: FilterFile): readonly Injection[] {
  return [...filter.hits.flatMap(quoteHit), ...fillHits(filter)];
}

/** Whole samples, as another program would log them that was given them for a text. */
function quoteHit(hit: FilterHit): Injection[] {
  return VICTIMS.flatMap((victim) => {
    const text = hit.line.includes(hit.host)
      ? hit.line.replaceAll(hit.host, () => victim)
      : `${hit.line} from ${victim}`;
    return QUOTES.map(([before, behind]) => ({
      mode: hit.mode ?? NORMAL_MODE,
      before: hit.before ?? [],
      line: `${before}${text}${behind}`,
      host: hit.host,
    }));
  });
}

/** Samples with pieces of others in the places that an attacker fills. */
export function fillHits(filter: FilterFile): readonly Injection[] {
  const hits = filter.hits.filter(({ attacker }) => attacker.length > 0);
  return hits.flatMap((hit) => {
    const escaped = hit.escaped ?? filter.escaped;
    const pieces = piecesFor(filter, hit, escaped);
    return hit.attacker.flatMap((text) =>
      pieces.flatMap((piece) =>
        [piece, `${text}${piece}`, `${piece}${text}`].map((forged) => ({
          mode: hit.mode ?? NORMAL_MODE,
          before: hit.before ?? [],
          line: hit.line.replaceAll(text, () => forged),
          host: hit.host,
        }))
      )
    );
  });
}

/** What another program writes around a text that it was given. */
const QUOTES: readonly (readonly [before: string, behind: string])[] = [
  ['Nov 20 19:08:03 box app[811]: user said "', '"'],
  ["Nov 20 19:08:03 box app[811]: name ", " is not known"],
];

/** @returns the forged lines by which somebody else than the attacker would be banned */
export function findVictims(filter: FilterFile): readonly Injection[] {
  const runners = new Map<string, SampleRunner>();
  return forgeLines(filter).filter((injection) => {
    const { mode, host } = injection;
    const run = runners.get(mode) ?? openRunner(filter, { mode });
    runners.set(mode, run);
    return run(injection).failures.some((failure) => failure.host !== host);
  });
}

/** Pieces of this sample first, since they fit it best, then of the others. */
function piecesFor(
  filter: FilterFile,
  hit: FilterHit,
  escaped: string,
): readonly string[] {
  const others = filter.hits.filter((other) => other !== hit);
  const [first, second] = [hit, ...others].map((source) =>
    VICTIMS.flatMap((victim) => cutPieces(source, victim))
  ).reduce<[string[], string[]]>(
    ([own, rest], pieces, index) =>
      index === 0 ? [pieces, rest] : [own, [...rest, ...pieces]],
    [[], []],
  );
  const rest = pickEvenly(second, MOST_PIECES - first.length);
  return [...new Set([...first, ...rest].map((piece) => drop(piece, escaped)))];
}

/** The address with some of the text around it, and with all that follows or precedes it. */
function cutPieces({ line, host }: FilterHit, victim: string): string[] {
  const at = line.indexOf(host);
  if (at < 0) return [` from ${victim} `];
  const head = line.slice(0, at);
  const tail = line.slice(at + host.length);
  return [
    ...REACHES.map((reach) =>
      `${reach === 0 ? "" : head.slice(-reach)}${victim}${tail.slice(0, reach)}`
    ),
    `${head.slice(-12)}${victim}${tail}`,
    `${head}${victim}${tail}`,
    `${head}${victim}${tail}${head}`,
  ];
}

/** What the service escapes or refuses does not get into its log. */
function drop(piece: string, escaped: string): string {
  return [...piece].filter((character) => !escaped.includes(character))
    .join("");
}

function pickEvenly(texts: readonly string[], count: number): string[] {
  if (texts.length <= count) return [...texts];
  const step = texts.length / Math.max(count, 1);
  return Array.from(
    { length: Math.max(count, 0) },
    (_, index) => texts[Math.floor(index * step)] ?? "",
  );
}

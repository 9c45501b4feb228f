/**
 * Logs made from a seed, with what is to be found in them; kept in a cache folder, since a gigabyte takes a while.
 *
 * @module
 */

import { ExpectedBans } from "./expected_bans.ts";
import { Random } from "./random.ts";

/** A line and what it is. */
export interface MadeLine {
  /** ASCII, without its newline. */
  readonly text: string;
  /** Filters that take it for a failure; a mode stands behind a colon: `sshd:aggressive`. */
  readonly failures: readonly string[];
  /** Whom they blame. */
  readonly host: string;
}

/** Makes lines for ever. */
export interface CorpusMaker {
  /** Name in files and tables. */
  readonly name: string;
  /** Changes whenever its lines do, so that no old file is taken for a new one. */
  readonly version: number;
  /**
   * @param second by the log's clock, since its beginning; it never goes back
   * @param index of the line, from 0
   */
  readonly makeLine: (
    random: Random,
    second: number,
    index: number,
  ) => MadeLine;
  /** By which the clock goes. */
  readonly linesPerSecond: number;
}

/** A log on the disk. */
export interface Corpus {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly lines: number;
  /** By filter. */
  readonly failures: Readonly<Record<string, number>>;
  /** By filter, with five failures in ten minutes and an hour's ban. */
  readonly bans: Readonly<Record<string, number>>;
}

/** How large, and which of all. */
export interface CorpusOptions {
  readonly bytes: number;
  readonly seed: number;
}

const BATCH_BYTES = 1 << 20;

/** Makes a corpus, or takes the one that is there: `TMPDIR/fail2deno-corpora/NAME-vVERSION-BYTES-SEED.log`. */
export function makeCorpus(
  maker: CorpusMaker,
  { bytes, seed }: CorpusOptions,
): Corpus {
  const folder = `${Deno.env.get("TMPDIR") ?? "/tmp"}/fail2deno-corpora`;
  Deno.mkdirSync(folder, { recursive: true });
  const path = `${folder}/${maker.name}-v${maker.version}-${bytes}-${seed}.log`;
  const known = readKnown(path);
  if (known !== undefined) return known;
  const corpus = writeCorpus(maker, { bytes, seed, path });
  Deno.writeTextFileSync(`${path}.json`, JSON.stringify(corpus));
  return corpus;
}

function readKnown(path: string): Corpus | undefined {
  try {
    const corpus: Corpus = JSON.parse(Deno.readTextFileSync(`${path}.json`));
    return Deno.statSync(path).size === corpus.bytes ? corpus : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function writeCorpus(
  maker: CorpusMaker,
  { bytes, seed, path }: CorpusOptions & { readonly path: string },
): Corpus {
  const random = new Random(seed);
  const expected = new ExpectedBans();
  using file = Deno.createSync(path);
  let batch = "";
  let written = 0;
  let lines = 0;
  for (;;) {
    const second = Math.floor(lines / maker.linesPerSecond);
    const line = maker.makeLine(random, second, lines);
    const isFull = written + batch.length + line.text.length + 1 > bytes;
    if (isFull || batch.length > BATCH_BYTES) {
      writeAll(file, batch);
      written += batch.length;
      batch = "";
    }
    if (isFull) break;
    batch += `${line.text}\n`;
    lines++;
    for (const filter of line.failures) expected.add(filter, line.host, second);
  }
  const { failures, bans } = expected;
  return { name: maker.name, path, bytes: written, lines, failures, bans };
}

function writeAll(file: Deno.FsFile, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
}

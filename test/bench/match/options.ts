/**
 * What a bench of matching is asked for.
 *
 * @module
 */

import { parseArgs } from "node:util";

/** As on the command line. */
export interface BenchOptions {
  /** Bytes of each corpus. */
  readonly bytes: number;
  /** A log in place of the made one; what is to be found in it the naive way tells. */
  readonly file: string | undefined;
  /** Scenarios; all where there is none. */
  readonly only: readonly string[];
  /** Programs to compare with, `{log}` for the log. */
  readonly rivals: readonly string[];
  /** Times that each of ours is run; the median counts. */
  readonly runs: number;
}

const UNITS: Readonly<Record<string, number>> = {
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
};

/** @throws {TypeError} for what is no option of it */
export function readOptions(words: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      size: { type: "string", default: "10MB" },
      file: { type: "string" },
      only: { type: "string", multiple: true, default: [] },
      rival: { type: "string", multiple: true, default: [] },
      runs: { type: "string", default: "3" },
    },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) {
    throw new TypeError(
      `Cannot run "${values.runs}" times: expected 1 or more`,
    );
  }
  return {
    bytes: readSize(values.size),
    file: values.file,
    only: values.only,
    rivals: values.rival,
    runs,
  };
}

function readSize(text: string): number {
  const [, number = "", unit = ""] = /^(\d+)(KB|MB|GB)$/.exec(text) ?? [];
  const bytes = Number(number) * (UNITS[unit] ?? NaN);
  if (bytes > 0) return bytes;
  throw new TypeError(
    `Cannot make a log of "${text}": no size, expected for example 10MB or 1GB`,
  );
}

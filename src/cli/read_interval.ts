/**
 * How often something is looked at, from the command line.
 *
 * @module
 */

import { escapeText } from "../util/escape.ts";
import { UsageError } from "./command.ts";

/**
 * Reads `--interval`. Each look is a request: more often than ten times a second nobody sees.
 *
 * @param otherwise seconds where nothing is said
 * @returns milliseconds
 * @throws {UsageError} for what is no number of 0.1 seconds to a day
 */
export function readInterval(
  text: string | boolean | undefined,
  otherwise: number,
): number {
  if (typeof text !== "string") return otherwise * 1000;
  const seconds = Number(text);
  if (seconds >= 0.1 && seconds <= 86_400) return seconds * 1000;
  throw new UsageError(
    `Cannot look every "${
      escapeText(text, 40)
    }" seconds: expected a number from 0.1 on`,
  );
}

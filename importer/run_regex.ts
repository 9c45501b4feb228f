/**
 * Runs fail2ban-regex: by its absolute path, with arguments and no shell, in an environment of our own, within a time.
 *
 * @module
 */

import { readRegexOutput, type RegexEvent } from "./regex_output.ts";

/** Where packages put it. The program's permissions name it too. */
export const FAIL2BAN_REGEX = "/usr/bin/fail2ban-regex";

/** Characters of a line of output that are looked at; ids and times stand in front. */
const LONGEST_LINE = 4096;

/** Characters of what it says of errors. */
const LONGEST_WORDS = 400;

const TIMEOUT_MS = 600_000;

/** How to run it. */
export interface RunRegexOptions {
  /** Default /usr/bin/fail2ban-regex. */
  readonly program?: string | undefined;
  /** Milliseconds; default ten minutes. */
  readonly timeoutMs?: number | undefined;
}

/** It is not there, or did not come to its end. */
export class RegexError extends Error {
  override readonly name = "RegexError";
  /** Whether it is not installed. */
  readonly isAbsent: boolean;

  constructor(message: string, isAbsent: boolean, cause?: unknown) {
    super(message, { cause });
    this.isAbsent = isAbsent;
  }
}

/**
 * Runs it and hands on what it tells, as it comes. Leaving the loop ends it.
 *
 * @throws {RegexError} when it is not there, fails, or takes too long
 */
export async function* runRegex(
  args: readonly string[],
  options: RunRegexOptions = {},
): AsyncGenerator<RegexEvent> {
  const { program = FAIL2BAN_REGEX, timeoutMs = TIMEOUT_MS } = options;
  const child = spawn(program, args);
  const errors = collectWords(child.stderr);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    kill(child);
  }, timeoutMs);
  let words = "";
  try {
    for await (const line of readCappedLines(child.stdout)) {
      const event = readRegexOutput(line);
      if (event === undefined) continue;
      if (event.kind === "words") words = event.text;
      yield event;
    }
    const { success } = await child.status;
    if (success && !isLate) return;
    const said = words === "" ? await errors : words;
    throw new RegexError(
      isLate
        ? `Cannot wait for ${program}: it ran for ${
          Math.round(timeoutMs / 1000)
        } s, expected less; try a part of the log`
        : `Cannot compare with ${program}: it says "${
          said.slice(0, LONGEST_WORDS)
        }"`,
      false,
    );
  } finally {
    clearTimeout(timer);
    kill(child);
    await Promise.all([child.status, errors]);
  }
}

function spawn(program: string, args: readonly string[]): Deno.ChildProcess {
  try {
    return new Deno.Command(program, {
      args: [...args],
      clearEnv: true,
      env: {
        PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
        LC_ALL: "C.UTF-8",
        // Times without a zone are read in the same one on both sides.
        TZ: Intl.DateTimeFormat().resolvedOptions().timeZone,
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new RegexError(`There is no ${program}`, true, error);
  }
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** Cuts lines that are too long, so that no log can fill the memory. */
async function* readCappedLines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string> {
  let line = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    let from = 0;
    for (;;) {
      const end = text.indexOf("\n", from);
      const piece = text.slice(from, end < 0 ? undefined : end);
      if (line.length < LONGEST_LINE) line += piece.slice(0, LONGEST_LINE);
      if (end < 0) break;
      yield line;
      line = "";
      from = end + 1;
    }
  }
  if (line !== "") yield line;
}

/** @returns the last line of it */
async function collectWords(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<string> {
  let last = "";
  for await (const line of readCappedLines(stream)) {
    if (line.trim() !== "") last = line;
  }
  return last;
}

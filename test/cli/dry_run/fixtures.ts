/**
 * What the tests of `dry-run` share: logs in a folder of their own.
 *
 * @module
 */

import type { Outcome } from "../../../src/cli/dry_run/outcome.ts";
import { runInProcess } from "../../support/program.ts";

/** @returns one failed login at 03:`minute`:`second` of 2 January 2026, UTC */
export function failureAt(
  minute: number,
  second: number,
  host: string,
): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `2026-01-02T03:${two(minute)}:${
    two(second)
  }Z box sshd[7]: Failed password for root from ${host} port 22 ssh2\n`;
}

/** @returns five failures within `minute`, as many as lead to a ban with the built-in configuration */
export function attackAt(minute: number, host: string): string {
  return [1, 2, 3, 4, 5].map((second) => failureAt(minute, second, host))
    .join("");
}

/** Packs or unpacks by a program. @returns what it writes */
export async function pipeThrough(
  command: readonly [string, ...string[]],
  input: string | Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const [program, ...args] = command;
  const child = new Deno.Command(program, {
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  const written = writer.write(
    typeof input === "string" ? new TextEncoder().encode(input) : input,
  ).then(() => writer.close());
  const { stdout } = await child.output();
  await written;
  return stdout;
}

/** Runs `dry-run --json`. */
export async function dryRunJson(
  ...words: string[]
): Promise<{ code: number; err: string; outcome: Outcome }> {
  const { code, out, err } = await runInProcess("dry-run", "--json", ...words);
  return { code, err, outcome: JSON.parse(out) };
}

/**
 * `fail2deno db import`.
 *
 * @module
 */

import { createLogger } from "../observe/logger.ts";
import { STATE_FILE } from "../state_keeper.ts";
import type { StateRecord } from "../store/state_record.ts";
import { openStore } from "../store/store.ts";
import type { MergeCounts } from "../store/types.ts";
import { escapeText } from "../util/escape.ts";
import { EXIT, type ExitCode } from "../util/exit_codes.ts";
import { InputError, type Invocation } from "./command.ts";
import { absolutePath, print } from "./setup.ts";
import { stateFolder, useAlone } from "./state_file.ts";
import { parseStateLine } from "./parse_state_line.ts";
import { formatTable } from "./table.ts";

/** Lines that are told of one by one. */
const MOST_TOLD = 20;

/** Takes JSON Lines over into the state; all of them, or nothing unless `--partial`. */
export async function importState(invocation: Invocation): Promise<ExitCode> {
  const { options, words, context } = invocation;
  const folder = await stateFolder(invocation);
  const name = words[1] === "-" ? undefined : words[1];
  const source = name ?? "standard input";
  const lines = new Lines(await readText(name), (line, problem) =>
    context.err(
      `${escapeText(source, 200)}:${line}: Cannot read line: ${problem}\n`,
    ));
  if (options.partial !== true) lines.requireReadable(source);
  const counts = useAlone(
    "import",
    folder,
    () => merge(folder, { records: lines.records(), write: context.err }),
  );
  const outcome = { ...Object.fromEntries(counts), leftOut: lines.bad };
  print(invocation, outcome, () => format(counts, lines.bad));
  return EXIT.ok;
}

function merge(
  folder: string,
  { records, write }: {
    readonly records: Iterable<StateRecord>;
    readonly write: (text: string) => void;
  },
): MergeCounts {
  Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const log = createLogger({ level: "info", format: "text", write });
  const store = openStore({ path: `${folder}/${STATE_FILE}`, log });
  try {
    return store.merge(records);
  } finally {
    store.close();
  }
}

/** The lines of a text, read one by one. */
class Lines {
  /** How many could not be read. */
  bad = 0;
  readonly #text: string;
  readonly #tell: (line: number, problem: string) => void;

  constructor(text: string, tell: (line: number, problem: string) => void) {
    this.#text = text;
    this.#tell = tell;
  }

  *records(): Generator<StateRecord> {
    let number = 0;
    for (let at = 0; at < this.#text.length;) {
      const newline = this.#text.indexOf("\n", at);
      const end = newline < 0 ? this.#text.length : newline;
      const line = this.#text.slice(at, end).trim();
      at = end + 1;
      number++;
      if (line === "") continue;
      const { record, problem } = parseStateLine(line);
      if (problem !== undefined) this.#refuse(number, problem);
      else if (record !== undefined) yield record;
    }
  }

  /** @throws {InputError} where some cannot be read */
  requireReadable(source: string): void {
    for (const _ of this.records());
    if (this.bad > 0) throw refuse(source, this.bad);
  }

  #refuse(line: number, problem: string): void {
    this.bad++;
    if (this.bad <= MOST_TOLD) this.#tell(line, problem);
  }
}

async function readText(file: string | undefined): Promise<string> {
  const bytes = file === undefined
    ? await new Response(Deno.stdin.readable).bytes()
    : Deno.readFileSync(absolutePath(file));
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new InputError(
      `Cannot import "${
        escapeText(file ?? "standard input", 200)
      }": it is no UTF-8, expected what "fail2deno db export" writes`,
      { cause: error },
    );
  }
}

function refuse(source: string, bad: number): InputError {
  const lines = bad === 1 ? "1 line" : `${bad} lines`;
  return new InputError(
    `Cannot import "${
      escapeText(source, 200)
    }": ${lines} cannot be read, expected none, or --partial to leave them out; nothing was imported`,
  );
}

function format(counts: MergeCounts, leftOut: number): string {
  const rows = [...counts].map(([kind, { read, taken }]) => [
    kind,
    read,
    taken,
  ]);
  const table = formatTable(["KIND", "READ", "TAKEN"], rows);
  return leftOut === 0 ? table : `${table}${leftOut} left out\n`;
}

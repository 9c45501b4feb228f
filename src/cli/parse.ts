/**
 * From words to options and arguments, by a command's entry in the table.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { escapeText } from "../util/escape.ts";
import { suggest } from "../util/suggest.ts";
import {
  type Command,
  type CommandPart,
  type Invocation,
  UsageError,
} from "./command.ts";

/** What was typed behind a command's name. */
export type Parsed = Pick<Invocation, "words" | "options" | "lists">;

/** An option in parts: `-j, --jail <jail>` is `{ long: "jail", short: "j", takesValue: true, isList: false, takesMany: false }`. */
export interface OptionShape {
  readonly long: string;
  readonly short: string | undefined;
  readonly takesValue: boolean;
  /** May be given again: `--jail <jail>...`, and what takes many. */
  readonly isList: boolean;
  /** `--verify <log...>`: takes all words up to the next option. */
  readonly takesMany: boolean;
}

const CONFIG: CommandPart = {
  form: "-c, --config <file>",
  summary: "configuration file (default: /etc/fail2deno/config.toml)",
  takes: "file",
};
const JSON_OUTPUT: CommandPart = { form: "--json", summary: "print JSON" };
const SOCKET: CommandPart = {
  form: "--socket <path>",
  summary: "the daemon's control socket (default: as configured)",
  takes: "file",
};
const HELP: CommandPart = { form: "-h, --help", summary: "show this help" };

/** @returns the command's own options and those that it shares with others */
export function optionsOf(command: Command): readonly CommandPart[] {
  if (command.readsWords === true) return command.options ?? [];
  return [
    ...command.options ?? [],
    ...command.json !== undefined ? [JSON_OUTPUT] : [],
    CONFIG,
    ...command.asksDaemon === true ? [SOCKET] : [],
    HELP,
  ];
}

/**
 * Reads the words behind a command's name.
 *
 * @throws {UsageError} for an unknown option, a missing value, too few or too many arguments
 */
export function parseWords(
  command: Command,
  words: readonly string[],
): Parsed {
  const shapes = optionsOf(command).map(readShape);
  // Not strict: strict mode refuses `--for -1`, and knows no suggestions. What it would check is checked below.
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(shapes.map(toParserOption)),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const parsed: MutableParsed = { words: [], options: {}, lists: {} };
  let target = parsed.words;
  for (const token of tokens) {
    if (token.kind === "positional") target.push(token.value);
    else target = parsed.words;
    if (token.kind !== "option") continue;
    const shape = shapes.find(({ long }) => long === token.name);
    if (shape === undefined) throw unknownOption(token.rawName, shapes);
    const key = toCamelCase(shape.long);
    const value = readValue(shape, token);
    if (!shape.isList) parsed.options[key] = value;
    else {
      const list = parsed.lists[key] ??= [];
      list.push(String(value));
      if (shape.takesMany) target = list;
    }
  }
  if (parsed.options.help !== true) checkCount(command, parsed.words);
  return parsed;
}

interface MutableParsed {
  readonly words: string[];
  readonly options: Record<string, string | boolean>;
  readonly lists: Record<string, string[]>;
}

/** @returns the option in parts */
export function readShape({ form }: CommandPart): OptionShape {
  const match = /^(?:-(\w), )?--([\w-]+)( <)?/.exec(form);
  return {
    long: match?.[2] ?? form,
    short: match?.[1],
    takesValue: match?.[3] !== undefined,
    isList: form.includes("..."),
    takesMany: form.endsWith("...>"),
  };
}

function toParserOption({ long, short, takesValue }: OptionShape) {
  const type = takesValue ? "string" as const : "boolean" as const;
  return [long, short === undefined ? { type } : { type, short }] as const;
}

function readValue(
  shape: OptionShape,
  token: { readonly rawName: string; readonly value: string | undefined },
): string | boolean {
  if (shape.takesValue) {
    if (token.value !== undefined) return token.value;
    throw new UsageError(
      `Cannot read option "${token.rawName}": it has no value, expected one behind it`,
    );
  }
  if (token.value === undefined) return true;
  throw new UsageError(
    `Cannot read option "${token.rawName}": it takes no value`,
  );
}

function unknownOption(
  name: string,
  shapes: readonly OptionShape[],
): UsageError {
  const close = suggest(name, shapes.map(({ long }) => `--${long}`));
  const hint = close === undefined ? "" : `, did you mean "${close}"?`;
  return new UsageError(
    `Cannot use option "${escapeText(name, 40)}": unknown option${hint}`,
  );
}

function checkCount(command: Command, words: readonly string[]): void {
  const forms = (command.arguments ?? []).map(({ form }) => form);
  const missing = forms[words.length];
  if (missing?.startsWith("<") === true) {
    throw new UsageError(
      `Cannot run ${command.name}: ${missing} is missing`,
    );
  }
  const isVariadic = forms.at(-1)?.includes("...") === true;
  const extra = words[forms.length];
  if (extra !== undefined && !isVariadic) {
    throw new UsageError(
      `Cannot run ${command.name}: "${
        escapeText(extra, 40)
      }" is one word too many`,
    );
  }
}

function toCamelCase(name: string): string {
  return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

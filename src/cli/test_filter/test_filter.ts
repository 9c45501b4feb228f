/**
 * What `fail2deno test-filter` does.
 *
 * @module
 */

import { escapeText } from "../../util/escape.ts";
import { EXIT, type ExitCode } from "../../util/exit_codes.ts";
import { type Invocation, UsageError } from "../command.ts";
import { absolutePath, print } from "../setup.ts";
import { formatLineTest } from "./format_line_test.ts";
import { formatLogTest } from "./format_log_test.ts";
import { chooseJail } from "./choose_jail.ts";
import { testLine } from "./test_line.ts";
import { testLog } from "./test_log.ts";

/** Tries a filter on a line or a log, and prints what came of it. */
export async function testFilter(invocation: Invocation): Promise<ExitCode> {
  const { filter, input } = splitWords(invocation);
  const jail = await chooseJail(invocation, filter);
  const nowSeconds = Date.now() / 1000;
  if (input.kind === "line") {
    const test = testLine(jail, input.text, nowSeconds);
    print(invocation, test, () => formatLineTest(test));
    return test.outcome === "failure" ? EXIT.ok : EXIT.no;
  }
  const test = await testLog(jail, {
    name: input.text,
    nowSeconds,
    missed: readCount(invocation, "missed") ?? 5,
    matched: readCount(invocation, "matched") ?? 0,
    ignored: readCount(invocation, "ignored") ?? 0,
  });
  print(invocation, test, (style) => formatLogTest(test, style));
  return test.matched > 0 ? EXIT.ok : EXIT.no;
}

interface TestInput {
  readonly kind: "line" | "log";
  readonly text: string;
}

function splitWords(
  { words, options, lists }: Invocation,
): { readonly filter: string | undefined; readonly input: TestInput } {
  const isNamed = options.jail !== undefined || lists.pattern !== undefined;
  const [filter, ...rest] = isNamed ? [undefined, ...words] : words;
  if (options.jail !== undefined && lists.pattern !== undefined) {
    throw new UsageError(
      "Cannot try both: expected either --jail or --pattern",
    );
  }
  if (!isNamed && filter === undefined) {
    throw new UsageError(
      "Cannot try: no filter given, expected a name or a file, --jail or --pattern",
    );
  }
  const [word, extra] = rest;
  const line = options.line;
  if (extra !== undefined || (word !== undefined && line !== undefined)) {
    throw new UsageError("Cannot try: expected one log or line");
  }
  if (typeof line === "string") {
    return { filter, input: { kind: "line", text: line } };
  }
  if (word === undefined) {
    throw new UsageError("Cannot try: expected a log or a line behind it");
  }
  return { filter, input: { kind: kindOf(word), text: word } };
}

/** A path that is none would be a line that nobody meant. */
function kindOf(word: string): TestInput["kind"] {
  if (word === "-") return "log";
  try {
    return Deno.statSync(absolutePath(word)).isDirectory ? "line" : "log";
  } catch {
    return /^\.{0,2}\/\S+$/.test(word) ? "log" : "line";
  }
}

function readCount(
  { options }: Invocation,
  name: "missed" | "matched" | "ignored",
): number | undefined {
  const text = options[name];
  if (typeof text !== "string") return undefined;
  if (/^\d{1,7}$/.test(text)) return Number(text);
  throw new UsageError(
    `Cannot show "${escapeText(text, 40)}" lines: expected a number`,
  );
}

/**
 * Starts a stream's source, and keeps what it hands out and says.
 *
 * @module
 */

import type { Source } from "../../src/source/types.ts";
import type { LogFields, Logger } from "../../src/util/log.ts";

/** What was handed out and said so far. */
export interface Heard {
  text: string;
  readonly said: { readonly message: string; readonly fields: LogFields }[];
}

/** A source that runs until the end of its block. */
export interface RunningSource extends Heard, AsyncDisposable {
  readonly source: Source;
}

/** Makes a source with a logger of the test's, and starts it. */
export async function runSource(
  create: (log: Logger) => Source,
): Promise<RunningSource> {
  const said: Heard["said"] = [];
  const note = (message: string, fields: LogFields = {}) =>
    said.push({ message, fields });
  const log = { error: note, warn: note, info: note, debug: note };
  const source = create(log);
  const running: RunningSource = {
    text: "",
    said,
    source,
    [Symbol.asyncDispose]: () => source.stop(),
  };
  const decoder = new TextDecoder();
  await source.start(({ bytes }) => running.text += decoder.decode(bytes));
  return running;
}

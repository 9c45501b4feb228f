/**
 * Reads server-sent events as they come.
 *
 * @module
 */

import type { ControlEvent } from "./events.ts";

/** No event of ours is longer: what is must be something else. */
const LONGEST_EVENT = 1 << 20;

/**
 * Reads the events of a stream to its end.
 *
 * @param parts the stream's text, torn anywhere
 * @throws {Error} for what is no stream of events
 */
export async function* readEvents(
  parts: AsyncIterable<string>,
): AsyncGenerator<ControlEvent, void, void> {
  let rest = "";
  for await (const part of parts) {
    rest += part;
    const blocks = rest.split("\n\n");
    rest = blocks.pop() ?? "";
    if (rest.length > LONGEST_EVENT) {
      throw new Error("Cannot read events: one of them does not end");
    }
    for (const block of blocks) {
      const event = readBlock(block);
      if (event !== undefined) yield event;
    }
  }
}

/** Lines that begin with a colon only tell that somebody is there. */
function readBlock(block: string): ControlEvent | undefined {
  const text = block.split("\n").filter((line) => line.startsWith("data: "))
    .map((line) => line.slice("data: ".length)).join("\n");
  return text === "" ? undefined : JSON.parse(text) as ControlEvent;
}

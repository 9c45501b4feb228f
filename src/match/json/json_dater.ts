/**
 * Tells when a line of JSON was written.
 *
 * @module
 */

import type { JsonLines } from "../../config/types.ts";
import type { DateSource } from "../date/date_reader.ts";
import { createLineDater, type LineDater } from "../date/line_dater.ts";
import type { LocalTime } from "../date/stamp_clock.ts";
import { parseJsonLine } from "./json_reader.ts";
import { JsonTime } from "./json_time.ts";
import { valueAt } from "./value_at.ts";

/**
 * Makes a dater for the lines of one source: by the time in their JSON, else by the date of their message.
 *
 * @param dates how messages are dated
 * @param localTime turns times without a zone into seconds; default the machine's zone
 */
export function createJsonDater(
  { time, message }: Pick<JsonLines, "time" | "message">,
  dates: DateSource,
  localTime?: LocalTime,
): LineDater {
  const clock = new JsonTime(time, localTime);
  const dateMessage = createLineDater(dates, localTime);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return (line, nowSeconds) => {
    const text = typeof line === "string" ? line : decoder.decode(line);
    const root = parseJsonLine(text, { from: 0, to: text.length });
    const seconds = clock.read(root, nowSeconds);
    if (!Number.isNaN(seconds)) return seconds;
    const value = message && valueAt(root, message);
    return typeof value === "string"
      ? dateMessage(value, nowSeconds)
      : undefined;
  };
}

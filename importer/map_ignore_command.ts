/**
 * `ignorecommand` and `ignorecache`.
 *
 * @module
 */

import { findUnknownTag } from "../src/config/ignore_tags.ts";
import { formatDuration } from "../src/util/duration.ts";
import type { ResolvedJail } from "./jail.ts";
import { parseNameWithOptions } from "./options.ts";
import type { OutcomeNote } from "./outcome.ts";
import { readTime } from "./time_value.ts";
import type { TomlValue } from "./toml_text.ts";

/** Bounds of our cache, and of fail2ban's where `ignorecache` says nothing of them. */
const MAX_COUNT = 100;
const MAX_TIME_SECONDS = 300;

/** @returns keys of ours with their values; `ignore_command` is always among them */
export function mapIgnoreCommand(
  { values }: ResolvedJail,
  notes: OutcomeNote[],
): Map<string, TomlValue> {
  const none = new Map<string, TomlValue>([["ignore_command", ""]]);
  const text = String(values.get("ignorecommand") ?? "").trim();
  if (text === "") return none;
  const command = text.replaceAll("<br>", "\n").replaceAll("<sp>", " ");
  const unknown = findUnknownTag(command);
  if (unknown !== undefined) {
    notes.push({
      what:
        `ignorecommand is not carried over: <${unknown}> is not known here: ${text}`,
      advice: "write it without that tag as ignore_command",
    });
    return none;
  }
  if (/\/fail2ban\//.test(command)) {
    notes.push({
      what: `ignorecommand runs what belongs to fail2ban: ${text}`,
      advice: "keep it, or copy it elsewhere, when you remove fail2ban",
    });
  }
  const cache = mapCache(String(values.get("ignorecache") ?? ""), notes);
  return new Map([["ignore_command", command], ["ignore_cache", cache]]);
}

/** fail2ban remembers nothing unless it is told to. */
function mapCache(text: string, notes: OutcomeNote[]): TomlValue {
  if (text.trim() === "") return { max_time: 0 };
  const options = parseNameWithOptions(`cache[${text}]`)?.options ??
    new Map<string, string>();
  const key = options.get("key") ?? "";
  const count = Number(options.get("max-count") ?? MAX_COUNT);
  const seconds = readTime(options.get("max-time") ?? `${MAX_TIME_SECONDS}`);
  const unknown = findUnknownTag(key);
  const isKnown = key !== "" && unknown === undefined && count >= 1 &&
    Number.isInteger(count) && seconds !== undefined && seconds >= 0 &&
    seconds !== Infinity;
  if (!isKnown) {
    notes.push({
      what:
        `ignorecache is not carried over: ${text}: each failure is asked about`,
      advice: "write it as ignore_cache = { key, max_count, max_time }",
    });
    return { max_time: 0 };
  }
  return {
    ...(key === "<ip>" ? {} : { key }),
    ...(count === MAX_COUNT ? {} : { max_count: count }),
    ...(seconds === MAX_TIME_SECONDS
      ? {}
      : { max_time: formatDuration(seconds) }),
  };
}

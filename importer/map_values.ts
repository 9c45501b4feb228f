/**
 * A jail's thresholds and exceptions.
 *
 * @module
 */

import { parseNetwork } from "../src/util/address.ts";
import { formatDuration } from "../src/util/duration.ts";
import { isHostName } from "../src/util/name_resolver.ts";
import { parseZoneOffset } from "../src/util/zone_offset.ts";
import type { ResolvedJail } from "./jail.ts";
import {
  ESCALATION_VALUES,
  escalationPlace,
  mapEscalation,
} from "./map_escalation.ts";
import { mapIgnoreCommand } from "./map_ignore_command.ts";
import { readEncoding } from "../src/config/log_encoding.ts";
import { beginsAtEnd } from "./map_source.ts";
import type { OutcomeNote } from "./outcome.ts";
import { readTime } from "./time_value.ts";
import type { TomlValue } from "./toml_text.ts";

/** A key of ours and the key of fail2ban whose place is told. */
export interface MappedValue {
  readonly value: TomlValue;
  readonly from: string;
}

/** What the keys are that all jails can share in `[defaults]`, and our values where they are absent. */
export const BUILT_IN_VALUES: ReadonlyMap<string, TomlValue> = new Map<
  string,
  TomlValue
>([
  ["max_retry", 5],
  ["find_time", "10m"],
  ["ban_time", "1h"],
  ...ESCALATION_VALUES,
  ["ignoreip", []],
  ["ignoreself", true],
  ["ignore_command", ""],
  ["ignore_cache", {}],
  ["protocol", ["tcp"]],
  [
    "backend",
    { nftables: { verdict: "drop", hooks: ["input", "forward"] } },
  ],
]);

/** @returns keys with values, also those that equal the default */
export function mapValues(
  jail: ResolvedJail,
  notes: OutcomeNote[],
): Map<string, MappedValue> {
  const mapped = new Map<string, MappedValue>();
  const set = (key: string, value: TomlValue, from: string) =>
    mapped.set(key, { value, from });
  const retry = Number(jail.values.get("maxretry") ?? 3);
  set("max_retry", Math.max(1, retry), "maxretry");
  set("find_time", readDuration(jail, "findtime", notes), "findtime");
  set("ban_time", readDuration(jail, "bantime", notes), "bantime");
  for (const [key, value] of mapEscalation(jail, notes)) {
    set(key, value, escalationPlace(key));
  }
  set("ignoreip", mapIgnoreIp(jail.ignoreIp, notes), "ignoreip");
  set("ignoreself", jail.values.get("ignoreself") !== false, "ignoreself");
  for (const [key, value] of mapIgnoreCommand(jail, notes)) {
    set(key, value, key.replace("_", ""));
  }
  const zone = mapTimeZone(jail, notes);
  if (zone !== undefined) set("log_time_zone", zone, "logtimezone");
  if (beginsAtEnd(jail)) set("start", "end", "logpath");
  const encoding = mapEncoding(jail, notes);
  if (encoding !== undefined) set("log_encoding", encoding, "logencoding");
  noteRest(jail, notes);
  return mapped;
}

/** @returns a text that reads back to the same, or -1 for ever */
function readDuration(
  jail: ResolvedJail,
  key: string,
  notes: OutcomeNote[],
): TomlValue {
  const text = String(jail.values.get(key) ?? "10m");
  const seconds = readTime(text);
  if (seconds === undefined || seconds < 1) {
    notes.push({
      what: `${key} "${text}" is no time: it is 10m now`,
      advice: "set it; anything but times and arithmetic is refused",
    });
    return "10m";
  }
  return toDuration(seconds);
}

function toDuration(seconds: number): TomlValue {
  return seconds === Infinity ? -1 : formatDuration(seconds);
}

function mapIgnoreIp(
  words: readonly string[],
  notes: OutcomeNote[],
): TomlValue {
  const known: string[] = [];
  for (const word of words) {
    const text = withPrefixLength(word);
    if (parseNetwork(text) !== undefined || isHostName(text)) known.push(text);
    else {
      notes.push({
        what:
          `ignoreip "${word}" is not carried over: it is no address or name`,
        advice: "add the addresses themselves to ignoreip",
      });
    }
  }
  return known;
}

/** `192.0.2.0/255.255.255.0` → `192.0.2.0/24` */
function withPrefixLength(word: string): string {
  const [, address, mask] = /^([\d.]+)\/(\d+(?:\.\d+){3})$/.exec(word) ?? [];
  if (address === undefined || mask === undefined) return word;
  const bits = mask.split(".")
    .map((part) => Number(part).toString(2).padStart(8, "0")).join("");
  const length = bits.indexOf("0");
  const isMask = bits.length === 32 && !bits.includes("01");
  return isMask ? `${address}/${length < 0 ? 32 : length}` : word;
}

function mapTimeZone(
  { values }: ResolvedJail,
  notes: OutcomeNote[],
): string | undefined {
  const zone = String(values.get("logtimezone") ?? "");
  if (zone === "" || parseZoneOffset(zone) !== undefined) {
    return zone === "" ? undefined : zone;
  }
  notes.push({
    what:
      `logtimezone ${zone} is not carried over: it is no distance from Greenwich`,
    advice: 'set log_time_zone to one such as "UTC+02:00"',
  });
  return undefined;
}

/** @returns what differs from the default, as it is spelled there */
function mapEncoding(
  { values }: ResolvedJail,
  notes: OutcomeNote[],
): string | undefined {
  const name = String(values.get("logencoding") ?? "auto");
  const encoding = readEncoding(name);
  if (encoding === undefined) {
    notes.push({
      what: `logencoding ${name} is not carried over: the log is read as UTF-8`,
    });
  }
  return encoding === undefined || encoding === "utf-8" ? undefined : name;
}

function noteRest(
  { values, settings }: ResolvedJail,
  notes: OutcomeNote[],
): void {
  const matches = values.get("maxmatches");
  if (matches !== undefined && matches !== values.get("maxretry")) {
    notes.push({ what: "maxmatches has no effect: no action takes the lines" });
  }
  if (settings.usedns === "raw") {
    notes.push({ what: "usedns raw: only addresses can be banned" });
  }
}

/**
 * A jail's thresholds and exceptions.
 *
 * @module
 */

import { parseNetwork } from "../src/util/address.ts";
import { formatDuration } from "../src/util/duration.ts";
import { isHostName } from "../src/util/name_resolver.ts";
import type { ResolvedJail } from "./jail.ts";
import { mapIgnoreCommand } from "./map_ignore_command.ts";
import type { OutcomeNote } from "./outcome.ts";
import { calculate, readTime } from "./time_value.ts";
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
  ["bantime_increment", false],
  ["bantime_factor", 1],
  ["bantime_multipliers", []],
  ["bantime_maxtime", "1w"],
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

/** fail2ban's formula where none is given; it is ours too. */
const DOUBLING =
  /^ban\.Time\*\(1<<\(ban\.Countifban\.Count<20else20\)\)\*banFactor$/;

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
  mapEscalation(jail, notes, set);
  set("ignoreip", mapIgnoreIp(jail.ignoreIp, notes), "ignoreip");
  set("ignoreself", jail.values.get("ignoreself") !== false, "ignoreself");
  for (const [key, value] of mapIgnoreCommand(jail, notes)) {
    set(key, value, key.replace("_", ""));
  }
  noteRest(jail, notes);
  return mapped;
}

type Setter = (key: string, value: TomlValue, from: string) => void;

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

function mapEscalation(
  { values }: ResolvedJail,
  notes: OutcomeNote[],
  set: Setter,
): void {
  const isOn = values.get("bantime.increment") === true;
  set("bantime_increment", isOn, "bantime.increment");
  for (const key of ["factor", "multipliers", "maxtime"]) {
    const name = `bantime_${key}`;
    set(name, BUILT_IN_VALUES.get(name) ?? "", `bantime.${key}`);
  }
  if (!isOn) return;
  const text = (key: string) =>
    String(values.get(`bantime.${key}`) ?? "").trim();
  const multipliers = text("multipliers").split(/\s+/).filter((w) => w !== "")
    .map(Number);
  if (multipliers.some((number) => !(number > 0))) {
    notes.push({
      what: `bantime.multipliers "${
        text("multipliers")
      }" are no numbers above 0`,
    });
  } else set("bantime_multipliers", multipliers, "bantime.multipliers");
  const factor = text("factor") === "" ? 1 : calculate(text("factor"));
  if (factor !== undefined && factor > 0) {
    set("bantime_factor", factor, "bantime.factor");
  } else {notes.push({
      what: `bantime.factor "${
        text("factor")
      }" is no number above 0: it is 1 now`,
    });}
  // fail2ban has no limit unless there is one.
  const maxtime = text("maxtime") === "" ? Infinity : readTime(text("maxtime"));
  if (maxtime !== undefined) {
    set("bantime_maxtime", toDuration(maxtime), "bantime.maxtime");
  } else {notes.push({
      what: `bantime.maxtime "${text("maxtime")}" is no time`,
    });}
  noteEscalation(text, multipliers.length > 0, notes);
}

function noteEscalation(
  text: (key: string) => string,
  hasMultipliers: boolean,
  notes: OutcomeNote[],
): void {
  const formula = text("formula");
  const isOwn = formula !== "" && !DOUBLING.test(formula.replaceAll(/\s/g, ""));
  if (isOwn && !hasMultipliers) {
    notes.push({
      what: `bantime.formula "${formula}" is not carried over: bans double`,
      advice: "write the steps as bantime_multipliers",
    });
  }
  if (text("rndtime") !== "") {
    notes.push({
      what: "bantime.rndtime is not carried over: bans end at their time",
    });
  }
  if (text("overalljails") === "true") {
    notes.push({
      what:
        "bantime.overalljails is not carried over: bans are counted for each jail",
    });
  }
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

function noteRest(
  { values, settings }: ResolvedJail,
  notes: OutcomeNote[],
): void {
  const encoding = String(values.get("logencoding") ?? "auto").toLowerCase();
  if (!["auto", "utf-8", "utf8", "ascii", "us-ascii"].includes(encoding)) {
    notes.push({ what: `logencoding ${encoding}: the log is read as UTF-8` });
  }
  const zone = values.get("logtimezone");
  if (zone !== undefined && zone !== "") {
    notes.push({
      what:
        `logtimezone ${zone} is not carried over: stamps without a zone are local time`,
    });
  }
  const matches = values.get("maxmatches");
  if (matches !== undefined && matches !== values.get("maxretry")) {
    notes.push({ what: "maxmatches has no effect: no action takes the lines" });
  }
  if (settings.usedns === "raw") {
    notes.push({ what: "usedns raw: only addresses can be banned" });
  }
}

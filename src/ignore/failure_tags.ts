/**
 * A failure's values in the place of tags.
 *
 * @module
 */

import { type IgnoreTag, replaceTags } from "../config/ignore_tags.ts";
import type { Failure } from "../match/types.ts";
import { familyOf } from "../util/address.ts";

/** Longest text of a line that a command gets: many may wait. */
const MAX_VALUE = 2048;

/** A command with the variables that it refers to. */
export interface FilledCommand {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Fills a command in. What can only be an address, a number or a name from the configuration stands in its place; whatever
 * a line may hold is a variable, which the shell does not read as a command.
 *
 *     friend <ip> "<F-USER>"   →   friend 192.0.2.7 "${F_USER}"   with F_USER=root
 */
export function fillCommand(command: string, failure: Failure): FilledCommand {
  const env: Record<string, string> = {
    IP: valueOf(failure, "ip"),
    JAIL: failure.jail,
    FAMILY: valueOf(failure, "family"),
  };
  const filled = replaceTags(command, (name, tag) => {
    const value = tag === undefined
      ? caughtBy(failure, name)
      : valueOf(failure, tag);
    if (tag !== undefined && !FOREIGN_TAGS.has(tag)) return value;
    const variable = tag === undefined ? `F_${name}` : tag.toUpperCase();
    env[variable] = value.slice(0, MAX_VALUE).replaceAll("\0", "");
    return `\${${variable}}`;
  });
  return { command: filled, env };
}

/** @returns the text with values in it, to compare with others */
export function fillKey(key: string, failure: Failure): string {
  return replaceTags(
    key,
    (name, tag) =>
      tag === undefined ? caughtBy(failure, name) : valueOf(failure, tag),
  );
}

/** Tags whose text an attacker may choose. */
const FOREIGN_TAGS: ReadonlySet<IgnoreTag> = new Set(["fid", "matches"]);

function valueOf(failure: Failure, tag: IgnoreTag): string {
  switch (tag) {
    case "ip":
      return failure.host;
    case "fid":
      return failure.groups?.fid ?? failure.host;
    case "family":
      return familyOf(failure.words) === 4 ? "inet4" : "inet6";
    case "jail":
      return failure.jail;
    case "time":
      return String(failure.timeSeconds);
    case "matches":
      return (failure.lines ?? [failure.line]).join("\n");
  }
}

function caughtBy(failure: Failure, name: string): string {
  const group = name.toLowerCase();
  return failure.groups?.[group] ??
    (group === "user" ? failure.user ?? "" : "");
}

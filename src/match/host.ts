/**
 * The host that a pattern caught, validated.
 *
 * @module
 */

import { isDigit, isWord } from "./ascii_units.ts";
import {
  formatNetwork,
  isMapped,
  maskWords,
  parseAddress,
} from "../util/address.ts";
import type { EngineMatch } from "./engine.ts";

/** A host or network; one object is filled again and again. */
export interface Host {
  readonly words: Uint32Array;
  /** 128 for a single host. */
  prefix: number;
}

const DOT = 46;
const COLON = 58;

/** @returns an empty host to be filled */
export function createHost(): Host {
  return { words: new Uint32Array(4), prefix: 128 };
}

/**
 * Reads the host that a match caught.
 *
 * An address that is a part of a longer text (`1.2.3.4` of `1.2.3.4.5` or of `1.2.3.4.example.net`) is none: whoever
 * chooses that text would choose the host.
 *
 * @param text what the pattern was run on
 * @returns whether `host` was filled; false where the text caught is no address
 */
export function readHost(
  text: string,
  match: EngineMatch,
  host: Host,
): boolean {
  const caught = match.host;
  if (caught === undefined || !isWhole(text, match, caught)) return false;
  const family = parseAddress(trimBrackets(caught), host.words);
  if (family === 0) return false;
  host.prefix = 128;
  const cidr = match.group("cidr");
  return cidr === undefined || applyPrefix(host, cidr);
}

/** @returns canonical text, with the prefix of a network */
export function printHost(host: Host): string {
  return formatNetwork(host);
}

/** @returns those of a pattern's groups that may catch the user, in the order in which they are asked */
export function userGroupsOf(groups: readonly string[]): readonly string[] {
  const others = groups.filter((name) => /^alt_user(?:_\w+)?$/.test(name));
  return ["user", ...others.sort()];
}

/**
 * Reads the user.
 *
 * @param userGroups of the pattern, by `userGroupsOf`
 * @returns what `<F-USER>` or `user` caught, else what `<F-ALT_USER>` or `<F-ALT_USER_1>` … did
 */
export function caughtUser(
  match: EngineMatch,
  userGroups: readonly string[],
): string | undefined {
  for (const name of userGroups) {
    const text = match.group(name);
    if (text) return text;
  }
  return match.group("user");
}

/** A network of all addresses is no host that failed. */
function applyPrefix(host: Host, cidr: string): boolean {
  const bits = Number(cidr);
  const isFour = isMapped(host.words);
  if (bits < 1 || bits > (isFour ? 32 : 128)) return false;
  host.prefix = isFour ? bits + 96 : bits;
  maskWords(host.words, host.prefix);
  return true;
}

/** Where the host's place is not known (V8 tells it only with the flag d), any whole one within the match will do. */
function isWhole(text: string, match: EngineMatch, caught: string): boolean {
  const { hasDottedPort } = match;
  if (match.hostEnd >= 0) {
    const at = text.lastIndexOf(caught, match.hostEnd - caught.length);
    return isWholeAt(text, at, { caught, hasDottedPort });
  }
  let at = text.indexOf(caught, match.start);
  while (at >= 0 && at < match.end) {
    if (isWholeAt(text, at, { caught, hasDottedPort })) return true;
    at = text.indexOf(caught, at + 1);
  }
  return false;
}

function isWholeAt(
  text: string,
  at: number,
  { caught, hasDottedPort }: {
    readonly caught: string;
    readonly hasDottedPort: boolean;
  },
): boolean {
  const isQuad = caught.indexOf(":") < 0;
  if (goesOnBefore(text, at, isQuad)) return false;
  const end = at + caught.length;
  const behind = text.charCodeAt(end);
  if (behind !== DOT) return !isWord(behind);
  return hasDottedPort || !isWord(text.charCodeAt(end + 1));
}

function goesOnBefore(text: string, at: number, isQuad: boolean): boolean {
  const before = text.charCodeAt(at - 1);
  if (isQuad) {
    return isDigit(before) ||
      before === DOT && isDigit(text.charCodeAt(at - 2));
  }
  return isHex(before) && text.charCodeAt(at) !== COLON;
}

function trimBrackets(text: string): string {
  return text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text;
}

function isHex(code: number): boolean {
  const lower = code | 32;
  return isDigit(code) || lower >= 97 && lower <= 102;
}

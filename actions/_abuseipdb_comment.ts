/**
 * The comment of a report, which all the world can read.
 *
 * @module
 */

import type { BanEntry } from "../src/act/contract.ts";
import { isPublicAddress } from "./_public_address.ts";

/** What the far side keeps of a comment. */
const MAX_COMMENT = 1024;

const MAIL_ADDRESS = /[^\s@<>"]{1,64}@[^\s@<>"]+/g;

/** Words that may be an address of either family; a time of day may be one, too, by its looks. */
const ADDRESS =
  /(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f:]*:[\da-f:]*:[\da-f]*)(?![\w:])/gi;

/** The text and what it must not tell. */
export interface CommentOptions {
  /** `{jail}`, `{failures}` and `{ban_count}` stand for the ban's. */
  readonly comment: string;
  /** Words to be left out, in any case: names of the own hosts and users. */
  readonly redact: readonly string[];
}

/**
 * Fills in the text, and takes out mail addresses, addresses that are not public, and the words of `redact`.
 *
 * @returns one line of at most 1,024 characters
 */
export function formatComment(
  entry: BanEntry,
  { comment, redact }: CommentOptions,
): string {
  const values: Record<string, string> = {
    jail: entry.jail,
    failures: String(entry.failures),
    ban_count: String(entry.banCount),
  };
  const filled = comment.replaceAll(
    /\{(\w+)\}/g,
    (placeholder, name) => values[name] ?? placeholder,
  );
  return [...strip(filled, redact)].slice(0, MAX_COMMENT).join("");
}

function strip(text: string, redact: readonly string[]): string {
  const words = redact.filter((word) => word !== "").map(RegExp.escape);
  const line = text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replaceAll(MAIL_ADDRESS, "[…]")
    .replaceAll(ADDRESS, (word) => isPrivate(word) ? "[…]" : word);
  return words.length === 0
    ? line
    : line.replaceAll(new RegExp(words.join("|"), "giu"), "[…]");
}

function isPrivate(word: string): boolean {
  const isAddress = !word.includes(":") || URL.canParse(`http://[${word}]/`);
  return isAddress && !isPublicAddress(word.toLowerCase());
}

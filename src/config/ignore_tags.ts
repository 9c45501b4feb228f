/**
 * What may stand in angle brackets in an `ignore_command`, as in fail2ban's.
 *
 *     /usr/local/bin/friend <ip> "<F-USER>"
 *
 * @module
 */

/** Tags beside `<F-…>`, which name what a group of the pattern caught. */
export const IGNORE_TAGS = [
  "ip",
  "fid",
  "family",
  "jail",
  "time",
  "matches",
] as const;

/** A tag, in small letters. */
export type IgnoreTag = typeof IGNORE_TAGS[number];

const TAG = /<([\w.-]+)>/g;

/** @returns the first tag that is not known, without its brackets; undefined where there is none */
export function findUnknownTag(text: string): string | undefined {
  return [...text.matchAll(TAG)]
    .map(([, name = ""]) => name)
    .find((name) => toIgnoreTag(name) === undefined && !isGroupTag(name));
}

/**
 * Puts something in the place of each tag, in one pass: what is put there is not looked into.
 *
 * @param replace `tag`: undefined for `<F-NAME>`, where `name` is `NAME`
 */
export function replaceTags(
  text: string,
  replace: (name: string, tag: IgnoreTag | undefined) => string,
): string {
  return text.replaceAll(TAG, (whole, name: string) => {
    const tag = toIgnoreTag(name);
    if (tag !== undefined) return replace(name, tag);
    return isGroupTag(name) ? replace(name.slice(2), undefined) : whole;
  });
}

function toIgnoreTag(name: string): IgnoreTag | undefined {
  return IGNORE_TAGS.find((tag) => tag === name.toLowerCase());
}

function isGroupTag(name: string): boolean {
  return /^F-[A-Z0-9_]+$/.test(name);
}

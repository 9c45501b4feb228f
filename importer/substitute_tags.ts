/**
 * `<tag>` in values: replaced by the value of that name, again and again until nothing changes.
 *
 * @module
 */

import { MAX_VALUE_LENGTH } from "./interpolate.ts";

/** Uses of one tag in one value, as fail2ban counts them. */
const MAX_USES = 25;

/** Replacements in one value in all. */
const MAX_REPLACEMENTS = 5_000;

const TAG = /<([^ <>]+)>/g;

/** What is known besides the values. */
export interface TagOptions {
  /** Tags and values that stay as they are. */
  readonly ignore: ReadonlySet<string>;
  /** @returns the value of a tag that is none of the values */
  readonly lookUp: (tag: string) => string | undefined;
}

/**
 * Replaces tags in all values; unknown ones stay, such as `<HOST>`.
 *
 * @throws {RangeError} when a value refers to itself, or grows without end
 */
export function substituteTags(
  values: ReadonlyMap<string, string>,
  options: TagOptions,
): Map<string, string> {
  const result = new Map(values);
  const uses = new Map<string, Map<string, number>>();
  for (let isChanged = true; isChanged;) {
    isChanged = false;
    for (const [name, value] of result) {
      if (options.ignore.has(name) || !value.includes("<")) continue;
      const counts = uses.get(name) ?? new Map<string, number>();
      uses.set(name, counts);
      const next = substituteValue(name, { values: result, counts, options });
      if (next === value) continue;
      result.set(name, next);
      isChanged = true;
    }
  }
  return result;
}

function substituteValue(
  name: string,
  { values, counts, options }: {
    readonly values: ReadonlyMap<string, string>;
    readonly counts: Map<string, number>;
    readonly options: TagOptions;
  },
): string {
  let value = values.get(name) ?? "";
  let from = 0;
  for (let left = MAX_REPLACEMENTS; left > 0; left--) {
    TAG.lastIndex = from;
    const match = TAG.exec(value);
    if (match === null) return value;
    const [tag, key = ""] = match;
    from = match.index + tag.length;
    if (options.ignore.has(key)) continue;
    const count = counts.get(key) ?? 0;
    if (key === name || count > MAX_USES) {
      throw new RangeError(`"${name}" refers to itself by <${key}>`);
    }
    const replacement = values.get(key) ?? options.lookUp(key);
    if (replacement === undefined) continue;
    value = value.split(tag).join(replacement);
    counts.set(key, count + 1);
    from = match.index;
    if (value.length > MAX_VALUE_LENGTH) break;
  }
  throw new RangeError(`"${name}" grows without end`);
}

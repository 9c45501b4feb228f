/**
 * Where the texts of groups stand.
 *
 * @module
 */

/** Texts by group. Without a prototype, since names are a filter's. */
export type CaughtGroups = Record<string, string | undefined>;

/**
 * Texts by place, undefined where a group took no part: a group has the same place in all patterns of a filter, and those
 * that mean something to the program have it in all filters. An object of names takes several times as long.
 */
export type CaughtTexts = (string | undefined)[];

/** Places of the groups that mean something to the program. */
export const GROUP = {
  fid: 0,
  ip4: 1,
  ip6: 2,
  dns: 3,
  mlfid: 4,
  cidr: 5,
  user: 6,
  nofail: 7,
  mlfgained: 8,
  mlfforget: 9,
  forwarded: 10,
} as const;

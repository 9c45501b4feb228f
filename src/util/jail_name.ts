/**
 * Names of jails.
 *
 * @module
 */

/** @returns whether a text can name a jail, and so be part of the names of sets and chains */
export function isJailName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(text);
}

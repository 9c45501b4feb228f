/**
 * What a UTF-16 unit is, as far as ASCII goes.
 *
 * @module
 */

/** @returns whether the unit is an ASCII digit */
export function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

/** @returns whether the unit is an ASCII letter */
export function isLetter(unit: number): boolean {
  const lower = unit | 32;
  return lower >= 97 && lower <= 122;
}

/** @returns whether the unit is an ASCII letter, a digit or `_` */
export function isWord(unit: number): boolean {
  return isDigit(unit) || isLetter(unit) || unit === 95;
}

/**
 * How the spellings of a number in JSON may begin.
 *
 * @module
 */

/** Above it whole numbers are not exact. */
const GREATEST = 1e15;

/**
 * Lists beginnings of which every spelling has one that JSON.parse reads as the number: with a fraction, with an exponent,
 * and a trifle below it, which is rounded up.
 *
 *     401   →   401  4.  40.  401.  0.  400.  4009.  40099.  400999
 *     100   →   100  1e  1E  10e  10E  1.  10.  …  99.  999.  9999.  99999
 *
 * @returns nothing for 0, negative numbers, fractions and what is above 10^15
 */
export function prefixesOfNumber(value: number): readonly string[] {
  if (!Number.isInteger(value) || value < 1 || value > GREATEST) return [];
  const digits = String(value);
  // 0.999… and 9.99…e-1 have the digits of no whole number before them.
  const below = value === 1 ? "" : String(value - 1);
  return [
    ...new Set([
      digits,
      ...shortenedByExponent(digits),
      ...cutByPoint(digits),
      "0.",
      ...cutByPoint(`${below}99`),
      `${below}999`,
    ]),
  ];
}

/** `100` may be `1e2`. */
function shortenedByExponent(digits: string): string[] {
  const texts: string[] = [];
  for (let end = digits.length - 1; digits.charAt(end) === "0"; end--) {
    texts.push(`${digits.slice(0, end)}e`, `${digits.slice(0, end)}E`);
  }
  return texts;
}

/** A point may stand behind any digit, where an exponent moves it. */
function cutByPoint(digits: string): string[] {
  return Array.from(digits, (_, index) => `${digits.slice(0, index + 1)}.`);
}

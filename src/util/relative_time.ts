/**
 * Times as people say them: `in 9 min`, `2 h ago`.
 *
 * @module
 */

const UNITS: readonly (readonly [name: string, seconds: number])[] = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
];

/**
 * Says how far away a moment is, in its largest unit, and the next one where that still matters.
 *
 *     9 → "in 9 s"   -95 → "1 min ago"   5400 → "in 1 h 30 min"   0 → "now"
 *
 * @param seconds from now; negative is past
 */
export function formatRelative(seconds: number): string {
  if (seconds === Infinity) return "never";
  const text = formatSpan(Math.abs(seconds));
  if (text === "0 s") return "now";
  return seconds < 0 ? `${text} ago` : `in ${text}`;
}

/**
 * Says how long something takes, as short as it is of use.
 *
 *     3599 → "59 min"   90061 → "1 d 1 h"   -5 → "0 s"
 */
export function formatSpan(seconds: number): string {
  if (seconds === Infinity) return "for ever";
  const whole = Math.max(0, Math.round(seconds));
  const index = UNITS.findIndex(([, size]) => whole >= size);
  const [name, size] = UNITS[index] ?? ["s", 1];
  const count = Math.floor(whole / size);
  const next = UNITS[index + 1];
  const text = `${count} ${name}`;
  // Of 23 hours nobody wants the minutes, and of 5 minutes the seconds.
  if (next === undefined || count >= 10 || name === "min") return text;
  const rest = Math.floor((whole - count * size) / next[1]);
  return rest === 0 ? text : `${text} ${rest} ${next[0]}`;
}

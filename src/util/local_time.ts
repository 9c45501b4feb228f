/**
 * Times of day as fail2ban writes them.
 *
 * @module
 */

/** Many lines tell the same second, and local time takes long to find. */
let knownSecond = NaN;
let knownText = "";

/** @returns for example `2026-11-26 11:28:27` */
export function formatLocalTime(seconds: number): string {
  const second = Math.floor(seconds);
  if (second === knownSecond) return knownText;
  const date = new Date(second * 1000);
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()];
  knownSecond = second;
  return knownText = `${day.map(twoDigits).join("-")} ${
    time.map(twoDigits).join(":")
  }`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

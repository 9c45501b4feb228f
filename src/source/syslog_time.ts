/**
 * The stamps of messages of syslog.
 *
 *     Nov 26 15:04:05                     RFC 3164: local, without a year
 *     2026-11-26T15:04:05.003+01:00       RFC 5424, and what most send in place of the other one by now
 *
 * @module
 */

const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

/** Beyond that, the zone or the clock of whoever wrote a stamp without a zone is another one, and now is nearer to the truth. */
const TOLERANCE_SECONDS = 60;

/** A day before the year that is nearest may lie in the other one. */
const HALF_YEAR_SECONDS = 183 * 86_400;

/** Reads stamps; most messages have that of the one before. */
export class SyslogTime {
  #text = "";
  #seconds = NaN;
  #readAt = NaN;

  /**
   * Reads a stamp.
   *
   * @param text as in the message, of one of the two forms
   * @returns seconds since 1970, whole; now where the stamp says nothing that can be believed
   */
  read(text: string, nowSeconds: number): number {
    const now = Math.floor(nowSeconds);
    if (text !== this.#text || now !== this.#readAt) {
      this.#text = text;
      this.#readAt = now;
      this.#seconds = isZoned(text) ? readZoned(text) : readLocal(text, now);
    }
    return Number.isNaN(this.#seconds) ? now : this.#seconds;
  }
}

function isZoned(text: string): boolean {
  return text.charCodeAt(4) === 45;
}

function readZoned(text: string): number {
  return Math.floor(Date.parse(text) / 1000);
}

/** @returns NaN where it is no time, or more than a minute off */
function readLocal(text: string, now: number): number {
  const month = MONTHS.indexOf(text.slice(0, 3)) / 3;
  const [day, hour, minute, second] = [4, 7, 10, 13].map((at) =>
    Number(text.slice(at, at + 2))
  );
  const year = new Date(now * 1000).getFullYear();
  const years = [year, year - 1, year + 1];
  const times = years.map((each) =>
    new Date(each, month, day, hour, minute, second).getTime() / 1000
  );
  const time = times.find((each) => Math.abs(each - now) < HALF_YEAR_SECONDS);
  return time !== undefined && Math.abs(time - now) <= TOLERANCE_SECONDS
    ? time
    : NaN;
}

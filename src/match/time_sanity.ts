/**
 * How far the stamps of a log are believed.
 *
 * @module
 */

/** Beyond that, clock or zone of the writer are wrong, and now is nearer to the truth. */
export const TOLERANCE_SECONDS = 60;

/** What a stamp is judged by. */
export interface TimeFrame {
  readonly nowSeconds: number;
  /** Whether the line is from before the source reached the end of its file. */
  readonly isCatchUp: boolean;
  readonly findTimeSeconds: number;
}

/**
 * The time at which a failure counts.
 *
 * A new line is new: a stamp more than a minute off is replaced by now. An old line keeps its time, unless that lies in
 * the future, and no longer counts when it is older than the find time.
 *
 * @param stampSeconds what the line says
 * @returns seconds since 1970, or NaN where the line is too old
 */
export function judgeStamp(stampSeconds: number, frame: TimeFrame): number {
  const { nowSeconds } = frame;
  if (!frame.isCatchUp) {
    const isNear = Math.abs(stampSeconds - nowSeconds) <= TOLERANCE_SECONDS;
    return isNear ? stampSeconds : nowSeconds;
  }
  if (stampSeconds < nowSeconds - frame.findTimeSeconds) return NaN;
  return Math.min(stampSeconds, nowSeconds);
}

/**
 * The time of a line that was there when its log was met for the first time. It counts by its own clock, as if somebody had
 * read it then.
 *
 * @param stampSeconds of the line, or of the last one before it; NaN where none had one yet
 * @param frame.sinceSeconds from when on lines count
 * @returns seconds since 1970, or NaN where the line is too old; without any stamp that is so unless all lines count
 */
export function judgeFirstSight(
  stampSeconds: number,
  { nowSeconds, sinceSeconds }: {
    readonly nowSeconds: number;
    readonly sinceSeconds: number;
  },
): number {
  if (Number.isNaN(stampSeconds)) {
    return sinceSeconds === -Infinity ? nowSeconds : NaN;
  }
  return stampSeconds < sinceSeconds ? NaN : Math.min(stampSeconds, nowSeconds);
}

/**
 * The time of a line without a stamp: that of the line before, if it is less than a minute old, else now.
 *
 * @param lastSeconds NaN where no line had one yet
 */
export function guessStamp(lastSeconds: number, nowSeconds: number): number {
  const age = nowSeconds - lastSeconds;
  return age >= 0 && age < TOLERANCE_SECONDS ? lastSeconds : nowSeconds;
}

/**
 * The same for an old line, which now says nothing about.
 *
 * @returns NaN where the line before has no such time either
 */
export function guessOldStamp(lastSeconds: number, nowSeconds: number): number {
  return lastSeconds > nowSeconds - TOLERANCE_SECONDS
    ? Math.min(lastSeconds, nowSeconds)
    : NaN;
}

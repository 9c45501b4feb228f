/**
 * Compares the stamps of new lines with the wall clock, and tells when they go apart for a reason that somebody can mend.
 *
 * @module
 */

import type { LocalTime } from "./date/stamp_clock.ts";
import { zoneSecondsAt, zoneTime } from "./date/zone_time.ts";
import { TOLERANCE_SECONDS } from "./time_sanity.ts";
import type { MatchJail } from "./types.ts";

/**
 * Why stamps and wall clock are apart.
 *
 * zone: by whole half hours, always the same. ahead: stamps lie in the future. late: lines come when they are old.
 * stepped: the wall clock itself was set back.
 */
export type ClockCause = "zone" | "ahead" | "late" | "stepped";

/** What is told: `{ jail: "app", cause: "zone", offsetSeconds: -7200, zone: "UTC+00:00" }`. */
export interface ClockReport {
  readonly jail: string;
  readonly cause: ClockCause;
  /** The stamp less the wall clock; for `stepped`, by how much that clock moved. */
  readonly offsetSeconds: number;
  /** The zone in which the stamps would be right, for `log_time_zone`. */
  readonly zone?: string;
}

/** What to watch with. */
export interface ClockWatchOptions {
  readonly onReport: (report: ClockReport) => void;
  /** Turns times without a zone into seconds; default the machine's zone. */
  readonly localTime?: LocalTime | undefined;
  /** A clock that is never set, in seconds. */
  readonly steadySeconds: () => number;
}

/** The lines in a row that say the same, and since when. */
interface Evidence {
  readonly cause: ClockCause;
  readonly halfHours: number;
  readonly sinceSeconds: number;
  lines: number;
}

/** How a zone changes between two quarters of an hour; asking the system about it takes longer than matching ten lines. */
interface ZoneChange {
  readonly stamp: number;
  readonly now: number;
  readonly logTimeZone: string | undefined;
  readonly seconds: number;
}

/** Zones change at the full quarter, if at all. */
const ZONE_STEP = 900;

/** One line, or a few of one moment, may be anything: an old log that was appended, a writer that hung. */
const LEAST_LINES = 3;
const LEAST_SECONDS = 120;

const HALF_HOUR = 1800;
/** Longer than any hour that is repeated. */
const AROUND_CHANGE = 3 * 3600;
/** No zone is further from Greenwich, so none is from another by more than twice that. */
const FURTHEST_ZONE_SECONDS = 14 * 3600;

/** Watches the jails of one source. Old lines, which a source catches up with, are none of its business. */
export class ClockWatch {
  readonly #options: ClockWatchOptions;
  readonly #evidence = new Map<string, Evidence>();
  /** The wall clock less the steady one. */
  #difference = NaN;
  /** Found out last: where all stamps of a log are off, all its lines ask. */
  #change: ZoneChange | undefined;

  constructor(options: ClockWatchOptions) {
    this.#options = options;
  }

  /** Looks whether the wall clock was set. A machine that slept looks as if it was set ahead: that is nothing to tell. */
  look(nowSeconds: number, jails: readonly Pick<MatchJail, "name">[]): void {
    const difference = nowSeconds - this.#options.steadySeconds();
    const offsetSeconds = Math.round(difference - this.#difference);
    this.#difference = difference;
    if (!(Math.abs(offsetSeconds) > TOLERANCE_SECONDS)) return;
    this.#evidence.clear();
    if (offsetSeconds > 0) return;
    for (const { name: jail } of jails) {
      this.#options.onReport({ jail, cause: "stepped", offsetSeconds });
    }
  }

  /** Takes note of a new line's own stamp. */
  note(
    { name, logTimeZone }: Pick<MatchJail, "name" | "logTimeZone">,
    stampSeconds: number,
    nowSeconds: number,
  ): void {
    const offsetSeconds = stampSeconds - nowSeconds;
    if (Math.abs(offsetSeconds) <= TOLERANCE_SECONDS) {
      this.#evidence.delete(name);
      return;
    }
    const localTime = zoneTime(logTimeZone, this.#options.localTime);
    // The hour that a clock change repeats is taken for its first time; within it, no zone can be told.
    const change = this.#changeAround(stampSeconds, nowSeconds, {
      logTimeZone,
      localTime,
    });
    if (Math.abs(offsetSeconds + change) <= TOLERANCE_SECONDS) return;
    const halfHours = halfHoursOf(offsetSeconds);
    const cause = halfHours !== 0
      ? "zone"
      : offsetSeconds > 0
      ? "ahead"
      : "late";
    const evidence = this.#add(name, { cause, halfHours }, nowSeconds);
    const isEnough = evidence.lines >= LEAST_LINES &&
      nowSeconds - evidence.sinceSeconds >= LEAST_SECONDS;
    if (!isEnough) return;
    this.#evidence.delete(name);
    const zone = zoneName(
      zoneSecondsAt(nowSeconds, localTime) + halfHours * HALF_HOUR,
    );
    this.#options.onReport({
      jail: name,
      cause,
      offsetSeconds: Math.round(offsetSeconds),
      ...(cause === "zone" && zone !== undefined ? { zone } : {}),
    });
  }

  /** @returns seconds by which the zone was further ahead of Greenwich before the stamp than it will be after now */
  #changeAround(
    stampSeconds: number,
    nowSeconds: number,
    { logTimeZone, localTime }: {
      readonly logTimeZone: string | undefined;
      readonly localTime: LocalTime | undefined;
    },
  ): number {
    const stamp = Math.floor(stampSeconds / ZONE_STEP);
    const now = Math.floor(nowSeconds / ZONE_STEP);
    const known = this.#change;
    const isKnown = known?.stamp === stamp && known.now === now &&
      known.logTimeZone === logTimeZone;
    if (isKnown) return known.seconds;
    const seconds = zoneSecondsAt(stampSeconds - AROUND_CHANGE, localTime) -
      zoneSecondsAt(nowSeconds + AROUND_CHANGE, localTime);
    this.#change = { stamp, now, logTimeZone, seconds };
    return seconds;
  }

  #add(
    jail: string,
    { cause, halfHours }: Pick<Evidence, "cause" | "halfHours">,
    sinceSeconds: number,
  ): Evidence {
    const known = this.#evidence.get(jail);
    if (known?.cause === cause && known.halfHours === halfHours) {
      known.lines++;
      return known;
    }
    const evidence = { cause, halfHours, sinceSeconds, lines: 1 };
    this.#evidence.set(jail, evidence);
    return evidence;
  }
}

/** @returns how many half hours the offset is, but for a minute; 0 where it is something else */
function halfHoursOf(offsetSeconds: number): number {
  const halfHours = Math.round(offsetSeconds / HALF_HOUR);
  const rest = Math.abs(offsetSeconds - halfHours * HALF_HOUR);
  const isZone = rest <= TOLERANCE_SECONDS &&
    Math.abs(offsetSeconds) <= 2 * FURTHEST_ZONE_SECONDS;
  return isZone ? halfHours : 0;
}

/** @returns `UTC+05:30`, or undefined where there is no such zone */
function zoneName(seconds: number): string | undefined {
  if (Math.abs(seconds) > FURTHEST_ZONE_SECONDS) return undefined;
  const minutes = Math.round(Math.abs(seconds) / 60);
  const two = (value: number) => String(value).padStart(2, "0");
  const sign = seconds < 0 ? "-" : "+";
  return `UTC${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

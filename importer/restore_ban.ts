/**
 * How long a ban of fail2ban's still holds, by the rules by which fail2ban itself takes its bans up again when it starts.
 *
 * @module
 */

/** What a jail bans for now. `Infinity` is for ever. */
export interface JailBanTimes {
  readonly banTimeSeconds: number;
  /** Whether bans grow, `bantime.increment`. */
  readonly increments: boolean;
  /** Longest ban of a jail whose bans grow. */
  readonly maxTimeSeconds: number;
}

/** A ban as it was kept. */
export interface KeptBan {
  /** Seconds since 1970. */
  readonly startSeconds: number;
  /** -1: for ever; -2: not known, the jail decides. */
  readonly banTimeSeconds: number;
}

/** Kept by databases that are older than ban times in them. */
const UNKNOWN = -2;

/**
 * Restores one ban. It is never longer than the jail bans now; where bans do not grow, one that is older than a ban of now
 * is over, and one for ever ends like the others.
 *
 * @returns when it ends, in seconds since 1970, `Infinity` for never; undefined where it is over
 */
export function restoreBan(
  { startSeconds, banTimeSeconds }: KeptBan,
  { jail, nowSeconds }: {
    readonly jail: JailBanTimes;
    readonly nowSeconds: number;
  },
): number | undefined {
  const { increments } = jail;
  if (!increments && startSeconds + jail.banTimeSeconds <= nowSeconds) {
    return undefined;
  }
  const longest = increments ? jail.maxTimeSeconds : jail.banTimeSeconds;
  const kept = banTimeSeconds === -1 ? Infinity : banTimeSeconds;
  const length = kept === UNKNOWN
    ? jail.banTimeSeconds
    : Math.min(kept, longest);
  const end = startSeconds + length;
  return end > nowSeconds ? end : undefined;
}

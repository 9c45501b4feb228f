/**
 * Lines as fail2ban writes them into its own log.
 *
 *     2026-11-26 11:28:28,014 fail2ban.filter         [27339]: INFO    [sshd] Found 192.0.2.1 - 2026-11-26 11:28:27
 *     2026-11-26 11:28:28,202 fail2ban.actions        [27339]: NOTICE  [sshd] Ban 192.0.2.1
 *
 * @module
 */

import { formatDuration } from "../util/duration.ts";
import { formatLocalTime } from "../util/local_time.ts";

/** What a line says, and who would say it there. */
export interface Fail2banLine {
  readonly part: "filter" | "actions" | "observer";
  readonly level: "INFO" | "NOTICE";
  readonly jail: string;
  readonly text: string;
}

const NAME_WIDTH = 24;
const LEVEL_WIDTH = 8;

const HOUR = 3600;
const WEEK = 7 * 24 * HOUR;

/** @returns the line without its newline, in local time */
export function formatFail2banLine(
  { part, level, jail, text }: Fail2banLine,
  { pid, ms }: { readonly pid: number; readonly ms: number },
): string {
  const fraction = String(Math.floor(ms) % 1000).padStart(3, "0");
  const time = `${formatLocalTime(ms / 1000)},${fraction}`;
  const name = `fail2ban.${part}`.padEnd(NAME_WIDTH);
  return `${time} ${name}[${pid}]: ${
    level.padEnd(LEVEL_WIDTH)
  }[${jail}] ${text}`;
}

/** Says how long a ban lasts now. @returns for example `2 # 12s -> 2026-11-26 11:28:48` */
export function describeIncrease(
  ban: {
    readonly count: number;
    readonly startSeconds: number;
    readonly endSeconds: number;
  },
): string {
  const { count, startSeconds, endSeconds } = ban;
  if (endSeconds === Infinity) return `${count} # permanent -> infinite`;
  const length = formatRoughly(endSeconds - startSeconds);
  return `${count} # ${length} -> ${formatLocalTime(endSeconds)}`;
}

/** Without the seconds of hours, and without the minutes of weeks. */
function formatRoughly(seconds: number): string {
  const unit = seconds >= WEEK ? HOUR : seconds >= HOUR ? 60 : 1;
  return formatDuration(Math.round(seconds / unit) * unit);
}

/**
 * The dates that fail2ban looks for where no pattern is given, in its order.
 *
 * @module
 */

const CLOCK = "%H:%M:%S";
/** The hour may be one digit with a blank before it. */
const LOOSE_CLOCK = "%k:%M:%S";
const SECOND_PART = "(?:\\.%f)?";
const ISO_PART = "(?:[.,]%f)?";
const ISO_ZONE = "(?:\\s*%z)?";
const WEEKDAY = "(?:%a )?";
const YEAR_BEHIND = "(?: %ExY)?";
const ASCTIME = `${WEEKDAY}%b %d ${LOOSE_CLOCK}${SECOND_PART}${YEAR_BEHIND}`;

/** Before such a pattern only two characters may stand in the line. */
export const LINE_BEGIN = "{^LN-BEG}";

/** Each is also looked for at the line's beginning alone, and then preferred, unless it is bound to it already. */
export const DEFAULT_PATTERNS: readonly string[] = [
  // 2005-01-23T21:59:59.981+01:00, 2005/01/23 21:59:59
  `%ExY${
    separated("[-/.]", "%m", "%d")
  }(?:T|  ?)${CLOCK}${ISO_PART}${ISO_ZONE}`,
  // Sun Jan 23 21:59:59.011 2005
  ASCTIME,
  // Sun Jan 23 2005 21:59:59.011
  `${WEEKDAY}%b %d %ExY ${LOOSE_CLOCK}${SECOND_PART}`,
  // 23/01/2005 21:59:59, 23-01-05 21:59:59
  `%d${separated("[-/]", "%m", "(?:%ExY|%Exy)")} ${LOOSE_CLOCK}`,
  // 31/Oct/2006:09:22:55 -0000
  `%d${separated("[-/]", "%b", "%ExY")}[ :]?${CLOCK}${SECOND_PART}(?: %z)?`,
  // 05/20/2008:01:57:39
  `%m/%d/%ExY:${CLOCK}`,
  // 01-27-2012 16:22:44.252
  `%m-%d-%ExY ${LOOSE_CLOCK}${SECOND_PART}`,
  "EPOCH",
  // 21:59:59
  `${LINE_BEGIN}${CLOCK}`,
  // <09/16/08@05:03:30>
  `^<%m/%d/%Exy@${CLOCK}>`,
  // 130322 11:46:11
  `%Exy%Exm%Exd  ?${CLOCK}`,
  // Jan 23, 2005 9:59:59 PM
  "%b %d, %ExY %I:%M:%S %p",
  // Apr-27-13 02:33:06
  `^%b-%d-%Exy ${LOOSE_CLOCK}`,
  // 20050123T215959
  `%ExY%Exm%Exd(?:-|T|  ?)%ExH:?%ExM:?%ExS${ISO_PART}${ISO_ZONE}`,
  // PDT Apr 16 21:05:29
  `(?:%Z )?${ASCTIME}`,
  // +00:00 Jan 23 21:59:59.011 2005
  `(?:%z )?${ASCTIME}`,
  "TAI64N",
];

/** Two parts of a date behind the first, each with the same separator before it. */
function separated(separators: string, second: string, third: string): string {
  return `(?P<_sep>${separators})${second}(?P=_sep)${third}`;
}

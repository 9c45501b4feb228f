/**
 * Beginnings that the lines of a kind of log share: filters name them, and say what comes behind.
 *
 *     head = "syslog"
 *     program = "vsftpd"
 *     fail = ['authentication failure for <F-USER>\S+</F-USER> from <HOST>$']
 *
 * A date is cut out of a line before patterns see it: what is left of `[20/Nov/2026:19:08:03 +0000]` is `[]`.
 *
 * @module
 */

/** A beginning. */
export interface LogHead {
  /** What logs begin so, in a few words. */
  readonly says: string;
  /** Pattern from the line's start on; `PROGRAM` is what the filter says of the program's name, or any word. */
  readonly pattern: string;
}

/**
 * Host name and facility may stand before the program, or nothing. No word there ends in a colon, so that another program
 * cannot log text of an attacker's that looks like this one's. Behind it come process, `[ID 800047 auth.info]` of Solaris,
 * or process, message and data of RFC 5424.
 */
const SYSLOG = String
  .raw`^(?:<\d{1,3}>1?)? *(?:<\w+\.\w+> )?(?:[\w.:-]*[\w.-] +){0,2}\[?(?:PROGRAM)\]?` +
  String
    .raw`(?:(?:\[\d+\])?:? | (?:\d+|-) (?:\S+) (?:-|\[\S+(?: \S+){0,15}\]) )(?:\[ID \d+ \w+\.\w+\] )?`;

/** The known ones, by name. */
export const LOG_HEADS = {
  syslog: {
    says: "syslog and the journal",
    pattern: SYSLOG,
  },
  access: {
    says: "access log of a web server, common or combined",
    pattern: String.raw`^(?:[\w.-]+(?::\d+)? )?<HOST> \S+ [^"]*\[\] "`,
  },
  apache_error: {
    says: "error log of Apache 2.2 and 2.4, by syslog too; program: modules",
    pattern: String
      .raw`^ ?(?:(?:[\w.:-]*[\w.-] ){0,2}(?:apache2|httpd)(?:/[\w.-]+)?(?:\[\d+\])?: )?(?:\[\] )?\[(?:(?:PROGRAM):)?\w+\] ` +
      String
        .raw`(?:\[pid \d+(?::tid \d+)?\] )?(?:\(\d+\)[\w ]*: )?\[(?:client|remote) <HOST>(?::\d{1,5})?\] (?:AH\d+: )?`,
  },
  nginx_error: {
    says: "error log of nginx, by syslog too",
    pattern: String
      .raw`^ ?(?:(?:[\w.:-]*[\w.-] ){0,2}nginx(?:\[\d+\])?: ){0,2}(?:\d{4}/\d\d/\d\d \d\d:\d\d:\d\d)? ?\[(?:error|warn|notice|info|crit)\] \d+#\d+: \*\d+ `,
  },
} as const satisfies Readonly<Record<string, LogHead>>;

/** Name of a beginning. */
export type LogHeadName = keyof typeof LOG_HEADS;

/** Names of all of them. */
export const LOG_HEAD_NAMES = Object.keys(LOG_HEADS) as LogHeadName[];

/** @returns the pattern of a beginning, `program` being a pattern as well */
export function headPattern(
  name: LogHeadName,
  program = String.raw`\w*`,
): string {
  return LOG_HEADS[name].pattern.replace("PROGRAM", () => program);
}

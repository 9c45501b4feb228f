/**
 * The environment of all programs that the daemon runs.
 *
 * @module
 */

/** Fixed, so that whoever starts the daemon cannot put another program in a command's way. */
export const PROGRAM_ENV: Readonly<Record<string, string>> = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LC_ALL: "C",
};

/**
 * Where an import reads and writes when it is not told.
 *
 * @module
 */

/** fail2ban's configuration. */
export const DEFAULT_SOURCE = "/etc/fail2ban";

/** Ours. */
export const DEFAULT_OUTPUT = "/etc/fail2deno";

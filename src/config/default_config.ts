/**
 * The configuration for a machine that has none: sshd, from the system's log or the journal.
 *
 * @module
 */

/** Stands in place of a file name. */
export const DEFAULT_CONFIG_NAME = "(default)";

/** TOML. All ports are closed to the attacker: which one sshd listens on is not known here. */
export const DEFAULT_CONFIG_TEXT = `[jail.sshd]
filter = "sshd"
log_path = "auto"
max_retry = 5
find_time = "10m"
ban_time = "1h"
`;

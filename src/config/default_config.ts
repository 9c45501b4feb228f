/**
 * The configuration for a machine that has none: sshd, from the system's log or else the journal.
 *
 * @module
 */

/** Stands in place of a file name. */
export const DEFAULT_CONFIG_NAME = "(default)";

/** Where the system's log has sshd's lines: Debian's name and Red Hat's. */
const LOGS = ["/var/log/auth.log", "/var/log/secure"];

/**
 * @param exists whether there is a file of this path
 * @returns TOML. All ports are closed to the attacker: which one sshd listens on is not known here
 */
export function defaultConfigText(exists: (path: string) => boolean): string {
  const log = LOGS.find(exists);
  const source = log === undefined
    ? `log_backend = "systemd"\njournalmatch = ["_SYSTEMD_UNIT=ssh.service + _COMM=sshd"]`
    : `log_path = "${log}"`;
  return `[jail.sshd]
filter = "sshd"
${source}
max_retry = 5
find_time = "10m"
ban_time = "1h"
`;
}

/**
 * The sample jail that must run as it stands; only the log's path is a test's own.
 *
 * @module
 */

/** Text of the jail; `@LOG@` is the log's path. */
export const SAMPLE_JAIL = String.raw`[jail.sshd]
enabled = true
log_path = "@LOG@"
date_format = "syslog"
filter = ['sshd\[\d+\]: Failed password for .* from <HOST>', 'sshd\[\d+\]: Invalid user .* from <HOST>']
port = ["22"]
protocol = "tcp"
max_retry = 5
find_time = "10m"
ban_time = "1h"
backend = "nftables"
bantime_increment = true
bantime_multipliers = [1, 2, 4, 8, 16, 32, 64]
bantime_maxtime = "1w"
ignoreip = ["127.0.0.1/8", "::1/128"]
ignoreself = true
`;

/**
 * A daemon with jails as they are after an import, and fail2ban's socket.
 *
 * @module
 */

import { startDaemon, type TestDaemon } from "./daemon.ts";

const CONFIG = `[compat]
fail2ban_socket = "@DIR@/run/fail2ban.sock"
[logging]
fail2ban_log = "@DIR@/fail2ban.log"
[defaults]
log_path = "@LOG@"
filter = "f2b"
max_retry = 3
find_time = 600
ignoreself = false
ipv6_prefix = 128
ignoreip = ["127.0.0.0/8", "192.0.2.250"]
[jail.demo]
ban_time = 600
[jail.second]
ban_time = -1
`;

const FILTER = String.raw`description = "Failures of a test"
syntax = "fail2ban"
use_dns = "no"
date_pattern = "^%Y-%m-%d %H:%M:%S"
fail = ['^\s*F2B: failure from <HOST> user <F-USER>\S+</F-USER>$', '^\s*F2B: error from <HOST>$']
`;

/** Starts it: jails `demo` and `second` on one log, of which the second bans for ever. */
export function startFail2banJails(): Promise<TestDaemon> {
  const files = { "filters.d/f2b.toml": FILTER };
  return startDaemon({ config: CONFIG, files });
}

/** Where its clients reach it. */
export function fail2banSocket({ folder }: TestDaemon): string {
  return `${folder}/run/fail2ban.sock`;
}

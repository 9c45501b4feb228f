/**
 * The attack that the demo replays: what sshd writes while somebody guesses passwords.
 *
 * @module
 */

import { CAST, type IpVersion, PORT } from "./cast.ts";

/** Failures that lead to a ban in the demo. */
export const MAX_RETRY = 5;

/** How long a ban lasts in the demo. */
export const BAN_SECONDS = 4;

/** One line of the log, without its stamp. */
export interface StoryLine {
  /** `Failed password for root from 192.0.2.66 port 51122 ssh2` */
  readonly message: string;
  /** Whether it is a failure of the attacker. */
  readonly isFailure: boolean;
  /** What the audience should see in it. */
  readonly remark?: string;
}

/** Process and port numbers rise from here, as they would. */
const FIRST_PID = 4711;
const FIRST_PORT = 51122;

/**
 * Password guesses from the attacker's address.
 *
 * The third guess has a user name that ends like a real line, to get the bystander banned; between the guesses the bystander
 * logs in.
 *
 * @returns lines with exactly MAX_RETRY failures, the last line being one
 */
export function attackLines(version: IpVersion): readonly StoryLine[] {
  const attacker = CAST.attacker[version];
  const bystander = CAST.bystander[version];
  const guess = (user: string, index: number) =>
    `Failed password for ${user} from ${attacker} port ${
      FIRST_PORT + 2 * index
    } ssh2`;
  return [
    { message: guess("root", 0), isFailure: true },
    { message: guess("invalid user admin", 1), isFailure: true },
    {
      message: `Accepted publickey for alice from ${bystander} port 40100 ssh2`,
      isFailure: false,
      remark: "no failure",
    },
    {
      message: guess(`invalid user root from ${bystander}`, 2),
      isFailure: true,
      remark: `a user name made to frame ${bystander}: not believed`,
    },
    { message: guess("invalid user oracle", 3), isFailure: true },
    { message: guess("root", 4), isFailure: true },
  ];
}

/**
 * A line as rsyslog writes it today.
 *
 *     2026-11-20T19:08:03.123000+00:00 server sshd[4711]: Failed password for root from 192.0.2.66 port 51122 ssh2
 *
 * @param message what sshd said
 * @param options time, and how many lines sshd wrote before
 */
export function formatLogLine(
  message: string,
  options: { readonly time: Date; readonly index: number },
): string {
  const stamp = options.time.toISOString().replace("Z", "000+00:00");
  return `${stamp} server sshd[${FIRST_PID + options.index}]: ${message}\n`;
}

/** What the demo's daemon runs with. */
export interface DemoConfigOptions {
  /** The scratch folder. */
  readonly folder: string;
  readonly mode: "enforce" | "simulate";
}

/** @returns the text of the daemon's configuration file */
export function formatConfig({ folder, mode }: DemoConfigOptions): string {
  return `[global]
state_dir = "${folder}/state"
socket_path = "${folder}/control.sock"
mode = "${mode}"

[jail.sshd]
enabled = true
filter = "sshd"
log_path = "${folder}/auth.log"
port = ["${PORT}"]
protocol = "tcp"
max_retry = ${MAX_RETRY}
find_time = "10m"
ban_time = "${BAN_SECONDS}s"
backend = "nftables"
ignoreself = true
`;
}

/**
 * What fail2ban lets people ask of the whole server.
 *
 * @module
 */

import type { Config } from "../../config/types.ts";
import type { PickleValue } from "./pickle_value.ts";

/** A setting that is read from the configuration, and changed there alone. */
export interface ServerSetting {
  readonly get: (config: Config) => PickleValue;
  /** Where it is set: `level in [logging]`. */
  readonly key: string;
}

const LEVELS = {
  error: "ERROR",
  warn: "WARNING",
  info: "INFO",
  debug: "DEBUG",
} as const;

/** fail2ban's database is not ours: clients are told that there is none. */
const DATABASE: ServerSetting = {
  get: () => null,
  key: "state_dir in [global], and a restart",
};

/** By the word that stands in the place of a jail's name. */
export const SERVER_SETTINGS: ReadonlyMap<string, ServerSetting> = new Map<
  string,
  ServerSetting
>([
  ["loglevel", {
    get: ({ global }) => LEVELS[global.logLevel],
    key: "level in [logging], and a restart",
  }],
  ["logtarget", {
    get: ({ global }) => global.fail2banLog ?? "STDERR",
    key: "fail2ban_log in [logging], and a reload",
  }],
  ["syslogsocket", {
    get: () => "auto",
    key: "standard error to be sent to syslog by who starts the daemon",
  }],
  ["dbfile", DATABASE],
  ["dbmaxmatches", DATABASE],
  ["dbpurgeage", DATABASE],
]);

/**
 * The keys outside of jails.
 *
 * @module
 */

import * as z from "zod/mini";
import { MAX_SOCKET_PATH } from "../util/bind_socket.ts";
import type { LogLevel } from "../util/log.ts";
import { CONTROL_FIELDS } from "./control_schema.ts";
import { isWithin, WRITABLE_PATHS } from "./permissions.ts";
import type { Mode } from "./types.ts";
import {
  choice,
  closed,
  duration,
  type Field,
  noted,
  parsed,
  readPath,
  whole,
} from "./fields.ts";

/** Folder of what outlives a restart, unless the configuration names another one. */
export const DEFAULT_STATE_DIR = "/var/lib/fail2deno";

const DIRECTORY = parsed<string>("an absolute path", readPath);

const SOCKET_PATH = parsed<string>(
  `an absolute path of at most ${MAX_SOCKET_PATH} bytes`,
  (value, refuse) => {
    const path = readPath(value, refuse);
    const length = new TextEncoder().encode(path).length;
    if (length > MAX_SOCKET_PATH) refuse("it is too long");
    return path;
  },
);

const SOCKET_FOLDERS = WRITABLE_PATHS.filter((path) =>
  /^\/(?:var\/)?run\//.test(path)
);

const FAIL2BAN_SOCKET = parsed<string>(
  `a path that the daemon may write, of at most ${MAX_SOCKET_PATH} bytes, below ${
    SOCKET_FOLDERS.join(", ")
  }`,
  (value, refuse) => {
    const path = readPath(value, refuse);
    if (path === undefined) return path;
    const length = new TextEncoder().encode(path).length;
    if (length > MAX_SOCKET_PATH) refuse("it is too long");
    else if (!isWritable(path)) refuse("it is elsewhere");
    return path;
  },
);

const LOG_FILES = WRITABLE_PATHS.filter((path) => path.startsWith("/var/log/"));

const FAIL2BAN_LOG = parsed<string>(
  `a file that the daemon may write: ${LOG_FILES.join(", or below ")}`,
  (value, refuse) => {
    const path = readPath(value, refuse);
    if (path === undefined) return path;
    if (!isWritable(path)) refuse("it is elsewhere");
    return path;
  },
);

function isWritable(path: string): boolean {
  return WRITABLE_PATHS.some((root) => isWithin(path, root)) &&
    !path.split("/").includes("..");
}

/** Levels of ours, and the words that other programs have for them. */
const LEVELS: ReadonlyMap<string, LogLevel> = new Map([
  ["error", "error"],
  ["critical", "error"],
  ["warn", "warn"],
  ["warning", "warn"],
  ["info", "info"],
  ["notice", "info"],
  ["debug", "debug"],
  ["trace", "debug"],
]);

const LEVEL = parsed<LogLevel>(
  '"error", "warn", "info" or "debug"',
  (value, refuse) => {
    if (typeof value !== "string") return undefined;
    const level = LEVELS.get(value.toLowerCase());
    if (level === undefined) refuse("it is not known");
    return level;
  },
);

const GLOBAL_FIELDS = {
  state_dir: noted(z._default(DIRECTORY, DEFAULT_STATE_DIR), {
    takes: "path",
    otherwise: `"${DEFAULT_STATE_DIR}"`,
    says: "Folder of what outlives a restart.",
  }),
  socket_path: noted(
    z._default(SOCKET_PATH, "/run/fail2deno/control.sock"),
    {
      takes: "path",
      otherwise: '"/run/fail2deno/control.sock"',
      says: "Where commands reach the daemon.",
    },
  ),
  mode: noted(z._default(choice(["enforce", "simulate"]), "enforce"), {
    takes: '"enforce", "simulate"',
    otherwise: '"enforce"',
    says: '"simulate" decides and logs, and bans nobody in any jail.',
  }),
  max_tracked: noted(z._default(whole(16, 4_194_304), 65_536), {
    takes: "16-4194304",
    otherwise: "65536",
    says: "Hosts that one jail remembers at most.",
  }),
  scan_threads: noted(z._default(whole(1, 64), 1), {
    takes: "1-64",
    otherwise: "1",
    says:
      "Threads that log files are spread over; 1: the main one reads them itself. Changed by a restart only.",
  }),
  max_bans: noted(z._default(whole(1, 16_777_216), 1_000_000), {
    takes: "1-16777216",
    otherwise: "1000000",
    says:
      "Bans in force at most, in all jails together; the one that would be over first makes room, bans for ever last.",
  }),
  channel_size: noted(z.optional(whole(1, 1_000_000_000)), {
    takes: "number",
    says: "No effect: there are no channels.",
  }),
  ban_count_decay: noted(
    z._default(duration({ forEver: true, least: 0 }), Infinity),
    {
      takes: "duration, -1 for never",
      otherwise: "-1",
      says:
        "A host's bans count from 0 again when its last one ended longer ago than this.",
    },
  ),
  maxmind_asn: unused(),
  maxmind_country: unused(),
  maxmind_city: unused(),
};

const LOGGING_FIELDS = {
  level: noted(z._default(LEVEL, "info"), {
    takes: '"error", "warn", "info", "debug"',
    otherwise: '"info"',
    says: "The least important lines that are written.",
  }),
  format: noted(z._default(choice(["text", "json", "logfmt"]), "text"), {
    takes: '"text", "json"',
    otherwise: '"text"',
    says: 'How lines are written; "logfmt" is "text".',
  }),
  fail2ban_log: noted(z.optional(FAIL2BAN_LOG), {
    takes: "path",
    says:
      "File that gets the lines that fail2ban would log, for tools that read them.",
  }),
  destination: unused(),
  endpoint: unused(),
  api_key: unused(),
  service: unused(),
};

const COMPAT_FIELDS = {
  fail2ban_socket: noted(z.optional(FAIL2BAN_SOCKET), {
    takes: "path",
    says:
      'Where fail2ban-client and its like are answered, for example "/var/run/fail2ban/fail2ban.sock". Changed by a restart only.',
  }),
};

/** `[global]` after the schema. */
export interface GlobalInput {
  /** Path. */
  readonly state_dir: string;
  /** Path. */
  readonly socket_path: string;
  /** Of all jails. */
  readonly mode: Mode;
  /** Hosts for each jail. */
  readonly max_tracked: number;
  /** 1: none besides the main one. */
  readonly scan_threads: number;
  /** Bans of all jails. */
  readonly max_bans: number;
  /** Seconds; `Infinity` is never. */
  readonly ban_count_decay: number;
}

/** `[logging]` after the schema. */
export interface LoggingInput {
  /** Least important level that is written. */
  readonly level: LogLevel;
  /** `logfmt` is `text`. */
  readonly format: "text" | "json" | "logfmt";
  /** Path of a file. */
  readonly fail2ban_log?: string | undefined;
}

/** `[compat]` after the schema. */
export interface CompatInput {
  /** Path. */
  readonly fail2ban_socket?: string | undefined;
}

/** `[global]`. */
export const GLOBAL: Field<GlobalInput> = closed(GLOBAL_FIELDS);

/** `[logging]`. */
export const LOGGING: Field<LoggingInput> = closed(LOGGING_FIELDS);

/** `[compat]`. */
export const COMPAT: Field<CompatInput> = closed(COMPAT_FIELDS);

/** Fields by key, for the reference. */
export const TOP_FIELDS: Readonly<
  Record<
    "global" | "logging" | "control" | "compat",
    Readonly<Record<string, Field>>
  >
> = {
  global: GLOBAL_FIELDS,
  logging: LOGGING_FIELDS,
  control: CONTROL_FIELDS,
  compat: COMPAT_FIELDS,
};

/** Keys that are accepted and do nothing, with why. */
export const UNUSED_KEYS: ReadonlyMap<string, string> = new Map([
  ["channel_size", "there are no channels"],
  ["maxmind_asn", "there are no lookups by place"],
  ["maxmind_country", "there are no lookups by place"],
  ["maxmind_city", "there are no lookups by place"],
  ["maxmind", "there are no lookups by place"],
  ["destination", "log lines go to standard error"],
  ["endpoint", "log lines go to standard error"],
  ["api_key", "log lines go to standard error"],
  ["service", "log lines go to standard error"],
]);

/** The whole file. Jails and defaults are checked one by one elsewhere. */
export const TOP: Field = closed({
  global: z.optional(z.record(z.string(), z.unknown(), "a table")),
  logging: z.optional(z.record(z.string(), z.unknown(), "a table")),
  control: z.optional(z.record(z.string(), z.unknown(), "a table")),
  compat: z.optional(z.record(z.string(), z.unknown(), "a table")),
  defaults: z.optional(z.record(z.string(), z.unknown(), "a table")),
  action: z.optional(
    z.record(
      z.string(),
      z.record(z.string(), z.unknown(), "a table [action.NAME]"),
      "tables [action.NAME]",
    ),
  ),
  jail: z.optional(
    z.record(
      z.string(),
      z.record(z.string(), z.unknown(), "a table [jail.NAME]"),
      "tables [jail.NAME]",
    ),
  ),
});

function unused(): Field {
  return noted(z.optional(z.unknown()), {
    takes: "anything",
    says: "No effect.",
  });
}

/**
 * Where a jail receives messages of syslog: `log_syslog`.
 *
 *     "udp://127.0.0.1:5514"
 *     { listen = "unix:///run/fail2deno/syslog.sock", mode = "0660", group = 104 }
 *
 * @module
 */

import * as z from "zod/mini";
import { formatAddress, isMapped, parseAddress } from "../util/address.ts";
import { MAX_SOCKET_PATH } from "../util/bind_socket.ts";
import {
  closed,
  type Field,
  parsed,
  readPath,
  type Refuse,
  refuseTable,
} from "./fields.ts";
import { isWithin, WRITABLE_PATHS } from "./permissions.ts";
import type { SyslogAddress } from "./types.ts";

/** Only its owner sends: root, as which most daemons of syslog run. */
const DEFAULT_MODE = 0o600;

/** `-1` stands for "as it is". */
const LARGEST_GROUP = 2 ** 32 - 2;

const WANTED =
  '"udp://127.0.0.1:5514", "tcp://[::1]:5514" or "unix:///run/fail2deno/syslog.sock"';

const SOCKET_FOLDERS = WRITABLE_PATHS.filter((path) =>
  path.startsWith("/run/") || path.startsWith("/tmp")
);

const TABLE = closed({
  listen: z.string(WANTED),
  mode: z.optional(
    z.string('rights such as "0660"').check(
      z.regex(/^0?[0-7]{3}$/, 'rights such as "0660"'),
    ),
  ),
  group: z.optional(
    z.int("the number of a group").check(
      z.minimum(0, "the number of a group"),
      z.maximum(LARGEST_GROUP, "the number of a group"),
    ),
  ),
});

/** `log_syslog`. */
export const LOG_SYSLOG: Field<SyslogAddress> = parsed<SyslogAddress>(
  `${WANTED}, or a table { listen, mode, group }`,
  (value, refuse) => {
    if (typeof value === "string") {
      return readAddress(value, (state, wanted) => refuse(state, { wanted }));
    }
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? readTable(value, refuse)
      : undefined;
  },
);

/** @returns the address as it is written, with what is set of a socket file: the same for all who receive from the same socket */
export function formatSyslogAddress(address: SyslogAddress): string {
  if ("port" in address) {
    const { transport, host, port } = address;
    return `${transport}://${host.includes(":") ? `[${host}]` : host}:${port}`;
  }
  const { transport, path, mode, group } = address;
  const rights = mode === DEFAULT_MODE ? "" : ` mode ${mode.toString(8)}`;
  const owner = group === undefined ? "" : ` group ${group}`;
  return `${transport}://${path}${rights}${owner}`;
}

function readTable(value: object, refuse: Refuse): SyslogAddress | undefined {
  const result = TABLE.safeParse(value);
  if (!result.success) {
    refuseTable(result.error, refuse, {
      keys: "listen, mode and group",
      state: "it cannot be used",
    });
    return undefined;
  }
  const { listen, mode, group } = result.data;
  const address = readAddress(
    listen,
    (state, wanted) => refuse(state, { wanted, path: ["listen"] }),
  );
  if (address === undefined) return undefined;
  if ("port" in address) {
    for (const key of ["mode", "group"] as const) {
      if (result.data[key] === undefined) continue;
      refuse("a port has neither mode nor group", {
        wanted: "unix:// for that",
        path: [key],
      });
    }
    return address;
  }
  return {
    ...address,
    ...(mode === undefined ? {} : { mode: Number.parseInt(mode, 8) }),
    ...(group === undefined ? {} : { group }),
  };
}

/** Says what is wrong with an address, and what would be right. */
type RefuseAddress = (state: string, wanted: string) => void;

function readAddress(
  text: string,
  refuse: RefuseAddress,
): SyslogAddress | undefined {
  const [, socket, path] = /^(unix|unix-stream):\/\/(.*)$/.exec(text) ?? [];
  if (path !== undefined) {
    const transport = socket === "unix" ? "unix" : "unix-stream";
    return { transport, path: checkPath(path, refuse), mode: DEFAULT_MODE };
  }
  const [, protocol, host = "", port] =
    /^(udp|tcp):\/\/(\[[^\]]*\]|[^:/]*):(\d{1,5})$/.exec(text) ?? [];
  if (port === undefined) {
    refuse("it is no address to listen at", WANTED);
    return undefined;
  }
  return {
    transport: protocol === "udp" ? "udp" : "tcp",
    host: checkHost(host.replace(/^\[(.*)\]$/, "$1"), refuse),
    port: checkPort(Number(port), refuse),
  };
}

function checkHost(host: string, refuse: RefuseAddress): string {
  const words = new Uint32Array(4);
  if (parseAddress(host, words) === 0) {
    refuse(`"${host}" is no address`, "127.0.0.1 or [::1]");
    return host;
  }
  if (!isLoopback(words)) {
    refuse(
      "other machines can reach it, and anyone could have anyone banned",
      "a loopback address: 127.0.0.1 or [::1]",
    );
  }
  return formatAddress(words);
}

function isLoopback(words: Uint32Array): boolean {
  const [first, second, third, last = 0] = words;
  if (isMapped(words)) return last >>> 24 === 127;
  return first === 0 && second === 0 && third === 0 && last === 1;
}

function checkPort(port: number, refuse: RefuseAddress): number {
  if (port < 1 || port > 65535) {
    refuse("its port is out of range", "a port from 1 to 65535");
  }
  return port;
}

function checkPath(path: string, refuse: RefuseAddress): string {
  const states: string[] = [];
  readPath(path, (state) => states.push(state));
  if (new TextEncoder().encode(path).length > MAX_SOCKET_PATH) {
    states.push("it is too long");
  }
  const isHere = SOCKET_FOLDERS.some((root) => isWithin(path, root));
  if (!isHere || path.split("/").includes("..")) states.push("it is elsewhere");
  const [state] = states;
  if (state !== undefined) {
    refuse(
      state,
      `an absolute path of at most ${MAX_SOCKET_PATH} bytes below ${
        SOCKET_FOLDERS.join(", ")
      }`,
    );
  }
  return path;
}

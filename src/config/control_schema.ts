/**
 * The keys of `[control]`.
 *
 * @module
 */

import * as z from "zod/mini";
import { MAX_SOCKET_PATH } from "../util/bind_socket.ts";
import { closed, type Field, noted, parsed, readPath } from "./fields.ts";
import { isWithin, WRITABLE_PATHS } from "./permissions.ts";

const READ_ONLY_SOCKET = parsed<string>(
  `an absolute path of at most ${MAX_SOCKET_PATH} bytes that the daemon may write: below ${
    WRITABLE_PATHS.filter((path) => path.endsWith("run/fail2deno")).join(
      " or ",
    )
  }`,
  (value, refuse) => {
    const path = readPath(value, refuse);
    if (path?.startsWith("/") !== true) return path;
    if (new TextEncoder().encode(path).length > MAX_SOCKET_PATH) {
      refuse("it is too long");
    }
    const isWritable = WRITABLE_PATHS.some((root) =>
      isWithin(path, root) && path !== root
    );
    if (!isWritable || path.split("/").includes("..")) {
      refuse("it is elsewhere");
    }
    return path;
  },
);

const GROUP = parsed<string>(
  "a group's name or number",
  (value, refuse) => {
    if (typeof value === "number") return String(value);
    if (typeof value !== "string") return undefined;
    if (!/^[a-z0-9_][a-z0-9_.-]{0,31}\$?$/i.test(value)) {
      refuse("it is no name of a group");
    }
    return value;
  },
);

/** Fields by key, for the reference. */
export const CONTROL_FIELDS = {
  read_only_socket: noted(z.optional(READ_ONLY_SOCKET), {
    takes: "path",
    says:
      "A second socket that answers questions and changes nothing, for monitoring.",
  }),
  group: noted(z.optional(GROUP), {
    takes: "name or number",
    says:
      "Whose members may use read_only_socket; without it only the daemon's own user and group.",
  }),
};

/** `[control]` after the schema. */
export interface ControlInput {
  readonly read_only_socket?: string | undefined;
  readonly group?: string | undefined;
}

/** `[control]`. */
export const CONTROL: Field<ControlInput> = closed(CONTROL_FIELDS);

/**
 * A control server over a daemon that only remembers what it was asked.
 *
 * @module
 */

import type { ServerLimits } from "../../src/control/server.ts";
import { EventHub } from "../../src/control/event_hub.ts";
import { openControl } from "../../src/control/open.ts";
import {
  type BanRequest,
  ControlError,
  type DaemonControl,
} from "../../src/control/types.ts";
import { openLibc } from "../../src/util/libc.ts";
import { SILENT } from "../../src/util/log.ts";
import { jailStatusOf } from "../support/jail_status.ts";

/** For sockets. */
export const libc = openLibc();

const SSHD = jailStatusOf("sshd", { path: "/var/log/auth.log" });

/** Remembers what it was asked; its answers are recognisable. */
export function createFakeDaemon() {
  const asked: unknown[] = [];
  const control: DaemonControl = {
    status: () => ({
      version: "1",
      pid: 1,
      mode: "enforce",
      uptimeSeconds: 1,
      jails: [],
    }),
    jail: (name) => name === "sshd" ? SSHD : undefined,
    bans: () => [],
    host: (host) => Promise.resolve({ host, jails: [] }),
    stats: () => {
      throw new Error("out of order");
    },
    actions: (jail) => {
      asked.push({ actionsOf: jail });
      return { drivers: [], actions: [] };
    },
    patterns: (jail) => {
      asked.push({ patternsOf: jail });
      return [];
    },
    permissions: () => [{ kind: "read", value: "/tmp", reason: "test" }],
    ban: (request: BanRequest) => {
      asked.push(request);
      return [];
    },
    unban: () => ({ unbanned: 3 }),
    reload: () => Promise.reject(new ControlError(409, "Cannot reload: no")),
    configuration: () => {
      throw new Error("not asked here");
    },
    activeBans: () => [],
    jailsBanning: () => [],
    adjust: () => Promise.resolve(),
    attempt: () => {},
    reopenLog: () => Promise.resolve(false),
  };
  return { asked, control };
}

/** What a test is given. */
export interface ServerRig {
  readonly path: string;
  /** What the daemon was asked. */
  readonly asked: readonly unknown[];
  readonly hub: EventHub;
}

/** How the server is opened. */
export interface RigOptions {
  /** Default: a daemon that remembers what it was asked. */
  readonly control?: DaemonControl;
  readonly isReadOnly?: boolean;
  readonly limits?: ServerLimits;
}

/** Opens a server in a scratch folder, and closes it. */
export async function withServer(
  use: (path: string, rig: ServerRig) => Promise<void>,
  options: RigOptions = {},
): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-test-" });
  const path = `${folder}/run/control.sock`;
  const { asked, control } = createFakeDaemon();
  const hub = new EventHub();
  const server = openControl({
    ...{ libc, path, control, hub, logger: SILENT },
    ...options,
  });
  await server.serve();
  try {
    await use(path, { path, asked, hub });
  } finally {
    await server.close();
    Deno.removeSync(folder, { recursive: true });
  }
}

/**
 * The sockets on which a daemon is asked.
 *
 * @module
 */

import type { GlobalConfig } from "./config/types.ts";
import type { EventHub } from "./control/event_hub.ts";
import { openFail2ban } from "./control/fail2ban/open_fail2ban.ts";
import { findGroup } from "./control/find_group.ts";
import { openControl } from "./control/open.ts";
import type { LateServer } from "./control/late_server.ts";
import type { DaemonControl } from "./control/types.ts";
import type { Libc } from "./util/libc.ts";
import type { Logger } from "./util/log.ts";

/** Where, and on whose behalf. */
export interface OpenSocketsOptions {
  readonly global: Pick<
    GlobalConfig,
    "socketPath" | "readOnlySocket" | "fail2banSocket"
  >;
  readonly libc: Libc;
  readonly control: DaemonControl;
  /** Whose events clients may listen to. */
  readonly hub: EventHub;
  readonly logger: Logger;
}

/**
 * Binds the control socket, and those that are configured besides: one that only reads, and fail2ban's.
 *
 * @throws {Error} when somebody answers on one of them already, or a path cannot be used; none is left open then
 */
export async function openSockets(
  { global, ...options }: OpenSocketsOptions,
): Promise<LateServer> {
  const servers: LateServer[] = [];
  await using stack = new AsyncDisposableStack();
  const keep = (server: LateServer) => {
    servers.push(server);
    stack.defer(() => server.close());
  };
  keep(openControl({ ...options, path: global.socketPath }));
  if (global.readOnlySocket !== undefined) {
    const { path, group } = global.readOnlySocket;
    const id = group === undefined ? undefined : await findGroup(group);
    keep(openControl({ ...options, path, isReadOnly: true, group: { id } }));
  }
  if (global.fail2banSocket !== undefined) {
    const path = global.fail2banSocket;
    keep(openFail2ban({ ...options, path }));
  }
  const kept = stack.move();
  return {
    async serve() {
      for (const server of servers) await server.serve();
    },
    close: () => kept.disposeAsync(),
  };
}

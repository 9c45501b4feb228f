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
import type { ControlServer } from "./control/server.ts";
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
 * Opens the control socket, and those that are configured besides: one that only reads, and fail2ban's.
 *
 * @throws {Error} when somebody answers on one of them already, or a path cannot be used; none is left open then
 */
export async function openSockets(
  { global, ...options }: OpenSocketsOptions,
): Promise<ControlServer> {
  await using stack = new AsyncDisposableStack();
  const own = await openControl({ ...options, path: global.socketPath });
  stack.defer(() => own.close());
  if (global.readOnlySocket !== undefined) {
    const { path, group } = global.readOnlySocket;
    const id = group === undefined ? undefined : await findGroup(group);
    const reading = await openControl({
      ...options,
      path,
      isReadOnly: true,
      group: { id },
    });
    stack.defer(() => reading.close());
  }
  if (global.fail2banSocket !== undefined) {
    const path = global.fail2banSocket;
    const fail2ban = await openFail2ban({ ...options, path });
    stack.defer(() => fail2ban.close());
  }
  const kept = stack.move();
  return { close: () => kept.disposeAsync() };
}

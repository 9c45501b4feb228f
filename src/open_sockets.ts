/**
 * The sockets on which a daemon is asked.
 *
 * @module
 */

import type { GlobalConfig } from "./config/types.ts";
import { openFail2ban } from "./control/fail2ban/open_fail2ban.ts";
import { openControl } from "./control/open.ts";
import type { ControlServer } from "./control/server.ts";
import type { DaemonControl } from "./control/types.ts";
import type { Libc } from "./util/libc.ts";
import type { Logger } from "./util/log.ts";

/** Where, and on whose behalf. */
export interface OpenSocketsOptions {
  readonly global: Pick<GlobalConfig, "socketPath" | "fail2banSocket">;
  readonly libc: Libc;
  readonly control: DaemonControl;
  readonly logger: Logger;
}

/**
 * Opens the control socket, and fail2ban's where one is configured.
 *
 * @throws {Error} when somebody answers on one of them already, or a path cannot be used; none is left open then
 */
export async function openSockets(
  { global, ...options }: OpenSocketsOptions,
): Promise<ControlServer> {
  await using stack = new AsyncDisposableStack();
  const own = await openControl({ ...options, path: global.socketPath });
  stack.defer(() => own.close());
  if (global.fail2banSocket !== undefined) {
    const path = global.fail2banSocket;
    const fail2ban = await openFail2ban({ ...options, path });
    stack.defer(() => fail2ban.close());
  }
  const kept = stack.move();
  return { close: () => kept.disposeAsync() };
}

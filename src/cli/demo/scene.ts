/**
 * What the story is played with.
 *
 * @module
 */

import type { BanView } from "./ban_view.ts";
import type { Role } from "./cast.ts";
import type { DaemonProcess } from "./daemon_process.ts";
import type { Findings } from "./findings.ts";
import type { Screen } from "./screen.ts";
import type { Peer } from "./start_peer.ts";

/** Everything that is on the stage. */
export interface Scene {
  readonly screen: Screen;
  readonly findings: Findings;
  readonly daemon: DaemonProcess;
  readonly bans: BanView;
  /** Absent in simulate mode, where nobody connects. */
  readonly peers: Readonly<Record<Role, Peer>> | undefined;
  readonly signal: AbortSignal;
}

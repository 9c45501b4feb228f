/**
 * Attacker and bystander try the door.
 *
 * @module
 */

import { CAST, formatEndpoint, type IpVersion, type Role } from "./cast.ts";
import type { PeerAnswer } from "./peer_protocol.ts";
import type { Scene } from "./scene.ts";

/** What to expect behind the door. */
export interface KnockOptions {
  /** Whether the attacker should stand before a closed door. */
  readonly isBanned: boolean;
  readonly isFirst?: boolean;
}

const CONNECT_TIMEOUT_MS = 1000;
/** A machine that is busy starting programs may be slow at first. */
const FIRST_CONNECT_TIMEOUT_MS = 3000;

/** Attacker and bystander connect at the same time; the bystander should always be let in. Nobody does in simulate mode. */
export async function knock(
  scene: Scene,
  version: IpVersion,
  { isBanned, isFirst = false }: KnockOptions,
): Promise<void> {
  const { peers } = scene;
  if (peers === undefined) return;
  const timeoutMs = isFirst ? FIRST_CONNECT_TIMEOUT_MS : CONNECT_TIMEOUT_MS;
  const host = CAST.server[version];
  const [attacker, bystander] = await Promise.all([
    peers.attacker.ask({ do: "connect", host, timeoutMs }),
    peers.bystander.ask({ do: "connect", host, timeoutMs }),
  ]);
  const common = { scene, host };
  showKnock({ ...common, role: "attacker", answer: attacker, isBanned });
  showKnock({ ...common, role: "bystander", answer: bystander });
}

function showKnock({ scene, host, role, answer, isBanned = false }: {
  readonly scene: Scene;
  readonly host: string;
  readonly role: Role;
  readonly answer: PeerAnswer;
  readonly isBanned?: boolean;
}): void {
  const isAsExpected = scene.findings.claim(
    isBanned
      ? `${role} cannot connect while banned`
      : `${role} can connect when not banned`,
    answer.outcome === (isBanned ? "no answer" : "open"),
  );
  const duration = "ms" in answer ? `, ${formatDuration(answer.ms)}` : "";
  scene.screen.step({
    label: role,
    text: `connects to ${formatEndpoint(host)}: ${answer.outcome}${duration}`,
    tone: !isAsExpected ? "bad" : isBanned ? "ban" : "good",
  });
}

function formatDuration(ms: number): string {
  return ms < 100 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

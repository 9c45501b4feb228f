/**
 * Jails and decisions to test drivers with.
 *
 * @module
 */

import type { ActJail } from "../../src/act/types.ts";
import type { Backend } from "../../src/config/backend_types.ts";
import type { PortRange } from "../../src/config/types.ts";
import type { Ban, Decision, UnbanReason } from "../../src/track/types.ts";
import { formatNetwork, parseNetwork } from "../../src/util/address.ts";

type NftablesBackend = Extract<Backend, { kind: "nftables" }>;

/** The time by which samples begin and drivers under test act: what is left of a ban is then exact. */
export const NOW_SECONDS = Date.now() / 1000;

/** @returns a jail that drops TCP to port 22, but for what is given */
export function jailOf(
  name: string,
  changes: Partial<ActJail> & { readonly options?: Partial<NftablesBackend> } =
    {},
): ActJail {
  const { options, ...rest } = changes;
  return {
    name,
    backend: {
      kind: "nftables",
      verdict: "drop",
      counter: false,
      hooks: ["input"],
      ...options,
    },
    ports: portsOf(22),
    protocols: ["tcp"],
    rebanOnRestart: true,
    ...rest,
  };
}

/** @param ports single ports or `[from, to]` */
export function portsOf(
  ...ports: readonly (number | readonly [number, number])[]
): PortRange[] {
  return ports.map((port) =>
    typeof port === "number"
      ? { from: port, to: port }
      : { from: port[0], to: port[1] }
  );
}

/** @param host address or network @param seconds from now; default ten minutes */
export function banOf(jail: string, host: string, seconds = 600): Ban {
  const network = parseNetwork(host);
  if (network === undefined) throw new Error(`Cannot read "${host}"`);
  return {
    jail,
    host: formatNetwork(network),
    ...network,
    startSeconds: NOW_SECONDS,
    endSeconds: NOW_SECONDS + seconds,
    count: 1,
    failures: 5,
  };
}

/** See `banOf`. */
export function ban(jail: string, host: string, seconds?: number): Decision {
  return { kind: "ban", ban: banOf(jail, host, seconds) };
}

/** See `banOf`. */
export function extend(jail: string, host: string, seconds?: number): Decision {
  return { kind: "extend", ban: banOf(jail, host, seconds) };
}

/** See `banOf`. */
export function unban(
  jail: string,
  host: string,
  reason: UnbanReason = "manual",
): Decision {
  return { kind: "unban", ban: banOf(jail, host), reason };
}

/**
 * The kernel's own sets, asked over a netlink socket of the demo's own: nothing that the daemon says is taken for granted.
 *
 * @module
 */

import { NetlinkError } from "../../act/netlink/errors.ts";
import { NETLINK_NETFILTER, openNetlink } from "../../act/netlink/socket.ts";
import { Batch } from "../../act/nftables/batch.ts";
import { listSlot } from "../../act/nftables/list_set.ts";
import { parseSlotName, prefixOf } from "../../act/nftables/slot.ts";
import { readTable } from "../../act/nftables/table_state.ts";
import { formatNetwork } from "../../util/address.ts";
import type { Libc } from "../../util/libc.ts";
import { type BanView, coversHost } from "./ban_view.ts";

const TABLE = "fail2deno";

/** A view that holds a socket. */
export interface KernelView extends BanView, Disposable {}

/**
 * Tells whether nf_tables can be used in the network namespace of the calling thread; changes nothing.
 *
 * @returns why not, or undefined
 */
export function findObstacle(libc: Libc): string | undefined {
  try {
    const socket = openNetlink(libc, NETLINK_NETFILTER);
    try {
      readTable(socket, new Batch(TABLE));
    } finally {
      socket.close();
    }
    return undefined;
  } catch (error) {
    if (error instanceof NetlinkError) return error.message;
    throw error;
  }
}

/** Looks into the sets of the network namespace of the calling thread. */
export function viewKernel(libc: Libc): KernelView {
  const socket = openNetlink(libc, NETLINK_NETFILTER);
  const batch = new Batch(TABLE);
  const seen = new Set<string>();

  /** Sets change when a network of a new length is banned, so their names are asked for each time. */
  function* listBans(): Generator<KernelBan, void> {
    for (const name of readTable(socket, batch).sets.keys()) {
      const slot = parseSlotName(name)?.slot;
      if (slot === undefined) continue;
      for (const element of listSlot(socket, { batch, slot })) {
        const { words, remainingSeconds } = element;
        const host = formatNetwork({ words, prefix: prefixOf(slot) });
        yield { set: name, host, remainingSeconds };
      }
    }
  }

  return {
    place: "kernel",
    describe() {
      const { exists, sets } = readTable(socket, batch);
      if (!exists) {
        throw new Error(
          `Cannot find table "${TABLE}": not in the kernel, expected the daemon to have made it`,
        );
      }
      const names = [...sets.keys()].join(", ");
      return Promise.resolve(`table inet ${TABLE} with the sets ${names}`);
    },
    find(host) {
      const bans = [...listBans()];
      for (const ban of bans) seen.add(ban.host);
      const ban = bans.find((ban) => coversHost(ban.host, host));
      return Promise.resolve(ban && { text: formatBan(ban) });
    },
    wasBanned: (host) => seen.values().some((text) => coversHost(text, host)),
    inspectEnd() {
      const { exists } = readTable(socket, batch);
      const text = `table inet ${TABLE} is ${exists ? "still there" : "gone"}`;
      return Promise.resolve({ isClean: !exists, text });
    },
    [Symbol.dispose]: () => socket.close(),
  };
}

interface KernelBan {
  readonly set: string;
  readonly host: string;
  readonly remainingSeconds: number;
}

function formatBan({ set, host, remainingSeconds }: KernelBan): string {
  const end = remainingSeconds === Infinity
    ? ""
    : ` expires ${remainingSeconds.toFixed(1)}s`;
  return `set ${set} { ${host}${end} }`;
}

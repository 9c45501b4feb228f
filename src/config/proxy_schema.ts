/**
 * The proxies that a jail's requests come by.
 *
 * @module
 */

import { type Network, parseNetwork } from "../util/address.ts";
import { type Field, noted, parsed } from "./fields.ts";
import * as z from "zod/mini";

/** Lengths of `0.0.0.0/0` and `::/0`. */
const EVERYBODY: ReadonlySet<number> = new Set([0, 96]);

const NETWORKS: Field<readonly Network[]> = parsed<readonly Network[]>(
  "a list of addresses and networks",
  (value, refuse) => {
    const isList = Array.isArray(value);
    if (!isList && typeof value !== "string") return undefined;
    const items: readonly unknown[] = isList ? value : [value];
    return items.flatMap((item, index) => {
      const network = typeof item === "string" ? parseNetwork(item) : undefined;
      const state = network === undefined
        ? "it is no address"
        : EVERYBODY.has(network.prefix)
        ? "everybody is in it"
        : undefined;
      if (state === undefined) return network ?? [];
      const wanted = "a network such as 10.0.0.0/8, or an address";
      refuse(state, { wanted, path: isList ? [index] : [] });
      return [];
    });
  },
);

/** What the key comes to. */
export interface ProxyInput {
  /** Empty: none. */
  readonly trusted_proxies: readonly Network[];
}

/** Fields by key. */
export const PROXY_FIELDS = {
  trusted_proxies: noted(z._default(NETWORKS, []), {
    takes: "list of addresses and networks",
    otherwise: "[]",
    says:
      "Proxies whose list of forwarded hosts is believed; never banned. See json.md.",
  }),
};

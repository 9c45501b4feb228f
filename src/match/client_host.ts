/**
 * The client behind trusted proxies.
 *
 * @module
 */

import { isInNetwork, type Network } from "../util/address.ts";
import { createHost, type Host } from "./host.ts";
import { readHostField } from "./host_field.ts";

/** Makes out who failed where requests come by proxies; one object for all lines. */
export class ClientHost {
  readonly #trusted: readonly Network[];
  readonly #entry = createHost();

  /** @param trusted proxies whose word on those before them is taken */
  constructor(trusted: readonly Network[]) {
    this.#trusted = trusted;
  }

  /**
   * Goes from the peer to the one that it says it got the request from, and on, as long as whoever says so is trusted:
   *
   *     peer 10.0.0.1, list "192.0.2.66, 192.0.2.7, 10.0.0.2"   →   192.0.2.7
   *     peer 192.0.2.9, list "192.0.2.66"                       →   192.0.2.9
   *
   * What stands left of the first that is not trusted anybody may have written. An entry that is no address ends the way,
   * since nobody knows whose word the rest is; the last one before it counts, and a proxy that is trusted is never banned.
   *
   * @param host the peer; it becomes the client
   * @param list a text with commas, a list of such texts, or what stands for nobody
   */
  find(host: Host, list: unknown): void {
    if (!this.#isTrusted(host)) return;
    for (const text of entriesFromRight(list)) {
      if (!readHostField(text, this.#entry)) return;
      copyHost(this.#entry, host);
      if (!this.#isTrusted(host)) return;
    }
  }

  /**
   * The same for a field that has the peer as the last of its list.
   *
   * @returns whether the host was filled
   */
  read(list: unknown, host: Host): boolean {
    let isFilled = false;
    for (const text of entriesFromRight(list)) {
      if (!readHostField(text, this.#entry)) return isFilled;
      copyHost(this.#entry, host);
      isFilled = true;
      if (!this.#isTrusted(host)) return true;
    }
    return isFilled;
  }

  #isTrusted({ words, prefix }: Host): boolean {
    return this.#trusted.some((network) =>
      network.prefix <= prefix && isInNetwork(words, network)
    );
  }
}

/** The last first. A header that is not there is empty or a dash; what is no text is an entry that cannot be read. */
function* entriesFromRight(list: unknown): Generator<string> {
  if (list === undefined || list === null || list === "-" || list === "") {
    return;
  }
  if (Array.isArray(list)) {
    for (let at = list.length - 1; at >= 0; at--) {
      if (Array.isArray(list[at])) yield "";
      else yield* entriesFromRight(list[at]);
    }
  } else if (typeof list === "string") yield* splitFromRight(list);
  else yield "";
}

function* splitFromRight(text: string): Generator<string> {
  let end = text.length;
  while (end >= 0) {
    const comma = end === 0 ? -1 : text.lastIndexOf(",", end - 1);
    yield text.slice(comma + 1, end).trim();
    end = comma;
  }
}

function copyHost(from: Host, to: Host): void {
  to.words.set(from.words);
  to.prefix = from.prefix;
}

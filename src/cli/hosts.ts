/**
 * Words of `ban` and `unban`: hosts, and perhaps a jail at the end.
 *
 * @module
 */

import { parseNetwork } from "../util/address.ts";
import { escapeText } from "../util/escape.ts";
import { type Invocation, UsageError } from "./command.ts";

/** Hosts and the jail that belongs to them. */
export interface HostsAndJail {
  readonly hosts: readonly string[];
  readonly jail?: string;
}

/**
 * Splits the words; a last word that is no address is the jail unless `-j` names it.
 *
 * @throws {UsageError} for a word that is neither
 */
export function splitHosts(invocation: Invocation): HostsAndJail {
  const { words, options } = invocation;
  const last = words.at(-1);
  let jail = typeof options.jail === "string" ? options.jail : undefined;
  let hosts = words;
  if (
    jail === undefined && last !== undefined &&
    parseNetwork(last) === undefined
  ) {
    jail = last;
    hosts = words.slice(0, -1);
  }
  for (const host of hosts) {
    if (parseNetwork(host) === undefined) {
      throw new UsageError(
        `Cannot read "${escapeText(host, 64)}": no IP address or network`,
      );
    }
  }
  return jail === undefined ? { hosts } : { hosts, jail };
}

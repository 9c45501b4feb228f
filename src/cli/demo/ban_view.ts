/**
 * Where the demo sees that a host is banned: the kernel's own set, or in simulate mode the daemon's list.
 *
 * @module
 */

import type { ControlClient } from "../../control/client.ts";
import { isInNetwork, parseAddress, parseNetwork } from "../../util/address.ts";

/** A ban as it was seen. */
export interface Sighting {
  /** `set sshd-v4 { 192.0.2.66 expires 3.9s }` */
  readonly text: string;
}

/** What is there after the daemon's end. */
export interface Remains {
  /** Whether there is nothing. */
  readonly isClean: boolean;
  readonly text: string;
}

/** A place to look for bans in. */
export interface BanView {
  /** Word for it: at most 9 characters. */
  readonly place: "kernel" | "daemon";
  /** What is there before the first ban. @throws {Error} when nothing is */
  describe(): Promise<string>;
  /** @returns the ban that covers `host` */
  find(host: string): Promise<Sighting | undefined>;
  /** Whether any ban seen so far covered `host`. */
  wasBanned(host: string): boolean;
  /** Looks for what the daemon should have taken away. */
  inspectEnd(): Promise<Remains>;
}

/** Looks into the list of a daemon that decides and does not act. */
export function viewDaemon(control: ControlClient): BanView {
  const seen = new Set<string>();
  return {
    place: "daemon",
    async describe() {
      const { mode } = await control.status();
      return `${mode} mode: decides, and touches no firewall`;
    },
    async find(host) {
      const bans = await control.bans("sshd");
      for (const ban of bans) seen.add(ban.host);
      const ban = bans.find((ban) => coversHost(ban.host, host));
      if (ban === undefined) return undefined;
      const left = ban.remainingSeconds?.toFixed(1) ?? "endless";
      return { text: `would drop ${ban.host} for ${left} s` };
    },
    wasBanned: (host) => seen.values().some((text) => coversHost(text, host)),
    async inspectEnd() {
      const isClean = await control.status().then(() => false, () => true);
      return { isClean, text: isClean ? "answers no more" : "still answers" };
    },
  };
}

/** @returns whether the address or network `banned` covers the address `host` */
export function coversHost(banned: string, host: string): boolean {
  const network = parseNetwork(banned);
  const words = new Uint32Array(4);
  return network !== undefined && parseAddress(host, words) !== 0 &&
    isInNetwork(words, network);
}

/**
 * Makes what is ours at Cloudflare what it should be, whether it is kept in access rules or in a list.
 *
 * Who banned a host is written at the far side, in its note, so that nothing has to be remembered here:
 *
 *     fail2deno: nginx sshd      tag of this machine, and the jails that ban the host
 *
 * What has another note is somebody else's, and left alone.
 *
 * @module
 */

import type { BanEntry, HandlerOutcome } from "../src/act/contract.ts";
import { PauseError } from "./_cloudflare_api.ts";

/** A host at the far side. */
export interface HeldHost {
  /** The far side's. */
  readonly id: string;
  /** As a BanEntry has it. */
  readonly host: string;
  readonly note: string;
  /** Whether it is to be written again, though its note is right. */
  readonly isStale?: boolean;
}

/** A host that gets a note; without an id it is not there yet. */
export type WrittenHost = Pick<HeldHost, "host" | "note"> & {
  readonly id?: string;
};

/** What has to be done. */
export interface Difference {
  readonly write: readonly WrittenHost[];
  readonly remove: readonly HeldHost[];
}

/** Hears what becomes of each host of a difference. */
export interface Progress {
  settled(host: string): void;
  refused(host: string, why: string): void;
}

/** A place where hosts are kept. */
export interface HostKeeper {
  /** Tells at least what is ours. */
  list(): Promise<readonly HeldHost[]>;
  /** Whether there is a form for such a host or network. */
  isTaken(entry: BanEntry): boolean;
  /** @throws {PauseError} when the rest has to wait */
  apply(difference: Difference, progress: Progress): Promise<void>;
}

/** What is asked for. */
export interface Settlement {
  readonly method: "ban" | "unban" | "sync";
  readonly batch: readonly BanEntry[];
  readonly tag: string;
}

/** The far side keeps no longer comment. */
const MAX_NOTE = 500;

/**
 * Finds what differs, and has it done.
 *
 * @throws {PauseError} when what has to wait is not the batch's own
 */
export async function settleHosts(
  keeper: HostKeeper,
  settlement: Settlement,
): Promise<HandlerOutcome> {
  const { method, batch, tag } = settlement;
  if (!/^[\w.-]{1,32}$/.test(tag)) {
    throw new Error(
      `Cannot use tag "${tag}": expected at most 32 letters, digits, "_", "." and "-"`,
    );
  }
  const taken = batch.filter(keeper.isTaken);
  const reasons = new Map<string, string>();
  const open = new Set(taken.map(({ host }) => host));
  const pause = await waitFor(settle());
  const retry = taken.filter(({ host }) => open.has(host));
  const isOfBatch = retry.length > 0 &&
    new Set(retry.map(({ host }) => host)).size === open.size;
  if (pause !== undefined && !isOfBatch) throw pause;
  const refused = method === "unban" ? [] : batch.flatMap((entry) => {
    const why = keeper.isTaken(entry)
      ? reasons.get(entry.host)
      : `/${entry.prefix} is no length that Cloudflare takes`;
    return why === undefined ? [] : [{ id: entry.id, why }];
  });
  return {
    refused,
    retry: pause === undefined ? [] : retry.map(({ id }) => ({
      id,
      afterSeconds: pause.afterSeconds,
      why: pause.message,
    })),
  };

  async function settle(): Promise<void> {
    const held = await keeper.list();
    const difference = compare(held, { method, tag, batch: taken });
    open.clear();
    for (const { host } of difference.remove) open.add(host);
    for (const { host } of difference.write) open.add(host);
    await keeper.apply(difference, {
      settled: (host) => void open.delete(host),
      refused(host, why) {
        open.delete(host);
        reasons.set(host, why);
      },
    });
  }
}

async function waitFor(work: Promise<void>): Promise<PauseError | undefined> {
  try {
    await work;
  } catch (error) {
    if (error instanceof PauseError) return error;
    throw error;
  }
}

function compare(
  held: readonly HeldHost[],
  settlement: Settlement,
): Difference {
  const known = new Map(held.map((one) => [one.host, one]));
  const isOurs = ({ note }: HeldHost) => note.startsWith(`${settlement.tag}: `);
  const ours = held.filter(isOurs);
  const wanted = findWanted(ours, settlement);
  const write = [...wanted].flatMap(([host, jails]) => {
    if (jails.size === 0) return [];
    const note = formatNote(settlement.tag, jails);
    const there = known.get(host);
    if (there === undefined) return [{ host, note }];
    const isRight = there.note === note && there.isStale !== true;
    return isRight || !isOurs(there) ? [] : [{ host, note, id: there.id }];
  });
  const remove = ours.filter(({ host }) => (wanted.get(host)?.size ?? 0) === 0);
  return { write, remove };
}

/** @returns host → jails that ban it */
function findWanted(
  held: readonly HeldHost[],
  { method, batch }: Settlement,
): Map<string, Set<string>> {
  const wanted = new Map<string, Set<string>>();
  if (method !== "sync") {
    for (const { host, note } of held) {
      wanted.set(host, new Set(note.split(" ").slice(1)));
    }
  }
  for (const { host, jail } of batch) {
    const jails = wanted.get(host) ?? new Set();
    if (method === "unban") jails.delete(jail);
    else jails.add(jail);
    wanted.set(host, jails);
  }
  return wanted;
}

/** Jails that do not fit are left out whole. */
function formatNote(tag: string, jails: ReadonlySet<string>): string {
  return [...jails].sort().reduce(
    (note, jail) =>
      note.length + 1 + jail.length > MAX_NOTE ? note : `${note} ${jail}`,
    `${tag}:`,
  );
}

/** @returns a host as a BanEntry has it, however the far side writes it */
export function toShortestForm(host: string): string {
  const [address = "", prefix] = host.split("/");
  if (!address.includes(":")) return host.replace(/\/32$/, "");
  const url = URL.parse(`http://[${address}]/`);
  const shortest = url?.hostname.slice(1, -1) ?? address;
  return prefix === undefined || prefix === "128"
    ? shortest
    : `${shortest}/${prefix}`;
}

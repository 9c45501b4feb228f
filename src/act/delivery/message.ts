/**
 * What one action is to be told of one host in one jail.
 *
 * @module
 */

import type { Ban, StoredBan } from "../../track/types.ts";
import { familyOf, formatNetwork } from "../../util/address.ts";
import type { BanEntry } from "../contract.ts";
import type { OutboxRow } from "./types.ts";

/** A message on its way to one action. */
export interface Message {
  readonly id: number;
  readonly method: "ban" | "unban";
  readonly ban: Ban;
  /** When it came; others are waited for from then on. */
  readonly atSeconds: number;
  /** Not before this time; 0: at once. */
  readonly notBeforeSeconds: number;
  /** Whether the far side surely knows nothing of the host: a ban that is over before it was told need not be told at all. */
  readonly isNews: boolean;
}

/** @returns what tells hosts in jails apart; no jail's name has a blank */
export function keyOf({ ban }: Pick<Message, "ban">): string {
  return `${ban.jail} ${ban.host}`;
}

/** @returns the message as handlers see it */
export function toBanEntry({ id, ban }: Pick<Message, "id" | "ban">): BanEntry {
  const family = familyOf(ban.words);
  return {
    id,
    jail: ban.jail,
    host: ban.host,
    family,
    prefix: family === 4 ? ban.prefix - 96 : ban.prefix,
    bannedAt: ban.startSeconds,
    endsAt: ban.endSeconds === Infinity ? null : ban.endSeconds,
    failures: ban.failures,
    banCount: ban.count,
  };
}

/** @returns the message as it is stored */
export function toOutboxRow(
  action: string,
  { id, method, ban }: Message,
): OutboxRow {
  const { jail, words, prefix, startSeconds, endSeconds, count, failures } =
    ban;
  return {
    action,
    id,
    method,
    ban: {
      ...{ jail, startSeconds, endSeconds, count, failures },
      host: { words, prefix },
    },
  };
}

/** @returns a message of an earlier life, which may have been told already */
export function fromOutboxRow({ id, method, ban }: OutboxRow): Message {
  return {
    ...{ id, method, ban: toBan(ban) },
    atSeconds: 0,
    notBeforeSeconds: 0,
    isNews: false,
  };
}

/** @returns a ban that was stored, as the tracker tells of it */
export function toBan({ host, ...ban }: StoredBan): Ban {
  return { ...ban, ...host, host: formatNetwork(host) };
}

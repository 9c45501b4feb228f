/**
 * A digest of bans as a mail.
 *
 * @module
 */

import type { BanEntry } from "../src/act/contract.ts";
import { nameBatch } from "./_batch_name.ts";

/** Who writes to whom. */
export interface DigestOptions {
  readonly from: string;
  readonly to: readonly string[];
  /** `{count}`, `{event}` and `{jails}` are filled in. */
  readonly subject: string;
}

/** What is told. */
export interface DigestContent {
  readonly event: "ban" | "unban";
  readonly batch: readonly BanEntry[];
}

/** A mail, not yet encoded. */
export interface Digest {
  readonly from: string;
  readonly to: string[];
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
}

/** A mail names so many hosts, and the number of the others. */
const SHOWN = 500;

/** One address and no more: nothing that a header could take for another field. */
const MAIL_ADDRESS = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]+(?:\.[\w-]+)*$/;

/**
 * @returns the same message id for the same batch: a mail server that gets it again can tell
 * @throws {Error} when an address or the subject cannot stand in a header
 */
export async function formatDigest(
  { from, to, subject }: DigestOptions,
  { event, batch }: DigestContent,
): Promise<Digest> {
  for (const address of [from, ...to]) requireAddress(address);
  if (/\p{Cc}/u.test(subject)) {
    throw new Error(
      "Cannot use subject: it has control characters, expected one line",
    );
  }
  const values: Record<string, string> = {
    event,
    count: String(batch.length),
    jails: [...new Set(batch.map(({ jail }) => jail))].slice(0, 5).join(", "),
  };
  const fill = (whole: string, name: string) => values[name] ?? whole;
  const name = await nameBatch(event, batch);
  const [domain = "localhost"] = from.split("@").slice(-1);
  return {
    from,
    to: [...to],
    subject: subject.replaceAll(/\{(\w+)\}/g, fill).replaceAll(/\p{Cc}/gu, "?"),
    text: formatText({ event, batch }),
    messageId: `<fail2deno.${name}@${domain}>`,
  };
}

function requireAddress(address: string): void {
  if (MAIL_ADDRESS.test(address)) return;
  throw new Error(
    `Cannot use mail address ${
      JSON.stringify(address.slice(0, 80))
    }: expected such as admin@example.org, without a name`,
  );
}

/**
 *     2026-06-09T10:13:20Z  sshd  203.0.113.7  5 failures, until 2026-06-09T11:13:20Z
 */
function formatText({ event, batch }: DigestContent): string {
  const lines = batch.slice(0, SHOWN).map((entry) => {
    const line = `${toStamp(entry.bannedAt)}  ${entry.jail}  ${entry.host}`
      .replaceAll(/\p{Cc}/gu, "?");
    if (event === "unban") return line;
    const end = entry.endsAt === null
      ? "for ever"
      : `until ${toStamp(entry.endsAt)}`;
    return `${line}  ${entry.failures} failures, ${end}`;
  });
  const more = batch.length - lines.length;
  const title = event === "ban"
    ? "Banned:"
    : "Unbanned, by the time of the ban:";
  return [title, "", ...lines, ...(more > 0 ? [`and ${more} more`] : []), ""]
    .join("\n");
}

function toStamp(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

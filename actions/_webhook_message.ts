/**
 * What is told of a batch, in the words and the markup of who listens.
 *
 * Every style escapes what is put in, though a contract-valid entry has nothing that would need it.
 *
 * @module
 */

import type { BanEntry } from "../src/act/contract.ts";

/** Who listens. */
export type MessageStyle =
  | "generic"
  | "slack"
  | "discord"
  | "ntfy"
  | "template";

/** How it is told. */
export interface MessageOptions {
  readonly style: MessageStyle;
  readonly template?: string;
}

/** What is told. */
export interface MessageContent {
  readonly event: "ban" | "unban";
  readonly batch: readonly BanEntry[];
  readonly nowSeconds: number;
}

/** What is sent. */
export interface WebhookMessage {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A chat shows so many hosts, and the number of the others. */
const SHOWN = 20;

/** Discord's longest message. */
const MAX_DISCORD = 2000;

const JSON_HEADERS = { "Content-Type": "application/json" };

/** @throws {Error} when a template is not there, or makes no JSON */
export function formatMessage(
  { style, template }: MessageOptions,
  content: MessageContent,
): WebhookMessage {
  switch (style) {
    case "generic":
      return toJson({
        event: content.event,
        sentAt: content.nowSeconds,
        bans: content.batch,
      });
    case "slack":
      return toJson({ text: formatText(content, escapeSlack) });
    case "discord":
      return toJson({
        content: formatText(content, escapeDiscord).slice(0, MAX_DISCORD),
        // Nobody is called by a message, whatever its text.
        allowed_mentions: { parse: [] },
      });
    case "ntfy":
      return {
        body: formatText(content, String),
        headers: { Title: formatTitle(content), Tags: content.event },
      };
    case "template":
      return fillTemplate(template, content);
  }
}

function toJson(value: unknown): WebhookMessage {
  return { body: JSON.stringify(value), headers: JSON_HEADERS };
}

function formatTitle({ event, batch }: MessageContent): string {
  const verb = event === "ban" ? "Banned" : "Unbanned";
  return `${verb} ${batch.length} ${batch.length === 1 ? "host" : "hosts"}`;
}

/**
 *     Banned 2 hosts
 *     203.0.113.7 by sshd after 5 failures, until 2026-06-09T11:13:20Z
 *     2001:db8::/64 by nginx after 9 failures, for ever
 */
function formatText(
  content: MessageContent,
  escape: (text: string) => string,
): string {
  const { event, batch } = content;
  const clean = (text: string) => escape(text.replaceAll(/\p{Cc}/gu, "?"));
  const lines = batch.slice(0, SHOWN).map((entry) => {
    const { host, jail, failures, endsAt } = entry;
    const what = `${clean(host)} by ${clean(jail)}`;
    if (event === "unban") return what;
    const end = endsAt === null
      ? "for ever"
      : `until ${new Date(endsAt * 1000).toISOString().slice(0, 19)}Z`;
    return `${what} after ${failures} failures, ${end}`;
  });
  const more = batch.length - lines.length;
  return [
    formatTitle(content),
    ...lines,
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join("\n");
}

/** https://api.slack.com/reference/surfaces/formatting#escaping */
function escapeSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

function escapeDiscord(text: string): string {
  return text.replaceAll(/[\\*_~`|>#@<\[\]()]/g, "\\$&");
}

function fillTemplate(
  template: string | undefined,
  content: MessageContent,
): WebhookMessage {
  const { event, batch } = content;
  const shown = batch.slice(0, SHOWN);
  const values: Record<string, string> = {
    text: formatText(content, String),
    event,
    count: String(batch.length),
    hosts: shown.map(({ host }) => host).join(", "),
    jails: [...new Set(batch.map(({ jail }) => jail))].join(", "),
  };
  const body = (template ?? "").replaceAll(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    return value === undefined ? whole : JSON.stringify(value).slice(1, -1);
  });
  if (!isJson(body)) {
    throw new Error(
      'Cannot fill in template: it gives no JSON, expected such as {"text": "{text}"}',
    );
  }
  return { body, headers: JSON_HEADERS };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

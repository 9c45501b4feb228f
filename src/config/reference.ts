/**
 * The reference of all keys, made from the schemas so that it cannot drift.
 *
 * @module
 */

import { ACTION_FIELDS } from "./action_schema.ts";
import { GLOBAL_ALIASES, JAIL_ALIASES } from "./aliases.ts";
import { BACKEND_FIELDS } from "./backend_schema.ts";
import { type Field, KEY_NOTES } from "./fields.ts";
import { SUBNET_BANS_FIELDS } from "./subnet_bans_schema.ts";
import { IGNORE_CACHE_FIELDS } from "./ignore_command_schema.ts";
import { jailFields } from "./jail_schema.ts";
import { TOP_FIELDS } from "./top_schema.ts";

type Fields = Readonly<Record<string, Field>>;

/** @returns Markdown: a heading and a table for each section */
export function renderReference(): string {
  return [
    renderSection("[global]", TOP_FIELDS.global, GLOBAL_ALIASES),
    renderSection("[logging]", TOP_FIELDS.logging),
    renderSection("[control]", TOP_FIELDS.control),
    renderSection("[compat]", TOP_FIELDS.compat),
    renderSection(
      "[jail.NAME] and [defaults]",
      jailFields(),
      JAIL_ALIASES,
    ),
    renderSection("[action.NAME]", ACTION_FIELDS),
    renderSection("subnet_bans = { … }", SUBNET_BANS_FIELDS),
    renderSection("ignore_cache = { … }", IGNORE_CACHE_FIELDS),
    renderSection("backend = { nftables = … }", BACKEND_FIELDS.nftables),
    renderSection("backend = { iptables = … }", BACKEND_FIELDS.iptables),
    renderSection("backend = { ipset = … }", BACKEND_FIELDS.ipset),
    renderSection("backend = { script = … }", BACKEND_FIELDS.script),
    renderSection("backend = { plugin = … }", BACKEND_FIELDS.plugin),
  ].join("\n");
}

function renderSection(
  title: string,
  fields: Fields,
  aliases: ReadonlyMap<string, string> = new Map(),
): string {
  const rows = Object.entries(fields).map(([key, field]) =>
    renderRow(key, field, aliases)
  );
  return `### \`${title}\`\n\n| Key | Takes | Default | |\n| --- | --- | --- | --- |\n${
    rows.join("")
  }`;
}

function renderRow(
  key: string,
  field: Field,
  aliases: ReadonlyMap<string, string>,
): string {
  const note = KEY_NOTES.get(field);
  if (note === undefined) {
    throw new Error(`Cannot describe key "${key}": it has no note`);
  }
  const others = [...aliases].filter(([, name]) => name === key)
    .map(([alias]) => `\`${alias}\``);
  const also = others.length === 0 ? "" : ` Also ${others.join(", ")}.`;
  const cells = [
    `\`${key}\``,
    note.takes,
    note.otherwise ?? "",
    `${note.says}${also}`,
  ];
  return `| ${cells.map(escapeCell).join(" | ")} |\n`;
}

function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "\\<");
}

/**
 * Manual pages in roff, made from the table of commands.
 *
 * @module
 */

import { VERSION } from "../version.ts";
import type { Command, CommandPart } from "./command.ts";
import { optionsOf } from "./parse.ts";

/** Administrators' commands. */
const SECTION = 8;

/** As in README.md. */
const EXIT_CODES: readonly CommandPart[] = [
  { form: "0", summary: "done" },
  { form: "1", summary: "asked, and the answer is no" },
  { form: "64", summary: "the command line is wrong" },
  { form: "65", summary: "the input is wrong" },
  {
    form: "69",
    summary: "the firewall, the daemon or a needed program is unavailable",
  },
  { form: "70", summary: "an error of fail2deno's own" },
  { form: "77", summary: "not permitted" },
  { form: "78", summary: "the configuration is wrong" },
  { form: "130", summary: "ended by Ctrl-C" },
];

const FILES: readonly CommandPart[] = [
  { form: "/etc/fail2deno/config.toml", summary: "the configuration" },
  { form: "/etc/fail2deno/config.d/*.toml", summary: "more of it" },
  { form: "/etc/fail2deno/filters.d/*.toml", summary: "filters of your own" },
  { form: "/run/fail2deno/control.sock", summary: "the daemon's socket" },
  { form: "/var/lib/fail2deno/state.db", summary: "what outlives a restart" },
];

/** @returns fail2deno(8) */
export function programPage(commands: readonly Command[]): string {
  const listed = commands.filter(({ isHidden }) => isHidden !== true);
  return [
    head("fail2deno"),
    section(
      "NAME",
      "fail2deno \\- watch logs, find the hosts that attack, and have the kernel drop them",
    ),
    section(
      "SYNOPSIS",
      `.B fail2deno\n.I COMMAND\n${plain("[OPTION...]")}`,
    ),
    section(
      "DESCRIPTION",
      plain(
        "Each command has a manual page of its own, fail2deno-COMMAND(8), and shows its help with --help.",
      ),
    ),
    section(
      "COMMANDS",
      list(listed.map(({ name, summary }) => ({ form: name, summary }))),
    ),
    section("EXIT STATUS", list(EXIT_CODES)),
    section("FILES", list(FILES)),
    section(
      "SEE ALSO",
      listed.map(({ name }) => `.BR fail2deno\\-${escape(name)} (${SECTION})`)
        .join(",\n"),
    ),
  ].join("");
}

/** @returns fail2deno-COMMAND(8) */
export function commandPage(command: Command): string {
  const { name, summary, details, json, examples } = command;
  const parts = command.arguments ?? [];
  return [
    head(`fail2deno-${name}`),
    section("NAME", `fail2deno\\-${escape(name)} \\- ${lowerFirst(summary)}`),
    section(
      "SYNOPSIS",
      [
        `.B fail2deno ${escape(name)}`,
        ...parts.map(({ form }) => `.I ${escape(form)}`),
        plain("[OPTION...]"),
      ].join("\n"),
    ),
    section("DESCRIPTION", plain(details ?? `${summary}.`)),
    ...parts.length === 0 ? [] : [section("ARGUMENTS", list(parts))],
    section("OPTIONS", list(optionsOf(command))),
    ...json === undefined ? [] : [section(
      "JSON",
      plain(`With --json: ${json.replaceAll("`", "")}.`),
    )],
    section(
      "EXAMPLES",
      examples.map(({ line, summary }, index) =>
        `${index === 0 ? "" : ".PP\n"}${
          plain(`${summary}:`)
        }\n.PP\n.RS 4\n.nf\n${plain(line)}\n.fi\n.RE`
      ).join("\n"),
    ),
    section("EXIT STATUS", list(EXIT_CODES)),
    section("SEE ALSO", `.BR fail2deno (${SECTION})`),
  ].join("");
}

function head(title: string): string {
  return `.TH ${
    escape(title.toUpperCase())
  } ${SECTION} "" "fail2deno ${VERSION}" "fail2deno"\n`;
}

function section(title: string, body: string): string {
  return `.SH ${title}\n${body}\n`;
}

function list(parts: readonly CommandPart[]): string {
  return parts.map(({ form, summary }) =>
    `.TP\n.B ${escape(form)}\n${plain(summary)}`
  ).join("\n");
}

/** A line of text: what begins with a dot or a quote would be a request to roff. */
function plain(text: string): string {
  return escape(text).replace(/^[.']/, "\\&$&");
}

/** Hyphens that are typed must come out as such. */
function escape(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-");
}

function lowerFirst(text: string): string {
  return escape(text.charAt(0).toLowerCase() + text.slice(1));
}

/**
 * The page that lists the filters that come with the program.
 *
 * @module
 */

import { type FilterFile, NORMAL_MODE } from "../src/config/filter_file.ts";

const INTRODUCTION = `# Filters

These filters come with the program; \`fail2deno list-filters\` lists them, and
\`fail2deno gen-config NAME\` prints a jail for this machine. Each file in
[\`filters/\`](../filters) has the lines that it is proven with, what an attacker
may write into them included.

\`\`\`toml
[jail.sshd]
filter = { name = "sshd", mode = "aggressive" }
log_path = "/var/log/auth.log"
\`\`\`

[How to write a filter](howto_write_a_filter.md) tells how to add one, and
[Filters beside fail2ban's](filters_parity.md) where they differ from fail2ban's.

<!-- Below, all is made by \`scripts/task check_filters --write\`. -->
`;

/** @returns the page, as it is to be in docs/filters.md */
export function renderFilterPage(filters: readonly FilterFile[]): string {
  return `${INTRODUCTION}\n${filters.map(renderFilter).join("\n")}`;
}

function renderFilter(filter: FilterFile): string {
  const { name, description, ports, protocol, logs, journal, link } = filter;
  const modes = [...filter.modes].filter(([mode]) => mode !== NORMAL_MODE)
    .map(([mode, about]) => `  - \`${mode}\`: ${about.description ?? ""}`);
  const facts = [
    `Ports: ${ports.length === 0 ? "all" : listCode(ports)}${
      protocol.length === 0 ? "" : ` (${protocol.join(", ")})`
    }`,
    ...logs.length === 0 ? [] : [`Logs: ${listCode(logs)}`],
    ...journal.length === 0 ? [] : [`Journal: ${listCode(journal)}`],
    `Written for the log format of: ${filter.seen.join(", ")}`,
    ...link === undefined ? [] : [`[Format of the log](${link})`],
  ].map((fact) => `- ${fact}`);
  const modeLines = modes.length === 0 ? [] : ["- Modes:", ...modes];
  return [
    `## ${name}`,
    "",
    `${description}.`,
    "",
    ...facts,
    ...modeLines,
    "",
  ].join("\n");
}

function listCode(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(", ");
}

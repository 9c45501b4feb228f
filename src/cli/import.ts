/**
 * `fail2deno import`.
 *
 * @module
 */

import { DEFAULT_STATE_DIR } from "../config/top_schema.ts";
import { type Command, UsageError } from "./command.ts";
import { DEFAULT_OUTPUT, DEFAULT_SOURCE } from "./import_paths.ts";

/** Takes over a configuration of fail2ban. */
export const IMPORT: Command = {
  name: "import",
  summary: "Take over the configuration of fail2ban",
  details:
    "Reads a folder such as /etc/fail2ban, resolves it as fail2ban does, and writes config.toml and filters.d/. " +
    "Nothing in the folder is run. The report says of each enabled jail whether it is exact, adapted or not carried over. " +
    "Exit code 1 when a jail lost protection, 65 when there is nothing to read or a file is in the way. " +
    "--verify runs /usr/bin/fail2ban-regex, which may evaluate what stands in its own configuration; " +
    "exit code 1 when both disagree on a line, 69 when they could not be compared.",
  arguments: [{
    form: "[folder]",
    summary: `fail2ban's configuration (default: ${DEFAULT_SOURCE})`,
    takes: "folder",
  }],
  options: [
    {
      form: "-o, --output <folder>",
      summary: `where to write (default: ${DEFAULT_OUTPUT})`,
      takes: "folder",
    },
    { form: "--dry-run", summary: "write nothing, print config.toml" },
    { form: "--force", summary: "overwrite files that are there" },
    {
      form: "--bans",
      summary:
        "also take over who is banned, and how often, from fail2ban's database",
    },
    {
      form: "--state <folder>",
      summary:
        `with --bans: the daemon's folder of state (default: ${DEFAULT_STATE_DIR})`,
      takes: "folder",
    },
    {
      form: "--report <file>",
      summary: "write the report there, as JSON",
      takes: "file",
    },
    {
      form: "--verify <log...>",
      summary:
        "write no configuration: compare line by line what the imported filters and fail2ban-regex find in logs",
      takes: "file",
    },
    {
      form: "--jail <jail...>",
      summary:
        "with --verify: these jails, also disabled ones (default: the enabled jails that read the log, else all that are enabled)",
      takes: "jail",
    },
  ],
  examples: [
    {
      line: "fail2deno import --dry-run",
      summary: "see what it would come to",
    },
    {
      line: "fail2deno import /etc/fail2ban --report /tmp/import.json",
      summary: "write /etc/fail2deno, and the report for programs",
    },
    {
      line: "systemctl stop fail2ban && fail2deno import --bans",
      summary: "the configuration, and the bans that run on",
    },
    {
      line: "fail2deno import ./fail2ban --output /tmp/trial --force",
      summary: "another folder, over an earlier trial",
    },
    {
      line: "fail2deno import --verify /var/log/auth.log --jail sshd",
      summary: "does the imported sshd find what fail2ban finds?",
    },
  ],
  json:
    "`{ source, jails, filters, daemon, disabled, problems, files, bans }`; with --verify what both find in each log",
  // Loaded when it is wanted: no other command needs the importer.
  run: async (invocation) => {
    const { verify, jail } = invocation.lists;
    if (verify !== undefined) {
      const { verifyImport } = await import("./import_verify.ts");
      return verifyImport(invocation);
    }
    if (jail !== undefined) {
      throw new UsageError(
        "Cannot use --jail: an import takes all enabled jails, expected --verify with it",
      );
    }
    return (await import("./import_tree.ts")).importTree(invocation);
  },
};

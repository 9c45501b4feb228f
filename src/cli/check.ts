/**
 * `fail2deno check`.
 *
 * @module
 */

import { formatProblems } from "../config/problems.ts";
import { needsExactJail } from "../config/needs_exact_jail.ts";
import type { Config, ConfigProblem } from "../config/types.ts";
import { EXIT } from "../util/exit_codes.ts";
import type { Command, Invocation } from "./command.ts";
import { explainPatterns, formatPatterns } from "./explain_patterns.ts";
import { configFile, loadActionConfig, print } from "./setup.ts";

/** Tests a configuration and changes nothing. */
export const CHECK: Command = {
  name: "check",
  summary: "Test a configuration and say everything that is wrong with it",
  details:
    "Also looks for the logs, and warns where an attacker might choose the host that a pattern finds. " +
    "Exit code 78 when there is a problem; warnings alone do not count.",
  options: [{
    form: "--explain",
    summary:
      "also say how each pattern will run: engine, bound, literals, lint",
  }],
  examples: [
    { line: "fail2deno check", summary: "the default file" },
    {
      line: "fail2deno check --explain",
      summary: "and how each pattern will run",
    },
    { line: "fail2deno check -c ./config.toml", summary: "this file" },
    {
      line: "fail2deno check --json",
      summary: "problems with file, line and column, for programs",
    },
  ],
  json:
    "`{ ok, files, problems: [{ message, file, line, column, severity }], sources: [{ jail, from, reads, reason }], patterns }`; `sources` of jails that choose, `patterns` with --explain",
  run: check,
};

async function check(invocation: Invocation) {
  const config = await loadActionConfig(invocation, {
    strict: true,
    isOutside: true,
  });
  const { checkPaths } = await import("../config/check_paths.ts");
  const problems = [
    ...config.warnings,
    ...checkPaths(config),
    ...await lint(config),
  ];
  const isRefused = problems.some(({ severity = "error" }) =>
    severity === "error"
  );
  if (problems.length > 0 && invocation.options.json !== true) {
    invocation.context.err(
      formatProblems(problems, { color: invocation.context.isErrColored }),
    );
  }
  const patterns = invocation.options.explain === true
    ? await explainPatterns(config)
    : undefined;
  print(
    invocation,
    {
      ok: !isRefused,
      files: config.files,
      problems,
      sources: listChoices(config),
      patterns,
    },
    () =>
      formatPatterns(patterns ?? []) +
      (isRefused ? "" : describe(config, invocation)),
  );
  return isRefused ? EXIT.config : EXIT.ok;
}

/** Warnings on patterns that run and may not do what was meant. */
async function lint(config: Config): Promise<ConfigProblem[]> {
  const { inspectPattern } = await import("../match/inspect_pattern.ts");
  return config.jails.flatMap((jail) => {
    // Others may have their host in the prefix pattern or in an earlier line, or in JSON.
    const isHostElsewhere = needsExactJail(jail) || jail.json?.host;
    const role = isHostElsewhere ? "ignore" : "fail";
    return jail.failPatterns.flatMap((pattern, index) => {
      const place = config.places?.get(jail.name)?.failPatterns[index];
      return inspectPattern(pattern, role).warnings.map((warning) => ({
        ...(place ?? { file: "(default)" }),
        message: `Jail "${jail.name}": ${warning}`,
        severity: "warning" as const,
      }));
    });
  });
}

function describe(config: Config, invocation: Invocation): string {
  const names = config.jails.filter(({ enabled }) => enabled)
    .map(({ name }) => name);
  const file = configFile(invocation) ?? "The built-in configuration";
  const jails = names.length === 1 ? "1 jail" : `${names.length} jails`;
  const choices = listChoices(config).map(({ jail, reads, reason }) =>
    `Jail ${jail} reads ${reads}: ${reason}\n`
  );
  return `${file} is fine: ${jails} (${names.join(", ")})\n${choices.join("")}`;
}

/** What is to be read where the configuration leaves that to us. */
function listChoices({ jails }: Config) {
  return jails.flatMap(({ name, auto, logBackend, logPaths, journalMatch }) => {
    if (auto === undefined) return [];
    const reads = logBackend === "systemd"
      ? `the journal (${journalMatch.join(" + ")})`
      : logPaths.join(", ");
    return [{ jail: name, from: logBackend, reads, reason: auto.reason }];
  });
}

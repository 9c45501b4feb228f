/**
 * `fail2deno run`.
 *
 * @module
 */

import { describeProblem } from "../config/problems.ts";
import type { Config } from "../config/types.ts";
import type { Daemon } from "../daemon.ts";
import { createLogger, writeToStderr } from "../observe/logger.ts";
import { openSupervisor, readSupervisorWishes } from "../observe/supervisor.ts";
import { EXIT } from "../util/exit_codes.ts";
import { openLibc } from "../util/libc.ts";
import { raiseFileLimit } from "../util/raise_file_limit.ts";
import type { Logger } from "../util/log.ts";
import type { Command, Invocation } from "./command.ts";
import { findSandboxAccess } from "./sandbox_access.ts";
import { loadActionConfig, programPaths } from "./setup.ts";

/** The daemon, in the foreground. */
export const RUN: Command = {
  name: "run",
  summary: "Run the daemon in the foreground",
  details:
    "Without -c, /etc/fail2deno/config.toml is read; where there is none, a built-in default watches sshd. " +
    "SIGTERM and SIGINT end it, SIGHUP reloads.",
  examples: [
    { line: "fail2deno run", summary: "with the default configuration" },
    { line: "fail2deno run -c ./config.toml", summary: "with this one" },
  ],
  run: runDaemon,
};

async function runDaemon(invocation: Invocation) {
  const sandbox = findSandboxAccess();
  const loadConfig = () =>
    loadActionConfig(invocation, { isOutside: false, sandbox });
  const config = await loadConfig();
  const logger = createLogger({
    level: config.global.logLevel,
    format: config.global.logFormat,
    write: writeToStderr,
  });
  await announce(config, logger);
  const libc = openLibc();
  raiseFileLimit(libc);
  const { Daemon } = await import("../daemon.ts");
  const { createHandlerHost } = await import("../act/sandbox/handler_host.ts");
  const daemon = new Daemon({
    config,
    loadConfig,
    libc,
    logger,
    paths: programPaths(invocation),
    handlerHost: createHandlerHost({ logger, ...sandbox }),
  });
  const ended = waitForEnd(daemon, logger);
  const supervisor = openSupervisor(libc, {
    ...readSupervisorWishes(),
    log: logger,
  });
  try {
    await daemon.start();
    supervisor.ready();
    const signal = await ended;
    supervisor.stopping();
    logger.info("Stop daemon", { signal });
    await daemon.stop();
  } finally {
    supervisor.close();
  }
  return EXIT.ok;
}

async function announce(config: Config, logger: Logger): Promise<void> {
  for (const warning of config.warnings) logger.warn(describeProblem(warning));
  if (config.files.length === 0) {
    logger.info("Use the built-in configuration", {
      reason: "no configuration file",
    });
  }
  const { isLinearFallbackLive } = await import("../match/canary.ts");
  if (!isLinearFallbackLive()) {
    logger.warn("Use RE2 for patterns: V8 runs without its linear fallback");
  }
}

/** Resolves with the signal that asks for the end; SIGHUP reloads meanwhile. */
function waitForEnd(daemon: Daemon, logger: Logger): Promise<string> {
  Deno.addSignalListener("SIGHUP", () => {
    daemon.reload().catch((error) => {
      logger.error("Cannot reload: the old configuration stays in force", {
        reason: error instanceof Error ? error.message : String(error),
      });
    });
  });
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      Deno.addSignalListener(signal, () => resolve(signal));
    }
  });
}

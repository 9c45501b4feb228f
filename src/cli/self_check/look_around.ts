/**
 * Looks whether this machine has what the configuration needs; changes nothing.
 *
 * @module
 */

import { checkPaths, type PathAccess } from "../../config/check_paths.ts";
import { IPSET, programsOf } from "../../config/firewall_tools.ts";
import type { Config, JailConfig } from "../../config/types.ts";
import type { DaemonStatus } from "../../control/types.ts";
import type { Finding } from "./finding.ts";

/** The machine as far as it is looked at; tests bring their own. */
export interface Machine {
  /** @returns why nf_tables cannot be used, or undefined */
  findObstacle(): string | undefined;
  /** @returns whether there is something of this path */
  exists(path: string): boolean;
  /** How logs are looked at, and programs tried. */
  readonly paths: PathAccess;
}

/** What the daemon answered, or why it did not. */
export type DaemonAnswer = DaemonStatus | {
  readonly reason: string;
  /** Whether one may be running that the caller may not ask. */
  readonly isDenied: boolean;
};

/** The socket of a fail2ban that runs, or that did not end well. */
const FAIL2BAN_SOCKET = "/run/fail2ban/fail2ban.sock";

/** Looks at firewall, logs, state, fail2ban and daemon, in this order. */
export function lookAround(
  config: Config,
  { machine, daemon }: {
    readonly machine: Machine;
    readonly daemon: DaemonAnswer;
  },
): readonly Finding[] {
  const jails = config.jails.filter(({ enabled }) => enabled);
  return [
    ...checkJails(jails),
    ...checkKernel(jails, machine),
    ...checkTools(jails, machine),
    ...checkLogs(config, machine),
    ...checkRival(machine),
    ...checkDaemon(jails, daemon),
  ];
}

/** A configuration without any is refused before. */
function checkJails(jails: readonly JailConfig[]): readonly Finding[] {
  const text = jails.map(({ name }) => name).join(", ");
  return [{ state: "ok", subject: "jails", text }];
}

function checkKernel(
  jails: readonly JailConfig[],
  machine: Machine,
): readonly Finding[] {
  if (!jails.some(({ backend }) => backend.kind === "nftables")) return [];
  const subject = "kernel";
  const obstacle = machine.findObstacle();
  if (obstacle === undefined) {
    return [{ state: "ok", subject, text: "nf_tables can be used" }];
  }
  const remedy = /CAP_NET_ADMIN/.test(obstacle)
    ? "run this as root; the daemon needs that capability, which its unit gives"
    : "modprobe nf_tables, or a backend of docs/firewalls.md";
  return [{ state: "missing", subject, text: obstacle, remedy }];
}

function checkTools(
  jails: readonly JailConfig[],
  machine: Machine,
): readonly Finding[] {
  const needed = new Set(jails.flatMap(({ backend }) => {
    if (backend.kind === "iptables") return programsOf(backend.variant);
    if (backend.kind !== "ipset") return [];
    return [IPSET, ...programsOf(backend.variant)];
  }));
  return [...needed].map((path) =>
    canRun(path, machine.paths)
      ? { state: "ok", subject: "tools", text: path }
      : {
        state: "missing",
        subject: "tools",
        text: `${path} cannot be run`,
        remedy: 'apt-get install iptables ipset, or backend = "nftables"',
      }
  );
}

/** It may be run and not be looked at: no permission is granted to read where programs lie. */
function canRun(program: string, paths: PathAccess): boolean {
  try {
    paths.run(program);
    return true;
  } catch {
    return false;
  }
}

function checkLogs(config: Config, machine: Machine): readonly Finding[] {
  const problems = checkPaths(config, machine.paths);
  if (problems.length === 0) {
    return [{ state: "ok", subject: "logs", text: "all are there" }];
  }
  return problems.map(({ message, severity = "error" }) => ({
    state: severity === "error" ? "missing" as const : "note" as const,
    subject: "logs",
    text: message,
  }));
}

function checkRival(machine: Machine): readonly Finding[] {
  if (!machine.exists(FAIL2BAN_SOCKET)) return [];
  return [{
    state: "note",
    subject: "fail2ban",
    text:
      "one seems to run: two daemons that ban by the same logs undo each other's work",
    remedy:
      "systemctl disable --now fail2ban && fail2deno import --bans --force",
  }];
}

function checkDaemon(
  jails: readonly JailConfig[],
  daemon: DaemonAnswer,
): readonly Finding[] {
  const subject = "daemon";
  if ("reason" in daemon) {
    return [{
      state: daemon.isDenied ? "note" : "missing",
      subject,
      text: daemon.reason,
      remedy: daemon.isDenied
        ? "run this as root"
        : "systemctl enable --now fail2deno, or fail2deno run",
    }];
  }
  const { version, pid, mode } = daemon;
  const isSimulating = mode === "simulate";
  const does = isSimulating ? "simulates, nobody is banned" : "enforces";
  return [
    {
      state: isSimulating ? "note" : "ok",
      subject,
      text: `${version} runs as process ${pid} and ${does}`,
    },
    ...checkActive(jails, daemon),
  ];
}

/** What the daemon does not watch, though the configuration says so. */
function checkActive(
  jails: readonly JailConfig[],
  daemon: DaemonStatus,
): readonly Finding[] {
  const active = new Map(daemon.jails.map((jail) => [jail.name, jail]));
  return jails.flatMap(({ name }): readonly Finding[] => {
    const jail = active.get(name);
    if (jail === undefined) {
      return [{
        state: "missing",
        subject: "daemon",
        text: `jail ${name} is enabled, and not in force`,
        remedy: "fail2deno reload",
      }];
    }
    return jail.sources.filter(({ state }) => state !== "watching").map(
      ({ path, state, reason }) => ({
        state: state === "waiting" ? "note" as const : "missing" as const,
        subject: "daemon",
        text: `jail ${name}: ${path} ${state}${reason ? `: ${reason}` : ""}`,
      }),
    );
  });
}

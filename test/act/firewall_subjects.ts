/**
 * The firewalls that the driver suite runs against, on the real kernel, each with its reference tools.
 *
 * @module
 */

import { strict as assert } from "node:assert";

import { createIptablesDriver } from "../../src/act/iptables/iptables_driver.ts";
import { createNftablesDriver } from "../../src/act/nftables/nftables_driver.ts";
import { ownName } from "../../src/act/own_name.ts";
import type { ActJail, ActProblem, Driver } from "../../src/act/types.ts";
import type { IptablesVariant } from "../../src/config/firewall_tools.ts";
import type { Backend, ChainBackend } from "../../src/config/backend_types.ts";
import { openLibc } from "../../src/util/libc.ts";
import type { Logger } from "../../src/util/log.ts";
import { SILENT } from "../../src/util/log.ts";
import { listSets, nft } from "./nftables/nft.ts";
import { jailOf, NOW_SECONDS } from "./samples.ts";

/** One life of a driver. */
export interface Life {
  readonly driver: Driver;
  readonly problems: ActProblem[];
  /** Constant messages of warnings. */
  readonly warnings: string[];
  /** Waits until all that it was told is carried out. */
  readonly settle: () => Promise<void>;
  /** Has it look at the kernel, as it does from time to time. */
  readonly check: () => Promise<void>;
}

/** See the module. */
export interface Subject {
  readonly name: string;
  /** A command that does nothing, and works where the subject does. */
  readonly probe: readonly string[];
  readonly begin: () => Life;
  readonly jail: (
    name: string,
    changes?: Partial<Omit<ActJail, "backend">>,
    options?: Partial<ChainBackend> & { readonly maxElements?: number },
  ) => ActJail;
  /** What the kernel has for a jail, in the order of the text. */
  readonly hosts: (jail: string) => string[];
  /** Chains, sets and jumps of ours. */
  readonly ours: () => string[];
  /** Does what others do to a firewall. */
  readonly flush: () => void;
}

const CHAIN_DEFAULTS: ChainBackend = {
  verdict: "drop",
  rejectWith: "icmp-port-unreachable",
  rejectWithV6: "icmp6-port-unreachable",
  chains: ["INPUT"],
  variant: "auto",
};

/** Never by itself within a test. */
const NO_CHECK_MS = 100_000_000;

const libc = openLibc();

/** Runs a tool in the thread's namespace. @returns what it printed */
export function tool(program: string, ...args: readonly string[]): string {
  const { success, stdout, stderr } = new Deno.Command(program, {
    args: [...args],
  }).outputSync();
  assert(success, `${program} ${args.join(" ")}: ${text(stderr)}`);
  return text(stdout);
}

/** By their rules. */
export function iptables(variant: IptablesVariant): Subject {
  const tools = toolsOf(variant);
  return {
    name: `iptables (${variant})`,
    probe: [`/usr/sbin/${tools[0]}`, "-S"],
    begin: beginIptables,
    jail: (name, changes, { maxElements: _, ...options } = {}) =>
      chainJail(name, changes, {
        kind: "iptables",
        ...CHAIN_DEFAULTS,
        ...options,
        variant,
      }),
    hosts: (jail) =>
      tools.flatMap((program) =>
        [...tool(program, "-S", ownName(jail)).matchAll(/ -s (\S+)/g)]
          .map(([, host = ""]) => host.replace(/\/(?:32|128)$/, ""))
      ).sort(),
    ours: () => oursOf(tools),
    flush() {
      for (const program of tools) {
        tool(program, "-F");
        tool(program, "-X");
      }
    },
  };
}

/** By sets, and rules that look into them. */
export function ipset(variant: IptablesVariant): Subject {
  const base = iptables(variant);
  return {
    ...base,
    name: `ipset (iptables ${variant})`,
    probe: ["/usr/sbin/ipset", "list"],
    jail: (name, changes, { maxElements = 65_536, ...options } = {}) =>
      chainJail(name, changes, {
        kind: "ipset",
        maxElements,
        ...CHAIN_DEFAULTS,
        ...options,
        variant,
      }),
    hosts: (jail) =>
      ["v4", "v6"].flatMap((family) =>
        [
          ...tool("ipset", "save", `${ownName(jail)}-${family}`)
            .matchAll(/^add \S+ (\S+)/gm),
        ].map(([, host = ""]) => host)
      ).sort(),
    ours: () => [
      ...base.ours(),
      ...tool("ipset", "list", "-n").split("\n")
        .filter((name) => name.startsWith("f2d-")),
    ],
    flush() {
      tool("ipset", "flush");
    },
  };
}

/** By the kernel's own packet filter. */
export const nftables: Subject = {
  name: "nftables",
  probe: ["/usr/sbin/nft", "list", "tables"],
  begin() {
    const problems: ActProblem[] = [];
    const driver = createNftablesDriver({
      libc,
      logger: SILENT,
      now: () => NOW_SECONDS,
      onProblem: (problem) => problems.push(problem),
      // Whose bans they are only the core knows.
      onLost: () => Promise.resolve(0),
    });
    return {
      driver,
      problems,
      warnings: [],
      settle: () => Promise.resolve(),
      check: () => Promise.resolve(),
    };
  },
  jail: (name, changes, { verdict = "drop" } = {}) =>
    jailOf(name, { ...changes, options: { verdict } }),
  hosts: (jail) =>
    listSets().filter((set) => set.startsWith(`${jail}-v`))
      .flatMap((set) => nftHosts(jail, set)).sort(),
  ours: () =>
    nft("list", "tables").split("\n").filter((line) =>
      line.includes("inet fail2deno")
    ),
  flush() {
    nft("flush", "ruleset");
  },
};

function nftHosts(jail: string, set: string): string[] {
  const bits = /net(\d+)$/.exec(set.slice(jail.length))?.[1];
  const listed = nft("list", "set", "inet", "fail2deno", set);
  const elements = /elements = \{([^}]*)\}/.exec(listed)?.[1] ?? "";
  return elements.split(",").flatMap((element) => {
    const host = element.trim().split(" ")[0];
    if (host === undefined || host === "") return [];
    return bits === undefined ? host : `${host}/${bits}`;
  });
}

function beginIptables(): Life {
  const problems: ActProblem[] = [];
  const warnings: string[] = [];
  const logger: Logger = {
    ...SILENT,
    warn: (message) => warnings.push(message),
  };
  const driver = createIptablesDriver({
    logger,
    checkMs: NO_CHECK_MS,
    now: () => NOW_SECONDS,
    onProblem: (problem) => problems.push(problem),
  });
  return {
    driver,
    problems,
    warnings,
    settle: () => driver.idle(),
    check: () => driver.check(),
  };
}

function chainJail(
  name: string,
  changes: Partial<Omit<ActJail, "backend">> | undefined,
  backend: Backend,
): ActJail {
  return { ...jailOf(name, changes ?? {}), backend };
}

function toolsOf(variant: IptablesVariant): readonly string[] {
  const suffix = variant === "auto" ? "" : `-${variant}`;
  return [`iptables${suffix}`, `ip6tables${suffix}`];
}

function oursOf(tools: readonly string[]): string[] {
  return tools.flatMap((program) =>
    tool(program, "-S").split("\n")
      .filter((line) => /^-N f2d-| -j f2d-/.test(line))
  );
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

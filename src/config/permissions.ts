/**
 * Which of the program's permissions a loaded configuration needs; all others are given up at start.
 *
 * The program is granted the lists of deno.json (`permissions.daemon`). Deno can take back an entry of a list, never a part of
 * one, so what is kept is a whole root such as `/var/log`.
 *
 * @module
 */

import { globRoot, isGlob } from "../util/expand_glob.ts";
import { GETENT } from "../util/name_resolver.ts";
import denoJson from "../../deno.json" with { type: "json" };
import { driverKindOf, variantOf } from "./backend_driver.ts";
import { IPSET, programsOf } from "./firewall_tools.ts";
import { JOURNALCTL } from "./journal_match.ts";
import { mayResolveNames } from "./needs_exact_jail.ts";
import type { Config, JailConfig } from "./types.ts";

/** Permission kinds of the set, in the order in which they are shown. */
export type PermissionKind =
  | "read"
  | "write"
  | "run"
  | "ffi"
  | "net"
  | "sys"
  | "env";

/** One entry of the set and what becomes of it. */
export interface PermissionEntry {
  readonly kind: PermissionKind;
  /** Path, command, host:port or name. */
  readonly value: string;
  /** Why it is kept; absent: revoked. */
  readonly reason?: string;
}

/** Where the program and its parts lie. */
export interface ProgramPaths {
  /** Absolute path of the folder that `./` in deno.json stands for. */
  readonly projectFolder: string;
  /** The configuration file, if there is one. */
  readonly configFile?: string;
}

/** Where `journal_wake.ts` looks. */
const JOURNAL_PATHS = [
  "/etc/machine-id",
  "/run/log/journal",
  "/var/log/journal",
];

/** What `scripts/` has to start the program. */
const LAUNCHER = "scripts/fail2deno";

interface Need {
  readonly path: string;
  /** Whether roots below the path are needed too, as for a file name pattern. */
  readonly isWide?: boolean;
  readonly reason: string;
}

/**
 * Decides for each entry of the program's set whether the daemon keeps it.
 *
 * @returns all entries; those with a reason are kept
 */
export function planPermissions(
  config: Config,
  paths: ProgramPaths,
): readonly PermissionEntry[] {
  const set = readSet(paths.projectFolder);
  const jails = config.jails.filter((jail) => jail.enabled);
  const self = jails.find((jail) => jail.ignoreSelf);
  return [
    ...decidePaths("read", set.read, readNeeds(config, paths)),
    ...decidePaths("write", set.write, writeNeeds(config)),
    ...set.run.map((value) =>
      entry(
        "run",
        value,
        whyRun(value, jails) ?? whyRunSelf(value, config, paths),
      )
    ),
    ...set.ffi.map((value) => entry("ffi", value, undefined)),
    ...set.net.map((value) => entry("net", value, undefined)),
    ...set.sys.map((value) =>
      entry(
        "sys",
        value,
        self !== undefined && value === "networkInterfaces"
          ? `ignoreself of jail ${self.name}`
          : undefined,
      )
    ),
    ...set.env.map((value) =>
      entry("env", value, whyEnvironment(value, config))
    ),
  ];
}

/** The program runs itself anew for handler actions, and on a reload for plans. */
function whyRunSelf(
  program: string,
  { actions = [], jails }: Config,
  { projectFolder }: ProgramPaths,
): string | undefined {
  if (program !== `${projectFolder}/${LAUNCHER}`) return undefined;
  const [first] = actions;
  if (first !== undefined) return `action ${first.name}`;
  const planned = jails.find(({ enabled, backend }) =>
    enabled && backend.kind === "plugin"
  );
  return planned && `backend of jail ${planned.name}`;
}

/** Read again on a reload. */
function whyEnvironment(
  name: string,
  { actions = [] }: Config,
): string | undefined {
  const action = actions.find(({ usesCredentials }) => usesCredentials);
  return name === "CREDENTIALS_DIRECTORY" && action !== undefined
    ? `credential of action ${action.name}`
    : undefined;
}

function whyRun(
  program: string,
  jails: readonly JailConfig[],
): string | undefined {
  const script = jails.find((jail) => jail.backend.kind === "script");
  if (program === "/bin/sh" && script !== undefined) {
    return `script action of jail ${script.name}`;
  }
  const asked = jails.find((jail) => jail.ignoreCommand !== undefined);
  if (program === "/bin/sh" && asked !== undefined) {
    return `ignore_command of jail ${asked.name}`;
  }
  const runner = jails.find(({ stream }) => stream?.kind === "command");
  if (program === "/bin/sh" && runner !== undefined) {
    return `log_command of jail ${runner.name}`;
  }
  const firewall = jails.find((jail) => usesProgram(jail, program));
  if (firewall !== undefined) {
    return `${driverKindOf(firewall.backend)} of jail ${firewall.name}`;
  }
  if (program === JOURNALCTL) {
    const reader = jails.find(mayReadJournal);
    return reader && `journal of jail ${reader.name}`;
  }
  if (program !== GETENT) return undefined;
  const named = jails.find(mayResolveNames);
  if (named !== undefined) {
    return `host names in the log of jail ${named.name}`;
  }
  const naming = jails.find((jail) => jail.ignoreNames !== undefined);
  return naming && `host names in ignoreip of jail ${naming.name}`;
}

function usesProgram({ backend }: JailConfig, program: string): boolean {
  const variant = variantOf(backend);
  if (variant === undefined) return false;
  const usesSets = driverKindOf(backend) === "ipset";
  return programsOf(variant).includes(program) ||
    (usesSets && program === IPSET);
}

/** Gives up every entry without a reason. Calls of libraries that are open already go on working. */
export function revokePermissions(entries: readonly PermissionEntry[]): void {
  const kept = entries.filter((entry) => entry.reason !== undefined);
  for (const { kind, value, reason } of entries) {
    if (reason !== undefined) continue;
    const isCovered = kept.some((other) =>
      other.kind === kind && isWithin(value, other.value)
    );
    // Revoking a path also drops the kept root above it, and would take nothing away.
    if (!isCovered) Deno.permissions.revokeSync(describe(kind, value));
  }
}

/** @returns the entries that the process really holds now, with their reasons */
export function heldPermissions(
  entries: readonly PermissionEntry[],
): readonly PermissionEntry[] {
  return entries.filter(({ kind, value }) =>
    Deno.permissions.querySync(describe(kind, value)).state === "granted"
  );
}

/** @returns the roots that the process may read now and that hold this log, or the file that its name leads to */
export function heldReadRoots(
  path: string,
  { projectFolder }: ProgramPaths,
): readonly string[] {
  const places = [path, ...resolveLink(path)];
  return readSet(projectFolder).read.filter((root) =>
    places.some((place) => isWithin(place, root)) &&
    Deno.permissions.querySync(describe("read", root)).state === "granted"
  );
}

function resolveLink(path: string): readonly string[] {
  try {
    return [Deno.realPathSync(path)];
  } catch {
    // Not there yet, or not to be read: then the log's own place is all that is known.
    return [];
  }
}

/** The program's own paths to write to; nothing else can be configured. */
export const WRITABLE_PATHS: readonly string[] =
  denoJson.permissions.daemon.write;

/** @returns whether `path` is `root` or lies under it, by the text of both */
export function isWithin(path: string, root: string): boolean {
  return path === root ||
    path.startsWith(root.endsWith("/") ? root : `${root}/`);
}

function readNeeds(config: Config, paths: ProgramPaths): Need[] {
  const needs: Need[] = [
    { path: paths.projectFolder, reason: "built-in filters" },
    { path: "/etc/services", reason: "port names on reload" },
    { path: "/etc/fail2deno", reason: "configuration and filters on reload" },
    { path: config.global.stateDir, reason: "state" },
    { path: config.global.socketPath, reason: "control socket" },
    ...socketNeeds(config),
    ...logNeeds(config),
    ...config.jails.flatMap(syslogNeeds),
    ...compatNeeds(config),
  ];
  if (paths.configFile !== undefined) {
    needs.push({ path: paths.configFile, reason: "configuration on reload" });
  }
  for (const { name, reads } of config.actions ?? []) {
    const reason = `action ${name}`;
    needs.push(...reads.map((path) => ({ path, reason })));
  }
  for (const jail of config.jails) {
    if (!jail.enabled) continue;
    if (jail.backend.kind === "plugin") {
      const reason = `backend of jail ${jail.name}`;
      needs.push({ path: jail.backend.plugin, reason });
    }
    if (mayReadJournal(jail)) {
      const reason = `journal of jail ${jail.name}`;
      needs.push(...JOURNAL_PATHS.map((path) => ({ path, reason })));
    }
    const reason = `log of jail ${jail.name}`;
    for (const path of jail.auto?.logPaths ?? jail.logPaths) {
      needs.push(
        isGlob(path)
          ? { path: globRoot(path), isWide: true, reason }
          : { path, reason },
      );
    }
  }
  return needs;
}

/** Whatever was chosen for a jail now, the next reload may choose the other. */
function mayReadJournal({ logBackend, auto }: JailConfig): boolean {
  return logBackend === "systemd" ||
    (auto !== undefined && auto.journalMatch.length > 0);
}

function writeNeeds(config: Config): Need[] {
  return [
    { path: config.global.stateDir, reason: "state" },
    { path: config.global.socketPath, reason: "control socket" },
    ...socketNeeds(config),
    ...logNeeds(config),
    ...config.jails.flatMap(syslogNeeds),
    ...compatNeeds(config),
  ];
}

function socketNeeds({ global: { readOnlySocket } }: Config): Need[] {
  return readOnlySocket === undefined
    ? []
    : [{ path: readOnlySocket.path, reason: "read_only_socket" }];
}

/** An old socket file is looked at and taken away. */
function syslogNeeds({ name, enabled, stream }: JailConfig): Need[] {
  if (!enabled || stream?.kind !== "syslog" || "port" in stream.address) {
    return [];
  }
  return [{ path: stream.address.path, reason: `log_syslog of jail ${name}` }];
}

function compatNeeds({ global: { fail2banSocket: path } }: Config): Need[] {
  return path === undefined ? [] : [{ path, reason: "fail2ban_socket" }];
}

function logNeeds({ global: { fail2banLog: path } }: Config): Need[] {
  return path === undefined ? [] : [{ path, reason: "fail2ban_log" }];
}

/** Keeps the entries that cover a need. */
function decidePaths(
  kind: "read" | "write",
  roots: readonly string[],
  needs: readonly Need[],
): PermissionEntry[] {
  return roots.map((root) =>
    entry(
      kind,
      root,
      needs.find(({ path, isWide }) =>
        isWithin(path, root) || (isWide === true && isWithin(root, path))
      )?.reason,
    )
  );
}

function entry(
  kind: PermissionKind,
  value: string,
  reason: string | undefined,
): PermissionEntry {
  return reason === undefined ? { kind, value } : { kind, value, reason };
}

type PermissionSet = Readonly<Record<PermissionKind, readonly string[]>>;

/** The set of deno.json with its relative paths made absolute. */
function readSet(projectFolder: string): PermissionSet {
  const set = denoJson.permissions.daemon;
  const absolute = (path: string) =>
    path.startsWith("./")
      ? `${projectFolder}/${path.slice(2)}`.replace(/\/$/, "")
      : path;
  return {
    read: set.read.map(absolute),
    write: set.write,
    run: set.run.map(absolute),
    ffi: set.ffi,
    net: set.net,
    sys: set.sys,
    env: set.env,
  };
}

function describe(
  kind: PermissionKind,
  value: string,
): Deno.PermissionDescriptor {
  switch (kind) {
    case "read":
    case "write":
    case "ffi":
      return { name: kind, path: value };
    case "run":
      return { name: kind, command: value };
    case "net":
      return { name: kind, host: value };
    case "sys":
      return {
        name: kind,
        kind: value as NonNullable<Deno.SysPermissionDescriptor["kind"]>,
      };
    case "env":
      return { name: kind, variable: value };
  }
}

/**
 * How a jail becomes another one: values read as fail2ban reads them.
 *
 * @module
 */

import type { Escalation, JailConfig } from "../../config/types.ts";
import {
  formatNetwork,
  type Network,
  parseNetwork,
} from "../../util/address.ts";
import { evaluateDuration } from "../../util/duration.ts";
import { escapeText } from "../../util/escape.ts";
import { isHostName } from "../../util/name_resolver.ts";
import { Fail2banError } from "./fail2ban_error.ts";

/** A hundred years, as in the configuration. */
const MOST_SECONDS = 3_155_760_000;

/** @returns seconds; -1 is for ever */
export function toSeconds(seconds: number): number {
  return seconds === Infinity ? -1 : seconds;
}

/** @throws {Fail2banError} for what is no duration of a second or more */
export function readSeconds(
  text = "",
  { canLastForEver = false }: { readonly canLastForEver?: boolean } = {},
): number {
  const seconds = Math.round(evaluate(text));
  if (seconds < 0 && canLastForEver) return Infinity;
  if (seconds >= 1 && seconds <= MOST_SECONDS) return seconds;
  throw refuse(text, "a duration of a second or more");
}

/** @throws {Fail2banError} for what is no whole number from 1 to `most` */
export function readCount(text: string | undefined, most: number): number {
  if (text === undefined) throw refuse("", `a number from 1 to ${most}`);
  if (!/^\d{1,9}$/.test(text.trim())) {
    throw new Fail2banError(
      "ValueError",
      `invalid literal for int() with base 10: '${escapeText(text, 64)}'`,
    );
  }
  const count = Number(text);
  if (count >= 1 && count <= most) return count;
  throw refuse(text, `a number from 1 to ${most}`);
}

/** @throws {Fail2banError} for an index that the list does not have */
export function removeAt(
  list: readonly string[],
  text = "",
): readonly string[] {
  const index = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  if (index >= 0 && index < list.length) return list.toSpliced(index, 1);
  throw refuse(text, `the index of a pattern, 0 to ${list.length - 1}`);
}

/** @throws {Fail2banError} for a jail whose filter says nothing of this kind */
export function requireFail2banSyntax(
  jail: JailConfig,
  setting: string,
): JailConfig {
  if (jail.syntax === "fail2ban") return jail;
  throw new Fail2banError(
    "ValueError",
    `Cannot set ${setting} of jail "${jail.name}": its filter is not in fail2ban's syntax, expected syntax = "fail2ban" in a filter file`,
  );
}

/** Adds paths, each once; `tail` behind one says where fail2ban begins, which is where we do. */
export function addLogs(
  jail: JailConfig,
  words: readonly string[],
): JailConfig {
  const paths = words.filter((word) => word !== "tail" && word !== "head");
  const relative = paths.find((path) => !path.startsWith("/"));
  if (relative !== undefined) throw refuse(relative, "an absolute path");
  return { ...jail, logPaths: [...new Set([...jail.logPaths, ...paths])] };
}

/** @returns what `ignoreip` would say: networks, then names */
export function writeIgnored(
  { ignoreNetworks, ignoreNames = [] }: JailConfig,
): readonly string[] {
  return [...ignoreNetworks.map(formatNetwork), ...ignoreNames];
}

/** Has the jail spare hosts. @throws {Fail2banError} for what is neither address nor name */
export function addHosts(
  jail: JailConfig,
  hosts: readonly string[],
): JailConfig {
  const { networks, names } = sortHosts(hosts);
  const known = new Set(writeIgnored(jail));
  return spare(jail, {
    networks: [
      ...jail.ignoreNetworks,
      ...networks.filter((network) => !known.has(formatNetwork(network))),
    ],
    names: [
      ...jail.ignoreNames ?? [],
      ...names.filter((name) => !known.has(name)),
    ],
  });
}

/** Has the jail spare hosts no more. */
export function removeHosts(
  jail: JailConfig,
  hosts: readonly string[],
): JailConfig {
  const { networks, names } = sortHosts(hosts);
  const gone = new Set([...networks.map(formatNetwork), ...names]);
  return spare(jail, {
    networks: jail.ignoreNetworks.filter((network) =>
      !gone.has(formatNetwork(network))
    ),
    names: (jail.ignoreNames ?? []).filter((name) => !gone.has(name)),
  });
}

/** Changes the rules for those who come back. */
export function changeEscalation(
  jail: JailConfig,
  change: Partial<Escalation>,
): JailConfig {
  return { ...jail, escalation: { ...jail.escalation, ...change } };
}

interface Spared {
  readonly networks: readonly Network[];
  readonly names: readonly string[];
}

function sortHosts(hosts: readonly string[]): Spared {
  const networks: Network[] = [];
  const names: string[] = [];
  for (const host of hosts) {
    const network = parseNetwork(host);
    if (network !== undefined) networks.push(network);
    else if (isHostName(host)) names.push(host);
    else throw refuse(host, "an address, a network or a host name");
  }
  return { networks, names };
}

function spare(
  { ignoreNames: _, ...jail }: JailConfig,
  { networks, names }: Spared,
): JailConfig {
  return {
    ...jail,
    ignoreNetworks: networks,
    ...(names.length === 0 ? {} : { ignoreNames: names }),
  };
}

function evaluate(text: string): number {
  try {
    return evaluateDuration(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw refuse(text, "a duration");
    throw error;
  }
}

function refuse(text: string, wanted: string): Fail2banError {
  return new Fail2banError(
    "ValueError",
    `Cannot use "${escapeText(text, 64)}": expected ${wanted}`,
  );
}

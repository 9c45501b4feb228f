/**
 * What iptables asks of a jail's other keys, and of the other jails.
 *
 * @module
 */

import { variantOf } from "./backend_driver.ts";
import type { JailInput } from "./jail_schema.ts";
import { findPlace, problemAt, type TableNode } from "./tree.ts";
import type { ConfigProblem, JailConfig } from "./types.ts";

/** @returns what is wrong with the backend of a jail, as far as other keys of the jail decide on it */
export function checkChainBackend(
  name: string,
  { backend: { backend, isAllPorts }, port, protocol }: JailInput,
  table: TableNode,
): ConfigProblem[] {
  if (backend.kind !== "iptables" && backend.kind !== "ipset") return [];
  if (backend.verdict === "drop") return [];
  if (![backend.rejectWith, backend.rejectWithV6].includes("tcp-reset")) {
    return [];
  }
  const isTcp = protocol.length === 1 && protocol[0] === "tcp";
  if (isTcp && port.length > 0 && !isAllPorts) return [];
  return [problemAt(
    findPlace(table, ["backend"]),
    `Cannot reject with tcp-reset in jail "${name}": it closes more than ports of TCP, expected port, and protocol = "tcp"`,
  )];
}

/**
 * Both iptables at work on one machine would not see each other's rules, and which one "auto" is nobody knows beforehand.
 *
 * @param tables the jails as they are written
 * @returns jails without those that ask for another variant than the first
 */
export function keepOneVariant(
  jails: readonly JailConfig[],
  tables: TableNode,
): {
  readonly kept: JailConfig[];
  readonly problems: readonly ConfigProblem[];
} {
  let first: { readonly jail: string; readonly variant: string } | undefined;
  const kept: JailConfig[] = [];
  const problems: ConfigProblem[] = [];
  for (const jail of jails) {
    const { name } = jail;
    const variant = variantOf(jail.backend);
    if (variant !== undefined && jail.enabled) {
      first ??= { jail: name, variant };
      if (variant !== first.variant) {
        problems.push({
          ...problemAt(
            findPlace(tables, [name, "backend"]),
            `Cannot use variant "${variant}" in jail "${name}": jail "${first.jail}" has "${first.variant}", expected one for all`,
          ),
          jail: name,
        });
        continue;
      }
    }
    kept.push(jail);
  }
  return { kept, problems };
}

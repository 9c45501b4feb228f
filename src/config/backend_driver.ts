/**
 * What carries out a backend, which for a plugin is what the plugin has planned for.
 *
 * @module
 */

import type { IptablesVariant } from "./firewall_tools.ts";
import type { Backend, PlannedBackend } from "./backend_types.ts";

/** Backends that the program has a driver for. */
export type DriverKind = Exclude<Backend["kind"], "plugin">;

/**
 * Tells whose driver a jail needs.
 *
 * @throws {Error} when it is a plugin's that was not asked for its plan
 */
export function driverKindOf(backend: Backend): DriverKind {
  return backend.kind === "plugin" ? needPlan(backend).kind : backend.kind;
}

/** @returns the plan of a plugin @throws {Error} when it was not asked for one */
export function needPlan(
  { plugin, planned }: Extract<Backend, { kind: "plugin" }>,
): PlannedBackend {
  if (planned !== undefined) return planned;
  throw new Error(
    `Cannot use plugin "${plugin}": it was not asked, expected its plan`,
  );
}

/** @returns which iptables the backend runs; undefined where it runs none */
export function variantOf(backend: Backend): IptablesVariant | undefined {
  switch (backend.kind) {
    case "iptables":
    case "ipset":
      return backend.variant;
    case "plugin":
      return backend.planned?.variant;
    default:
      return undefined;
  }
}

/**
 * What a reload changes.
 *
 * @module
 */

import type { Config, JailConfig } from "./types.ts";

/** Names of jails by what becomes of them; a jail that is not enabled counts as absent. */
export interface ConfigDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly JailChange[];
  readonly unchanged: readonly string[];
}

/** A jail whose options differ. */
export interface JailChange {
  readonly name: string;
  /** Options that differ: `["ports", "maxRetry"]`. */
  readonly keys: readonly (keyof JailConfig)[];
}

/** Compares two configurations, jail by jail, in the order of `after`. */
export function diffConfig(before: Config, after: Config): ConfigDiff {
  const old = enabledJails(before);
  const current = enabledJails(after);
  const added: string[] = [];
  const changed: JailChange[] = [];
  const unchanged: string[] = [];
  for (const [name, jail] of current) {
    const other = old.get(name);
    if (other === undefined) {
      added.push(name);
      continue;
    }
    const keys = differingKeys(other, jail);
    if (keys.length > 0) changed.push({ name, keys });
    else unchanged.push(name);
  }
  const removed = [...old.keys()].filter((name) => !current.has(name));
  return { added, removed, changed, unchanged };
}

function enabledJails(config: Config): Map<string, JailConfig> {
  const enabled = config.jails.filter((jail) => jail.enabled);
  return new Map(enabled.map((jail) => [jail.name, jail]));
}

function differingKeys(a: JailConfig, b: JailConfig): (keyof JailConfig)[] {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return ([...keys] as (keyof JailConfig)[]).filter((key) =>
    !isSame(a[key], b[key])
  );
}

/** Compares plain values by content; lists and typed arrays by item. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length &&
    keys.every((key) => isSame(a[key], b[key]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

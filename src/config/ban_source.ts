/**
 * Jails whose input is the bans of other jails: `source = "bans"`.
 *
 * @module
 */

import { showText } from "./issues.ts";
import type { JailInput } from "./jail_schema.ts";
import { findPlace, problemAt, type TableNode } from "./tree.ts";
import type { ConfigProblem, JailConfig, JailPlaces } from "./types.ts";

/**
 * Checks the keys that say where failures come from.
 *
 * @param table the jail's own keys over those of `[defaults]`
 * @param jailNames names of all jails, the disabled ones included
 */
export function checkBanSource(
  name: string,
  { input, table, jailNames }: {
    readonly input: JailInput;
    readonly table: TableNode;
    readonly jailNames: ReadonlySet<string>;
  },
): ConfigProblem[] {
  const at = (key: string, message: string) =>
    table.entries.has(key) ? [problemAt(findPlace(table, [key]), message)] : [];
  if (input.source !== "bans") {
    return at(
      "jails",
      `Cannot use jails in jail "${name}": it reads a log, expected source = "bans" beside it`,
    );
  }
  return [
    ...refuseLogKeys(name, {
      table,
      why: "bans of other jails are its failures",
    }),
    ...input.jails.flatMap((other, index) => {
      if (jailNames.has(other) && other !== name) return [];
      const state = other === name
        ? "it is the jail itself"
        : "there is no such jail";
      return [problemAt(
        findPlace(table, ["jails", index]),
        `Cannot watch jail ${
          showText(other)
        } for bans: ${state}, expected other jails of this configuration`,
      )];
    }),
  ];
}

/** @returns a problem with each key that belongs to a jail which reads a log */
export function refuseLogKeys(
  jail: string,
  { table, why }: { readonly table: TableNode; readonly why: string },
): ConfigProblem[] {
  return ["log_path", "log_command", "log_syslog", "filter"]
    .filter((key) => table.entries.has(key))
    .map((key) =>
      problemAt(
        findPlace(table, [key]),
        `Cannot use ${key} in jail "${jail}": ${why}, expected no ${key}`,
      )
    );
}

/**
 * Finds for each such jail the jails that it watches: those it names, else all others that are enabled and have no feed, whose
 * hosts did nothing here. One that only simulates has no say where bans are meant.
 *
 * @returns the jails, each `bansOf` filled in
 */
export function linkBanSources(jails: readonly JailConfig[]): JailConfig[] {
  return jails.map((jail) => {
    if (jail.bansOf === undefined) return jail;
    const wanted = new Set(jail.bansOf);
    const bansOf = jails
      .filter(({ name, enabled, mode, feed }) =>
        enabled && name !== jail.name &&
        (wanted.size === 0 ? feed === undefined : wanted.has(name)) &&
        (mode === "enforce" || jail.mode === "simulate")
      )
      .map(({ name }) => name);
    return { ...jail, bansOf };
  });
}

/** @returns a warning for each enabled jail that watches no jail which bans */
export function findIdleBanSources({ jails, places }: {
  readonly jails: readonly JailConfig[];
  readonly places: ReadonlyMap<string, JailPlaces>;
}): ConfigProblem[] {
  return jails.flatMap(({ name, enabled, bansOf }) => {
    const place = places.get(name)?.source;
    if (!enabled || bansOf?.length !== 0 || place === undefined) return [];
    return [{
      ...place,
      message: `Jail "${name}" bans nobody: no jail that it watches can ban`,
      severity: "warning" as const,
    }];
  });
}

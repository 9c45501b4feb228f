/**
 * What is no longer there of our table.
 *
 * @module
 */

import { countRules, type JailLayout, mustReplace } from "./layout.ts";
import type { TableState } from "./table_state.ts";

/** What somebody else took away. */
export interface Damage {
  /** In words, each with its name: `set sshd-v4`. */
  readonly gone: readonly string[];
  /** Jails of which a set is gone, and its bans with it. */
  readonly jails: ReadonlySet<string>;
}

/**
 * Compares the table with what it should be. What others added to it is no damage.
 *
 * @param state as the kernel has it now
 * @param jails as they were set up
 * @returns what is gone, or `undefined` where nothing is
 */
export function findDamage(
  state: TableState,
  jails: readonly JailLayout[],
): Damage | undefined {
  if (jails.length === 0) return undefined;
  if (!state.exists) return lostAll("table", jails);
  if (mustReplace(state, jails)) return lostAll("use of the table", jails);
  const chains = [...countRules(jails)].flatMap(([chain, count]) => {
    if (!state.chains.has(chain)) return [`chain ${chain}`];
    const missing = count - (state.rules.get(chain) ?? 0);
    return missing > 0 ? [`${missing} rules of ${chain}`] : [];
  });
  const sets = jails.flatMap(({ name, slots }) =>
    slots.filter((slot) => !state.sets.has(slot.name))
      .map((slot) => ({ jail: name, gone: `set ${slot.name}` }))
  );
  const gone = [...chains, ...sets.map((set) => set.gone)];
  if (gone.length === 0) return undefined;
  return { gone, jails: new Set(sets.map(({ jail }) => jail)) };
}

function lostAll(what: string, jails: readonly JailLayout[]): Damage {
  return { gone: [what], jails: new Set(jails.map(({ name }) => name)) };
}

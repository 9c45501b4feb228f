/**
 * What `iptables-save` prints, as far as it concerns us.
 *
 * @module
 */

import { OWN_PREFIX } from "../own_name.ts";

/** See the module. */
export interface SavedRules {
  /** All chains of the table filter. */
  readonly chains: ReadonlySet<string>;
  /** Our chains and their rules, without `-A CHAIN`, in order. */
  readonly own: ReadonlyMap<string, readonly string[]>;
  /** Rules in other chains that lead to ours, in order. */
  readonly jumps: readonly Jump[];
}

/** See SavedRules. */
export interface Jump {
  /** The chain that it stands in. */
  readonly parent: string;
  /** Where it leads. */
  readonly chain: string;
  /** Without `-A PARENT`. */
  readonly rule: string;
}

/** The kernel has them from the start, but nobody prints them before they are used. */
const BUILT_IN = ["INPUT", "FORWARD", "OUTPUT"];

const CHAIN_LINE = /^:(\S+) /;
const RULE_LINE = /^-A (\S+) (.*)$/;
const TARGET = /(?:^| )-[jg] (\S+)/;
/** Comments among them, in which anything may stand. */
const QUOTED = /"(?:[^"\\]|\\.)*"/g;

/** Reads the table filter. */
export function parseSavedRules(text: string): SavedRules {
  const chains = new Set(BUILT_IN);
  const own = new Map<string, string[]>();
  const jumps: Jump[] = [];
  let isFilter = false;
  for (const line of text.split("\n")) {
    if (line.startsWith("*")) isFilter = line === "*filter";
    if (!isFilter) continue;
    const name = CHAIN_LINE.exec(line)?.[1];
    if (name !== undefined) {
      chains.add(name);
      if (name.startsWith(OWN_PREFIX)) own.set(name, []);
      continue;
    }
    const [, parent = "", rule = ""] = RULE_LINE.exec(line) ?? [];
    const rules = own.get(parent);
    if (rules !== undefined) {
      rules.push(rule);
      continue;
    }
    const chain = TARGET.exec(rule.replaceAll(QUOTED, ""))?.[1];
    if (chain?.startsWith(OWN_PREFIX)) jumps.push({ parent, chain, rule });
  }
  return { chains, own, jumps };
}

/**
 * An action of a jail: its commands and parameters as fail2ban's server would get them.
 *
 * @module
 */

import { Definition, type Values } from "./definition.ts";
import { isTrue } from "./options.ts";
import type { ConfigTree } from "./read_config.ts";
import { TreeError } from "./tree_error.ts";

/** Keys of an action's file that fail2ban knows; others are parameters. */
export const ACTION_KEYS = [
  "actionstart",
  "actionstart_on_demand",
  "actionstop",
  "actionflush",
  "actionreload",
  "actioncheck",
  "actionrepair",
  "actionrepair_on_unban",
  "actionban",
  "actionprolong",
  "actionreban",
  "actionunban",
  "norestored",
] as const;

const FLAGS: ReadonlySet<string> = new Set([
  "actionstart_on_demand",
  "actionrepair_on_unban",
  "norestored",
]);

/** Tags that hold what an attacker wrote, or that only a ban knows. */
const LATE_TAGS = [
  "matches",
  "ipmatches",
  "ipjailmatches",
  "timeout",
  "bantime",
];

/** An action. */
export interface ResolvedAction {
  /** Its name in the jail: `nftables`, or `nftables-tcp` where one jail has two. */
  readonly name: string;
  /** `action.d/FILE.conf`, or a Python module `FILE.py`. */
  readonly file: string;
  /** `actionban` and so on; tags that a ban fills are still in them. */
  readonly commands: ReadonlyMap<string, string | boolean>;
  /** `port`, `protocol` … as given, and those of `[Init]`. */
  readonly parameters: Values;
  /** All values with their tags put in. */
  readonly values: Values;
}

/**
 * Resolves one action.
 *
 * @param texts values of the jail
 * @throws {TreeError} when there is no such action, or it cannot be resolved
 */
export function openAction(
  tree: ConfigTree,
  { name, options, jail, texts }: {
    readonly name: string;
    readonly options: Values;
    readonly jail: string;
    readonly texts: Values;
  },
): ResolvedAction {
  if (name.endsWith(".py")) return pythonAction(name, options);
  const parameters = withNames(new Map(options), { name, jail });
  const config = tree.readConfig(`action.d/${name}`);
  if (config === undefined) {
    throw new TreeError(
      `Cannot find action "${name}": there is no action.d/${name}.conf, expected one`,
      { consequence: "skips this jail" },
    );
  }
  const definition = new Definition(config, parameters, ACTION_KEYS);
  definition.read(texts);
  const values = definition.combine(LATE_TAGS);
  const commands = new Map<string, string | boolean>();
  for (const key of ACTION_KEYS) {
    const value = values.get(key);
    if (value === undefined) continue;
    commands.set(key, FLAGS.has(key) ? isTrue(value) : value);
  }
  return {
    name: parameters.get("actname") ?? name,
    file: name,
    commands,
    parameters: new Map(
      [...definition.parameters].filter(([key]) =>
        !commands.has(key) && !key.startsWith("known/")
      ),
    ),
    values,
  };
}

/** `name` and `actname` are always there: two actions of one file need two names. */
function withNames(
  parameters: Map<string, string>,
  { name, jail }: { readonly name: string; readonly jail: string },
): Map<string, string> {
  const own = parameters.get("name") ?? jail;
  parameters.set("name", own);
  if (!parameters.has("actname")) {
    const suffix = own.startsWith(jail) ? own.slice(jail.length) : `-${own}`;
    parameters.set("actname", name + suffix);
  }
  return parameters;
}

function pythonAction(file: string, options: Values): ResolvedAction {
  const parameters = new Map(options);
  const name = parameters.get("actname") ?? file.replace(/\.py$/, "");
  parameters.delete("actname");
  return { name, file, commands: new Map(), parameters, values: parameters };
}

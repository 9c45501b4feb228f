/**
 * The facts of a jail in one form, from our resolver and from fail2ban's own stream of commands.
 *
 * @module
 */

import type { ResolvedJail } from "../../importer/jail.ts";
import { PYTHON_MODULES } from "../support/fail2ban.ts";

/** `["set", JAIL, KEY, VALUE]` and its like. */
export type Command = readonly [string, string, ...unknown[]];

/** What a jail comes to. */
export interface JailFacts {
  readonly backend: unknown;
  readonly failregex: readonly unknown[];
  readonly ignoreregex: readonly unknown[];
  readonly journalmatch: readonly (readonly unknown[])[];
  readonly values: readonly (readonly [string, unknown])[];
  readonly ignoreIp: readonly unknown[];
  readonly actions: readonly {
    readonly name: unknown;
    readonly values: readonly (readonly [string, unknown])[];
  }[];
}

/** Asks fail2ban itself, with every jail enabled and no log needed; it reads and runs nothing. */
const READER = `
import json, logging, sys
logging.disable(logging.CRITICAL)
sys.path.insert(0, sys.argv[2])
from fail2ban.client.jailsreader import JailsReader
from fail2ban.version import version
jails = JailsReader(basedir=sys.argv[1], force_enable=True, share_config={})
jails.read()
jails.getOptions()
print(json.dumps({"version": version, "stream": jails.convert(allow_no_files=True)}))
`;

/** @returns what Debian's fail2ban makes of a folder */
export function resolveByFail2ban(
  folder: string,
): { readonly version: string; readonly stream: readonly Command[] } {
  const { code, stdout, stderr } = new Deno.Command("python3", {
    args: ["-c", READER, folder, PYTHON_MODULES],
  }).outputSync();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** The log paths are left out: the stream has those files that were there when it was recorded. */
export function factsOfJail(jail: ResolvedJail): JailFacts {
  const { settings } = jail;
  return {
    backend: jail.backend,
    failregex: settings.failregex,
    ignoreregex: settings.ignoreregex,
    journalmatch: settings.journalmatch,
    values: sortEntries([
      ...jail.values,
      ["usedns", settings.usedns],
      ["prefregex", settings.prefregex],
      ["maxlines", settings.maxlines],
      ["datepattern", settings.datepattern],
    ]),
    ignoreIp: jail.ignoreIp,
    actions: jail.actions.map(({ name, commands, parameters }) => ({
      name,
      values: sortEntries([...commands, ...parameters]),
    })),
  };
}

/** @returns the same facts, from the commands of one jail */
export function factsOfStream(commands: readonly Command[]): JailFacts {
  const SPECIAL = [
    "addfailregex",
    "addignoreregex",
    "addjournalmatch",
    "addlogpath",
    "addignoreip",
    "addaction",
    "action",
  ];
  const all = (key: string) => commands.filter((command) => command[2] === key);
  const texts = (key: string) =>
    all(key).flatMap(([verb, , , value]) => verb === "set" ? [value] : value);
  return {
    backend: commands.find(([verb]) => verb === "add")?.[2],
    failregex: texts("addfailregex"),
    ignoreregex: texts("addignoreregex"),
    journalmatch: all("addjournalmatch").map((command) => command.slice(3)),
    values: sortEntries(
      commands.filter(([verb, , key]) =>
        verb === "set" && !SPECIAL.includes(String(key))
      ).map(([, , key, value]) => [String(key), value]),
    ),
    ignoreIp: all("addignoreip").flatMap((command) => command.slice(3)),
    actions: all("addaction").map(([, , , name]) => ({
      name,
      values: sortEntries(
        all("action").find((command) => command[3] === name)?.[4] as [
          string,
          unknown,
        ][],
      ),
    })),
  };
}

function sortEntries(entries: readonly (readonly [string, unknown])[]) {
  return entries.filter(([, value]) => value !== undefined)
    .toSorted(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
}

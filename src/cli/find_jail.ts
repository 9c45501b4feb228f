/**
 * A jail by its name, or the name that was meant.
 *
 * @module
 */

import type { Config, JailConfig } from "../config/types.ts";
import { escapeText } from "../util/escape.ts";
import { suggest } from "../util/suggest.ts";
import { UsageError } from "./command.ts";

/** @throws {UsageError} that names the jail that was meant, or all */
export function findJail(
  { jails }: Pick<Config, "jails">,
  name: string,
): JailConfig {
  const jail = jails.find((jail) => jail.name === name);
  if (jail !== undefined) return jail;
  const names = jails.map((jail) => jail.name);
  // Of one or two letters every name is near.
  const close = name.length < 3 ? undefined : suggest(name, names);
  throw new UsageError(
    `Cannot find jail "${escapeText(name, 64)}": not configured, ${
      close === undefined
        ? `expected one of ${names.join(", ")}`
        : `did you mean "${close}"?`
    }`,
  );
}

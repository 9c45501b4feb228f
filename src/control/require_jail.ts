/**
 * A jail by its name, or a refusal that names the one that was meant.
 *
 * @module
 */

import { escapeText } from "../util/escape.ts";
import { suggest } from "../util/suggest.ts";
import { ControlError } from "./types.ts";

/** @throws {ControlError} 404 for a jail that is not there */
export function requireJail<Jail extends { readonly name: string }>(
  name: string,
  jails: readonly Jail[],
): Jail {
  const jail = jails.find((jail) => jail.name === name);
  if (jail !== undefined) return jail;
  const names = jails.map((jail) => jail.name);
  // Of one or two letters every name is near.
  const close = name.length < 3 ? undefined : suggest(name, names);
  throw new ControlError(
    404,
    `Cannot find jail "${escapeText(name, 64)}": not configured, ${
      close === undefined
        ? `expected one of ${names.join(", ")}`
        : `did you mean "${close}"?`
    }`,
  );
}

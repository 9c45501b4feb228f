/**
 * The jails that there are for fail2ban's clients: those that run.
 *
 * @module
 */

import type { JailConfig } from "../../config/types.ts";
import type { DaemonControl } from "../types.ts";
import { unknownJail } from "./fail2ban_error.ts";

/** @returns their names, sorted */
export function jailNames(control: DaemonControl): readonly string[] {
  return control.configuration().jails.filter(({ enabled }) => enabled)
    .map(({ name }) => name).toSorted();
}

/** @throws {Fail2banError} for a jail that does not run */
export function requireJail(control: DaemonControl, name: string): JailConfig {
  const jail = control.configuration().jails.find((jail) =>
    jail.name === name && jail.enabled
  );
  if (jail === undefined) throw unknownJail(name);
  return jail;
}

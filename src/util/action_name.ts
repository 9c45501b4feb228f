/**
 * Names of actions.
 *
 * @module
 */

import { isJailName } from "./jail_name.ts";

const NAME = /^[a-z][a-z0-9_-]{0,63}$/;

/** @returns whether a table `[action.NAME]` may be called so */
export function isOwnActionName(name: string): boolean {
  return NAME.test(name);
}

/**
 * Tells names of actions from other texts.
 *
 *     abuseipdb      [action.abuseipdb], or the plugin as it is
 *     sshd/webhook   a table in the `actions` of jail sshd
 *
 * @returns whether an action as it is called can have this name
 */
export function isActionName(name: string): boolean {
  const slash = name.indexOf("/");
  return isOwnActionName(name.slice(slash + 1)) &&
    (slash < 0 || isJailName(name.slice(0, slash)));
}

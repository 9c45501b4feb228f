/**
 * `status` and `stats` in the shapes that fail2ban's clients read.
 *
 * @module
 */

import type { DaemonControl, JailStatus } from "../types.ts";
import { bannedHosts } from "./ban_commands.ts";
import { type PickleValue, tuple } from "./pickle_value.ts";
import { jailNames, requireJail } from "./running_jails.ts";

/** @param flavor with `--all`: how each jail is told of; absent: only their names are */
export function describeAll(
  control: DaemonControl,
  flavor?: string,
): PickleValue {
  if (flavor === "stats") return describeStats(control);
  const names = jailNames(control);
  return [
    tuple("Number of jail", names.length),
    tuple("Jail list", names.join(", ")),
    ...(flavor === undefined ? [] : [
      new Map(names.map((name) => [name, describeJail(name, flavor, control)])),
    ]),
  ];
}

/** @returns `{jail: [backend, (failed now, in all), (banned now, in all)]}` */
export function describeStats(control: DaemonControl): PickleValue {
  return new Map(
    jailNames(control).map((name) => [
      name,
      describeJail(name, "stats", control),
    ]),
  );
}

/** @param flavor `basic`, `short` without hosts, `stats`; fail2ban takes every other for `basic` */
export function describeJail(
  name: string,
  flavor: string,
  control: DaemonControl,
): PickleValue {
  const status = control.jail(name);
  if (status === undefined) return [];
  const { failed, banned } = status;
  if (flavor === "stats") {
    return [
      readsJournal(name, control) ? "systemd" : "inotify",
      tuple(failed.current, failed.total),
      tuple(banned.current, banned.total),
    ];
  }
  const hosts = flavor === "short"
    ? []
    : [tuple("Banned IP list", bannedHosts(control, name))];
  return [
    tuple("Filter", [
      tuple("Currently failed", failed.current),
      tuple("Total failed", failed.total),
      describeSource(status, control),
    ]),
    tuple("Actions", [
      tuple("Currently banned", banned.current),
      tuple("Total banned", banned.total),
      ...hosts,
    ]),
  ];
}

function describeSource(
  { name, sources }: JailStatus,
  control: DaemonControl,
): PickleValue {
  if (readsJournal(name, control)) {
    return tuple("Journal matches", requireJail(control, name).journalMatch);
  }
  return tuple("File list", sources.map(({ path }) => path));
}

function readsJournal(name: string, control: DaemonControl): boolean {
  return requireJail(control, name).logBackend === "systemd";
}

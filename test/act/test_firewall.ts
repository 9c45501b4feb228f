/**
 * Tests that need firewalls of the machine's.
 *
 * @module
 */

import { isFile } from "../support/is_file.ts";
import type { Subject } from "./firewall_subjects.ts";
import { IS_ROOT, testInNamespace } from "./namespace.ts";

/** What was found out about each probe, so that it is asked once. */
const known = new Map<string, string | undefined>();

/** Registers a test that runs in a fresh network namespace; skipped by name where program or kernel lack something. */
export function testFirewall(
  subjects: readonly Pick<Subject, "probe">[],
  title: string,
  run: () => void | Promise<void>,
): void {
  const lack = subjects.map(({ probe }) => findLack(probe))
    .find((each) => each !== undefined);
  if (lack === undefined) testInNamespace(title, run);
  else {
    Deno.test({ name: `${title} (skipped: ${lack})`, ignore: true, fn() {} });
  }
}

/** @returns what is missing, if anything */
function findLack(probe: readonly string[]): string | undefined {
  const key = probe.join(" ");
  if (!known.has(key)) known.set(key, tryProbe(probe));
  return known.get(key);
}

function tryProbe([program = "", ...args]: readonly string[]) {
  if (!isFile(program)) return `needs ${program}`;
  if (!IS_ROOT) return undefined;
  const { success } = new Deno.Command("unshare", {
    args: ["--net", program, ...args],
    stdout: "null",
    stderr: "null",
  }).outputSync();
  return success ? undefined : `${program} does not work with this kernel`;
}

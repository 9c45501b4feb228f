/**
 * Uses the driver as a process of its own, for tests of what it may do: prints what came of it.
 *
 * @module
 */

import { createNftablesDriver } from "../../../src/act/nftables/nftables_driver.ts";
import { ActionError } from "../../../src/act/types.ts";
import { formatNetwork } from "../../../src/util/address.ts";
import { openLibc } from "../../../src/util/libc.ts";
import { SILENT } from "../../../src/util/log.ts";
import { ban, jailOf } from "../samples.ts";

const driver = createNftablesDriver({
  libc: openLibc(),
  logger: SILENT,
  onProblem: (problem) => console.log("problem", problem.message),
  onLost: () => Promise.resolve(0),
});
try {
  driver.open([jailOf("sshd")]);
} catch (error) {
  if (!(error instanceof ActionError)) throw error;
  console.log(error.phase, error.reason, error.message);
  Deno.exit(1);
}
const { state } = await Deno.permissions.revoke({ name: "ffi" });
driver.apply([ban("sshd", "192.0.2.7")]);
const banned = driver.list("sshd").map(formatNetwork);
console.log(`ffi ${state}, banned ${banned.join(" ")}`);
await driver.close();

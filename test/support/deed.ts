/**
 * Does what the first argument says, after giving up what a stock daemon gives up; prints the error's name or `done`.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import {
  planPermissions,
  revokePermissions,
} from "../../src/config/permissions.ts";
import { loadConfig } from "../../src/config/load.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url)).replace(
  /\/$/,
  "",
);
const config = loadConfig({
  filtersFolders: [new URL("../../filters/", import.meta.url)],
  exists: () => true,
});
revokePermissions(planPermissions(config, { projectFolder: ROOT }));

const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
try {
  await new AsyncFunction("ROOT", Deno.args[0] ?? "")(ROOT);
  console.log("done");
} catch (error) {
  console.log(error instanceof Error ? error.name : String(error));
}

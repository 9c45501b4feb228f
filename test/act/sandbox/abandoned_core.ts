/**
 * A core that is killed while its action never lets go of its thread: prints the sandbox's process id, and waits.
 *
 * @module
 */

import { openRig } from "../../support/sandbox_rig.ts";

const rig = openRig();
rig.add(
  "spinner",
  "async ban() { return { memory: Deno.pid }; }, async sync() { for (;;); },",
);
console.log((await rig.ban("spinner")).memory, rig.folder);
await rig.ban("spinner", { method: "sync", deadlineMs: 600_000 });

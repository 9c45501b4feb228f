import { ok } from "node:assert/strict";
import { startDaemon } from "../support/daemon.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";

const LIMIT_KB = 80_000;

Deno.test("an idle daemon is one process of at most 80 MB", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  // The first life after a change compiles, and a later one has its code from the cache.
  await daemon.kill("SIGTERM");
  await daemon.startAgain();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const status = Deno.readTextFileSync(`/proc/${daemon.pid}/status`);
  const residentKb = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
  ok(residentKb > 0 && residentKb <= LIMIT_KB, `${residentKb} kB resident`);
  const children = Deno.readTextFileSync(
    `/proc/${daemon.pid}/task/${daemon.pid}/children`,
  );
  ok(children === "", `children: ${children}`);
});

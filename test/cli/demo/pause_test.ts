import { equal, rejects } from "node:assert/strict";
import { pause, waitFor } from "../../../src/cli/demo/pause.ts";

Deno.test("pause() ends early, with the reason, when it is called off", async () => {
  const calling = new AbortController();
  const pausing = pause(60_000, calling.signal);
  calling.abort(new Error("called off"));
  await rejects(pausing, { message: "called off" });
  await rejects(async () => await pause(0, calling.signal), {
    message: "called off",
  });
});

Deno.test("waitFor() looks until there is something", async () => {
  let looks = 0;
  const seen = await waitFor(() => ++looks === 4 ? "here" : undefined, {
    timeoutMs: 10_000,
    pollMs: 1,
    signal: new AbortController().signal,
  });
  equal(seen, "here");
  equal(looks, 4);
});

Deno.test("waitFor() gives up after its time", async () => {
  const seen = await waitFor(() => undefined, {
    timeoutMs: 5,
    pollMs: 1,
    signal: new AbortController().signal,
  });
  equal(seen, undefined);
});

import assert from "node:assert/strict";
import { describeFailure } from "../../src/source/describe_failure.ts";

Deno.test("describeFailure() does tell what may still come from what a person must mend", () => {
  const { NotFound, PermissionDenied, NotCapable } = Deno.errors;
  const table = [
    ["/proc/none", new NotFound(), "waiting", "no such file"],
    ["/none/a", new NotFound(), "waiting", 'no such folder "/none"'],
    [
      "/proc/a",
      new PermissionDenied("os error 13"),
      "failed",
      "permission denied to the user of this process",
    ],
    [
      "/proc/a",
      new NotCapable("--allow-read"),
      "failed",
      "outside the folders that this process may read",
    ],
    ["/proc/a", new Error("Too many levels"), "failed", "Too many levels"],
  ] as const;
  for (const [path, error, state, reason] of table) {
    assert.deepEqual(describeFailure(path, error), { state, reason });
  }
});

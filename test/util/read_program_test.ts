import { strict as assert } from "node:assert";

import { readProgram, readProgramSync } from "../../src/util/read_program.ts";

Deno.test("readProgramSync() gives all that a program prints, with an empty environment", () => {
  const script =
    "echo $HOME$LC_ALL; yes | head -c 300000; echo ' bad ' >&2; exit 4";
  const { isOk, prints, errors } = readProgramSync("/bin/sh", ["-c", script]);
  assert.equal(isOk, false);
  assert.equal(prints.length, 300_002);
  assert(prints.startsWith("C\ny\n"));
  assert.equal(errors, "bad");
});

Deno.test("readProgram() ends a program at its deadline", async () => {
  const { isOk, prints } = await readProgram("/bin/echo", ["a b"], 10_000);
  assert.deepEqual([isOk, prints], [true, "a b\n"]);
  const before = performance.now();
  assert.equal((await readProgram("/bin/sleep", ["30"], 100)).isOk, false);
  assert(performance.now() - before < 20_000);
});

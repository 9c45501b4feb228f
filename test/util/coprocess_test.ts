import { strict as assert } from "node:assert";

import { Coprocess } from "../../src/util/coprocess.ts";

Deno.test("Coprocess is written to and answers, many times", async () => {
  const process = new Coprocess("/bin/cat", { args: [], answers: "output" });
  for (const word of ["one", "two", "€"]) {
    await process.write(`${word}\n`);
    assert.equal(await process.read(), `${word}\n`);
  }
  assert.deepEqual(await process.end(), {
    reason: "exit code 0",
    isKilled: false,
    complaint: "",
  });
});

Deno.test("Coprocess keeps the end of what it complains of, with an empty environment", async () => {
  const script = "yes x | head -c 9000 >&2; echo $HOME$LC_ALL >&2; exit 3";
  const args = ["-c", script];
  const process = new Coprocess("/bin/sh", { args, answers: "output" });
  assert.equal(await process.read(), undefined);
  const { reason, complaint } = await process.end();
  assert.equal(reason, "exit code 3");
  assert.equal(complaint.length, 2047);
  assert.match(complaint, /x\nC$/);
});

Deno.test("Coprocess answers by its errors where that is said", async () => {
  const args = ["-c", "read line; echo out; echo $line >&2"];
  const process = new Coprocess("/bin/sh", { args, answers: "errors" });
  await process.write("word\n");
  assert.equal(await process.read(), "word\n");
  assert.equal(await process.read(), undefined);
  await process.write("nobody reads this\n");
  await process.end();
});

Deno.test("Coprocess tells that it was killed", async () => {
  const process = new Coprocess("/bin/cat", { args: [], answers: "output" });
  process.kill();
  assert.equal(await process.read(), undefined);
  const { reason, isKilled } = await process.end();
  assert.deepEqual([reason, isKilled], ["SIGKILL", true]);
  process.kill();
});

Deno.test("Coprocess throws when there is no such program", () => {
  const options = { args: [], answers: "output" } as const;
  assert.throws(
    () => new Coprocess("/nowhere/cat", options),
    Deno.errors.NotFound,
  );
});

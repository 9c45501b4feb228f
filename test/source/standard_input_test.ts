import assert from "node:assert/strict";
import { StandardInput } from "../../src/source/standard_input.ts";
import type { Logger } from "../../src/util/log.ts";
import { until } from "../support/daemon.ts";
import { runSource } from "./stream_fixture.ts";

Deno.test("StandardInput goes on with another source after the first, and says its end", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const write = (text: string) => writer.write(new TextEncoder().encode(text));
  let standardInput: StandardInput | undefined;
  const create = (log: Logger) => {
    standardInput ??= new StandardInput({ path: "-", log, input: readable });
    return standardInput.createSource();
  };
  const first = await runSource(create);
  await write("one\ntwo");
  await until("it is read", () => first.text === "one\n");
  await first.source.stop();
  await write("nobody reads this\n");
  await using second = await runSource(create);
  await write("three\nfour");
  await writer.close();
  await until(
    "its end is seen",
    () => second.source.describe().state === "failed",
  );
  assert.equal(first.text, "one\n");
  assert.equal(second.text, "three\nfour");
  assert.equal(second.source.describe().reason, "it has ended");
  assert.equal(first.said.at(-1)?.message, "Standard input is read no more");
});

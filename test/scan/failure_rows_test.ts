import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import {
  FailureRowWriter,
  forEachFailure,
} from "../../src/scan/failure_rows.ts";
import { readBatch } from "../../src/scan/read_batch.ts";
import type { Failure } from "../../src/match/types.ts";
import { formatNetwork } from "../../src/util/address.ts";

const word = fc.integer({ min: 0, max: 0xffff_ffff });

const failure: fc.Arbitrary<Failure> = fc.record({
  jail: fc.constantFrom("sshd", "nginx", "sshd success"),
  words: fc.array(word, { minLength: 4, maxLength: 4 })
    .map((words) => Uint32Array.from(words)),
  prefix: fc.integer({ min: 1, max: 128 }),
  timeSeconds: fc.double({ min: 0, max: 1e11, noNaN: true }),
  pattern: fc.nat(1000),
  offset: fc.integer({ min: -1, max: Number.MAX_SAFE_INTEGER - 1 }),
  byteLength: fc.nat(0xffff_ffff),
  user: fc.option(fc.string(), { nil: undefined }),
  line: fc.string({ unit: "binary" }),
  groups: fc.option(
    fc.dictionary(fc.string(), fc.string()),
    { nil: undefined },
  ),
  lines: fc.option(fc.array(fc.string()), { nil: undefined }),
}).map((parts) => ({ ...parts, host: formatNetwork(parts) }));

Deno.test("forEachFailure() does hand on what was written when rows were sent and checked, texts where they are wanted", () => {
  fc.assert(fc.property(
    fc.array(failure, { maxLength: 40 }),
    (failures) => {
      const writer = new FailureRowWriter();
      for (const each of failures) writer.push(each, each.jail === "nginx");
      const [event] = readBatch(
        structuredClone([{ kind: "late", failures: writer.take() }]),
      );
      const read: Failure[] = [];
      if (event?.kind === "late") {
        forEachFailure(event.failures, (one) => read.push(keep(one)));
      }
      deepStrictEqual(
        read,
        failures.map((one) => keep(one.jail === "nginx" ? one : bare(one))),
      );
    },
  ));
});

Deno.test("take() does begin anew when it is called again", () => {
  const writer = new FailureRowWriter();
  const [one] = fc.sample(failure, 1);
  if (one !== undefined) writer.push(one, false);
  deepStrictEqual(writer.take().users.length, 1);
  deepStrictEqual(writer.take(), {
    jails: [],
    numbers: new Float64Array(0),
    users: [],
    texts: [],
  });
});

function keep(one: Failure): Failure {
  const { groups } = one;
  return {
    ...one,
    words: one.words.slice(),
    groups: groups && Object.fromEntries(Object.entries(groups)),
  };
}

function bare(one: Failure): Failure {
  const nothing = undefined;
  return {
    ...one,
    line: "",
    ...{ groups: nothing, lines: nothing },
  };
}

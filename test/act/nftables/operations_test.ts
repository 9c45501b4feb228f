import { strict as assert } from "node:assert";

import { foldDecisions } from "../../../src/act/nftables/operations.ts";
import { ban, extend, unban } from "../samples.ts";

Deno.test("foldDecisions() keeps the last decision on each host of each jail", () => {
  const decisions = [
    ban("a", "192.0.2.1"),
    ban("b", "192.0.2.1"),
    extend("a", "192.0.2.1"),
    unban("b", "192.0.2.1"),
    ban("a", "192.0.2.0/24"),
  ];
  assert.deepEqual(foldDecisions(decisions), [
    { mode: "put", decision: decisions[2] },
    { mode: "put", decision: decisions[4] },
    { mode: "remove", decision: decisions[3] },
  ]);
});

Deno.test("foldDecisions() adds what is known to be absent, unless more is decided on the host", () => {
  const absent = { ...ban("a", "192.0.2.1"), isAbsent: true };
  const other = { ...ban("a", "192.0.2.2"), isAbsent: true };
  assert.deepEqual(foldDecisions([absent]), [
    { mode: "add", decision: absent },
  ]);
  assert.deepEqual(
    foldDecisions([absent, other, extend("a", "192.0.2.1"), other])
      .map(({ mode }) => mode),
    ["put", "put"],
  );
});

Deno.test("foldDecisions() has nothing to do for what expired", () => {
  const banned = ban("a", "192.0.2.1");
  const expired = unban("a", "192.0.2.1", "expired");
  assert.deepEqual(foldDecisions([expired]), []);
  assert.deepEqual(foldDecisions([]), []);
  assert.deepEqual(foldDecisions([banned, expired]), []);
  assert.deepEqual(foldDecisions([banned, expired, banned]), [
    { mode: "put", decision: banned },
  ]);
});

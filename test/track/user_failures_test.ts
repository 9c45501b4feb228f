import assert from "node:assert/strict";
import { UserFailures } from "../../src/track/user_failures.ts";
import { nthHost } from "./fixtures.ts";

const HOST = nthHost(1);

Deno.test("take() gives the times of one user up to a time, each once", () => {
  const users = new UserFailures();
  for (
    const [user, time] of [["a", 1], ["b", 2], ["a", 3], ["a", 9]] as const
  ) users.record(HOST, { user, time, since: 0 });
  users.record(nthHost(2), { user: "a", time: 3, since: 0 });
  assert.deepEqual(users.take(HOST, { user: "a", until: 5 }), [1, 3]);
  assert.deepEqual(users.take(HOST, { user: "a", until: 5 }), []);
  assert.equal(users.size, 3);
  users.forget(HOST);
  assert.deepEqual(users.take(HOST, { user: "b", until: 5 }), []);
  assert.equal(users.size, 1);
});

Deno.test("record() forgets what is too old, and long names at once", () => {
  const users = new UserFailures();
  users.record(HOST, { user: "a", time: 1, since: 0 });
  users.record(HOST, { user: "a".repeat(65), time: 5, since: 2 });
  users.record(HOST, { user: "a", time: 7, since: 2 });
  assert.deepEqual(users.take(HOST, { user: "a", until: 9 }), [7]);
  assert.equal(users.size, 0);
});

Deno.test("record() keeps no more than so many, those of the host that was quiet for longest go", () => {
  const users = new UserFailures();
  for (let n = 0; n < 65_536; n++) {
    users.record(nthHost(n), { user: "a", time: 1, since: 0 });
  }
  users.record(nthHost(0), { user: "b", time: 2, since: 0 });
  assert.equal(users.size, 65_536);
  assert.deepEqual(users.take(nthHost(1), { user: "a", until: 9 }), []);
  assert.deepEqual(users.take(nthHost(0), { user: "a", until: 9 }), [1]);
});

import { strict as assert } from "node:assert";
import fc from "fast-check";

import { ownName } from "../../src/act/own_name.ts";

/** Alphabet of jail names. */
const jailName = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/);

Deno.test("ownName() leaves short names whole", () => {
  assert.equal(ownName("sshd"), "f2d-sshd");
  assert.equal(ownName("x".repeat(24)), `f2d-${"x".repeat(24)}`);
});

Deno.test("ownName() shortens long names to 28 characters, always alike", () => {
  const name = "nginx-botsearch-of-the-third-shop";
  assert.match(ownName(name), /^f2d-nginx-botse~[0-9a-z]{12}$/);
  assert.equal(ownName(name), ownName(name));
});

Deno.test("ownName() gives no two jails the same name", () => {
  fc.assert(fc.property(jailName, jailName, (a, b) => {
    assert.equal(ownName(a) === ownName(b), a === b);
    assert.match(ownName(a), /^f2d-[A-Za-z0-9][A-Za-z0-9_.~-]{0,23}$/);
  }));
  const near = new Set<string>();
  for (let i = 0; i < 20_000; i++) near.add(ownName(`${"x".repeat(40)}${i}`));
  assert.equal(near.size, 20_000);
});

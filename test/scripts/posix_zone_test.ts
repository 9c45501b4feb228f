import assert from "node:assert/strict";
import { createPosixZone } from "../../scripts/posix_zone.ts";

Deno.test("createPosixZone() changes to summer time and back by its rules", () => {
  const local = createPosixZone("CET-01CEST-02,M3.5.0,M10.5.0");
  assert.equal(local(2005, 8, 14, 12, 0), 1124013600);
  assert.equal(local(2005, 3, 27, 1, 59), Date.UTC(2005, 2, 27, 0, 59) / 1000);
  assert.equal(local(2005, 3, 27, 3, 0), Date.UTC(2005, 2, 27, 1, 0) / 1000);
  assert.equal(local(2005, 10, 30, 1, 0), Date.UTC(2005, 9, 29, 23, 0) / 1000);
  assert.equal(local(2005, 10, 30, 3, 0), Date.UTC(2005, 9, 30, 2, 0) / 1000);
  assert.equal(local(2004, 12, 24, 0, 0), Date.UTC(2004, 11, 23, 23, 0) / 1000);
});

Deno.test("createPosixZone() knows zones without summer time, and those south of the equator", () => {
  assert.equal(createPosixZone("UTC0")(1970, 1, 2, 0, 0), 86_400);
  const south = createPosixZone("AEST-10AEDT,M10.1.0,M4.1.0/3");
  assert.equal(south(2026, 1, 1, 11, 0), Date.UTC(2026, 0, 1) / 1000);
  assert.equal(south(2026, 7, 1, 10, 0), Date.UTC(2026, 6, 1) / 1000);
});

Deno.test("createPosixZone() refuses names of places", () => {
  assert.throws(() => createPosixZone("Europe/Berlin"), RangeError);
});

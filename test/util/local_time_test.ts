import assert from "node:assert/strict";
import { formatLocalTime } from "../../src/util/local_time.ts";

/** Local time, whatever the zone of this machine. */
const TIME = "2026-11-26 11:28:28";

Deno.test("formatLocalTime() rounds down, and is not confused by what it said before", () => {
  const seconds = new Date(TIME.replace(" ", "T")).getTime() / 1000;
  assert.equal(formatLocalTime(seconds + 0.999), TIME);
  assert.equal(formatLocalTime(seconds + 1), "2026-11-26 11:28:29");
  assert.equal(formatLocalTime(seconds), TIME);
});

import assert from "node:assert/strict";
import { fromHostBytes, toHostBytes } from "../../src/store/host_bytes.ts";
import { formatNetwork, parseNetwork } from "../../src/util/address.ts";

Deno.test("fromHostBytes() reads what toHostBytes() wrote", () => {
  for (
    const text of ["192.0.2.7", "10.0.0.0/8", "2001:db8::1", "2001:db8::/32"]
  ) {
    const host = parseNetwork(text);
    assert.ok(host);
    const read = fromHostBytes(toHostBytes(host));
    assert.equal(read && formatNetwork(read), text);
  }
});

Deno.test("fromHostBytes() is undefined for what is no host", () => {
  const tooLong = new Uint8Array(17).fill(129);
  for (const value of [null, 7, "192.0.2.7", new Uint8Array(16), tooLong]) {
    assert.equal(fromHostBytes(value), undefined);
  }
});

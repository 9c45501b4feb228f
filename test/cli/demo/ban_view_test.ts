import { equal } from "node:assert/strict";
import { coversHost } from "../../../src/cli/demo/ban_view.ts";

Deno.test("coversHost() takes an address for itself and a network for all in it", () => {
  equal(coversHost("192.0.2.66", "192.0.2.66"), true);
  equal(coversHost("192.0.2.66", "192.0.2.6"), false);
  equal(coversHost("2001:db8:0:66::/64", "2001:db8:0:66::66"), true);
  equal(coversHost("2001:db8:0:66::/64", "2001:db8:0:77::77"), false);
  equal(coversHost("192.0.2.0/24", "root from 192.0.2.7"), false);
});

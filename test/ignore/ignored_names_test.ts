import assert from "node:assert/strict";
import { IgnoredNames } from "../../src/ignore/ignored_names.ts";
import { formatNetwork, parseNetwork } from "../../src/util/address.ts";
import { type LogFields, SILENT } from "../../src/util/log.ts";

/** Names whose addresses a test sets. */
function createNames() {
  const addresses: Record<string, readonly string[]> = {};
  const said: (LogFields | undefined)[] = [];
  const names = new IgnoredNames({
    resolve: (name) => Promise.resolve(addresses[name] ?? []),
    log: { ...SILENT, warn: (_message, fields) => said.push(fields) },
  });
  return { addresses, said, names };
}

const own = parseNetwork("10.0.0.0/8");
const JAIL = {
  ignoreNames: ["a.example", "b.example"],
  ignoreNetworks: own === undefined ? [] : [own],
};
const PLAIN = { ignoreNetworks: [] };

function networks(names: IgnoredNames) {
  const [jail] = names.extend([JAIL, PLAIN]);
  return jail?.ignoreNetworks.map(formatNetwork);
}

Deno.test("IgnoredNames.extend() adds what names were found to be, to the jails that name them", async () => {
  const { addresses, names } = createNames();
  addresses["a.example"] = ["2001:db8::7", "192.0.2.7"];
  assert.deepEqual(networks(names), ["10.0.0.0/8"]);
  assert.equal(await names.refresh([JAIL, PLAIN]), true);
  assert.deepEqual(networks(names), ["10.0.0.0/8", "192.0.2.7", "2001:db8::7"]);
  assert.deepEqual(names.extend([PLAIN]), [PLAIN]);
});

Deno.test("IgnoredNames.refresh() tells changes, and keeps addresses where there is no answer", async () => {
  const { addresses, said, names } = createNames();
  addresses["a.example"] = ["192.0.2.7", "192.0.2.8"];
  assert.equal(await names.refresh([JAIL]), true);
  addresses["a.example"] = ["192.0.2.8", "192.0.2.7"];
  assert.equal(await names.refresh([JAIL]), false);
  delete addresses["a.example"];
  assert.equal(await names.refresh([JAIL]), false);
  assert.deepEqual(networks(names), ["10.0.0.0/8", "192.0.2.7", "192.0.2.8"]);
  addresses["a.example"] = ["192.0.2.9"];
  assert.equal(await names.refresh([JAIL]), true);
  assert.deepEqual(networks(names), ["10.0.0.0/8", "192.0.2.9"]);
  assert.deepEqual(said, [{ name: "b.example" }]);
});

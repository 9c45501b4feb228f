import { strict as assert } from "node:assert";
import type { Ban } from "../../../src/track/types.ts";
import { testInNamespace } from "../namespace.ts";
import { ban, jailOf, unban } from "../samples.ts";
import { nft } from "./nft.ts";
import { between, rig, withDriver } from "./rig.ts";

testInNamespace(
  "remainingOf() tells what is left of a ban in the kernel, of hosts and networks of both families",
  async () => {
    await withDriver([jailOf("sshd"), jailOf("web")], (driver) => {
      const samples = [
        ban("sshd", "192.0.2.7", 600),
        ban("sshd", "198.51.100.0/24", 600),
        ban("sshd", "2001:db8::7", 600),
        ban("sshd", "2001:db8::/64", 600),
      ].map(({ ban }) => ban);
      const left = (one: Ban) => driver.remainingOf?.(one) ?? -1;
      for (const one of samples) assert.equal(left(one), 0, one.host);
      driver.apply(samples.map((one) => ({ kind: "ban", ban: one })));
      for (const one of samples) {
        assert(between(left(one), 590, 600), `${one.host}: ${left(one)}`);
      }
      const [host] = samples;
      assert(host !== undefined);
      assert.equal(left({ ...host, jail: "web" }), 0, "of another jail");
      assert.equal(left({ ...host, words: host.words.with(3, 1) }), 0);
      driver.apply([unban("sshd", "192.0.2.7")]);
      assert.equal(left(host), 0);
    });
  },
);

testInNamespace(
  "remainingOf() finds one ban among many, and those for ever",
  async () => {
    await withDriver([jailOf("sshd")], (driver) => {
      const many = Array.from(
        { length: 5000 },
        (_, i) => ban("sshd", `10.0.${i >> 8}.${i & 255}`, Infinity),
      );
      driver.apply(many);
      for (const { ban } of [many[0], many[4999]].filter((one) => !!one)) {
        assert.equal(driver.remainingOf?.(ban), Infinity);
      }
    });
  },
);

testInNamespace("remainingOf() knows nothing where nobody tells", () => {
  const { driver } = rig();
  const { ban: one } = ban("sshd", "192.0.2.7", 600);
  assert.equal(driver.remainingOf?.(one), undefined, "not open");
  assert.match(nft("list", "tables"), /^$/);
});

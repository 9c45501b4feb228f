import { strict as assert } from "node:assert";

import { RestoreProcess } from "../../../src/act/iptables/restore_process.ts";
import { iptables, tool } from "../firewall_subjects.ts";
import { testFirewall } from "../test_firewall.ts";

for (const variant of ["nft", "legacy"] as const) {
  const program = `/usr/sbin/iptables-${variant}-restore`;
  const rules = () => tool(`iptables-${variant}`, "-S", "f2d-a").split("\n");

  testFirewall(
    [iptables(variant)],
    `RestoreProcess tells what ${variant} carried out, and the line that it did not`,
    async () => {
      const restore = new RestoreProcess(program);
      const add = (host: string) => `-A f2d-a -s ${host} -j DROP`;
      assert.equal(await restore.run([":f2d-a - [0:0]"]), undefined);
      for (let i = 1; i <= 3; i++) {
        assert.equal(await restore.run([add(`192.0.2.${i}`)]), undefined);
        assert.equal(rules().length, i + 2);
      }
      for (
        const wrong of ["-D f2d-a -s 10.9.9.9 -j DROP", "-A f2d-none -j DROP"]
      ) {
        const failure = await restore.run([
          add("192.0.2.8"),
          add("192.0.2.9"),
          wrong,
          add("192.0.2.10"),
        ]);
        assert.equal(failure?.line, 2, failure?.message);
        assert.equal(rules().length, 5);
      }
      assert.equal(await restore.run([add("192.0.2.10")]), undefined);
      assert.equal(rules().length, 6);
      await restore.close();
      await restore.close();
    },
  );

  testFirewall(
    [iptables(variant)],
    `RestoreProcess empties a chain of ${variant} that is declared again`,
    async () => {
      const restore = new RestoreProcess(program);
      const lines = [":f2d-a - [0:0]", "-A f2d-a -s 192.0.2.1/32 -j DROP"];
      for (let i = 0; i < 3; i++) await restore.run(lines);
      assert.deepEqual(rules(), ["-N f2d-a", lines[1], ""]);
      await restore.close();
    },
  );
}

Deno.test("RestoreProcess says that its program is not there", async () => {
  const restore = new RestoreProcess("/nowhere/iptables-restore");
  const failure = await restore.run(["-F f2d-a"]);
  assert.match(failure?.message ?? "", /\/nowhere\/iptables-restore/);
  await restore.close();
});

Deno.test("RestoreProcess says how a program ended that said nothing", async () => {
  const restore = new RestoreProcess("/bin/false");
  const failure = await restore.run(Array(50_000).fill("-F f2d-a"));
  assert.deepEqual(failure, {
    message: "ended by exit code 1",
    isKilled: false,
  });
  await restore.close();
});

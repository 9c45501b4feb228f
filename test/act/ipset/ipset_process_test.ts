import { strict as assert } from "node:assert";

import { IpsetProcess } from "../../../src/act/ipset/ipset_process.ts";
import { IPSET } from "../../../src/config/firewall_tools.ts";
import { ipset as subject, tool } from "../firewall_subjects.ts";
import { testFirewall } from "../test_firewall.ts";

const NEEDED = [subject("auto")];

const count = () =>
  Number(/entries: (\d+)/.exec(tool(IPSET, "list", "-t", "f2d-a"))?.[1]);

testFirewall(
  NEEDED,
  "IpsetProcess tells which commands were refused, and has carried out the others",
  async () => {
    const ipset = new IpsetProcess(IPSET);
    const create = "create f2d-a hash:net family inet maxelem 65536 timeout 0";
    assert.deepEqual(await ipset.run([create]), []);
    assert.deepEqual(await ipset.run([create, "add f2d-a 192.0.2.1"]), []);
    assert.equal(count(), 1);
    const failures = await ipset.run([
      "add f2d-a 192.0.2.2 timeout 600",
      "add f2d-none 192.0.2.3",
      "add f2d-a 0.0.0.0/0",
      "add f2d-a 10.0.0.0/8",
      "flush f2d-a-name-that-is-too-long-by-far-for-ipset",
      "del f2d-a 192.0.2.99",
    ]);
    assert.deepEqual(failures.map(({ index }) => index), [1, 2, 4]);
    assert.match(failures[0]?.message ?? "", /does not exist/);
    assert.equal(count(), 3);
    assert.deepEqual(await ipset.runEach(["flush f2d-a", "destroy f2d-a"]), []);
    await ipset.close();
    await ipset.close();
  },
);

testFirewall(NEEDED, "IpsetProcess says so when ipset ends", async () => {
  const ipset = new IpsetProcess(IPSET);
  const failures = await ipset.run(["quit", "create f2d-a hash:net"]);
  assert.deepEqual(failures.map(({ message }) => message), [
    "ipset has ended, or could not be started",
    "ipset has ended, or could not be started",
  ]);
  assert.deepEqual(await ipset.run(["create f2d-a hash:net"]), []);
  assert.equal(count(), 0);
  await ipset.close();
});

Deno.test("IpsetProcess says that its program is not there", async () => {
  const ipset = new IpsetProcess("/nowhere/ipset");
  const failures = await ipset.run(["flush f2d-a"]);
  assert.deepEqual(failures.map(({ index }) => index), [0]);
  await ipset.close();
});

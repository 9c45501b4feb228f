import { strict as assert } from "node:assert";

import { createIptablesDriver } from "../../../src/act/iptables/iptables_driver.ts";
import { SILENT } from "../../../src/util/log.ts";
import { ipset, iptables, tool } from "../firewall_subjects.ts";
import { ban, extend, NOW_SECONDS } from "../samples.ts";
import { testFirewall } from "../test_firewall.ts";

const NFT = [iptables("nft"), ipset("nft")];

testFirewall(
  NFT,
  "the iptables driver gives sets the time that is left",
  async () => {
    const { begin, jail } = ipset("nft");
    const { driver, settle } = begin();
    driver.open([jail("web")]);
    driver.apply([
      ban("web", "192.0.2.1", 600),
      ban("web", "192.0.2.2", 0),
      ban("web", "192.0.2.3", 86_400 * 365),
      ban("web", "192.0.2.4", 600),
    ]);
    await settle();
    driver.apply([extend("web", "192.0.2.4", 9000)]);
    await settle();
    const saved = tool("ipset", "save", "f2d-web-v4");
    const timeout = (host: string) =>
      Number(new RegExp(`${host} timeout (\\d+)`).exec(saved)?.[1]);
    assert(timeout("192.0.2.1") > 590 && timeout("192.0.2.1") <= 600);
    assert(!(timeout("192.0.2.2") > 1));
    assert.equal(timeout("192.0.2.3"), 0);
    assert(timeout("192.0.2.4") > 8990);
    await driver.close();
  },
);

testFirewall(
  NFT,
  "the iptables driver removes rules whose time was over at the start",
  async () => {
    const { begin, jail, hosts } = iptables("nft");
    const earlier = begin();
    earlier.driver.open([jail("sshd")]);
    earlier.driver.apply([
      ban("sshd", "192.0.2.7", 30),
      ban("sshd", "192.0.2.8", 600),
    ]);
    await earlier.settle();
    const driver = createIptablesDriver({
      logger: SILENT,
      now: () => NOW_SECONDS + 60,
      onProblem: () => assert.fail(),
    });
    const found = driver.open([jail("sshd")]);
    assert.deepEqual(found.map(({ words }) => words[3]), [0xc0000208]);
    await driver.idle();
    assert.deepEqual(hosts("sshd"), ["192.0.2.8"]);
    await driver.close();
    await earlier.driver.close();
  },
);

import assert from "node:assert/strict";
import { judgeImport, zoneOf } from "../../scripts/layers.ts";

/** from, to, whether type only, part of the complaint or nothing. */
const CASES: readonly (readonly [string, string, boolean, string?])[] = [
  ["src/config/load.ts", "src/util/log.ts", false],
  ["src/util/log.ts", "src/config/types.ts", true, "go down only"],
  ["src/config/load.ts", "src/source/types.ts", true, "go down only"],
  ["src/match/matcher.ts", "src/config/types.ts", true],
  ["src/match/matcher.ts", "src/source/types.ts", false],
  ["src/match/matcher.ts", "src/source/tail.ts", true],
  ["src/match/matcher.ts", "src/source/tail.ts", false, "types only"],
  ["src/act/netlink/socket.ts", "src/act/types.ts", false],
  ["src/act/dispatcher.ts", "src/daemon.ts", true, "go down only"],
  ["src/daemon.ts", "src/source/tail.ts", false],
  ["src/daemon.ts", "src/cli/run.ts", false, "go down only"],
  ["src/cli/run.ts", "src/daemon.ts", false],
  ["src/cli/run.ts", "main.ts", false, "go down only"],
  ["main.ts", "src/cli/run.ts", false],
  ["src/control/desk.ts", "src/version.ts", false],
  ["src/version.ts", "deno.json", false],
  ["src/cli/run.ts", "test/e2e/net.ts", false, "nothing imports test/"],
  ["main.ts", "scripts/layers.ts", false, "nothing imports scripts/"],
  ["scripts/compile.ts", "test/e2e/net.ts", false, "nothing imports test/"],
  ["src/cli/import.ts", "importer/ini.ts", false],
  ["src/cli/import_fail2ban.ts", "importer/ini.ts", false],
  ["scripts/conformance.ts", "importer/ini.ts", false],
  ["scripts/check_sizes.ts", "importer/ini.ts", false, "only src/cli/import"],
  ["src/cli/run.ts", "importer/ini.ts", false, "only src/cli/import"],
  ["src/cli/important/run.ts", "importer/ini.ts", false, "only src/cli/import"],
  ["importer/ini.ts", "src/config/types.ts", true],
  ["importer/ini.ts", "src/daemon.ts", true, "go down only"],
  ["importer/ini.ts", "src/cli/run.ts", true, "go down only"],
  ["actions/nftables.ts", "src/act/contract.ts", true],
  ["actions/nftables.ts", "src/act/contract.ts", false, "contract alone"],
  ["actions/nftables.ts", "src/act/types.ts", true, "contract alone"],
  ["actions/nftables.ts", "node:fs", false, "contract alone"],
  ["actions/mail.ts", "actions/webhook.ts", true, "contract alone"],
  ["actions/webhook.ts", "actions/_far_side.ts", false],
  ["actions/_far_side.ts", "src/act/types.ts", true, "contract alone"],
  ["actions/mail.ts", "npm:nodemailer", false, "contract alone"],
  ["actions/_mail_delivery.ts", "npm:nodemailer", false],
  ["actions/_far_side.ts", "npm:nodemailer", false, "no home"],
  ["src/act/plan.ts", "actions/nftables.ts", false],
  ["src/cli/run.ts", "actions/nftables.ts", false, "only src/act"],
  ["src/match/matcher.ts", "node:fs", false, "computes only"],
  ["src/track/tracker.ts", "node:fs", false, "computes only"],
  ["src/control/server.ts", "node:http", false],
  ["src/config/load.ts", "npm:zod@4.6.7", false],
  ["src/match/matcher.ts", "npm:zod", false, "no home"],
  ["src/match/classify.ts", "npm:re2js@2.8.6", false],
  ["src/util/log.ts", "npm:re2js", false, "no home"],
  ["src/util/log.ts", "npm:left-pad", false, "no home"],
  ["src/util/log.ts", "npm:fast-check", false, "no home"],
  ["test/util/log_test.ts", "npm:fast-check", false],
  ["test/match/matcher_test.ts", "src/match/date/_month.ts", false],
  ["src/match/date/line.ts", "src/match/date/_month.ts", false],
  ["src/match/matcher.ts", "src/match/date/_month.ts", false, "private"],
  ["src/util/log.ts", "filters/x.ts", false, "no layer"],
];

for (const [from, to, isTypeOnly, complaint] of CASES) {
  const verb = complaint === undefined ? "allows" : "refuses";
  const how = isTypeOnly ? "import type" : "import";
  Deno.test(`judgeImport() ${verb} ${how} of ${to} into ${from}`, () => {
    const message = judgeImport({ from, to, isTypeOnly });
    if (complaint === undefined) return assert.equal(message, undefined);
    assert.ok(message !== undefined, "no complaint");
    assert.ok(message.includes(complaint), message);
    assert.ok(message.includes(`"${to}" into "${from}"`), message);
  });
}

Deno.test("zoneOf() names a stage, the daemon, and a top folder", () => {
  assert.equal(zoneOf("src/act/netlink/codec.ts"), "act");
  assert.equal(zoneOf("src/daemon.ts"), "daemon");
  assert.equal(zoneOf("main.ts"), "main");
  assert.equal(zoneOf("test/src/main.ts"), "test");
});

import assert from "node:assert/strict";
import { banDatabasePath } from "../../importer/ban_database_path.ts";
import { convertTree } from "../../importer/convert_tree.ts";
import { jailBanTimes } from "../../importer/jail_ban_times.ts";
import { mapJailNames } from "../../importer/jail_names.ts";
import { readTree } from "../../importer/read_tree.ts";
import { createMemoryTree } from "./memory_tree.ts";

const JAILS = `[DEFAULT]
enabled = true
filter = app
action = nftables
[one]
logpath = /var/log/one.log
[my jail]
logpath = /var/log/one.log
          /var/log/two.log
bantime = 1h
[grows]
logpath = /var/log/one.log
bantime = -1
bantime.increment = true
bantime.maxtime = 4w
[recidive]
filter = recidive
logpath = /var/log/fail2ban.log
[off]
enabled = false
`;

/** @param daemon fail2ban.conf */
function makeTree(daemon = "") {
  const files = createMemoryTree({
    "/f/jail.conf": JAILS,
    "/f/fail2ban.conf": daemon,
    "/f/filter.d/app.conf": "[Definition]\nfailregex = ^ refused <HOST>$\n",
    "/f/filter.d/recidive.conf": "[Definition]\nfailregex = ^ Ban <HOST>$\n",
    "/f/action.d/nftables.conf": "[Definition]\nactionban = nft <ip>\n",
    "/var/log/one.log": "",
    "/var/log/two.log": "",
    "/var/log/fail2ban.log": "",
  });
  return { files, tree: readTree("/f", { files }) };
}

Deno.test("mapJailNames() gives the names of the jails that run", () => {
  const { files, tree } = makeTree();
  assert.deepEqual([...mapJailNames(convertTree(tree, { files }))], [
    ["one", "one"],
    ["my jail", "my-jail"],
    ["grows", "grows"],
  ]);
});

Deno.test("jailBanTimes() reads what a jail bans for, and fail2ban's own when it says nothing", () => {
  const times = makeTree().tree.jails.map(jailBanTimes);
  assert.deepEqual(times.slice(0, 3), [
    { banTimeSeconds: 600, increments: false, maxTimeSeconds: Infinity },
    { banTimeSeconds: 3600, increments: false, maxTimeSeconds: Infinity },
    {
      banTimeSeconds: Infinity,
      increments: true,
      maxTimeSeconds: 28 * 86_400,
    },
  ]);
});

Deno.test("banDatabasePath() follows dbfile", () => {
  const path = (text: string) => banDatabasePath(makeTree(text).tree);
  assert.equal(path(""), "/var/lib/fail2ban/fail2ban.sqlite3");
  assert.equal(
    path("[Definition]\ndbfile = /srv/%(name)s\n[DEFAULT]\nname = f.db\n"),
    "/srv/f.db",
  );
  for (const name of ["None", "none", ":memory:"]) {
    assert.equal(path(`[Definition]\ndbfile = ${name}\n`), undefined);
  }
});

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  type ImportedBans,
  readBanDatabase,
} from "../../importer/ban_database.ts";
import { formatNetwork } from "../../src/util/address.ts";
import { FAIL2BAN_PROGRAMS } from "../support/fail2ban.ts";
import { Fail2banServer } from "../support/fail2ban_server.ts";
import { isFile } from "../support/is_file.ts";

const ignore = !isFile(`${FAIL2BAN_PROGRAMS}/fail2ban-server`);

/** Jails that act on nothing: what is kept of their bans is all that counts. */
const JAILS = `[DEFAULT]
backend = polling
filter = sshd
action =
bantime = 1h
[app]
enabled = true
logpath = @/app.log
[grows]
enabled = true
logpath = @/app.log
bantime = -1
bantime.increment = true
`;

Deno.test({
  name: "readBanDatabase() reads what Debian's fail2ban leaves behind",
  ignore,
  async fn() {
    const folder = Deno.makeTempDirSync({ prefix: "fail2deno-test-" });
    try {
      Deno.writeTextFileSync(`${folder}/app.log`, "");
      const fail2ban = new Fail2banServer(folder, { jails: JAILS });
      const before = Math.floor(Date.now() / 1000);
      {
        await using server = fail2ban;
        await server.ask("start");
        await server.ask("set", "app", "banip", "192.0.2.1", "2001:db8::1");
        await server.ask("set", "grows", "banip", "198.51.100.0/24");
        await server.ask("set", "app", "banip", "192.0.2.2");
        await waitForBans(4, fail2ban.database);
        await server.ask("set", "app", "unbanip", "192.0.2.2");
        await waitForBans(3, fail2ban.database);
      }
      const now = Date.now() / 1000;
      const found = read(fail2ban.database);
      strictEqual(found.version, 4);
      deepStrictEqual(found.skipped, []);
      deepStrictEqual(
        found.bans.map(({ jail, network, count }) =>
          `${jail} ${formatNetwork(network)} x${count}`
        ).sort(),
        [
          "app 192.0.2.1 x1",
          "app 2001:db8::1 x1",
          "grows 198.51.100.0/24 x1",
        ],
      );
      for (const { jail, startSeconds, endSeconds } of found.bans) {
        ok(startSeconds >= before - 1 && startSeconds <= now + 1);
        strictEqual(
          endSeconds - startSeconds,
          jail === "app" ? 3600 : Infinity,
        );
      }
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});

function read(path: string): ImportedBans {
  const times = { increments: false, maxTimeSeconds: Infinity };
  return readBanDatabase(path, {
    nowSeconds: Date.now() / 1000,
    jails: new Map([
      ["app", { ...times, banTimeSeconds: 3600 }],
      ["grows", { ...times, banTimeSeconds: Infinity, increments: true }],
    ]),
  });
}

/** fail2ban writes them by a thread of its own, while we read. */
async function waitForBans(count: number, path: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (read(path).bans.length === count) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`There are ${read(path).bans.length} bans, not ${count}`);
}

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import {
  failedPassword,
  startDaemon,
  type TestDaemon,
  until,
} from "../support/daemon.ts";
import { FarSide } from "../support/daemon_far_side.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";

const PORT = 8323;
const KEY = "k".repeat(80);

const CONFIG = `${SAMPLE_JAIL}
[jail.blacklist]
source = "feed"
feed = "abuseipdb"
ignoreip = ["45.9.0.0/16"]

[jail.again]
source = "bans"
max_retry = 1

[action.abuseipdb]
key = { file = "@DIR@/key" }
endpoint = "http://127.0.0.1:${PORT}/api/v2"
`;

/** Gives the list that is in a file, and writes down whom it gave it. */
function openListServer(daemon: TestDaemon): FarSide {
  return new FarSide(daemon, {
    port: PORT,
    note: 'request.headers.get("key") + " " + new URL(request.url).pathname',
    answer: "list",
  });
}

async function bannedBy(daemon: TestDaemon): Promise<readonly string[]> {
  return [...(await daemon.kernelBans("blacklist")).keys()].sort();
}

Deno.test("AbuseIPDB's blacklist is banned in a jail of its own, whoever writes it, and stays over a restart", async () => {
  await using daemon = await startDaemon({
    files: {
      key: KEY,
      list: JSON.stringify({
        data: [
          ...["45.0.0.7", "2a00:1450::7", "45.9.1.1", "127.0.0.1", "10.0.0.1"],
          ...["45.0.0.0/8", "junk", "45.0.0.8"],
        ].map((ipAddress) => ({ ipAddress })),
      }),
    },
    config: ({ folder }) => {
      Deno.chmodSync(`${folder}/key`, 0o600);
      return Promise.resolve(CONFIG);
    },
  });
  await daemon.exec("ip", "link", "set", "lo", "up");
  await using server = openListServer(daemon);
  const expected = ["2a00:1450::7", "45.0.0.7", "45.0.0.8"];
  await daemon.heard(/Ban hosts of feed.*jail=blacklist/);
  deepStrictEqual(await bannedBy(daemon), expected);
  deepStrictEqual(server.lines, [`${KEY} /api/v2/blacklist`]);
  ok(!/Ban host /.test(daemon.said()), "each host is told of by itself");
  strictEqual((await daemon.kernelBans("again")).size, 0);
  ok(!daemon.said().includes(KEY));
  match(
    (await daemon.cli("status", "--actions")).out,
    /^abuseipdb +blacklist +4 +\S+Z +\S+Z$/m,
  );

  strictEqual(await daemon.kill("SIGTERM"), 0);
  await daemon.startAgain();
  deepStrictEqual(await bannedBy(daemon), expected);
  await until("the feed was asked, and waits", async () => {
    const { out } = await daemon.cli("status", "--actions", "--json");
    const [action] = JSON.parse(out).actions;
    return action.calls === 1 && action.state === "idle" &&
      Date.parse(action.feed.next) > Date.now() + 80_000_000;
  }, () => daemon.said());
  strictEqual(server.lines.length, 1);

  daemon.append(failedPassword("203.0.113.9").repeat(5));
  await daemon.heard(/Ban host.*203\.0\.113\.9/);
  const config = Deno.readTextFileSync(daemon.configFile);
  Deno.writeTextFileSync(
    daemon.configFile,
    config.replace(/\[jail\.blacklist\][^]*(?=\[jail\.again\])/, ""),
  );
  strictEqual((await daemon.cli("reload")).code, 0);
  deepStrictEqual(await bannedBy(daemon), []);
});

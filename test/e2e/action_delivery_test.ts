import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { ActionRecord } from "../../src/control/types.ts";
import {
  failedPassword,
  startDaemon,
  type TestDaemon,
  until,
} from "../support/daemon.ts";
import { FarSide } from "../support/daemon_far_side.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";

const PORT = 8321;

/** A file of the administrator's, which posts whatever it is told. */
const OWN_ACTION = `export default {
  id: "own", version: "1.0.0", describe: "Posts what it is told",
  options: { url: { type: "url", describe: "Where to", required: true },
             key: { type: "secret", describe: "Key" } },
  permissions: { net: ["{url}"] },
  ban: (batch, context) => post("ban", batch, context),
  unban: (batch, context) => post("unban", batch, context),
  sync: (batch, context) => post("sync", batch, context),
  cleanup: (context) => post("cleanup", [], context),
};
async function post(method, batch, { options, signal }) {
  const response = await fetch(options.url, {
    method: "POST", signal,
    body: JSON.stringify({ method, batch, key: options.key }),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error("status " + response.status);
}
`;

/** What the far side was told in one call. */
interface Told {
  readonly method: string;
  readonly batch: readonly { readonly id: number; readonly host: string }[];
  readonly key: string;
}

/** @returns the hosts that were told of in these calls */
function hostsOf(told: readonly Told[], method: string): readonly string[] {
  return told.filter((each) => each.method === method)
    .flatMap(({ batch }) => batch.map(({ host }) => host));
}

/** No folder above a file of one's own may be everybody's, as /tmp is. */
function makeOwnAction(): Disposable & { readonly path: string } {
  const folder = Deno.makeTempDirSync({
    dir: "/run",
    prefix: "fail2deno-test-",
  });
  Deno.chmodSync(folder, 0o755);
  const path = `${folder}/own.ts`;
  Deno.writeTextFileSync(path, OWN_ACTION);
  return {
    path,
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

async function actionOf(daemon: TestDaemon): Promise<ActionRecord> {
  const { out } = await daemon.cli("status", "--actions", "--json");
  return JSON.parse(out).actions[0];
}

Deno.test("run keeps what nobody takes over kill -9", async () => {
  await using daemon = await startDaemon({
    config: `${SAMPLE_JAIL}\nwebhook = "http://127.0.0.1:${PORT}/"\n`,
  });
  daemon.append(failedPassword("203.0.113.9").repeat(5));
  daemon.append(failedPassword("203.0.113.8").repeat(5));
  await daemon.heard(/Ban host.*203\.0\.113\.8/);
  strictEqual((await actionOf(daemon)).queued, 2);
  await daemon.kill("SIGKILL");
  await daemon.startAgain();
  const { name, queued, delivered } = await actionOf(daemon);
  deepStrictEqual([name, queued, delivered], ["sshd/webhook", 2, 0]);
  strictEqual((await daemon.cli("db", "check")).code, 0);
  const { out } = await daemon.cli("db", "export");
  strictEqual(
    out.match(/"kind":"message","action":"sshd\/webhook"/g)?.length,
    2,
  );
  await daemon.cli("unban", "203.0.113.9");
  // It may have been told of the ban: the unban takes its place.
  strictEqual((await actionOf(daemon)).queued, 2);
});

Deno.test({
  name:
    "run tells an action of bans, also after kill -9, and has it clean up at its end",
  async fn() {
    using own = makeOwnAction();
    await using daemon = await startDaemon({
      config: `${SAMPLE_JAIL}
actions = ["own"]

[action.own]
file = "${own.path}"
url = "http://127.0.0.1:${PORT}/"
key = { file = "@DIR@/key" }
every = 0
`,
      files: { key: "hunter2\n" },
    });
    await daemon.exec("ip", "link", "set", "lo", "up");
    daemon.append(failedPassword("203.0.113.9").repeat(5));
    await daemon.heard(/Ban host.*203\.0\.113\.9/);
    await until("a call has failed", async () => {
      const { lastError } = await actionOf(daemon);
      return lastError !== null;
    }, () => daemon.said());
    await daemon.kill("SIGKILL");
    await daemon.startAgain();
    await using farSide = new FarSide<Told>(daemon, { port: PORT });
    await until(
      "the ban is told",
      () => hostsOf(farSide.told, "ban").length > 0,
      () => daemon.said(),
    );
    deepStrictEqual(hostsOf(farSide.told, "ban"), ["203.0.113.9"]);
    strictEqual(farSide.told[0]?.key, "hunter2");
    await daemon.cli("unban", "203.0.113.9");
    await until(
      "the unban is told",
      () => hostsOf(farSide.told, "unban").length > 0,
    );
    await requireDiscretion(daemon);
    const text = Deno.readTextFileSync(daemon.configFile);
    Deno.writeTextFileSync(
      daemon.configFile,
      text.replace('actions = ["own"]', ""),
    );
    const { code, err } = await daemon.cli("reload");
    strictEqual(code, 0, err);
    await until(
      "it has cleaned up",
      () => farSide.told.some(({ method }) => method === "cleanup"),
    );
  },
});

/** The secret is seen by the far side alone. */
async function requireDiscretion(daemon: TestDaemon): Promise<void> {
  const { out } = await daemon.cli("status", "--actions");
  match(out, /^nftables +\d+ +\d+ +0$/m);
  match(out, /^own +\S+own\.ts +\w+ +/m);
  for (const words of [["check"], ["permissions"], ["status", "--json"]]) {
    const { out, err } = await daemon.cli(...words);
    ok(!`${out}${err}`.includes("hunter2"));
  }
  ok(!daemon.said().includes("hunter2"));
}

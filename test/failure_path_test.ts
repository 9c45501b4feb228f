import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { loadConfig } from "../src/config/load.ts";
import { FailurePath } from "../src/failure_path.ts";
import { createTracker, type JailTracker } from "../src/track/tracker.ts";
import { SILENT } from "../src/util/log.ts";
import { createMemoryFiles, MAIN_FILE } from "./config/render_case.ts";
import { until } from "./support/daemon.ts";
import { failureOf, network, SEED } from "./track/fixtures.ts";

/** Bans for ten seconds at the first failure. */
const SSHD = `[jail.sshd]
log_path = "/a"
filter = ["<HOST>"]
max_retry = 1
ban_time = 10
`;

const RECIDIVE = `[jail.recidive]
source = "bans"
max_retry = 3
find_time = "1d"
ban_time = "1w"
`;

/** A path whose tracker tells it of bans, as the daemon's does. */
class Trial implements AsyncDisposable {
  readonly tracker: JailTracker;
  readonly path: FailurePath;
  /** `ban sshd 192.0.2.7 5` */
  readonly said: string[] = [];

  constructor(config: string) {
    this.tracker = createTracker({
      maxTracked: 64,
      maxBans: 1000,
      seed: SEED,
      onDecision: ({ kind, ban }) =>
        this.said.push(`${kind} ${ban.jail} ${ban.host} ${ban.startSeconds}`),
      onBan: (ban, nowSeconds) => this.path.takeBan(ban, nowSeconds),
    });
    this.path = new FailurePath({
      tracker: this.tracker,
      logger: SILENT,
      isDebug: () => false,
      onVerdict() {},
      onLate: () => {},
    });
    this.path.setJails(
      loadConfig({
        file: MAIN_FILE,
        filtersFolders: [],
        ...createMemoryFiles(new Map([[MAIN_FILE, config]])),
        strict: true,
      }).jails,
    );
  }

  fail(at: number, host = "192.0.2.7", nowSeconds = at): void {
    this.path.take(failureOf(host, at), nowSeconds);
  }

  /** @returns bans since the last time */
  take(): string[] {
    return this.said.splice(0).filter((text) => text.startsWith("ban "));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.path.close();
  }
}

Deno.test("takeBan() counts bans of other jails, and the jail's own never", async () => {
  await using trial = new Trial(`${SSHD}${RECIDIVE}`);
  for (const at of [100, 200]) trial.fail(at);
  deepStrictEqual(trial.take(), [
    "ban sshd 192.0.2.7 100",
    "ban sshd 192.0.2.7 200",
  ]);
  trial.fail(300);
  deepStrictEqual(trial.take(), [
    "ban sshd 192.0.2.7 300",
    "ban recidive 192.0.2.7 300",
  ]);
  strictEqual(trial.tracker.counts("recidive", 300).totalFailed, 3);
  trial.fail(400);
  deepStrictEqual(trial.take(), ["ban sshd 192.0.2.7 400"]);
  strictEqual(trial.tracker.counts("recidive", 400).totalBanned, 1);
});

Deno.test("takeBan() counts only bans of the jails that are named", async () => {
  await using trial = new Trial(
    `${SSHD}${SSHD.replace("sshd", "web")}${RECIDIVE}jails = ["web"]\n`,
  );
  for (const at of [100, 200, 300, 400]) trial.fail(at);
  strictEqual(trial.tracker.counts("recidive", 400).totalFailed, 0);
});

Deno.test("takeBan() comes to an end where jails watch one another", async () => {
  const other = RECIDIVE.replace("recidive", "other");
  await using trial = new Trial(
    `${SSHD}${RECIDIVE}${other}`.replaceAll("max_retry = 3", "max_retry = 1"),
  );
  trial.fail(100);
  deepStrictEqual(trial.take().sort(), [
    "ban other 192.0.2.7 100",
    "ban recidive 192.0.2.7 100",
    "ban sshd 192.0.2.7 100",
  ]);
});

Deno.test("takeBan() counts bans by hand, but those of networks, longer ones and those from before", async () => {
  await using trial = new Trial(`${SSHD}${RECIDIVE}`);
  const ban = (text: string, seconds: number, nowSeconds: number) =>
    trial.tracker.ban({
      jail: "sshd",
      network: network(text),
      seconds,
      nowSeconds,
    });
  const counted = () => trial.tracker.counts("recidive", 400).totalFailed;
  ban("192.0.2.7", 10, 100);
  strictEqual(counted(), 1);
  strictEqual(ban("192.0.2.7", 100, 101), "extended");
  ban("198.51.100.0/24", 10, 102);
  strictEqual(counted(), 1);
  trial.tracker.records.restoreBan({
    jail: "sshd",
    host: network("192.0.2.8"),
    startSeconds: 100,
    endSeconds: 200,
    count: 1,
    failures: 1,
  }, 102);
  strictEqual(counted(), 1);
});

Deno.test("takeBan() spares whom the jail's lists or its command ignore", async () => {
  await using trial = new Trial(
    `${SSHD}${RECIDIVE.replace("max_retry = 3", "max_retry = 1")}` +
      `ignoreip = ["192.0.2.7"]\nignore_command = "test <ip> = 192.0.2.8"\n`,
  );
  for (const host of ["192.0.2.7", "192.0.2.8", "192.0.2.9"]) {
    trial.fail(Math.floor(Date.now() / 1000), host);
  }
  const counts = () => trial.tracker.counts("recidive", Date.now() / 1000);
  await until(
    "the command has answered for all",
    () => counts().ignored === 2 && counts().totalBanned === 1,
    () => JSON.stringify(counts()),
  );
  deepStrictEqual(trial.tracker.find(network("192.0.2.9")), [
    "sshd",
    "recidive",
  ]);
});

Deno.test("takeBan() goes by the clock of the failure that brought the ban", async () => {
  await using trial = new Trial(
    `${SSHD}${
      RECIDIVE.replace("1w", "50").replace("max_retry = 3", "max_retry = 1")
    }`,
  );
  trial.fail(100, "192.0.2.7", 105);
  deepStrictEqual(trial.take(), [
    "ban sshd 192.0.2.7 100",
    "ban recidive 192.0.2.7 100",
  ]);
  strictEqual(trial.tracker.nextExpirySeconds(), 110);
});

Deno.test("take() drops failures of jails that are gone, which another thread may have sent before", async () => {
  await using trial = new Trial(SSHD);
  for (const jail of ["gone", "gone success"]) {
    trial.path.take(failureOf("192.0.2.7", 100, jail), 100);
  }
  deepStrictEqual(trial.take(), []);
  trial.fail(100);
  deepStrictEqual(trial.take(), ["ban sshd 192.0.2.7 100"]);
});

Deno.test("takesText() tells jails whose lines are shown to a command", async () => {
  await using trial = new Trial(
    `${SSHD}ignore_command = "friend <matches>"\n${
      SSHD.replace("jail.sshd", "jail.other")
    }`,
  );
  deepStrictEqual(
    ["sshd", "other", "gone"].filter((jail) => trial.path.takesText(jail)),
    ["sshd"],
  );
});

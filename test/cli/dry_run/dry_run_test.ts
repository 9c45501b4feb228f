import assert from "node:assert/strict";
import { runInProcess } from "../../support/program.ts";
import { attackAt, dryRunJson, failureAt } from "./fixtures.ts";
import { withFolder } from "../../support/with_folder.ts";

Deno.test("dry-run needs neither a configuration nor the log that it names", () =>
  withFolder(async (folder) => {
    const log = `${folder}/log`;
    Deno.writeTextFileSync(log, attackAt(4, "203.0.113.9"));
    const { code, err, outcome } = await dryRunJson(log);
    assert.equal(code, 0, err);
    assert.deepEqual(
      outcome.bans.map(({ host, time, log }) => [host, time, log]),
      [["203.0.113.9", "2026-01-02T03:04:05Z", log]],
    );
  }));

Deno.test("dry-run reads several logs in the order given, and tells each one's share", () =>
  withFolder(async (folder) => {
    const [older, newer] = [`${folder}/log.1`, `${folder}/log`];
    const attack = attackAt(4, "203.0.113.9").split(/(?<=\n)/);
    // The attack is torn, and the last line of the older log has no newline.
    Deno.writeTextFileSync(older, attack.slice(0, 3).join("").slice(0, -1));
    Deno.writeTextFileSync(newer, attack.slice(3).join("") + "other\n");
    const { outcome } = await dryRunJson(older, newer);
    assert.equal(outcome.lines, 6);
    assert.deepEqual(outcome.logs, [
      { name: older, lines: 3, failures: 3, bans: 0, isComplete: true },
      { name: newer, lines: 3, failures: 2, bans: 1, isComplete: true },
    ]);
    const text = (await runInProcess("dry-run", older, newer)).out;
    assert.match(text, /^6 lines, 5 failures, 1 ban\n/);
    assert.match(text, /log\.1 +3 +3 +0 +all\n.*log +3 +2 +1 +all\n/);
  }));

Deno.test("dry-run tells the pattern that the ban is owed to, and where it stands", () =>
  withFolder(async (folder) => {
    const [log, config] = [`${folder}/log`, `${folder}/config.toml`];
    Deno.writeTextFileSync(
      config,
      `[jail.app]\nlog_path = "${log}"\nmax_retry = 2\nban_time = -1\n` +
        `filter = [\n  'never <HOST>$',\n  'login failed from <HOST>$',\n  'locked out <HOST>$',\n]\n`,
    );
    const at = (second: number, text: string) =>
      `2026-01-02T03:04:0${second}Z app: ${text}\n`;
    // The second failure decides, by another pattern than the first one's.
    Deno.writeTextFileSync(
      log,
      at(1, "login failed from 192.0.2.1") + at(2, "locked out 192.0.2.1"),
    );
    const { outcome } = await dryRunJson("-c", config, log);
    assert.deepEqual(outcome.bans, [{
      host: "192.0.2.1",
      jail: "app",
      time: "2026-01-02T03:04:02Z",
      seconds: null,
      count: 1,
      pattern: { index: 2, text: "locked out <HOST>$", file: config, line: 8 },
      log,
    }]);
    const text = (await runInProcess("dry-run", "-c", config, log)).out;
    assert.match(text, /192\.0\.2\.1 +app +for ever +1 +app\[2\]\n/);
    assert.match(
      text,
      /\napp\[2\] +1 ban, .*config\.toml:8, locked out <HOST>\$\n/,
    );
  }));

Deno.test("dry-run shows the bans of a jail that watches for bans", () =>
  withFolder(async (folder) => {
    const [log, config] = [`${folder}/log`, `${folder}/config.toml`];
    Deno.writeTextFileSync(
      config,
      `[jail.sshd]\nlog_path = "${log}"\nfilter = "sshd"\nban_time = "1m"\n` +
        `[jail.recidive]\nsource = "bans"\nmax_retry = 2\nban_time = "1w"\n`,
    );
    Deno.writeTextFileSync(
      log,
      attackAt(1, "192.0.2.1") + attackAt(9, "192.0.2.1"),
    );
    const { outcome } = await dryRunJson("-c", config, log);
    assert.equal(outcome.failures, 10);
    assert.deepEqual(
      outcome.bans.map(({ jail, seconds, time }) => [jail, seconds, time]),
      [
        ["sshd", 60, "2026-01-02T03:01:05Z"],
        ["sshd", 60, "2026-01-02T03:09:05Z"],
        ["recidive", 604_800, "2026-01-02T03:09:05Z"],
      ],
    );
  }));

Deno.test("dry-run takes the jails of each -j, disabled ones too, and refuses an unknown one", () =>
  withFolder(async (folder) => {
    const [log, config] = [`${folder}/log`, `${folder}/config.toml`];
    const jail = (name: string, isEnabled: boolean) =>
      `[jail.${name}]\nenabled = ${isEnabled}\nlog_path = "${log}"\nfilter = "sshd"\n`;
    Deno.writeTextFileSync(
      config,
      jail("a", true) + jail("b", true) + jail("c", false),
    );
    Deno.writeTextFileSync(log, attackAt(4, "203.0.113.9"));
    const jailsOf = async (...words: string[]) =>
      (await dryRunJson("-c", config, log, ...words)).outcome.bans.map((
        { jail },
      ) => jail);
    assert.deepEqual(await jailsOf(), ["a", "b"]);
    assert.deepEqual(await jailsOf("-j", "c", "--jail=a"), ["a", "c"]);
    const wrong = await runInProcess(
      ...["dry-run", "-c", config, log, "-j", "a", "-j", "x"],
    );
    assert.equal(wrong.code, 64);
    assert.match(wrong.err, /Cannot find jail "x".*expected one of a, b, c/);
  }));

Deno.test("dry-run --since leaves out older lines, however the log is read", () =>
  withFolder(async (folder) => {
    const log = `${folder}/log`;
    Deno.writeTextFileSync(
      log,
      attackAt(4, "203.0.113.9") + attackAt(30, "203.0.113.10"),
    );
    const { outcome } = await dryRunJson(
      log,
      "--since",
      "2026-01-02T03:30:02Z",
    );
    assert.equal(outcome.lines, 4);
    assert.equal(outcome.failures, 4);
    assert.deepEqual(outcome.bans, []);
    const wrong = await runInProcess("dry-run", log, "--since", "soon");
    assert.equal(wrong.code, 64);
    assert.match(wrong.err, /Cannot begin since "soon": no moment/);
  }));

Deno.test("dry-run --since leaves out an old line when it stands among newer ones", () =>
  withFolder(async (folder) => {
    const log = `${folder}/log`;
    const host = "203.0.113.9";
    Deno.writeTextFileSync(
      log,
      failureAt(30, 1, host) + failureAt(4, 1, host) + failureAt(30, 2, host),
    );
    const { outcome } = await dryRunJson(log, "--since", "2026-01-02T03:30Z");
    assert.equal(outcome.failures, 2);
  }));

Deno.test("dry-run refuses a log that is not there before it reads the others", () =>
  withFolder(async (folder) => {
    const log = `${folder}/log`;
    Deno.writeTextFileSync(log, attackAt(4, "203.0.113.9"));
    const missing = await runInProcess("dry-run", log, `${folder}/none`);
    assert.equal(missing.code, 65);
    assert.match(
      missing.err,
      /Cannot read log ".*none": there is no such file/,
    );
    assert.equal(missing.out, "");
    const directory = await runInProcess("dry-run", folder);
    assert.match(directory.err, /: it is a folder\n/);
    const twice = await runInProcess("dry-run", "-", log, "-");
    assert.equal(twice.code, 64);
  }));

Deno.test("dry-run leaves out a line that is longer than a block, and says so", () =>
  withFolder(async (folder) => {
    const log = `${folder}/log`;
    Deno.writeTextFileSync(
      log,
      `${"x".repeat(3 << 20)}\n${attackAt(4, "203.0.113.9")}`,
    );
    const { out } = await runInProcess("dry-run", log);
    assert.match(
      out,
      /^5 lines, 5 failures, 1 ban, 1 overlong line left out\n/,
    );
  }));

Deno.test("dry-run reads a log in JSON by its own time, from --since on, and tells the conditions", () =>
  withFolder(async (folder) => {
    const [log, config] = [`${folder}/log`, `${folder}/config.toml`];
    Deno.writeTextFileSync(
      config,
      `[jail.app]\nlog_path = "${log}"\nmax_retry = 2\nformat = "json"\n` +
        `time = "ts"\nhost = "ip"\nmatch = { status = [401, 403] }\n`,
    );
    const start = Date.UTC(2026, 0, 2, 3, 4, 0) / 1000;
    const lines = Array.from({ length: 400 }, (_, second) =>
      JSON.stringify({
        ts: start + second,
        ip: second % 100 < 2 ? `192.0.2.${Math.floor(second / 100)}` : "::1",
        status: second % 100 < 2 ? 401 : 200,
      }));
    Deno.writeTextFileSync(log, `${lines.join("\n")}\nnone\n`);
    const since = ["--since", `@${start + 150}`, "-c", config];
    const { err, outcome } = await dryRunJson(log, ...since);
    assert.deepEqual(
      outcome.bans.map(({ host, time, pattern }) => [host, time, pattern.text]),
      [
        ["192.0.2.2", "2026-01-02T03:07:21Z", "status = [401,403]"],
        ["192.0.2.3", "2026-01-02T03:09:01Z", "status = [401,403]"],
      ],
      err,
    );
    const tried = await runInProcess(
      ...["test-filter", "-c", config, "--jail", "app", lines[100] ?? ""],
    );
    assert.equal(tried.code, 0);
    assert.match(tried.out, /Host +192\.0\.2\.1\n/);
    const explained = await runInProcess("check", "--explain", "-c", config);
    assert.match(explained.out, /match status = \[401,403\]/);
  }));

import { strict as assert } from "node:assert";

import { createScriptDriver } from "../../src/act/script_driver.ts";
import type { ActJail, ActProblem, Driver } from "../../src/act/types.ts";
import { SILENT } from "../../src/util/log.ts";
import { ban, extend, jailOf, unban } from "./samples.ts";

function scriptJail(
  name: string,
  banCommand: string,
  unbanCommand: string,
): ActJail {
  return jailOf(name, {
    backend: { kind: "script", banCommand, unbanCommand },
  });
}

interface Rig {
  readonly driver: Driver;
  readonly problems: ActProblem[];
  /** @returns the lines that the commands appended to their log */
  readonly readLog: () => string[];
  readonly log: string;
}

/** Runs the test with a driver whose commands write to a file. */
async function withRig(
  test: (rig: Rig) => Promise<void>,
  limits: { readonly deadlineMs?: number; readonly maxQueued?: number } = {},
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const log = `${folder}/log`;
  await Deno.writeTextFile(log, "");
  const problems: ActProblem[] = [];
  const driver = createScriptDriver({
    logger: SILENT,
    onProblem: (problem) => problems.push(problem),
    ...limits,
  });
  const readLog = () =>
    Deno.readTextFileSync(log).split("\n").filter((line) => line !== "");
  await test({ driver, problems, readLog, log });
  await Deno.remove(folder, { recursive: true });
}

async function until(isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!isTrue() && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert(isTrue());
}

Deno.test("the script driver fills in placeholders and variables", () =>
  withRig(async ({ driver, problems, readLog, log }) => {
    const command = (word: string) =>
      `echo "${word} <IP> <JAIL> <ip> <OTHER> $IP $JAIL $FAMILY" >> ${log}`;
    driver.open([scriptJail("web.x", command("ban"), command("unban"))]);
    driver.apply([ban("web.x", "192.0.2.7"), ban("web.x", "2001:db8::/64")]);
    await until(() => readLog().length === 2);
    driver.apply([unban("web.x", "192.0.2.7", "expired")]);
    await driver.close();
    assert.deepEqual(readLog(), [
      "ban 192.0.2.7 web.x <ip> <OTHER> 192.0.2.7 web.x inet4",
      "ban 2001:db8::/64 web.x <ip> <OTHER> 2001:db8::/64 web.x inet6",
      "unban 192.0.2.7 web.x <ip> <OTHER> 192.0.2.7 web.x inet4",
      "unban 2001:db8::/64 web.x <ip> <OTHER> 2001:db8::/64 web.x inet6",
    ]);
    assert.deepEqual(problems, []);
  }));

Deno.test("the script driver runs nothing for what undoes itself while it waits", () =>
  withRig(async ({ driver, readLog, log }) => {
    driver.open([
      scriptJail("x", `echo b <IP> >> ${log}`, `echo u <IP> >> ${log}`),
    ]);
    driver.apply([
      ban("x", "192.0.2.1"),
      ban("x", "192.0.2.2"),
      unban("x", "192.0.2.1"),
      unban("x", "192.0.2.9"),
      extend("x", "192.0.2.2"),
    ]);
    await until(() => readLog().length === 1);
    driver.apply([
      unban("x", "192.0.2.2"),
      ban("x", "192.0.2.2"),
      ban("x", "192.0.2.2"),
    ]);
    await driver.close();
    assert.deepEqual(readLog(), ["b 192.0.2.2", "u 192.0.2.2"]);
  }));

Deno.test("the script driver keeps the order within a jail and runs one at a time", () =>
  withRig(async ({ driver, readLog, log }) => {
    const command =
      `echo start <IP> >> ${log}; sleep 0.02; echo end <IP> >> ${log}`;
    driver.open([scriptJail("x", command, "")]);
    const hosts = [1, 2, 3, 4].map((i) => `192.0.2.${i}`);
    driver.apply(hosts.map((host) => ban("x", host)));
    await until(() => readLog().length === 8);
    assert.deepEqual(
      readLog(),
      hosts.flatMap((host) => [`start ${host}`, `end ${host}`]),
    );
    await driver.close();
  }));

Deno.test("the script driver reports a failed command with its output, escaped", () =>
  withRig(async ({ driver, problems }) => {
    driver.open([scriptJail("x", "printf 'no\\033[2Jway' >&2; exit 4", "")]);
    driver.apply([ban("x", "192.0.2.1"), ban("y", "192.0.2.2")]);
    await until(() => problems.length === 2);
    await driver.close();
    assert.deepEqual(problems, [
      {
        action: "script",
        phase: "ban",
        jail: "y",
        host: "192.0.2.2",
        message: "The jail is not known",
      },
      {
        action: "script",
        phase: "ban",
        jail: "x",
        host: "192.0.2.1",
        message: "Command failed: exit code 4: no\\x1b[2Jway",
      },
    ]);
  }));

Deno.test("the script driver kills what takes too long and goes on", () =>
  withRig(async ({ driver, problems, readLog, log }) => {
    const command = `[ <IP> = 192.0.2.1 ] && sleep 30; echo <IP> >> ${log}`;
    driver.open([scriptJail("x", command, "")]);
    driver.apply([ban("x", "192.0.2.1"), ban("x", "192.0.2.2")]);
    await until(() => readLog().length === 1);
    await driver.close();
    assert.deepEqual(readLog(), ["192.0.2.2"]);
    assert.equal(problems.length, 1);
    assert.match(
      problems[0]?.message ?? "",
      /^Command timed out: no end after/,
    );
  }, { deadlineMs: 500 }));

Deno.test("the script driver bounds what waits, for bans only", () =>
  withRig(async ({ driver, problems, readLog, log }) => {
    driver.open([scriptJail("x", `echo b >> ${log}`, `echo u >> ${log}`)]);
    driver.apply([1, 2, 3, 4, 5].map((i) => ban("x", `192.0.2.${i}`)));
    await until(() => readLog().length === 3);
    await driver.close();
    assert.deepEqual(readLog(), ["b", "b", "b", "u", "u", "u"]);
    assert.deepEqual(problems.map(({ host }) => host), [
      "192.0.2.4",
      "192.0.2.5",
    ]);
    assert.match(
      problems[0]?.message ?? "",
      /^Not run: 3 commands are waiting/,
    );
  }, { maxQueued: 3 }));

Deno.test("the script driver unbans with the command that the ban came with", () =>
  withRig(async ({ driver, readLog, log }) => {
    const jail = (name: string, word: string) =>
      scriptJail(name, `echo b ${word} >> ${log}`, `echo u ${word} >> ${log}`);
    driver.open([jail("x", "old"), jail("y", "gone")]);
    driver.apply([ban("x", "192.0.2.1")]);
    await until(() => readLog().length === 1);
    driver.apply([ban("y", "192.0.2.1")]);
    await until(() => readLog().length === 2);
    driver.reload([jail("x", "new")]);
    await until(() => readLog().length === 3);
    driver.apply([ban("x", "192.0.2.2")]);
    await until(() => readLog().length === 4);
    await driver.close();
    assert.deepEqual(readLog(), [
      "b old",
      "b gone",
      "u gone",
      "b new",
      "u old",
      "u new",
    ]);
  }));

import assert from "node:assert/strict";
import {
  IgnoreGate,
  type IgnoreGateOptions,
} from "../../src/ignore/ignore_gate.ts";
import { parseNetwork } from "../../src/util/address.ts";
import { type LogFields, SILENT } from "../../src/util/log.ts";
import { makeFailure } from "./fixtures.ts";

const CACHE = { key: "<ip>", maxCount: 100, maxTimeSeconds: 300 };

/** A gate with one jail, in a folder of its own that commands can write to. */
function createGate(
  command: string,
  options: Partial<IgnoreGateOptions> & { maxTimeSeconds?: number } = {},
) {
  const folder = Deno.makeTempDirSync();
  const answers: string[] = [];
  const said: (LogFields | undefined)[] = [];
  const { maxTimeSeconds = CACHE.maxTimeSeconds, ...more } = options;
  const gate = new IgnoreGate({
    log: { ...SILENT, warn: (_message, fields) => said.push(fields) },
    onAnswer: ({ host, timeSeconds }, isIgnored) =>
      answers.push(`${host} ${timeSeconds} ${isIgnored}`),
    ...more,
  });
  const jail = (text: string) => ({
    name: "app",
    ignoreNetworks: [parseNetwork("192.0.2.99")].filter((net) =>
      net !== undefined
    ),
    ignoreCommand: {
      command: text.replaceAll("@", folder),
      cache: { ...CACHE, maxTimeSeconds },
    },
  });
  gate.setJails([jail(command)]);
  return {
    gate,
    jail,
    answers,
    said,
    admit: (host: string, timeSeconds = 1) =>
      gate.admit(makeFailure(host, { timeSeconds })),
    ran: () => Deno.readTextFileSync(`${folder}/ran`).trim().split("\n"),
    async until(count: number): Promise<void> {
      const end = Date.now() + 10_000;
      while (answers.length < count && Date.now() < end) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      assert.equal(answers.length, count, answers.join("\n"));
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await gate.close();
      Deno.removeSync(folder, { recursive: true });
    },
  };
}

/** Writes down whom it is asked about, and spares 192.0.2.1. */
const FRIEND = 'echo <ip> >> @/ran; test <ip> = "192.0.2.1"';

Deno.test("IgnoreGate asks once a host, keeps the order of its failures, and remembers the answer", async () => {
  await using desk = createGate(FRIEND);
  for (const time of [1, 2, 3]) {
    assert.equal(desk.admit("192.0.2.1", time), "waits");
    assert.equal(desk.admit("192.0.2.2", time), "waits");
  }
  await desk.until(6);
  const of = (host: string) =>
    desk.answers.filter((answer) => answer.startsWith(host));
  assert.deepEqual(
    of("192.0.2.1"),
    [1, 2, 3].map((time) => `192.0.2.1 ${time} true`),
  );
  assert.deepEqual(
    of("192.0.2.2"),
    [1, 2, 3].map((time) => `192.0.2.2 ${time} false`),
  );
  assert.deepEqual(desk.ran().sort(), ["192.0.2.1", "192.0.2.2"]);
  assert.equal(desk.admit("192.0.2.1"), "ignored");
  assert.equal(desk.admit("192.0.2.2"), "counts");
});

Deno.test("IgnoreGate asks about each failure where no answer is to be remembered", async () => {
  await using desk = createGate(FRIEND, { maxTimeSeconds: 0 });
  for (const time of [1, 2]) desk.admit("192.0.2.1", time);
  await desk.until(2);
  assert.equal(desk.admit("192.0.2.1", 3), "waits");
  await desk.until(3);
  assert.equal(desk.ran().length, 3);
});

Deno.test("IgnoreGate lets failures pass that no command is to be asked about", async () => {
  await using desk = createGate(FRIEND);
  assert.equal(desk.admit("192.0.2.99"), "counts");
  assert.equal(
    desk.gate.admit(makeFailure("192.0.2.1", { jail: "other" })),
    "counts",
  );
});

Deno.test("IgnoreGate has failures count where there is no answer, and says so once", async () => {
  for (
    const [command, reason] of [
      ["exit 2", /^exit code 2$/],
      ["/nonexistent/friend <ip>", /^exit code 127: .*not found/],
      ["kill -9 $$", /^killed by SIGKILL$/],
      ["sleep 60", /^no end after 0.1 s, killed$/],
    ] as const
  ) {
    await using desk = createGate(command, {
      deadlineMs: 100,
      nowSeconds: () => 5000,
    });
    desk.admit("192.0.2.1");
    desk.admit("192.0.2.2");
    await desk.until(2);
    assert.ok(desk.answers.every((answer) => answer.endsWith("false")));
    assert.equal(desk.gate.unanswered, 2);
    assert.equal(desk.said.length, 1);
    assert.match(String(desk.said[0]?.reason), reason);
  }
});

Deno.test("IgnoreGate has failures count beyond its bound, and serves hosts in turn", async () => {
  await using desk = createGate("echo <ip> >> @/ran; sleep 0.05; exit 1", {
    mostWaiting: 4,
    mostRunning: 1,
    maxTimeSeconds: 0,
  });
  const flood = [1, 2, 3].map((time) => desk.admit("192.0.2.1", time));
  assert.deepEqual(flood, ["waits", "waits", "waits"]);
  assert.equal(desk.admit("192.0.2.2"), "waits");
  assert.equal(desk.admit("192.0.2.3"), "counts");
  assert.match(String(desk.said[0]?.reason), /too many/);
  await desk.until(4);
  assert.deepEqual(desk.ran(), [
    "192.0.2.1",
    "192.0.2.2",
    "192.0.2.1",
    "192.0.2.1",
  ]);
});

Deno.test("IgnoreGate.setJails() forgets answers of another command only", async () => {
  await using desk = createGate(FRIEND);
  desk.admit("192.0.2.1");
  await desk.until(1);
  desk.gate.setJails([desk.jail(FRIEND)]);
  assert.equal(desk.admit("192.0.2.1"), "ignored");
  desk.gate.setJails([desk.jail("exit 1")]);
  assert.equal(desk.admit("192.0.2.1"), "waits");
  await desk.until(2);
  assert.match(desk.answers[1] ?? "", /false/);
});

Deno.test("IgnoreGate.close() ends commands with all that they started", async () => {
  const desk = createGate("sleep 60 & echo $! >> @/ran; wait");
  desk.admit("192.0.2.1");
  const end = Date.now() + 10_000;
  let pid = "";
  while (pid === "" && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    try {
      pid = desk.ran()[0] ?? "";
    } catch {
      // Not there yet.
    }
  }
  await desk[Symbol.asyncDispose]();
  assert.deepEqual(desk.answers, []);
  const state = () => {
    try {
      return /\) (\w)/.exec(Deno.readTextFileSync(`/proc/${pid}/stat`))?.[1];
    } catch {
      return undefined;
    }
  };
  while (state() !== undefined && state() !== "Z" && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.ok([undefined, "Z"].includes(state()), `${pid} still runs`);
});

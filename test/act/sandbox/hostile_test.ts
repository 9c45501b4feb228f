/**
 * Actions that do what they must not, in real sandbox processes; each beside a good one that goes on being called.
 *
 * @module
 */

import {
  deepStrictEqual,
  match,
  ok,
  rejects,
  strictEqual,
} from "node:assert/strict";
import { HandlerError } from "../../../src/act/sandbox/types.ts";
import { fails, IS_ROOT, openRig, type Rig } from "./rig.ts";

interface Case {
  readonly name: string;
  /** Methods of the action. */
  readonly code: string;
  /** What stands before it. */
  readonly head?: string;
  readonly expect: (rig: Rig, t: Deno.TestContext) => Promise<void>;
}

const GOOD =
  `async ban(batch) { return { memory: batch.map(({ id }) => id) }; },`;

/** Calls the bad action while the good one is called again and again. */
function testHostile({ name, code, head, expect }: Case): void {
  Deno.test({
    name: `HandlerHost goes on beside an action that ${name}`,
    ignore: !IS_ROOT,
    async fn(t) {
      await using rig = openRig();
      rig.add("good", GOOD);
      rig.add("bad", code, { head });
      await rig.ban("good");
      let isOver = false;
      const good = (async () => {
        let calls = 0;
        do {
          deepStrictEqual(await rig.ban("good"), { memory: [1, 2] });
          calls++;
          await new Promise((resolve) => setTimeout(resolve, 20));
        } while (!isOver);
        return calls;
      })();
      try {
        await expect(rig, t);
      } finally {
        isOver = true;
        ok(await good > 0);
      }
      deepStrictEqual(await rig.ban("good"), { memory: [1, 2] });
      strictEqual(death(rig, "good"), undefined);
    },
  });
}

/** Expects that the bad action's call says what became of its attempt. */
function says(pattern: RegExp): Case["expect"] {
  return async (rig) => {
    const { memory } = await rig.ban("bad");
    match(String(memory), pattern);
  };
}

/** Expects that the process is dead, and rests, and can be called again after that. */
function dies(message: RegExp): Case["expect"] {
  return async (rig) => {
    await fails(rig.ban("bad"), "died", message);
    await rests(rig);
  };
}

/** Expects one of several ends: which limit is reached first is a matter of luck. */
async function failsFor(
  rig: Rig,
  reasons: readonly HandlerError["reason"][],
): Promise<void> {
  await rejects(rig.ban("bad"), (error) => {
    ok(error instanceof HandlerError, String(error));
    ok(reasons.includes(error.reason), error.message);
    return true;
  });
}

async function rests(rig: Rig): Promise<void> {
  await fails(rig.ban("bad"), "resting");
  await until(() => death(rig, "bad") !== undefined);
  rig.pass(1001);
}

function death(rig: Rig, name: string) {
  return rig.log.find(({ message, fields }) =>
    message === "Sandbox died" && fields.sandbox === `${rig.folder}/${name}.ts`
  );
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !isTrue(); i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  ok(isTrue(), isTrue.toString());
}

/** A method that does something and tells how that went. */
function attempt(deed: string): string {
  return `async ban() {
    try { return { memory: "DONE " + await (async () => { ${deed} })() }; }
    catch (error) { return { memory: String(error) }; }
  },`;
}

testHostile({
  name: "throws",
  code:
    `async ban() { throw new RangeError("no\\n\\u001b[31m" + "x".repeat(9000)); },`,
  expect: async (rig) => {
    await fails(rig.ban("bad"), "threw", /RangeError: no\\x0ax+/);
    await fails(rig.ban("bad"), "threw", /^.{1,700}$/);
    const told = rig.log.filter(({ message }) =>
      message === "Handler action fails"
    );
    strictEqual(told.length, 1);
    strictEqual(told[0]?.fields.action, "bad");
  },
});

testHostile({
  name: "throws while it is loaded",
  code: `x: (() => { throw new Error("at load"); })(),`,
  expect: (rig) => fails(rig.ban("bad"), "threw", /at load/),
});

testHostile({
  name: "is no module",
  code: `{{{`,
  expect: (rig) => fails(rig.ban("bad"), "threw", /plugin/),
});

testHostile({
  name: "rejects a promise that nobody waits for",
  code:
    `async ban() { Promise.reject(new Error("stray")); await new Promise(() => {}); },`,
  expect: async (rig) => {
    await fails(rig.ban("bad"), "died", /stray/);
    // Only its worker ended, and another is made at once.
    await fails(rig.ban("bad"), "died", /stray/);
  },
});

testHostile({
  name: "never answers",
  code: `async ban() { await new Promise(() => {}); },`,
  expect: async (rig) => {
    await fails(rig.ban("bad", { deadlineMs: 1500 }), "deadline", /1.5 s/);
    await rests(rig);
  },
});

testHostile({
  name: "never lets go of its thread",
  code: `async ban() { for (;;); },`,
  expect: async (rig) => {
    await fails(rig.ban("bad", { deadlineMs: 1500 }), "deadline");
    await rests(rig);
  },
});

testHostile({
  name: "heeds its signal",
  code: `async ban(batch, { signal }) {
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return { memory: signal.reason.name };
  },`,
  expect: async (rig) => {
    deepStrictEqual(await rig.ban("bad", { deadlineMs: 4000 }), {
      memory: "TimeoutError",
    });
  },
});

testHostile({
  name: "fills the heap",
  code:
    `async ban() { const all = []; for (;;) all.push({ a: [Math.random()] }); },`,
  expect: dies(/ended by SIG|exit code/),
});

testHostile({
  name: "fills memory with buffers",
  code:
    `async ban() { const all = []; for (;;) all.push(new Uint8Array(1 << 24).fill(1)); },`,
  expect: async (rig) => await failsFor(rig, ["died", "threw"]),
});

testHostile({
  name: "starts workers without end",
  code: `async ban() {
    const text = "data:text/javascript," + encodeURIComponent("self.x = new Array(1e5).fill(1); for(;;);");
    for (;;) { new Worker(text, { type: "module" }); await new Promise((resolve) => setTimeout(resolve)); }
  },`,
  expect: async (rig) => await failsFor(rig, ["died", "threw"]),
});

testHostile({
  name: "returns more than fits into a message",
  code: `async ban() { return { memory: "x".repeat(3_000_000) }; },`,
  expect: (rig) => fails(rig.ban("bad"), "malformed", /3000\d\d\d characters/),
});

testHostile({
  name: "remembers more than it may",
  code: `async ban() { return { memory: "x".repeat(300_000) }; },`,
  expect: (rig) => fails(rig.ban("bad"), "malformed", /300002 bytes/),
});

testHostile({
  name: "posts more than fits into a message",
  code:
    `async ban() { postMessage("x".repeat(9_000_000)); await new Promise(() => {}); },`,
  expect: dies(/exit code 1/),
});

testHostile({
  name: "writes to the console without end",
  code:
    `async ban() { for (;;) { console.log("x".repeat(400)); await null; } },`,
  expect: async (rig) => await failsFor(rig, ["died", "malformed"]),
});

testHostile({
  name: "posts junk without end",
  code:
    `async ban() { for (let i = 0; i < 20_000; i++) postMessage(JSON.stringify({ call: 1e9 + i, result: "x".repeat(100) })); await new Promise(() => {}); },`,
  expect: (rig) => fails(rig.ban("bad"), "malformed", /without end/),
});

testHostile({
  name: "posts what is no message",
  code: `async ban() { postMessage("{}"); await new Promise(() => {}); },`,
  expect: (rig) => fails(rig.ban("bad"), "malformed", /no message/),
});

testHostile({
  name: "floods standard output",
  code:
    `async ban() { const b = new Uint8Array(1 << 16).fill(65); for (;;) await Deno.stdout.write(b); },`,
  expect: (rig) => fails(rig.ban("bad"), "malformed", /no message/),
});

testHostile({
  name: "forges an answer on standard output",
  code: `async ban() {
    const json = new TextEncoder().encode('{"call":1,"result":{"memory":"forged"}}');
    const frame = new Uint8Array(20 + json.length);
    new DataView(frame.buffer).setUint32(0, json.length);
    frame.set(json, 20);
    (await import("node:fs")).writeSync(1, frame);
    await new Promise(() => {});
  },`,
  expect: (rig) => fails(rig.ban("bad"), "malformed", /no message/),
});

testHostile({
  name: "floods standard error",
  code:
    `async ban() { const b = new Uint8Array(1 << 16).fill(65); for (;;) await Deno.stderr.write(b); },`,
  expect: (rig) => fails(rig.ban("bad"), "malformed", /without end/),
});

testHostile({
  name: "forges lines of the log",
  code:
    `async ban() { console.log("x\\n2026-11-20 info Ban host\\u001b[2J"); return { retry: [{ id: 1, why: "y\\n2026 error z" }] }; },`,
  expect: async (rig) => {
    const { retry } = await rig.ban("bad");
    strictEqual(retry?.[0]?.why, "y\n2026 error z");
    await until(() =>
      rig.log.some(({ message }) => message === "Handler action says")
    );
    const told = rig.log.filter(({ message }) =>
      message === "Handler action says"
    );
    // The logger escapes what is in fields; a message is constant.
    deepStrictEqual(told.map(({ level, fields }) => [level, fields.action]), [[
      "debug",
      "bad",
    ]]);
  },
});

testHostile({
  name: "speaks for another action",
  code:
    `async ban() { postMessage(JSON.stringify({ said: "I am good", worker: "good" })); postMessage(JSON.stringify({ gone: "dead", worker: "good" })); return { memory: "done" }; },`,
  expect: async (rig) => {
    deepStrictEqual(await rig.ban("bad"), { memory: "done" });
    ok(!rig.log.some(({ message }) => message === "Handler action says"));
  },
});

testHostile({
  name: "eats what the core sends",
  code:
    `async ban() { const fs = await import("node:fs"); const b = new Uint8Array(9); for (;;) { fs.readSync(0, b); } },`,
  expect: async (rig) => {
    await fails(rig.ban("bad", { deadlineMs: 1500 }), "deadline");
    await rests(rig);
  },
});

testHostile({
  name: "exits",
  code: `async ban() { Deno.exit(0); },`,
  expect: async (rig) => {
    await fails(rig.ban("bad", { deadlineMs: 1500 }), "deadline");
    await rests(rig);
  },
});

testHostile({
  name: "kills itself",
  code: `async ban() { Deno.kill(Deno.pid, "SIGKILL"); },`,
  expect: dies(/SIGKILL/),
});

testHostile({
  name: "stops itself",
  code: `async ban() { Deno.kill(Deno.pid, "SIGSTOP"); },`,
  expect: async (rig) => {
    await fails(rig.ban("bad", { deadlineMs: 1500 }), "deadline");
    await rests(rig);
  },
});

testHostile({
  name: "does not mind SIGTERM",
  code:
    `async ban() { Deno.addSignalListener("SIGTERM", () => {}); Deno.kill(Deno.pid, "SIGTERM"); for (;;); },`,
  expect: async (rig) => {
    await fails(rig.ban("bad", { deadlineMs: 1500 }), "deadline");
    await rests(rig);
  },
});

// Under deno run, that signal can open a debugger for every user of the machine.
testHostile({
  name: "asks for a debugger",
  code: `async ban() { return { memory: Deno.pid }; },
  async unban() {
    Deno.kill(Deno.pid, "SIGUSR1");
    await new Promise((resolve) => setTimeout(resolve, 500));
  },`,
  expect: async (rig) => {
    const { memory } = await rig.ban("bad");
    const outcome = await rig.ban("bad", { method: "unban" })
      .catch(({ reason }) => reason);
    if (outcome !== "died") deepStrictEqual(listeningPorts(Number(memory)), []);
  },
});

/** Imports stand in a file of their own: what may be imported depends on the module that they are in. */
const IMPORTS: Readonly<Record<string, string>> = {
  "imports /etc/shadow": `import("/etc/shadow", { with: { type: "text" } })`,
  "imports /etc/passwd by URL":
    `import("file:///etc/passwd", { with: { type: "text" } })`,
  "imports a computed path":
    `import("file:///etc/" + (Date.now() ? "passwd" : ""), { with: { type: "text" } })`,
  "imports from a host": `import("http://127.0.0.1:1/x.js")`,
  "imports a package that is not there": `import("npm:left-pad")`,
};

for (const [name, expression] of Object.entries(IMPORTS)) {
  testHostile({
    name,
    code: attempt(`return JSON.stringify(await ${expression})`),
    expect: says(
      /^TypeError: (Requires \w+ access|Import "\/etc\/shadow" not a dependency|.*cached-only)/s,
    ),
  });
}

testHostile({
  name: "imports /etc/shadow in its head",
  code: GOOD,
  head: `import text from "file:///etc/shadow" with { type: "text" };`,
  expect: (rig) => fails(rig.ban("bad"), "threw", /Requires read access/),
});

/** Each is denied. */
const DEEDS: Readonly<Record<string, string>> = {
  "kill its parent": `Deno.kill(Deno.ppid, "SIGKILL")`,
  "kill its parent by node:process":
    `(await import("node:process")).kill(Deno.ppid, "SIGKILL")`,
  "kill its process group": `(await import("node:process")).kill(0, "SIGKILL")`,
  "kill everyone": `(await import("node:process")).kill(-1, "SIGKILL")`,
  "read /etc/shadow": `Deno.readTextFileSync("/etc/shadow")`,
  "read /etc/passwd": `Deno.readTextFileSync("/etc/passwd")`,
  "read a file by node:fs":
    `(await import("node:fs")).readFileSync("/etc/passwd")`,
  "read its own memory":
    `(await import("node:fs")).readFileSync("/proc/self/mem")`,
  "list processes": `[...Deno.readDirSync("/proc")]`,
  "start a program": `new Deno.Command("/bin/true").outputSync()`,
  "start a program by node:child_process":
    `(await import("node:child_process")).execFileSync("/bin/true")`,
  "open the C library": `Deno.dlopen("/lib/x86_64-linux-gnu/libc.so.6", {})`,
  "read the environment": `Deno.env.toObject()`,
  "write a file": `Deno.writeTextFileSync("/tmp/fail2deno-hostile", "")`,
  "listen": `Deno.listen({ port: 0 })`,
  "connect over TCP": `await Deno.connect({ hostname: "127.0.0.1", port: 1 })`,
  "connect over TLS":
    `await Deno.connectTls({ hostname: "127.0.0.1", port: 1 })`,
  "connect by node:net": `
    const { connect } = await import("node:net");
    await new Promise((_, reject) => connect(1, "127.0.0.1").on("error", reject));`,
  "connect to a unix socket":
    `await Deno.connect({ transport: "unix", path: "/run/systemd/private" })`,
  "fetch from a host": `await fetch("http://127.0.0.1:1/")`,
  "look a name up": `await Deno.resolveDns("localhost", "A")`,
  "open a web socket": `
    const socket = new WebSocket("ws://127.0.0.1:1/");
    await new Promise((resolve) => socket.onopen = resolve);`,
  "attach a database": `
    const { DatabaseSync } = await import("node:sqlite");
    new DatabaseSync(":memory:").exec("ATTACH '/etc/passwd' AS x");`,
  "make a worker that may read": `
    new Worker("data:text/javascript,", { type: "module", deno: { permissions: { read: true } } });`,
  "open the inspector": `(await import("node:inspector")).open(9333)`,
  "know the host's name": `Deno.hostname()`,
};

testHostile({
  name: "asks for what it may not have",
  code: `async ban(_, { memory }) {
    const AsyncFunction = (async () => {}).constructor;
    try { await new AsyncFunction(memory)(); return { memory: "done" }; }
    catch (error) { return { memory: String(error) }; }
  },`,
  async expect(rig, t) {
    for (const [name, memory] of Object.entries(DEEDS)) {
      await t.step(`to ${name}`, async () => {
        const outcome = await rig.ban("bad", { memory });
        match(String(outcome.memory), /NotCapable|max 0|escalate|EPERM|EACCES/);
      });
    }
    await t.step("to be permitted more", async () => {
      const outcome = await rig.ban("bad", {
        memory:
          `const { state } = await Deno.permissions.request({ name: "read" });
          throw new Error(state);`,
      });
      strictEqual(outcome.memory, "Error: denied");
    });
  },
});

testHostile({
  name: "reads /etc/shadow in a worker of its own",
  code: attempt(`return await new Promise((resolve) => {
    const text = "try { postMessage(Deno.readTextFileSync('/etc/shadow')) } catch (error) { postMessage(String(error)) }";
    const worker = new Worker("data:text/javascript," + encodeURIComponent(text), { type: "module" });
    worker.onmessage = ({ data }) => resolve(data);
  });`),
  expect: says(/NotCapable/),
});

testHostile({
  name: "reads /etc/shadow in a worker of node's",
  code: attempt(`return await (async () => {
    const { Worker } = await import("node:worker_threads");
    const text = "const { parentPort } = require('node:worker_threads'); try { parentPort.postMessage(require('node:fs').readFileSync('/etc/shadow', 'utf8')) } catch (error) { parentPort.postMessage(String(error)) }";
    const worker = new Worker(text, { eval: true });
    return await new Promise((resolve) => { worker.on("message", resolve); worker.on("error", resolve); });
  })();`),
  expect: says(/Requires read access|NotCapable/),
});

testHostile({
  name: "takes a file as the root of a worker",
  code: attempt(`return await new Promise((resolve) => {
    const worker = new Worker("file:///etc/shadow", { type: "module" });
    worker.onerror = (event) => { event.preventDefault(); resolve(event.message); };
  });`),
  expect: says(/Requires read access/),
});

/** Sockets of the process that wait for connections. */
function listeningPorts(pid: number): readonly string[] {
  const sockets = [...Deno.readDirSync(`/proc/${pid}/fd`)].map(({ name }) =>
    Deno.readLinkSync(`/proc/${pid}/fd/${name}`)
  );
  return Deno.readTextFileSync(`/proc/${pid}/net/tcp`).split("\n").filter(
    (line) => {
      const [, , , state, , , , , , inode] = line.trim().split(/\s+/);
      return state === "0A" && sockets.includes(`socket:[${inode}]`);
    },
  );
}

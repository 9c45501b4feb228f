/**
 * Actions that misbehave, in real sandbox processes; each beside a good one that goes on being called.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  dies,
  failsFor,
  rests,
  testHostile,
  until,
} from "../support/hostile_action.ts";
import { fails } from "../support/sandbox_rig.ts";

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
  },
  async unban() {},`,
  expect: async (rig) => {
    // So that it is there already.
    await rig.ban("bad", { method: "unban" });
    deepStrictEqual(await rig.ban("bad", { deadlineMs: 3000 }), {
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
    await rig.ban("bad", { method: "unban" });
    deepStrictEqual(listeningPorts(Number(memory)), []);
  },
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

/**
 * Actions that reach for what is not theirs, in real sandbox processes; each beside a good one that goes on being called.
 *
 * @module
 */

import { match, strictEqual } from "node:assert/strict";
import { attempt, GOOD, says, testHostile } from "../support/hostile_action.ts";
import { fails } from "../support/sandbox_rig.ts";

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
      /^TypeError: (Requires \w+ access|Import "\/etc\/shadow" not a dependency|invalid URL: relative URL|.*cached-only)/s,
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
  "fetch from a host": `await fetch("http://127.0.0.1:9999/")`,
  "look a name up": `await Deno.resolveDns("localhost", "A")`,
  "open a web socket": `
    const socket = new WebSocket("ws://127.0.0.1:9999/");
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
  name: "is led to another host",
  net: true,
  code: `async ban(batch, { options }) {
    const first = await (await fetch(options.url)).text();
    try { return { memory: first + await (await fetch(options.url + "away")).text() }; }
    catch (error) { return { memory: first + error }; }
  },`,
  async expect(rig) {
    const { memory } = await rig.ban("bad");
    match(String(memory), /^here.*Requires net access to "localhost:\d+"/s);
  },
});

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

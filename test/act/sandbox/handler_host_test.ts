import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import {
  DEADLINE_MS,
  entry,
  fails,
  IS_ROOT,
  leftCapabilities,
  openRig,
  pluginText,
  type Rig,
} from "../../support/sandbox_rig.ts";

/** Tells all that it knows, and counts its own calls. */
const TELLER = `
  calls: 0,
  async ban(batch, { options, memory, nowSeconds }) {
    this.calls++;
    return { memory: { calls: this.calls, pid: Deno.pid, batch, options, memory, nowSeconds } };
  },
  async unban(batch) { return { refused: batch.map(({ id }) => ({ id, why: "unban" })) }; },
  async sync(bans) { return { memory: bans.length }; },
  async cleanup({ options }) { return { memory: options }; },`;

interface Told {
  readonly calls: number;
  readonly pid: number;
}

function testHost(name: string, act: (rig: Rig) => Promise<void>): void {
  Deno.test({
    name: `HandlerHost ${name}`,
    ignore: !IS_ROOT,
    async fn() {
      await using rig = openRig();
      await act(rig);
    },
  });
}

async function tell(rig: Rig, name: string): Promise<Told> {
  const { memory } = await rig.ban(name);
  return memory as unknown as Told;
}

testHost(
  "asks a feed, and believes no more of its answer than of others",
  async (rig) => {
    const feed = (name: string) =>
      rig.host.call({
        ...{ action: name, method: "feed", batch: [], memory: { x: 1 } },
        ...{ nowSeconds: 5, deadlineMs: DEADLINE_MS },
      });
    const answer = (expression: string) =>
      `async ban() {}, async feed({ options, memory }) { return ${expression}; },`;
    rig.add("good", answer(`{ hosts: [options.host], seconds: 9, memory }`), {
      options: { host: "45.0.0.7" },
    });
    deepStrictEqual(await feed("good"), {
      ...{ hosts: ["45.0.0.7"], seconds: 9, memory: { x: 1 } },
    });
    rig.add("million", answer(`{ hosts: Array(1e6).fill("::"), seconds: 9 }`));
    await fails(feed("million"), "malformed", /expected at most 1048576/);
    rig.add("many", answer(`{ hosts: Array(20_000).fill("::"), seconds: 9 }`));
    await fails(feed("many"), "malformed", /hosts/);
    rig.add("none", `async ban() {},`);
    await fails(feed("none"), "threw", /it has no feed\(\)/);
  },
);

testHost("hands a call on whole, and returns what was said", async (rig) => {
  rig.add("a", TELLER, { options: { key: "k" } });
  const { memory } = await rig.ban("a", { memory: { x: 1 } });
  const { calls, batch, options, memory: last, nowSeconds } = memory as Record<
    string,
    unknown
  >;
  deepStrictEqual({ calls, batch, options, last, nowSeconds }, {
    calls: 1,
    batch: [entry(1), entry(2)],
    options: { key: "k" },
    last: { x: 1 },
    nowSeconds: 1_790_000_000,
  });
  deepStrictEqual(await rig.ban("a", { method: "unban" }), {
    refused: [{ id: 1, why: "unban" }, { id: 2, why: "unban" }],
  });
  deepStrictEqual(await rig.ban("a", { method: "sync" }), { memory: 2 });
  deepStrictEqual(await rig.ban("a", { method: "cleanup", batch: [] }), {
    memory: { key: "k" },
  });
});

testHost("takes the answers of many calls in any order", async (rig) => {
  rig.add(
    "a",
    `async ban([{ id }]) { await new Promise((resolve) => setTimeout(resolve, 50 - id)); return { memory: id }; },`,
  );
  const ids = Array.from({ length: 50 }, (_, index) => index);
  const outcomes = await Promise.all(
    ids.map((id) => rig.ban("a", { batch: [entry(id)] })),
  );
  deepStrictEqual(outcomes.map(({ memory }) => memory), ids);
});

testHost("tells of 100,000 bans in one call", async (rig) => {
  rig.add("a", TELLER);
  const batch = Array.from({ length: 100_000 }, (_, id) => entry(id));
  deepStrictEqual(await rig.ban("a", { method: "sync", batch }), {
    memory: 100_000,
  });
});

testHost("gives a handler without an answer an empty outcome", async (rig) => {
  rig.add("a", `async ban() {},`);
  deepStrictEqual(await rig.ban("a"), {});
});

testHost(
  "has nothing done by a function that an action may lack",
  async (rig) => {
    rig.add("a", `async ban() { return { memory: 1 }; },`);
    for (const method of ["unban", "sync", "cleanup"] as const) {
      deepStrictEqual(await rig.ban("a", { method }), {});
    }
    rig.add("b", `async unban() {},`);
    await fails(rig.ban("b"), "threw", /it has no ban\(\)/);
  },
);

testHost(
  "takes every way to write to the console for a line of the log",
  async (rig) => {
    rig.add(
      "a",
      `async ban() { for (const write of Object.values(console)) if (typeof write === "function") write("line", { a: 1 }); },`,
    );
    deepStrictEqual(await rig.ban("a"), {});
    const said = rig.log.filter(({ message }) =>
      message === "Handler action says"
    );
    ok(said.length > 5);
    ok(said.every(({ fields }) => fields.text === "line { a: 1 }"));
  },
);

testHost("refuses what is no outcome, and goes on", async (rig) => {
  rig.add(
    "a",
    `async ban([{ id }]) { return id === 1 ? { retry: "all" } : {}; },`,
  );
  await fails(rig.ban("a"), "malformed", /answer of action "a": retry/);
  deepStrictEqual(await rig.ban("a", { batch: [entry(2)] }), {});
});

testHost(
  "keeps to one process for a file, another for another",
  async (rig) => {
    rig.add("a", TELLER);
    rig.add("b", TELLER);
    const [first, second] = [await tell(rig, "a"), await tell(rig, "a")];
    strictEqual(first.pid, second.pid);
    strictEqual(second.calls, 2);
    ok((await tell(rig, "b")).pid !== first.pid);
  },
);

testHost("keeps instances of one file apart, in one process", async (rig) => {
  const path = rig.add("a", TELLER);
  const plugin = { kind: "file", path } as const;
  rig.host.setActions(["x", "y"].map((name) => ({
    name,
    plugin,
    options: { name },
    net: [],
  })));
  const [x, y] = [await tell(rig, "x"), await tell(rig, "y")];
  strictEqual(x.pid, y.pid);
  strictEqual(y.calls, 1);
});

testHost("lets an instance go on when only its options change", async (rig) => {
  const path = rig.add("a", TELLER);
  const { pid } = await tell(rig, "a");
  const plugin = { kind: "file", path } as const;
  rig.host.setActions([{ name: "a", plugin, options: { new: 1 }, net: [] }]);
  const { memory } = await rig.ban("a");
  const told = memory as unknown as Told & { readonly options: unknown };
  deepStrictEqual([told.pid, told.calls, told.options], [pid, 2, { new: 1 }]);
});

testHost("makes another worker when its hosts change", async (rig) => {
  const path = rig.add("a", TELLER);
  const { pid } = await tell(rig, "a");
  const plugin = { kind: "file", path } as const;
  rig.host.setActions([{ name: "a", plugin, options: {}, net: ["h:1"] }]);
  const told = await tell(rig, "a");
  deepStrictEqual([told.pid, told.calls], [pid, 1]);
});

testHost("loads a file that has changed again", async (rig) => {
  const path = rig.add("a", TELLER);
  await tell(rig, "a");
  Deno.writeTextFileSync(
    path,
    pluginText("a", `async ban() { return { memory: "new" }; },`),
  );
  const plugin = { kind: "file", path } as const;
  rig.host.setActions([{ name: "a", plugin, options: {}, net: [] }]);
  deepStrictEqual(await rig.ban("a"), { memory: "new" });
});

testHost(
  "fails the calls of an action that leaves, and ends its process",
  async (rig) => {
    rig.add(
      "a",
      `async ban() { return { memory: Deno.pid }; }, async sync() { await new Promise(() => {}); },`,
    );
    const { memory } = await rig.ban("a");
    const call = rig.ban("a", { method: "sync" });
    rig.host.setActions([]);
    await fails(call, "died");
    await fails(rig.ban("a"), "died", /not configured any more/);
    await rig.host.close();
    strictEqual(stateOf(Number(memory)), undefined);
  },
);

testHost(
  "fails an instance whose host is none, and goes on with the others",
  async (rig) => {
    const path = rig.add("a", TELLER);
    const { pid } = await tell(rig, "a");
    const plugin = { kind: "file", path } as const;
    rig.host.setActions([
      { name: "a", plugin, options: {}, net: [] },
      { name: "x", plugin, options: {}, net: ["example.com:99999999"] },
    ]);
    await fails(rig.ban("x"), "died", /example\.com/);
    strictEqual((await tell(rig, "a")).pid, pid);
  },
);

testHost(
  "refuses a file that others may write, and says so once as an error",
  async (rig) => {
    const path = rig.add("a", TELLER);
    Deno.chmodSync(path, 0o666);
    await fails(rig.ban("a"), "refused_file", /can be written by others/);
    await fails(rig.ban("a"), "refused_file");
    deepStrictEqual(
      rig.log.map(({ level, message, fields }) => [
        level,
        message,
        fields.action,
        fields.reason,
      ]),
      [["error", "Handler action fails", "a", "refused_file"]],
    );
    Deno.chmodSync(path, 0o644);
    ok((await tell(rig, "a")).pid > 0);
  },
);

testHost("ends a process that is an hour old, after a call", async (rig) => {
  rig.add("a", TELLER);
  const { pid } = await tell(rig, "a");
  rig.pass(3_600_001);
  strictEqual((await tell(rig, "a")).pid, pid);
  ok((await tell(rig, "a")).pid !== pid);
  strictEqual(
    rig.log.filter(({ message }) => message === "Sandbox died").length,
    0,
  );
});

testHost("rests longer from death to death", async (rig) => {
  rig.add("a", `async ban() { Deno.kill(Deno.pid, "SIGKILL"); },`);
  const rests: unknown[] = [];
  for (let i = 0; i < 3; i++) {
    await fails(rig.ban("a"), "died", /SIGKILL/);
    await fails(rig.ban("a"), "resting", /in \d s/);
    rests.push(/in (\d) s/.exec(String(await rig.ban("a").catch(String)))?.[1]);
    rig.pass(1000 * 2 ** i);
  }
  deepStrictEqual(rests, ["1", "2", "4"]);
  // Each kind of trouble is told once.
  deepStrictEqual(
    rig.log.map(({ message }) => message).filter((message) =>
      !message.startsWith("Sandbox is")
    ).sort(),
    ["Handler action fails", "Sandbox died"],
  );
});

testHost("runs a process that has no rights left", async (rig) => {
  rig.add("a", TELLER);
  const { pid } = await tell(rig, "a");
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  match(status, /^Uid:\t65534\t65534\t65534\t65534$/m);
  match(status, /^Gid:\t65534\t65534\t65534\t65534$/m);
  match(status, /^Groups:\t *$/m);
  match(status, /^NoNewPrivs:\t1$/m);
  for (const kind of ["Inh", "Prm", "Eff", "Amb"]) {
    match(status, new RegExp(`^Cap${kind}:\\t${leftCapabilities()}$`, "m"));
  }
  const limits = Deno.readTextFileSync(`/proc/${pid}/limits`);
  match(limits, /^Max data size +536870912 +536870912 /m);
  match(limits, /^Max core file size +0 +0 /m);
  match(limits, /^Max open files +256 +256 /m);
  match(limits, /^Max cpu time +300 +300 /m);
  const environ = Deno.readTextFileSync(`/proc/${pid}/environ`);
  deepStrictEqual(
    environ.split("\0").map((each) => each.split("=")[0]).sort(),
    ["", "DENO_DIR", "PATH", "PWD"],
  );
});

testHost("runs a process that holds no file of the core's", async (rig) => {
  rig.add("a", TELLER);
  const { pid } = await tell(rig, "a");
  for (const { name } of Deno.readDirSync(`/proc/${pid}/fd`)) {
    const target = Deno.readLinkSync(`/proc/${pid}/fd/${name}`);
    match(
      target,
      /^(pipe|anon_inode|socket):|^\/dev\/null$|\/\.deno\/cache\/|^\/memfd:/,
    );
  }
});

Deno.test({
  name: "HandlerHost leaves no process behind when its core is killed",
  ignore: !IS_ROOT,
  async fn() {
    const core = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "--config"],
        fileURLToPath(new URL("../../../deno.json", import.meta.url)),
        fileURLToPath(new URL("abandoned_core.ts", import.meta.url)),
      ],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    const output = core.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const [pid, folder = ""] = ((await output.read()).value ?? "").trim()
      .split(" ");
    ok(stateOf(Number(pid)) !== undefined);
    core.kill("SIGKILL");
    await core.status;
    await output.cancel();
    Deno.removeSync(folder, { recursive: true });
    // Whoever inherits it may take a while to see that it has ended.
    for (let i = 0; i < 200 && isAlive(Number(pid)); i++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    ok(!isAlive(Number(pid)), stateOf(Number(pid)));
  },
});

function isAlive(pid: number): boolean {
  return !["Z", "X", undefined].includes(stateOf(pid));
}

function stateOf(pid: number): string | undefined {
  try {
    return /^State:\t(\w)/m.exec(
      Deno.readTextFileSync(`/proc/${pid}/status`),
    )?.[1];
  } catch {
    return undefined;
  }
}

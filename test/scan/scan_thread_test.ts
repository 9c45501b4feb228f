import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { type Network, parseNetwork } from "../../src/util/address.ts";
import type { ScanJail } from "../../src/scan/types.ts";
import { spawnScanWorker } from "../../src/scan/spawn_scan_worker.ts";
import {
  append,
  sleep,
  waitUntil,
  withFolder,
} from "../source/tail_fixture.ts";
import {
  EXACT,
  failedLine,
  RecordingSink,
  Scanning,
  type ScanningOptions,
  SSHD,
} from "./scan_fixture.ts";

/** Keeps the Workers at hand, so that a test can kill one. */
function createSpawner() {
  const workers: Worker[] = [];
  const roots: (readonly string[])[] = [];
  return {
    workers,
    roots,
    spawn: (folders: readonly string[]) => {
      roots.push(folders);
      const worker = spawnScanWorker(folders);
      workers.push(worker);
      return worker;
    },
  };
}

/** Gives `use` an empty log that a thread scans. */
function withScan(
  { jails = [SSHD], ...options }: ScanningOptions & {
    readonly jails?: readonly ScanJail[];
  },
  use: (path: string, scanning: Scanning) => Promise<void>,
): Promise<void> {
  return withFolder(async (folder) => {
    const path = `${folder}/auth.log`;
    append(path, "");
    await using scanning = new Scanning(2, options);
    await scanning.start([path], jails);
    await use(path, scanning);
  });
}

/** What no Worker can read: it throws, and dies of it. */
const POISON = { kind: "poison" };

Deno.test("ScanThread does go on behind what was handled, each line once, when its Worker dies again and again", () => {
  const { workers, spawn } = createSpawner();
  return withScan({ spawn }, async (path, scanning) => {
    const { sink } = scanning;
    for (let n = 0; n < 60; n++) {
      append(path, failedLine("192.0.2.1", `user${n}`));
      if (n % 20 === 10) workers.at(-1)?.postMessage(POISON);
      await sleep(5);
    }
    await waitUntil(() => sink.failuresOf(path).length >= 60);
    await sleep(50);
    deepStrictEqual(
      sink.failuresOf(path).map((text) => text.split(" ")[3]),
      Array.from({ length: 60 }, (_, n) => `user${n}`),
    );
    ok(workers.length >= 2, `${workers.length} workers`);
    const said = sink.logRecords.filter(({ level }) => level === "error");
    deepStrictEqual(said.map(({ message }) => message), [
      "Scanning thread ended, begin another",
    ]);
    match(String(said[0]?.fields.reason), /poison/);
    const [scan] = scanning.scans.values();
    await waitUntil(() => scan?.report().status.state === "watching");
  });
});

Deno.test("ScanThread does end a Worker, and begin another, when it says what no thread of ours would say", () => {
  const { workers, spawn } = createSpawner();
  return withScan({ spawn }, async (path, scanning) => {
    workers[0]?.onmessage?.(
      new MessageEvent("message", { data: [{ kind: "ban" }] }),
    );
    append(path, failedLine("192.0.2.1"));
    const { sink } = scanning;
    await waitUntil(() => sink.failuresOf(path).length === 1);
    strictEqual(workers.length, 2);
  });
});

Deno.test("ScanThread does not hold its caller up, and tries again, when no Worker can be started", () => {
  let tries = 0;
  const spawn = (roots: readonly string[]) => {
    if (++tries < 3) throw new Error("no thread to be had");
    return spawnScanWorker(roots);
  };
  return withScan({ spawn }, async (path, { sink }) => {
    match(String(sink.logRecords[0]?.fields.reason), /no thread to be had/);
    strictEqual(tries, 1);
    await waitUntil(() => sink.positionsOf(path).length > 0);
    append(path, failedLine("192.0.2.1"));
    await waitUntil(() => sink.failuresOf(path).length === 1);
    strictEqual(tries, 3);
  });
});

Deno.test("ScanThread does take a Worker that may read more when a log lies elsewhere", () =>
  withFolder((one) =>
    withFolder(async (other) => {
      const paths = [`${one}/a.log`, `${one}/b.log`, `${other}/c.log`];
      for (const path of paths) append(path, "");
      const { roots, spawn } = createSpawner();
      await using scanning = new Scanning(2, { spawn });
      const { sink } = scanning;
      await scanning.start(paths.slice(0, 2), [SSHD]);
      for (const path of paths) append(path, failedLine("192.0.2.1", "before"));
      await scanning.start(paths.slice(2), [SSHD]);
      for (const path of paths) append(path, failedLine("192.0.2.1", "after"));
      await waitUntil(() =>
        paths.every((path) =>
          sink.failuresOf(path).some((text) => text.endsWith("after"))
        )
      );
      for (const path of paths) {
        const users = sink.failuresOf(path).map((text) => text.split(" ")[3]);
        deepStrictEqual(users, ["before", "after"]);
      }
      deepStrictEqual(roots, [[one], [one], [one, other]]);
    })
  ));

Deno.test("ScanThread does end a Worker for good when it sleeps because nothing was handled", () =>
  withFolder((one) =>
    withFolder(async (other) => {
      const paths = [`${one}/a.log`, `${one}/b.log`, `${other}/c.log`];
      for (const path of paths) append(path, "");
      await using scanning = new Scanning(2);
      await scanning.start(paths.slice(0, 2), [SSHD]);
      const [path = ""] = paths;
      for (let n = 0; n < 20; n++) {
        append(path, failedLine("192.0.2.1", `user${n}`));
        blockFor(15);
      }
      await scanning.start(paths.slice(2), [SSHD]);
      await waitUntil(() => scanning.sink.failuresOf(path).length >= 20);
      strictEqual(scanning.sink.failuresOf(path).length, 20);
      await waitUntil(() => countWorkers() === 2, () => `${countWorkers()}`);
    })
  ));

/** Nothing else is done in this thread meanwhile. */
function blockFor(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Threads of this process that Workers run in. */
function countWorkers(): number {
  return [...Deno.readDirSync("/proc/self/task")].filter(({ name }) =>
    Deno.readTextFileSync(`/proc/self/task/${name}/comm`).startsWith("worker-")
  ).length;
}

Deno.test("ScanThread does have names looked up in the main thread when a jail finds some", () =>
  withScan(
    { jails: [{ ...EXACT, useDns: "warn" }] },
    async (path, scanning) => {
      const { sink } = scanning;
      for (const name of ["two.example", "none.example", "999.1.1.1"]) {
        append(path, failedLine(name));
      }
      await waitUntil(() =>
        sink.late.length === 2 && sink.resolved.length === 2
      );
      deepStrictEqual(sink.late, [
        "exact 192.0.2.1",
        "exact 2001:db8::1",
      ]);
      deepStrictEqual(sink.resolved, [
        "exact two.example",
        "exact none.example",
      ]);
      deepStrictEqual(sink.unbannable, ["exact 999.1.1.1"]);
    },
  ));

Deno.test("ScanThread does send lines only of jails for which somebody looks at them", () =>
  withScan(
    { takesText: (jail) => jail === "exact", jails: [SSHD, EXACT] },
    async (path, scanning) => {
      const line = failedLine("192.0.2.1");
      append(path, line);
      await waitUntil(() => scanning.sink.texts.length === 2);
      deepStrictEqual(scanning.sink.texts, ["", line.trim()]);
    },
  ));

Deno.test("ScanThread does go over to other jails without a gap when they change", () =>
  withScan({}, async (path, scanning) => {
    const { sink } = scanning;
    const [scan] = scanning.scans.values();
    const isChanged = () =>
      sink.failuresOf(path).some((text) => text.startsWith("other"));
    let written = 0;
    while (!isChanged()) {
      append(path, failedLine("192.0.2.1", `user${written}`));
      if (++written === 20) scan?.setJails([{ ...SSHD, name: "other" }]);
      await sleep(1);
    }
    await waitUntil(() => sink.failuresOf(path).length === written);
    deepStrictEqual(
      sink.failuresOf(path).map((text) => text.split(" ")[3]),
      Array.from({ length: written }, (_, n) => `user${n}`),
    );
  }));

Deno.test("ScanThread does go on behind a failure that could not be handled", () => {
  const sink = new RecordingSink();
  return withScan({ sink }, async (path) => {
    sink.trouble = new RangeError("unknown jail");
    append(path, failedLine("192.0.2.1", "one"));
    await waitUntil(() => sink.failuresOf(path).length === 1);
    append(path, failedLine("192.0.2.1", "two"));
    await waitUntil(() => sink.failuresOf(path).length === 2);
    deepStrictEqual(
      sink.logRecords.filter(({ level }) => level === "error")
        .map(({ fields }) => fields.reason),
      ["unknown jail"],
    );
  });
});

Deno.test("ScanThread does read JSON, count what is none", () => {
  const jail: ScanJail = {
    ...SSHD,
    failPatterns: [],
    json: {
      time: ["ts"],
      host: ["ip"],
      forwarded: ["via"],
      conditions: [{ name: "status", path: ["status"], oneOf: [401] }],
    },
    trustedProxies: [requireNetwork("10.0.0.0/8")],
  };
  const line = JSON.stringify({
    ts: Math.floor(Date.now() / 1000),
    ip: "10.0.0.1",
    via: "192.0.2.1, 198.51.100.7",
    status: 401,
  });
  return withScan({ jails: [jail] }, async (path, scanning) => {
    const { sink } = scanning;
    append(path, `{"status":401 no JSON\n${line}\n`);
    await waitUntil(() => sink.failuresOf(path).length === 1);
    strictEqual(sink.failuresOf(path)[0]?.split(" ")[1], "198.51.100.7");
    const [scan] = scanning.scans.values();
    await waitUntil(() => scan?.report().status.notJson === 1);
  });
});

function requireNetwork(text: string): Network {
  const network = parseNetwork(text);
  ok(network !== undefined);
  return network;
}

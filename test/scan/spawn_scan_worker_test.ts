import { deepStrictEqual, strictEqual } from "node:assert/strict";
import {
  scanPermissions,
  spawnScanWorker,
} from "../../src/scan/spawn_scan_worker.ts";
import type { ScanEvent } from "../../src/scan/messages.ts";
import {
  append,
  sleep,
  waitUntil,
  withFolder,
} from "../source/tail_fixture.ts";
import { failedLine, SSHD } from "./scan_fixture.ts";

Deno.test("scanPermissions() does let a thread read its logs, and nothing else, when this process may do anything", () =>
  withFolder(async (folder) => {
    append(`${folder}/auth.log`, "a line\n");
    const worker = new Worker(new URL("./deed_worker.ts", import.meta.url), {
      type: "module",
      deno: { permissions: scanPermissions([folder]) },
    });
    const told = Promise.withResolvers<Record<string, string>>();
    worker.onmessage = ({ data }) => told.resolve(data);
    worker.onerror = (event) => told.reject(new Error(event.message));
    worker.postMessage(folder);
    const { "read log": allowed, ...denied } = await told.promise;
    worker.terminate();
    strictEqual(allowed, "done");
    deepStrictEqual(
      Object.entries(denied).filter(([, outcome]) => outcome !== "NotCapable"),
      [],
    );
    strictEqual(Object.keys(denied).length, 9);
  }));

Deno.test("spawnScanWorker() does begin a thread that stops reading when four batches are not handled, and reads on when one is", () =>
  withFolder(async (folder) => {
    const path = `${folder}/auth.log`;
    append(path, "");
    const handled = new Int32Array(new SharedArrayBuffer(4));
    const worker = spawnScanWorker([folder]);
    const batches: (readonly ScanEvent[])[] = [];
    worker.onmessage = ({ data }) => batches.push(data);
    worker.postMessage({ kind: "begin", handled: handled.buffer });
    worker.postMessage({ kind: "open", path, jails: [SSHD], resumeAt: [] });
    await waitUntil(() => batches.length > 0);
    for (let n = 0; n < 20; n++) {
      append(path, failedLine("192.0.2.1"));
      await sleep(20);
    }
    strictEqual(batches.length, 4);
    Atomics.add(handled, 0, 1);
    Atomics.notify(handled, 0);
    await waitUntil(() => batches.length === 5);
    await sleep(100);
    strictEqual(batches.length, 5);
    Atomics.add(handled, 0, 1000);
    Atomics.notify(handled, 0);
    const count = () =>
      batches.flat().reduce((sum, event) =>
        sum +
        (event.kind === "lines" ? event.failures?.users.length ?? 0 : 0), 0);
    await waitUntil(() => count() >= 20, () => `${count()} failures`);
    strictEqual(count(), 20);
    worker.terminate();
  }));

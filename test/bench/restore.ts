/**
 * A start with many bans: how long until the last one is in the kernel, from the state file alone.
 *
 *     deno task bench:restore        100,000 bans; BANS=… for another number
 *
 * The baseline is the same start without any ban.
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";
import { openStore } from "../../src/store/store.ts";
import { parseNetwork } from "../../src/util/address.ts";
import { SILENT } from "../../src/util/log.ts";
import { startDaemon, type TestPlace } from "../support/daemon.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";

const BANS = Number(Deno.env.get("BANS") ?? 100_000);
const RUNS = 5;

const empty = await measure(0);
const full = await measure(BANS);
console.log(
  `start without bans   ${empty.ms.toFixed(0)} ms\n` +
    `start with ${BANS} bans  the last in the kernel after ${
      full.restoredMs.toFixed(0)
    } ms, started after ${full.ms.toFixed(0)} ms, state ${
      (full.bytes / 1e6).toFixed(1)
    } MB, ${(full.residentKb / 1000).toFixed(0)} MB resident`,
);

/** Median over several lives, each with an empty kernel. */
async function measure(bans: number) {
  let bytes = 0;
  await using daemon = await startDaemon({
    config: (place) => {
      if (bans > 0) bytes = fill(place, bans);
      return Promise.resolve(SAMPLE_JAIL);
    },
  });
  const times: number[] = [];
  const restored: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    await daemon.kill("SIGKILL");
    await daemon.exec("nft", "flush", "ruleset");
    const [begin, beginMs] = [performance.now(), Date.now()];
    await daemon.startAgain();
    times.push(performance.now() - begin);
    const said = /(\S+) info Restore bans/g;
    const at = [...daemon.said().matchAll(said)].at(-1)?.[1] ?? "";
    restored.push(Date.parse(at) - beginMs);
    strictEqual((await daemon.kernelBans()).size, bans);
  }
  const status = Deno.readTextFileSync(`/proc/${daemon.pid}/status`);
  return {
    ms: medianOf(times),
    restoredMs: medianOf(restored),
    bytes,
    residentKb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]),
  };
}

function medianOf(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[RUNS >> 1] ?? NaN;
}

/** Half of them IPv6. @returns the size of the state file */
function fill({ folder }: TestPlace, bans: number): number {
  Deno.mkdirSync(`${folder}/state`);
  const path = `${folder}/state/state.db`;
  const store = openStore({ path, log: SILENT });
  const now = Date.now() / 1000;
  store.commit((writer) => {
    for (let n = 0; n < bans; n++) {
      const low = `${(n >> 8) & 255}.${n & 255}`;
      const host = n % 2 === 0
        ? `10.${n >> 16}.${low}`
        : `2001:db8::${(n >> 8).toString(16)}:${(n & 255).toString(16)}`;
      const network = parseNetwork(host);
      if (network === undefined) throw new Error(`no host: ${host}`);
      const ban = {
        jail: "sshd",
        host,
        ...network,
        startSeconds: now,
        endSeconds: now + 86_400,
        count: 1,
        failures: 5,
      };
      writer.bans.put(ban);
      writer.counts.put({ jail: "sshd", host: network, count: 1 });
      writer.addHistory({ kind: "ban", ban });
    }
  });
  store.close();
  return Deno.statSync(path).size;
}

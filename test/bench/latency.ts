/**
 * From write() of the decisive line to the address in the kernel's set, one ban at a time.
 *
 *     deno task bench:latency
 *
 * Every ban is awaited before the next line is written, by asking the kernel for that one element. Where fail2ban is
 * installed, it does the same on the same machine with its stock sshd filter and nftables action, fewer times.
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";
import { failedPassword } from "../support/daemon.ts";
import { formatTable } from "../../src/cli/table.ts";
import {
  type Contestant,
  createSetProbe,
  enterNamespace,
  percentile,
  startFail2ban,
  startOurs,
} from "./support.ts";
import type { NetlinkSocket } from "../../src/act/netlink/socket.ts";

const OUR_BANS = 1000;
/** A ban takes fail2ban about 0.2 s. */
const THEIR_BANS = 50;
const PATIENCE_MS = 10_000;

const socket = await enterNamespace();
const ours = await measure(await startOurs({ maxRetry: 1 }), OUR_BANS, socket);
const rival = await startFail2ban({ maxRetry: 1 });
const theirs = rival && await measure(rival, THEIR_BANS, socket);
socket.close();
report();
Deno.exit(ours.p50 <= 2 && ours.p99 <= 10 ? 0 : 1);

interface Result {
  readonly name: string;
  readonly bans: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

async function measure(
  contestant: Contestant,
  bans: number,
  socket: NetlinkSocket,
): Promise<Result> {
  const isBanned = createSetProbe(socket, contestant.set);
  const file = Deno.openSync(contestant.logFile, { append: true });
  const times: number[] = [];
  for (let i = 0; i < bans; i++) {
    const host = `203.0.${i >> 8}.${i & 255}`;
    const line = new TextEncoder().encode(failedPassword(host));
    const start = performance.now();
    file.writeSync(line);
    while (!isBanned(host)) {
      if (performance.now() - start > PATIENCE_MS) {
        throw new Error(`${contestant.name} never banned ${host}`);
      }
    }
    times.push(performance.now() - start);
    // Real attacks leave the daemon idle in between: let it fall asleep.
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  file.close();
  await contestant.stop();
  strictEqual(times.length, bans);
  times.sort((a, b) => a - b);
  return {
    name: contestant.name,
    bans,
    p50: percentile(times, 0.5),
    p90: percentile(times, 0.9),
    p99: percentile(times, 0.99),
    max: percentile(times, 1),
  };
}

function report(): void {
  const rows = [ours, theirs].filter((result) => result !== undefined)
    .map((result) => [
      result.name,
      result.bans,
      ...[result.p50, result.p90, result.p99, result.max].map((ms) =>
        Number(ms.toFixed(3))
      ),
    ]);
  console.log("Line written to address in the kernel's set, milliseconds");
  console.log(
    formatTable(["PROGRAM", "BANS", "P50", "P90", "P99", "MAX"], rows),
  );
  if (theirs !== undefined) {
    console.log(
      `fail2ban takes ${
        (theirs.p50 / ours.p50).toFixed(0)
      } times as long at the median`,
    );
  } else console.log("fail2ban is not installed: no ratio");
}

/**
 * A flood: 100,000 lines of 2,000 attackers among hosts that stay below the threshold, written as fast as the disk takes them.
 *
 *     deno task bench:flood
 *
 * @module
 */

import { deepStrictEqual } from "node:assert/strict";
import type { NetlinkSocket } from "../../src/act/netlink/socket.ts";
import { formatTable } from "../../src/cli/table.ts";
import { failedPassword } from "../support/daemon.ts";
import { runText } from "../support/run.ts";
import {
  type Contestant,
  createSetProbe,
  enterNamespace,
  startFail2ban,
  startOurs,
  waitFor,
} from "./support.ts";

const LINES = 100_000;
const ATTACKERS = 2_000;
/** Each fails four times, one less than is needed. */
const BYSTANDERS = 500;
const MAX_RETRY = 5;
const SEED = 20261120;

interface Result {
  readonly name: string;
  readonly writeMs: number;
  readonly lagMs: number;
  readonly rssMb: number;
}

const socket = await enterNamespace();
const flood = new TextEncoder().encode(makeFlood());
const ours = await measure(await startOurs({ maxRetry: MAX_RETRY }), socket);
const rival = await startFail2ban({ maxRetry: MAX_RETRY });
const theirs = rival && await measure(rival, socket);
socket.close();
report();
Deno.exit(ours.lagMs <= 2000 ? 0 : 1);

/** Lines of all hosts in an order that the seed decides; four of each bystander, the rest shared by the attackers. */
function makeFlood(): string {
  const hosts: string[] = [];
  for (let i = 0; i < BYSTANDERS; i++) {
    for (let n = 1; n < MAX_RETRY; n++) hosts.push(bystander(i));
  }
  for (let i = 0; hosts.length < LINES; i++) {
    hosts.push(attacker(i % ATTACKERS));
  }
  let state = SEED;
  for (let i = hosts.length - 1; i > 0; i--) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x297a2d39 >>> 0;
    const other = state % (i + 1);
    [hosts[i], hosts[other]] = [hosts[other] ?? "", hosts[i] ?? ""];
  }
  return hosts.map((host) => failedPassword(host)).join("");
}

async function measure(
  contestant: Contestant,
  socket: NetlinkSocket,
): Promise<Result> {
  const file = Deno.openSync(contestant.logFile, { append: true });
  const start = performance.now();
  for (let at = 0; at < flood.length; at += 65536) {
    file.writeSync(flood.subarray(at, at + 65536));
  }
  const written = performance.now();
  file.close();
  const isBanned = createSetProbe(socket, contestant.set);
  let banned = 0;
  await waitFor(`${contestant.name} has banned all`, () => {
    while (banned < ATTACKERS && isBanned(attacker(banned))) banned++;
    return banned === ATTACKERS;
  });
  const lagMs = performance.now() - written;
  await new Promise((resolve) => setTimeout(resolve, 300));
  const expected = Array.from({ length: ATTACKERS }, (_, i) => attacker(i));
  deepStrictEqual((await listHosts(contestant.set)).sort(), expected.sort());
  const rssMb = readRss(contestant.pid);
  await contestant.stop();
  return { name: contestant.name, writeMs: written - start, lagMs, rssMb };
}

/** All of the set, by nft, which also knows the rival's. */
async function listHosts(where: Contestant["set"]): Promise<string[]> {
  const { out } = await runText("nft", [
    ...["-j", "list", "set", "inet", where.table, where.set],
  ]);
  const objects: readonly {
    readonly set?: {
      readonly elem: readonly (string | { readonly elem: { val: string } })[];
    };
  }[] = JSON.parse(out).nftables;
  return objects.flatMap(({ set }) => set?.elem ?? []).map((element) =>
    typeof element === "string" ? element : element.elem.val
  );
}

function attacker(i: number): string {
  return `203.1.${i >> 8}.${i & 255}`;
}

function bystander(i: number): string {
  return `203.2.${i >> 8}.${i & 255}`;
}

function readRss(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

function report(): void {
  const rows = [ours, theirs].filter((result) => result !== undefined).map((
    result,
  ) => [
    result.name,
    Math.round(result.writeMs),
    Math.round(result.lagMs),
    Math.round(result.rssMb),
  ]);
  console.log(
    `${LINES} lines, ${ATTACKERS} attackers, ${BYSTANDERS} hosts below the threshold: all banned, none extra`,
  );
  console.log(
    formatTable(
      ["PROGRAM", "WRITTEN IN MS", "LAST BAN AFTER MS", "RSS MB"],
      rows,
    ),
  );
  if (theirs !== undefined) {
    console.log(
      `fail2ban's last ban comes ${
        (theirs.lagMs / ours.lagMs).toFixed(0)
      } times as late`,
    );
  } else console.log("fail2ban is not installed: no ratio");
}

/**
 * 10,000 bans in one burst: how long until the last of them is in the kernel.
 *
 *     deno task bench:burst        BANS=… for another number, FORKS=… for more of the baseline
 *
 * The driver is open and its processes run, as in a daemon; the clock starts before `apply` and stops once the driver has it
 * from the kernel that all is done. The kernel is then asked how many it has. The baseline is what fail2ban does: a process
 * of the same tool for each ban, FORKS of them one after another into a kernel that is empty at first, made up to all bans
 * by multiplication. It flatters the baseline, whose later bans take longer.
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";
import { formatTable } from "../../src/cli/table.ts";
import {
  ipset,
  iptables,
  nftables,
  type Subject,
  tool,
} from "../act/firewall_subjects.ts";
import { ban } from "../act/samples.ts";
import { enterNamespace, percentile } from "./support.ts";

const BANS = Number(Deno.env.get("BANS") ?? 10_000);
const FORKS = Number(Deno.env.get("FORKS") ?? 200);
const RUNS = 3;

/** A firewall, what is to be reached, and what bans one host by a process of its own. */
interface Contest {
  readonly subject: Subject;
  readonly goalMs: number;
  readonly setUp: readonly string[];
  readonly fork: (host: string) => readonly string[];
}

const CONTESTS: readonly Contest[] = [
  {
    subject: nftables,
    goalMs: 100,
    setUp: [
      "nft add table inet bench",
      "nft add set inet bench hosts { type ipv4_addr; flags timeout; }",
    ],
    fork: (host) => [
      "nft",
      `add element inet bench hosts { ${host} timeout 600s }`,
    ],
  },
  setContest("nft"),
  setContest("legacy"),
  ruleContest("nft"),
  ruleContest("legacy"),
];

(await enterNamespace()).close();
const rows: string[][] = [];
let isReached = true;
for (const contest of CONTESTS) {
  const { subject, goalMs } = contest;
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) times.push(await measure(subject));
  const ms = percentile(times.sort((a, b) => a - b), 0.5);
  const forkMs = measureForks(contest) * BANS / FORKS;
  isReached &&= ms <= goalMs;
  rows.push([
    subject.name,
    times.map((time) => time.toFixed(0)).join(" "),
    ms.toFixed(0),
    String(goalMs),
    forkMs.toFixed(0),
    `${(forkMs / ms).toFixed(0)} times`,
  ]);
}
console.log(
  `${BANS} bans in one burst, milliseconds; forks: ${FORKS} measured, times ${
    BANS / FORKS
  }\n` +
    formatTable(["FIREWALL", "RUNS", "MEDIAN", "GOAL", "FORKS", ""], rows),
);
Deno.exit(isReached ? 0 : 1);

/** @returns milliseconds until all are in the kernel */
async function measure(subject: Subject): Promise<number> {
  const { driver, problems, settle } = subject.begin();
  driver.open([subject.jail("sshd")]);
  driver.apply([ban("sshd", "192.0.2.1")]);
  await settle();
  const bans = Array.from(
    { length: BANS },
    (_, i) => ban("sshd", hostOf(i)),
  );
  const start = performance.now();
  driver.apply(bans);
  await settle();
  const ms = performance.now() - start;
  strictEqual(subject.hosts("sshd").length, BANS + 1);
  await driver.close();
  strictEqual(problems.length, 0);
  return ms;
}

/** @returns milliseconds for FORKS bans */
function measureForks({ setUp, fork }: Contest): number {
  for (const command of setUp) {
    const [program = "", ...words] = command.split(" ");
    tool(program, ...words);
  }
  const start = performance.now();
  for (let i = 0; i < FORKS; i++) {
    const [program = "", ...words] = fork(hostOf(i));
    tool(program, ...words);
  }
  return performance.now() - start;
}

function setContest(variant: "nft" | "legacy"): Contest {
  const set = `bench-${variant}`;
  return {
    subject: ipset(variant),
    goalMs: 500,
    setUp: [`ipset create ${set} hash:net timeout 0`],
    fork: (host) => ["ipset", "add", set, host, "timeout", "600"],
  };
}

function ruleContest(variant: "nft" | "legacy"): Contest {
  const program = `iptables-${variant}`;
  return {
    subject: iptables(variant),
    goalMs: 3000,
    setUp: [`${program} -N bench`],
    fork: (host) => [
      ...[program, "-w", "-I", "bench", "1"],
      ...["-s", host, "-j", "REJECT"],
    ],
  };
}

function hostOf(i: number): string {
  return `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
}

/**
 * Makes the demo's namespaces around this process, has both peers connect to it, and prints what came of it.
 *
 * @module
 */

import { CAST } from "../../../src/cli/demo/cast.ts";
import { openNamespaces } from "../../../src/cli/demo/namespaces.ts";
import { openLibc } from "../../../src/util/libc.ts";

const outside = Deno.readLinkSync("/proc/self/ns/net");
const namespaces = await openNamespaces(openLibc(), Deno.args[0] ?? "");
if (typeof namespaces === "string") {
  console.log(JSON.stringify({ reason: namespaces }));
} else {
  const { attacker, bystander } = namespaces.peers;
  const inside = [Deno.pid, attacker.pid, bystander.pid]
    .map((pid) => Deno.readLinkSync(`/proc/${pid}/ns/net`));
  const outcomes: string[] = [];
  for (const peer of [attacker, bystander]) {
    for (const host of Object.values(CAST.server)) {
      const answer = await peer.ask({ do: "connect", host, timeoutMs: 10_000 });
      outcomes.push(`${peer.role} ${host} ${answer.outcome}`);
    }
  }
  await namespaces[Symbol.asyncDispose]();
  const left = [attacker.pid, bystander.pid].filter(isRunning);
  console.log(JSON.stringify({
    namespaces: new Set([outside, ...inside]).size,
    outcomes,
    left,
  }));
}

function isRunning(pid: number): boolean {
  try {
    return Deno.statSync(`/proc/${pid}`).isDirectory;
  } catch {
    return false;
  }
}

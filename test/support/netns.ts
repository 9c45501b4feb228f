/**
 * A small network for tests: a server, an attacker and a bystander, each in a network namespace of its own.
 *
 *     attacker eth0 ───── attacker server bystander ───── eth0 bystander
 *
 * @module
 */

import { runText } from "./run.ts";

/** Who has a namespace. */
export type NodeName = "server" | "attacker" | "bystander";

/** A node: its namespace's name, as `ip netns exec` takes it, and its addresses. */
export interface TestNode {
  readonly namespace: string;
  readonly v4: string;
  readonly v6: string;
}

/** The network, taken away by `await using`. */
export interface TestNetwork extends AsyncDisposable {
  readonly server: TestNode;
  readonly attacker: TestNode;
  readonly bystander: TestNode;
}

/** Addresses kept for documentation; the IPv6 ones lie in three /64 networks, since a jail may ban by prefix. */
const ADDRESSES = {
  server: { v4: "192.0.2.1", v6: "2001:db8::1" },
  attacker: { v4: "192.0.2.66", v6: "2001:db8:0:66::66" },
  bystander: { v4: "192.0.2.77", v6: "2001:db8:0:77::77" },
} as const;

const PREFIX = "f2d-net";

/**
 * Makes the network. Every address is reachable on return.
 *
 * @throws {Error} without root, or when the kernel has no veth; nothing is left behind then
 */
export async function createNetwork(): Promise<TestNetwork> {
  await removeStale();
  const tag = `${PREFIX}-${Deno.pid}-${crypto.randomUUID().slice(0, 4)}`;
  const node = (name: NodeName): TestNode => ({
    namespace: `${tag}-${name}`,
    ...ADDRESSES[name],
  });
  const server = node("server");
  const attacker = node("attacker");
  const bystander = node("bystander");
  await using stack = new AsyncDisposableStack();
  for (const { namespace } of [server, attacker, bystander]) {
    await ip(["netns", "add", namespace]);
    stack.defer(() => ip(["netns", "del", namespace]));
    await ip(["-n", namespace, "link", "set", "lo", "up"]);
  }
  await linkNodes(server, { node: attacker, link: "attacker" });
  await linkNodes(server, { node: bystander, link: "bystander" });
  const kept = stack.move();
  return {
    server,
    attacker,
    bystander,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/**
 * Makes a command that runs in a node's namespace, under the same process id as `program` itself would have.
 *
 * @param node where
 * @param program what, with its arguments in `options.args`
 */
export function commandOn(
  node: TestNode,
  program: string,
  options: Deno.CommandOptions = {},
): Deno.Command {
  return new Deno.Command("ip", {
    ...options,
    args: ["netns", "exec", node.namespace, program, ...(options.args ?? [])],
  });
}

/** Wires `node` to the server; each end knows one address behind the wire, so that no bridge and no route is needed. */
async function linkNodes(
  server: TestNode,
  { node, link }: { readonly node: TestNode; readonly link: string },
): Promise<void> {
  const peer = ["peer", "name", "eth0", "netns", node.namespace];
  const pair = ["type", "veth", ...peer];
  await ip(["-n", server.namespace, "link", "add", link, ...pair]);
  await configure(server, { link, remote: node });
  await configure(node, { link: "eth0", remote: server });
}

async function configure(
  local: TestNode,
  { link, remote }: { readonly link: string; readonly remote: TestNode },
): Promise<void> {
  // Up first: the kernel makes no route to an IPv6 peer on a link that is down.
  await ip(["-n", local.namespace, "link", "set", link, "up"]);
  for (const family of ["v4", "v6"] as const) {
    const flags = family === "v6" ? ["nodad"] : [];
    await ip([
      ...["-n", local.namespace, "addr", "add", local[family]],
      ...["peer", remote[family], "dev", link, ...flags],
    ]);
  }
}

/** Takes away what a killed run has left: the name holds the id of the process that made it. */
async function removeStale(): Promise<void> {
  const { out } = await runText("ip", ["netns", "list"]);
  for (const line of out.split("\n")) {
    const name = line.split(" ", 1)[0] ?? "";
    const pid = new RegExp(`^${PREFIX}-(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || isRunning(pid)) continue;
    // Another run may be at the same work.
    await runText("ip", ["netns", "del", name]);
  }
}

function isRunning(pid: string): boolean {
  try {
    return Deno.statSync(`/proc/${pid}`).isDirectory;
  } catch {
    return false;
  }
}

async function ip(words: readonly string[]): Promise<void> {
  const { code, err } = await runText("ip", [...words]);
  if (code === 0) return;
  throw new Error(`Cannot run "ip ${words.join(" ")}": ${err.trim()}`);
}

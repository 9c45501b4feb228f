/**
 * The demo's network: three namespaces, and a wire from the server to each of the others.
 *
 *     attacker eth0 ───── attacker server bystander ───── eth0 bystander
 *
 * The server's namespace is this process's own from here on; the others belong to child processes. The kernel takes each one
 * away when its last process ends, so nothing can be left behind.
 *
 * @module
 */

import { NetlinkError } from "../../act/netlink/errors.ts";
import { type Links, openLinks } from "../../act/netlink/rtnetlink.ts";
import type { Libc } from "../../util/libc.ts";
import { CAST, type IpVersion, PORT, type Role } from "./cast.ts";
import { findObstacle } from "./kernel_view.ts";
import { PEER_LINK } from "./peer_protocol.ts";
import { enterNamespace } from "./run_peer.ts";
import { type Peer, startPeer } from "./start_peer.ts";

/** Attacker and bystander, linked to this process. */
export interface Namespaces extends AsyncDisposable {
  readonly peers: Readonly<Record<Role, Peer>>;
}

const LOOPBACK = 1;
const LINK_INDEX: Readonly<Record<Role, number>> = {
  attacker: 100,
  bystander: 101,
};
const VERSIONS: readonly IpVersion[] = [4, 6];

/**
 * Moves this process into a namespace of its own, for good, and links the others to it.
 *
 * @param self the program that is this one
 * @returns why it could not, where that is a matter of rights or of the kernel
 * @throws {Error} when attacker or bystander do not start
 */
export async function openNamespaces(
  libc: Libc,
  self: string,
): Promise<Namespaces | string> {
  const reason = enterNamespace(libc);
  if (reason !== undefined) {
    return `root is needed for network namespaces (${reason})`;
  }
  const obstacle = findObstacle(libc);
  if (obstacle !== undefined) return obstacle;
  try {
    return await linkNamespaces(libc, self);
  } catch (error) {
    if (
      error instanceof NetlinkError ||
      error instanceof Deno.errors.PermissionDenied
    ) return error.message;
    throw error;
  }
}

async function linkNamespaces(libc: Libc, self: string): Promise<Namespaces> {
  await using stack = new AsyncDisposableStack();
  const links = stack.adopt(openLinks(libc), (links) => links.close());
  links.setUp(LOOPBACK);
  const [attacker, bystander] = await startPeers(self, stack);
  await linkPeer(links, attacker);
  await linkPeer(links, bystander);
  for (const version of VERSIONS) {
    const hostname = CAST.server[version];
    const listener = Deno.listen({ hostname, port: PORT });
    stack.defer(() => listener.close());
    hangUpOnAll(listener);
  }
  const kept = stack.move();
  return {
    peers: { attacker, bystander },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Starts both at once; when one fails, the other is ended too. */
async function startPeers(
  self: string,
  stack: AsyncDisposableStack,
): Promise<readonly [Peer, Peer]> {
  const start = async (role: Role) => stack.use(await startPeer(role, self));
  const starts = [start("attacker"), start("bystander")] as const;
  await Promise.allSettled(starts);
  return await Promise.all(starts);
}

async function linkPeer(links: Links, peer: Peer): Promise<void> {
  const index = LINK_INDEX[peer.role];
  links.addVeth({
    name: peer.role,
    index,
    peer: { ...PEER_LINK, pid: peer.pid },
  });
  links.setUp(index);
  for (const version of VERSIONS) {
    const local = CAST.server[version];
    links.addAddress({ index, local, remote: CAST[peer.role][version] });
  }
  const addresses = VERSIONS.map((version) => ({
    local: CAST[peer.role][version],
    remote: CAST.server[version],
  }));
  await peer.ask({ do: "link", addresses });
}

/** The demo's server: a connection that is accepted has shown what it should. */
async function hangUpOnAll(listener: Deno.TcpListener): Promise<void> {
  for await (const connection of listener) connection.close();
}

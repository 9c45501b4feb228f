/**
 * Sends packets, to see what becomes of them.
 *
 * @module
 */

import { tool } from "./firewall_subjects.ts";

/** Listens at one address, and connects to it from another. The kernel answers for who listens. */
const SCRIPT = `
import socket, sys
source, target, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
family = socket.AF_INET6 if ":" in target else socket.AF_INET
server = socket.socket(family)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind((target, port))
server.listen()
client = socket.socket(family)
client.settimeout(0.3)
client.bind((source, 0))
try:
    client.connect((target, port))
    print("connected")
except TimeoutError:
    print("dropped")
except OSError:
    print("rejected")
`;

/** Gives the namespace its loopback interface, with a second address of each family. */
export function setUpLoopback(): void {
  tool("ip", "link", "set", "lo", "up");
  tool("ip", "-6", "address", "add", "2001:db8::7/128", "dev", "lo", "nodad");
}

/** Tries to connect to the machine by TCP. @returns connected, dropped or rejected */
export function connect(source: string, port = 22): string {
  const target = source.includes(":") ? "::1" : "127.0.0.1";
  return tool("python3", "-c", SCRIPT, source, target, String(port)).trim();
}

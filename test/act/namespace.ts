/**
 * Runs tests in network namespaces of their own, so that the machine's firewall is never touched.
 *
 * @module
 */

import { LIBC_PATHS } from "../../src/util/libc.ts";

const CLONE_NEWNET = 0x40000000;
const O_RDONLY = 0;
/** Of the thread, not the process: a namespace belongs to a thread. */
const OWN_NAMESPACE = new TextEncoder().encode("/proc/thread-self/ns/net\0");

/** Namespaces need root. */
export const IS_ROOT = Deno.uid() === 0;

/** Registers a test that runs in a fresh network namespace; skipped by name when not root. */
export function testInNamespace(
  name: string,
  run: () => void | Promise<void>,
): void {
  Deno.test({
    name: IS_ROOT ? name : `${name} (skipped: needs root)`,
    ignore: !IS_ROOT,
    fn: () => enterNamespace(run),
  });
}

/** The thread goes back afterwards, since Deno uses it again for other test files. */
async function enterNamespace(run: () => void | Promise<void>): Promise<void> {
  const libc = Deno.dlopen(findLibc(), {
    open: { parameters: ["buffer", "i32"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
    unshare: { parameters: ["i32"], result: "i32" },
    setns: { parameters: ["i32", "i32"], result: "i32" },
  });
  const home = libc.symbols.open(OWN_NAMESPACE, O_RDONLY);
  if (home < 0 || libc.symbols.unshare(CLONE_NEWNET) !== 0) {
    throw new Error("Cannot enter network namespace: refused");
  }
  let isHome = false;
  try {
    await run();
  } finally {
    isHome = libc.symbols.setns(home, CLONE_NEWNET) === 0;
    libc.symbols.close(home);
    libc.close();
  }
  if (!isHome) throw new Error("Cannot leave network namespace: refused");
}

function findLibc(): string {
  const path = LIBC_PATHS.find((candidate) => {
    try {
      return Deno.statSync(candidate).isFile;
    } catch {
      return false;
    }
  });
  if (path === undefined) throw new Error("Cannot find the C library");
  return path;
}

/**
 * The C library's calls that Deno has no word for: sockets, namespaces, limits, and a link in a folder of our own.
 *
 * Opened once at start; `Deno.permissions.revoke({ name: "ffi" })` afterwards leaves these calls working and denies every
 * further `dlopen`. Only buffers and numbers cross the border, so a permission scoped to the library is enough.
 *
 * @module
 */

/** Where distributions keep their C library; the same list as `ffi` in deno.json. */
export const LIBC_PATHS = [
  "/lib/x86_64-linux-gnu/libc.so.6",
  "/lib/aarch64-linux-gnu/libc.so.6",
  "/lib64/libc.so.6",
  "/usr/lib64/libc.so.6",
  "/usr/lib/libc.so.6",
] as const;

const SYMBOLS = {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  listen: { parameters: ["i32", "i32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  setsockopt: {
    parameters: ["i32", "i32", "i32", "buffer", "u32"],
    result: "i32",
  },
  getsockopt: {
    parameters: ["i32", "i32", "i32", "buffer", "buffer"],
    result: "i32",
  },
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  // The only one that waits: on a thread of its own, so that the event loop does not.
  poll: {
    parameters: ["buffer", "usize", "i32"],
    result: "i32",
    nonblocking: true,
  },
  close: { parameters: ["i32"], result: "i32" },
  symlink: { parameters: ["buffer", "buffer"], result: "i32" },
  umask: { parameters: ["u32"], result: "u32" },
  getrlimit: { parameters: ["i32", "buffer"], result: "i32" },
  setrlimit: { parameters: ["i32", "buffer"], result: "i32" },
  unshare: { parameters: ["i32"], result: "i32" },
  // glibc's own; another C library may lack it.
  malloc_trim: { parameters: ["usize"], result: "i32", optional: true },
  getauxval: { parameters: ["u64"], result: "u64", optional: true },
  madvise: {
    parameters: ["u64", "u64", "i32"],
    result: "i32",
    optional: true,
  },
  snprintf: { parameters: ["buffer", "usize", "buffer"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The calls, by their C names; see each one's manual page. */
export type Libc = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/**
 * Opens the C library.
 *
 * @throws {Deno.errors.NotCapable} when `ffi` is not granted for the library that is installed
 * @throws {Error} when none of LIBC_PATHS is there
 */
export function openLibc(): Libc {
  let failure: unknown;
  for (const path of LIBC_PATHS) {
    try {
      return Deno.dlopen(path, SYMBOLS).symbols;
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      failure = error;
    }
  }
  throw new Error(
    `Cannot open the C library: not found at ${LIBC_PATHS.join(", ")}`,
    { cause: failure },
  );
}

/**
 * The text of the last failed call's `errno`. It must be the very next call, since any other may change `errno`.
 *
 * A scoped `ffi` permission cannot follow the pointer that `__errno_location` returns; printf's `%m` prints the same.
 *
 * @returns for example `Operation not permitted`
 */
export function describeErrno(libc: Libc): string {
  const text = new Uint8Array(128);
  const length = libc.snprintf(text, BigInt(text.length), PERCENT_M);
  return new TextDecoder().decode(text.subarray(0, Math.min(length, 127)));
}

/**
 * Makes a symbolic link. Deno's own call wants permission for every path there is.
 *
 * @throws {Error} where that fails
 */
export function makeLink(libc: Libc, target: string, path: string): void {
  const encoder = new TextEncoder();
  const [from, to] = [target, path].map((each) => encoder.encode(`${each}\0`));
  if (from === undefined || to === undefined) return;
  if (libc.symlink(from, to) === 0) return;
  throw new Error(`Cannot link "${path}": ${describeErrno(libc)}`);
}

const PERCENT_M = new TextEncoder().encode("%m\0");

/**
 * The C library's calls by which a process gives up rights for good.
 *
 * Only buffers and numbers cross the border, as in src/util/libc.ts; a call that takes a list of pointers, `execv`, is made
 * by its sister that takes them one by one, `execl`.
 *
 * @module
 */

import { LIBC_PATHS } from "../../util/libc.ts";

const SYMBOLS = {
  geteuid: { parameters: [], result: "u32" },
  setgroups: { parameters: ["usize", "pointer"], result: "i32" },
  setresgid: { parameters: ["u32", "u32", "u32"], result: "i32" },
  setresuid: { parameters: ["u32", "u32", "u32"], result: "i32" },
  capset: { parameters: ["buffer", "buffer"], result: "i32" },
  setpriority: { parameters: ["i32", "u32", "i32"], result: "i32" },
  sigprocmask: { parameters: ["i32", "buffer", "pointer"], result: "i32" },
  setrlimit: { parameters: ["i32", "buffer"], result: "i32" },
  prctl: {
    parameters: ["i32", "usize", "usize", "usize", "usize"],
    result: "i32",
  },
  access: { parameters: ["buffer", "i32"], result: "i32" },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  snprintf: { parameters: ["buffer", "usize", "buffer"], result: "i32" },
  // The library has no names for these: the first number is the call's, the same on every machine that this runs on.
  close_range: {
    name: "syscall",
    parameters: ["i64", "u32", "u32", "u32"],
    result: "i64",
  },
  landlock_create_ruleset: {
    name: "syscall",
    parameters: ["i64", "buffer", "usize", "u32"],
    result: "i64",
  },
  landlock_add_rule: {
    name: "syscall",
    parameters: ["i64", "i32", "i32", "buffer", "u32"],
    result: "i64",
  },
  landlock_restrict_self: {
    name: "syscall",
    parameters: ["i64", "i32", "u32"],
    result: "i64",
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** The calls, by their C names; see each one's manual page. */
export type ConfiningLibc = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/** @throws {Error} when there is no C library, or no permission for it */
export function openConfiningLibc(): ConfiningLibc {
  return Deno.dlopen(findLibc(), SYMBOLS).symbols;
}

/**
 * Becomes another program: same process, same standard streams.
 *
 * @param words its path, then its arguments
 * @returns only when that failed
 */
export function execute(words: readonly string[]): void {
  const [path = ""] = words;
  const parameters = ["buffer", ...words.map(() => "buffer" as const)] as const;
  const { symbols } = Deno.dlopen(findLibc(), {
    execl: {
      parameters: [...parameters, "pointer"],
      result: "i32",
    },
  });
  const texts = words.map(toCString);
  symbols.execl(toCString(path), ...texts, null);
}

/**
 * Does what must work.
 *
 * @param act returns 0 when it worked
 * @throws {Error} with what the C library says of it
 */
export function must(
  libc: ConfiningLibc,
  what: string,
  act: () => number,
): void {
  if (act() === 0) return;
  const text = new Uint8Array(128);
  const length = libc.snprintf(text, BigInt(text.length), toCString("%m"));
  const reason = new TextDecoder().decode(text.subarray(0, length));
  throw new Error(`Cannot harden the sandbox: it cannot ${what}: ${reason}`);
}

/** Calls prctl with one or two values. @returns 0 when it worked */
export function control(
  libc: ConfiningLibc,
  option: number,
  values: readonly [number, number?],
): number {
  const [first, second = 0] = values;
  return libc.prctl(option, BigInt(first), BigInt(second), 0n, 0n);
}

/** @returns the text with the NUL that ends it */
export function toCString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}

function findLibc(): string {
  for (const path of LIBC_PATHS) {
    try {
      Deno.dlopen(path, {}).close();
      return path;
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
    }
  }
  throw new Error(
    `Cannot open the C library: not found at ${LIBC_PATHS.join(", ")}`,
  );
}

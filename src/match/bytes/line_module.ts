/**
 * The compiled line program, made ready once for all matchers.
 *
 * @module
 */

import { MODULE_BASE64 } from "./line_program_bytes.ts";

/** What line_program.as exports. */
export interface LineExports {
  decide(program: number, from: number, to: number, line: number): number;
}

let compiled: WebAssembly.Module | undefined;

/** @returns the functions of an instance that works in this memory, and calls patterns by this table */
export function instantiateLineProgram(env: {
  readonly memory: WebAssembly.Memory;
  readonly table: WebAssembly.Table;
}): LineExports {
  compiled ??= new WebAssembly.Module(Uint8Array.fromBase64(MODULE_BASE64));
  const { exports } = new WebAssembly.Instance(compiled, { env: { ...env } });
  return exports as unknown as LineExports;
}

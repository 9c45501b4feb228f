/**
 * The compiled line program, made ready once for all matchers.
 *
 * @module
 */

import { MODULE_BASE64 } from "./line_program_bytes.ts";

/** What line_program.as exports. */
export interface LineExports {
  decide(program: number, from: number, to: number, mark: number): number;
  decideLine(
    program: number,
    start: number,
    end: number,
    mark: number,
    isAscii: boolean,
  ): number;
  decideLines(
    program: number,
    next: number,
    most: number,
    isAscii: boolean,
  ): void;
}

let compiled: WebAssembly.Module | undefined;

/** @returns the functions of an instance that works in this memory, and calls patterns by this table */
export function instantiateLineProgram({ memory, table }: {
  readonly memory: WebAssembly.Memory;
  readonly table: WebAssembly.Table;
}): LineExports {
  compiled ??= new WebAssembly.Module(Uint8Array.fromBase64(MODULE_BASE64));
  const { exports } = new WebAssembly.Instance(compiled, {
    env: { memory, table },
  });
  return exports as unknown as LineExports;
}

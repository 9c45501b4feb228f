/**
 * A WebAssembly module, put together from functions and tables.
 *
 * @module
 */

import { ByteSink } from "./byte_sink.ts";
import { FunctionCode, Op } from "./function_code.ts";

const MAGIC = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const FUNCTION = 0x60;
const I32 = 0x7f;
const MUTABLE = 1;

/** A memory of one page at least; a number that does not change. */
const IMPORTS = [["memory", [2, 0, 1]], ["base", [3, I32, 0]]] as const;

const IMPORTED_GLOBALS = 1;

/** How many numbers functions take; they give one back. */
const PARAMETERS = [1, 2];

/** Numbers of the sections. */
const Section = {
  types: 1,
  imports: 2,
  functions: 3,
  globals: 6,
  exports: 7,
  code: 10,
  data: 11,
} as const;

/**
 * Collects what a module consists of. It works in a memory that is handed to it as `env.memory`, in its own part of that from
 * `env.base` on, which is its first variable.
 */
export class ModuleWriter {
  readonly #functions: FunctionCode[] = [];
  readonly #exported: FunctionCode[] = [];
  readonly #data: (readonly [place: number, bytes: Uint8Array])[] = [];
  #globals: number;

  /** @param globals how many variables of its own its functions share from the beginning */
  constructor(globals: number) {
    this.#globals = globals;
  }

  /** @returns a further variable that all functions share */
  createGlobal(): number {
    return IMPORTED_GLOBALS + this.#globals++;
  }

  /** @returns a new function without instructions */
  createFunction(parameters: 1 | 2): FunctionCode {
    const code = new FunctionCode(this.#functions.length, parameters);
    this.#functions.push(code);
    return code;
  }

  /** Lets a function be called from outside. @returns its name */
  export(code: FunctionCode): string {
    return String(this.#exported.push(code) - 1);
  }

  /** Bytes that stand in its part of the memory once there is an instance. */
  addData(place: number, bytes: Uint8Array): void {
    this.#data.push([place, bytes]);
  }

  /** @returns the whole module */
  print(): Uint8Array<ArrayBuffer> {
    const module = new ByteSink();
    module.addAll(MAGIC);
    addSection(module, Section.types, PARAMETERS, printType);
    addSection(module, Section.imports, IMPORTS, printImport);
    addSection(module, Section.functions, this.#functions, (code, into) => {
      into.addUnsigned(PARAMETERS.indexOf(code.parameters));
    });
    const globals = Array<number>(this.#globals).fill(0);
    addSection(module, Section.globals, globals, printGlobal);
    addSection(
      module,
      Section.exports,
      [...this.#exported.entries()],
      printExport,
    );
    addSection(module, Section.code, this.#functions, (code, into) => {
      code.print(into);
    });
    addSection(module, Section.data, this.#data, printData);
    return module.bytes;
  }
}

function addSection<T>(
  module: ByteSink,
  id: number,
  entries: readonly T[],
  print: (entry: T, into: ByteSink) => void,
): void {
  const section = new ByteSink();
  section.addUnsigned(entries.length);
  for (const entry of entries) print(entry, section);
  module.add(id);
  module.addCounted(section.bytes);
}

function printType(parameters: number, into: ByteSink): void {
  into.add(FUNCTION);
  into.addCounted(Array<number>(parameters).fill(I32));
  into.addCounted([I32]);
}

function printImport(
  [name, kind]: (typeof IMPORTS)[number],
  into: ByteSink,
): void {
  addName(into, "env");
  addName(into, name);
  into.addAll(kind);
}

function printExport(
  [name, { index }]: readonly [number, FunctionCode],
  into: ByteSink,
): void {
  addName(into, String(name));
  into.add(0);
  into.addUnsigned(index);
}

function printGlobal(value: number, into: ByteSink): void {
  into.addAll([I32, MUTABLE]);
  addConstant(into, value);
}

function printData(
  [place, bytes]: readonly [number, Uint8Array],
  into: ByteSink,
): void {
  into.add(0);
  into.addAll([Op.getGlobal, 0, Op.const32]);
  into.addSigned(place);
  into.addAll([Op.add, Op.end]);
  into.addCounted(bytes);
}

function addConstant(into: ByteSink, value: number): void {
  into.add(Op.const32);
  into.addSigned(value);
  into.add(Op.end);
}

function addName(into: ByteSink, text: string): void {
  into.addCounted(new TextEncoder().encode(text));
}

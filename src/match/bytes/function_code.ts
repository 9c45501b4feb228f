/**
 * The body of one WebAssembly function, written instruction by instruction.
 *
 * @module
 */

import { ByteSink } from "./byte_sink.ts";

/** Instructions by their numbers in the WebAssembly specification. */
export const Op = {
  block: 0x02,
  loop: 0x03,
  end: 0x0b,
  jump: 0x0c,
  jumpIf: 0x0d,
  return: 0x0f,
  call: 0x10,
  getLocal: 0x20,
  setLocal: 0x21,
  teeLocal: 0x22,
  getGlobal: 0x23,
  setGlobal: 0x24,
  load32: 0x28,
  load64: 0x29,
  load8: 0x2d,
  load16: 0x2f,
  store32: 0x36,
  const32: 0x41,
  const64: 0x42,
  isZero: 0x45,
  equal: 0x46,
  differ: 0x47,
  less: 0x48,
  lessUnsigned: 0x49,
  more: 0x4a,
  lessOrEqual: 0x4c,
  moreOrEqual: 0x4e,
  moreOrEqualUnsigned: 0x4f,
  differ64: 0x52,
  add: 0x6a,
  subtract: 0x6b,
  and: 0x71,
  or: 0x72,
  shiftRight: 0x75,
} as const;

/** Kind of a block that leaves nothing on the stack. */
const NOTHING = 0x40;

/** Type of all values. */
const I32 = 0x7f;

/** A block that can be jumped to, by how deep it lies. */
export type Label = number;

/** Writes instructions; blocks are closed in the order in which they were opened. */
export class FunctionCode {
  /** The function's number in its module. */
  readonly index: number;
  /** How many i32 it takes. */
  readonly parameters: number;
  readonly #sink = new ByteSink();
  #locals: number;
  #depth = 0;

  constructor(index: number, parameters: number) {
    this.index = index;
    this.parameters = this.#locals = parameters;
  }

  /** Adds an instruction without operands. */
  add(op: number): void {
    this.#sink.add(op);
  }

  /** Adds an instruction whose operand is a number of something. */
  addIndexed(op: number, index: number): void {
    this.#sink.add(op);
    this.#sink.addUnsigned(index);
  }

  /** Puts a number on the stack. */
  constant(value: number): void {
    this.#sink.add(Op.const32);
    this.#sink.addSigned(value);
  }

  /** Puts a number of 64 bits on the stack. */
  constant64(value: bigint): void {
    this.#sink.add(Op.const64);
    this.#sink.addSigned64(value);
  }

  /** Loads or stores at the place on the stack, and so many bytes behind it; places need not be aligned. */
  access(op: number, offset: number): void {
    this.#sink.add(op);
    this.#sink.add(0);
    this.#sink.addUnsigned(offset);
  }

  /** @returns a further variable */
  local(): number {
    return this.#locals++;
  }

  /** Puts a variable on the stack. */
  get(local: number): void {
    this.addIndexed(Op.getLocal, local);
  }

  /** Takes a variable's value from the stack. */
  set(local: number): void {
    this.addIndexed(Op.setLocal, local);
  }

  /** Opens a block, or a loop, to whose beginning a jump to it leads. */
  open(op: typeof Op.block | typeof Op.loop): Label {
    this.#sink.add(op);
    this.#sink.add(NOTHING);
    return ++this.#depth;
  }

  /** Closes what was opened last. */
  close(): void {
    this.#sink.add(Op.end);
    this.#depth--;
  }

  /** Leaves a block, or begins a loop anew; `jumpIf` when the stack says so. */
  jump(op: typeof Op.jump | typeof Op.jumpIf, label: Label): void {
    this.addIndexed(op, this.#depth - label);
  }

  /** Writes the function as its module holds it, its length first. */
  print(into: ByteSink): void {
    const locals = new ByteSink();
    const more = this.#locals - this.parameters;
    locals.addUnsigned(more === 0 ? 0 : 1);
    if (more > 0) {
      locals.addUnsigned(more);
      locals.add(I32);
    }
    const { bytes } = this.#sink;
    into.addUnsigned(locals.bytes.length + bytes.length + 1);
    into.addAll(locals.bytes);
    into.addAll(bytes);
    into.add(Op.end);
  }
}

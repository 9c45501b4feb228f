/**
 * What a pickle holds here: data, and nothing that would have to be constructed.
 *
 * @module
 */

/** A value of Python's; a list is an array. Whole numbers beyond 2⁵³ are bigints, all others numbers. */
export type PickleValue =
  | PickleScalar
  | Tuple
  | Dict
  | readonly PickleValue[];

/** What holds no other value. */
export type PickleScalar =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array;

/** A dict; keys are scalars. */
export type Dict = ReadonlyMap<PickleScalar, PickleValue>;

/** A tuple, which clients tell from a list. */
export class Tuple {
  /** Its items. */
  readonly items: readonly PickleValue[];

  /** Holds these items. */
  constructor(items: readonly PickleValue[]) {
    this.items = items;
  }
}

/** @returns `(first, second, …)` */
export function tuple(...items: readonly PickleValue[]): Tuple {
  return new Tuple(items);
}

/** @returns whether it holds no other value, and so may be a key, or stand in several places */
export function isScalar(value: PickleValue): value is PickleScalar {
  return value === null || typeof value !== "object" ||
    value instanceof Uint8Array;
}

/**
 * How this machine writes numbers, for the kernel's structures.
 *
 * @module
 */

/** Whether the lowest byte comes first. */
export const IS_LITTLE_ENDIAN: boolean =
  new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * Entries of a journal as `journalctl -o export` writes them.
 *
 * @module
 */

/** Fields with their values, in order. */
export type SampleEntry = (readonly [string, Uint8Array])[];

const ENCODER = new TextEncoder();

/** @returns the entry's bytes */
export function exportOf(
  entry: readonly (readonly [string, Uint8Array])[],
): Uint8Array {
  const parts = entry.flatMap(([name, value]) => {
    const isText = value.every((byte) => byte >= 32 && byte < 127);
    if (isText) return [`${name}=`, value, "\n"];
    const length = new DataView(new ArrayBuffer(8));
    length.setBigUint64(0, BigInt(value.length), true);
    return [`${name}\n`, new Uint8Array(length.buffer), value, "\n"];
  });
  const bytes = [...parts, "\n"].flatMap((part) => [
    ...typeof part === "string" ? ENCODER.encode(part) : part,
  ]);
  return Uint8Array.from(bytes);
}

/** @returns the bytes of an entry whose values are texts */
export function exportText(
  entry: Readonly<Record<string, string>>,
): Uint8Array {
  return exportOf(
    Object.entries(entry).map(([name, text]) => [name, ENCODER.encode(text)]),
  );
}

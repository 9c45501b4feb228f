/**
 * What a log is packed with, by its first bytes: its name may say anything.
 *
 * @module
 */

/** What a log can be packed with; `plain` is not at all. */
export type ArchiveKind = "plain" | "gzip" | "zstd" | "xz" | "bzip2" | "lz4";

/** As many bytes tell every kind. */
export const MAGIC_BYTES = 6;

const MAGICS: readonly (readonly [ArchiveKind, readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["lz4", [0x04, 0x22, 0x4d, 0x18]],
];

/** @param head the first MAGIC_BYTES of it, fewer where it is shorter */
export function archiveKind(head: Uint8Array): ArchiveKind {
  const found = MAGICS.find(([, magic]) =>
    magic.every((byte, at) => head[at] === byte)
  );
  return found?.[0] ?? (isSkippableFrame(head) ? "zstd" : "plain");
}

/** A zstd archive may begin with a frame of somebody else's: RFC 8878, 3.1.2. pzstd does it. */
function isSkippableFrame([first = 0, ...rest]: Uint8Array): boolean {
  return (first & 0xf0) === 0x50 && rest[0] === 0x2a && rest[1] === 0x4d &&
    rest[2] === 0x18;
}

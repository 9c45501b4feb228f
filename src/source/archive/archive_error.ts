/**
 * What is wrong with an archive.
 *
 * @module
 */

/** An archive that cannot be read on: cut short, damaged, or of a kind that is not known here. */
export class ArchiveError extends Error {
  override readonly name = "ArchiveError";
}

/**
 * Lets go of the runtime's code that only the start needed.
 *
 * Half of an idle daemon's resident memory is pages of the runtime's own file: its compiler, its loader, its tables. Those
 * that are needed again come back from the file at the next touch, a microsecond each; the others do not come back.
 *
 * @module
 */

import type { Libc } from "./libc.ts";

/** What an ELF file of 64 bits says of itself; see elf(5). */
const HEADER_BYTES = 4096;
const ELF_MAGIC = 0x464c457f;
const PROGRAM_HEADERS_AT = 32;
const HEADER_SIZE_AT = 54;
const HEADER_COUNT_AT = 56;
const PT_LOAD = 1;
const PT_PHDR = 6;
const PF_W = 2;

/** Of getauxval(3): where the program headers lie in memory. */
const AT_PHDR = 3n;
/** Of madvise(2). */
const MADV_DONTNEED = 4;
const PAGE = 4096n;

/** A part of the file as it is mapped, by its addresses before the file was put anywhere. */
interface Segment {
  readonly start: bigint;
  readonly end: bigint;
}

/**
 * Gives the pages back that are mapped from the runtime's file and can never have been written to. Does nothing where that
 * file may not be read, or is none that is known.
 */
export function releaseCode(libc: Libc): void {
  const { getauxval, madvise } = libc;
  if (getauxval === null || madvise === null) return;
  const header = readHeader();
  const layout = header && readLayout(header);
  if (layout === undefined) return;
  const base = getauxval(AT_PHDR) - layout.headersAt;
  for (const { start, end } of layout.segments) {
    const from = (base + start + PAGE - 1n) / PAGE * PAGE;
    const to = (base + end) / PAGE * PAGE;
    if (to > from) madvise(from, to - from, MADV_DONTNEED);
  }
}

function readHeader(): DataView | undefined {
  try {
    using file = Deno.openSync(Deno.execPath());
    const bytes = new Uint8Array(HEADER_BYTES);
    const length = file.readSync(bytes) ?? 0;
    return new DataView(bytes.buffer, 0, length);
  } catch {
    return undefined;
  }
}

/** @returns where the headers are, and the parts that nobody may write to; undefined for another kind of file */
function readLayout(
  header: DataView,
): { readonly headersAt: bigint; readonly segments: Segment[] } | undefined {
  if (header.byteLength < 64 || header.getUint32(0, true) !== ELF_MAGIC) {
    return undefined;
  }
  const first = Number(header.getBigUint64(PROGRAM_HEADERS_AT, true));
  const size = header.getUint16(HEADER_SIZE_AT, true);
  const count = header.getUint16(HEADER_COUNT_AT, true);
  if (first + size * count > header.byteLength) return undefined;
  let headersAt: bigint | undefined;
  const segments: Segment[] = [];
  for (let n = 0; n < count; n++) {
    const at = first + n * size;
    const type = header.getUint32(at, true);
    const start = header.getBigUint64(at + 16, true);
    if (type === PT_PHDR) headersAt = start;
    const isWritable = (header.getUint32(at + 4, true) & PF_W) !== 0;
    if (type !== PT_LOAD || isWritable) continue;
    segments.push({ start, end: start + header.getBigUint64(at + 40, true) });
  }
  return headersAt === undefined ? undefined : { headersAt, segments };
}

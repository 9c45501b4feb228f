/**
 * Finds literals in lines of bytes. AssemblyScript: compiled by `deno task prefilter` into module_bytes.ts.
 *
 * Memory belongs to prefilter.ts, which lays everything out and says where it is. What is found are triples
 * (line start, line end, literal id), three u32 each, in the order of the lines, each pair of line and literal once.
 *
 * A literal is a record; the three vectors come once for every 16 bytes of it:
 *
 *     u32 id | u32 length | u32 behind | u32 vectors | (bytes, fold, beyond) × vectors
 *
 *     behind   place of its window's last byte in the literal: the window is what is searched for, the rest is compared
 *     fold     0x20 where a letter may be of either case (the byte is then the small letter), else 0
 *     beyond   0xff behind the literal's end
 */

const NEWLINE: u8 = 10;
const NIBBLE: v128 = i8x16.splat(0x0f);
const NEWLINES: v128 = i8x16.splat(10);

let results: usize = 0;
let resultsEnd: usize = 0;
let seen: usize = 0;
let literalCount: u32 = 0;

let masks: usize = 0;
let buckets: usize = 0;

let root: usize = 0;
let firstOutput: usize = 0;
let rowBytes: usize = 0;
let classes: usize = 0;

let from: usize = 0;
let to: usize = 0;
let cursor: usize = 0;
let skipTo: usize = 0;
let row: usize = 0;
let out: usize = 0;
let lineStart: usize = 0;
let lineEnd: usize = 0;
let serial: u32 = 0;

/** Where a block's lanes are read one by one; aligned, below all that prefilter.ts lays out. */
const SCRATCH: usize = 64;

/** Whether the last scan came to the end of the bytes; else the results were full, and another call goes on. */
export let isDone: bool = true;

/** Lines of the bytes scanned; the last one may lack its newline. */
export let lineCount: u32 = 0;

/** Comparisons so far of literals that were not there. */
export let wrongCount: u32 = 0;

/** Whether all of them are ASCII. */
export let isAscii: bool = true;

/** Says where results go, and where the last line of each literal is noted. */
export function place(resultsAt: usize, resultsTo: usize, seenAt: usize, literals: u32): void {
  results = resultsAt;
  resultsEnd = resultsTo;
  seen = seenAt;
  literalCount = literals;
}

/** Says where fingerprints are: twelve vectors, low and high nibbles of three bytes for two times eight buckets. */
export function placeFingerprints(masksAt: usize, bucketsAt: usize): void {
  masks = masksAt;
  buckets = bucketsAt;
}

/** Says where the tree's rows are; those from `outputAt` on end a window. */
export function placeTree(rootAt: usize, outputAt: usize, bytesOfRow: usize, classesAt: usize): void {
  root = rootAt;
  firstOutput = outputAt;
  rowBytes = bytesOfRow;
  classes = classesAt;
}

/** Begins with the bytes between two places; at least 16 more behind them can be read. */
export function begin(start: usize, end: usize): void {
  from = start;
  to = end;
  cursor = start;
  skipTo = 0;
  row = root;
  lineStart = start;
  lineEnd = start;
  serial = 0;
  isDone = false;
  memory.fill(seen, 0, literalCount << 2);
  lineCount = countLines(start, end);
}

/** Also looks for bytes beyond ASCII. */
function countLines(start: usize, end: usize): u32 {
  isAscii = true;
  if (start >= end) return 0;
  let count: u32 = load<u8>(end - 1) == NEWLINE ? 0 : 1;
  let at = start;
  while (at + 16 <= end) {
    // A lane holds 255 at most.
    const stop = min(at + 16 * 255, end - 15);
    let lanes = i8x16.splat(0), all = i8x16.splat(0);
    for (; at < stop; at += 16) {
      const bytes = v128.load(at);
      lanes = i8x16.sub(lanes, i8x16.eq(bytes, NEWLINES));
      all = v128.or(all, bytes);
    }
    if (i8x16.bitmask(all) != 0) isAscii = false;
    const pairs = i16x8.extadd_pairwise_i8x16_u(lanes);
    const fours = i32x4.extadd_pairwise_i16x8_u(pairs);
    count += i32x4.extract_lane(fours, 0) + i32x4.extract_lane(fours, 1) +
      i32x4.extract_lane(fours, 2) + i32x4.extract_lane(fours, 3);
  }
  for (; at < end; at++) {
    const byte = load<u8>(at);
    count += u32(byte == NEWLINE);
    if (byte > 127) isAscii = false;
  }
  return count;
}

// Eight buckets, fingerprints of three bytes: two shuffles for each byte tell the buckets that take it there.

/**
 * Finds windows of three bytes in up to eight buckets.
 *
 * @returns how many triples were found
 */
export function scanEight(): u32 {
  const low0 = v128.load(masks), high0 = v128.load(masks, 16);
  const low1 = v128.load(masks, 32), high1 = v128.load(masks, 48);
  const low2 = v128.load(masks, 64), high2 = v128.load(masks, 80);
  out = results;
  let at = cursor;
  let first = i8x16.splat(0), second = i8x16.splat(0);
  if (at > from) {
    const bytes = v128.load(at - 16);
    const low = v128.and(bytes, NIBBLE), high = v128.and(i16x8.shr_u(bytes, 4), NIBBLE);
    first = v128.and(i8x16.relaxed_swizzle(low0, low), i8x16.relaxed_swizzle(high0, high));
    second = v128.and(i8x16.relaxed_swizzle(low1, low), i8x16.relaxed_swizzle(high1, high));
  }
  for (; at < to; at += 16) {
    const bytes = v128.load(at);
    const low = v128.and(bytes, NIBBLE), high = v128.and(i16x8.shr_u(bytes, 4), NIBBLE);
    const r0 = v128.and(i8x16.relaxed_swizzle(low0, low), i8x16.relaxed_swizzle(high0, high));
    const r1 = v128.and(i8x16.relaxed_swizzle(low1, low), i8x16.relaxed_swizzle(high1, high));
    const r2 = v128.and(i8x16.relaxed_swizzle(low2, low), i8x16.relaxed_swizzle(high2, high));
    const hits = v128.and(r2, v128.and(behindTwo(first, r0), behindOne(second, r1)));
    first = r0;
    second = r1;
    if (v128.any_true(hits) && !takeBlock(at, hits, i8x16.splat(0))) {
      cursor = at;
      return found();
    }
  }
  isDone = true;
  return found();
}

/**
 * The same in up to sixteen buckets.
 *
 * @returns how many triples were found
 */
export function scanSixteen(): u32 {
  const low0 = v128.load(masks), high0 = v128.load(masks, 16);
  const low1 = v128.load(masks, 32), high1 = v128.load(masks, 48);
  const low2 = v128.load(masks, 64), high2 = v128.load(masks, 80);
  const low3 = v128.load(masks, 96), high3 = v128.load(masks, 112);
  const low4 = v128.load(masks, 128), high4 = v128.load(masks, 144);
  const low5 = v128.load(masks, 160), high5 = v128.load(masks, 176);
  out = results;
  let at = cursor;
  let first = i8x16.splat(0), second = i8x16.splat(0);
  let third = i8x16.splat(0), fourth = i8x16.splat(0);
  if (at > from) {
    const bytes = v128.load(at - 16);
    const low = v128.and(bytes, NIBBLE), high = v128.and(i16x8.shr_u(bytes, 4), NIBBLE);
    first = v128.and(i8x16.relaxed_swizzle(low0, low), i8x16.relaxed_swizzle(high0, high));
    second = v128.and(i8x16.relaxed_swizzle(low1, low), i8x16.relaxed_swizzle(high1, high));
    third = v128.and(i8x16.relaxed_swizzle(low3, low), i8x16.relaxed_swizzle(high3, high));
    fourth = v128.and(i8x16.relaxed_swizzle(low4, low), i8x16.relaxed_swizzle(high4, high));
  }
  for (; at < to; at += 16) {
    const bytes = v128.load(at);
    const low = v128.and(bytes, NIBBLE), high = v128.and(i16x8.shr_u(bytes, 4), NIBBLE);
    const r0 = v128.and(i8x16.relaxed_swizzle(low0, low), i8x16.relaxed_swizzle(high0, high));
    const r1 = v128.and(i8x16.relaxed_swizzle(low1, low), i8x16.relaxed_swizzle(high1, high));
    const r2 = v128.and(i8x16.relaxed_swizzle(low2, low), i8x16.relaxed_swizzle(high2, high));
    const r3 = v128.and(i8x16.relaxed_swizzle(low3, low), i8x16.relaxed_swizzle(high3, high));
    const r4 = v128.and(i8x16.relaxed_swizzle(low4, low), i8x16.relaxed_swizzle(high4, high));
    const r5 = v128.and(i8x16.relaxed_swizzle(low5, low), i8x16.relaxed_swizzle(high5, high));
    const hits = v128.and(r2, v128.and(behindTwo(first, r0), behindOne(second, r1)));
    const more = v128.and(r5, v128.and(behindTwo(third, r3), behindOne(fourth, r4)));
    first = r0;
    second = r1;
    third = r3;
    fourth = r4;
    if (v128.any_true(v128.or(hits, more)) && !takeBlock(at, hits, more)) {
      cursor = at;
      return found();
    }
  }
  isDone = true;
  return found();
}

/** The last byte of `before`, then `now` without its last. */
// @ts-ignore: decorator
@inline
function behindOne(before: v128, now: v128): v128 {
  return i8x16.shuffle(before, now, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
}

/** The last two bytes of `before`, then `now` without its last two. */
// @ts-ignore: decorator
@inline
function behindTwo(before: v128, now: v128): v128 {
  return i8x16.shuffle(before, now, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29);
}

/** @returns false where the results are full; the places taken are left out the next time */
function takeBlock(at: usize, hits: v128, more: v128): bool {
  let lanes = i8x16.bitmask(i8x16.ne(v128.or(hits, more), i8x16.splat(0)));
  if (skipTo > at) {
    lanes &= -1 << i32(skipTo - at);
    skipTo = 0;
  }
  v128.store(SCRATCH, hits);
  v128.store(SCRATCH, more, 16);
  for (; lanes != 0; lanes &= lanes - 1) {
    const lane = ctz(lanes);
    if (!hasRoom()) {
      skipTo = at + lane;
      return false;
    }
    let set = u32(load<u8>(SCRATCH + lane)) | u32(load<u8>(SCRATCH + lane, 16)) << 8;
    for (; set != 0; set &= set - 1) {
      const bucket = buckets + (ctz(set) << 3);
      takeList(load<u32>(bucket), load<u32>(bucket, 4), at + lane);
    }
  }
  return true;
}

/**
 * Runs the bytes through the tree: a row for each state, in it the next row for each class of bytes, and last the list of
 * literals that the state ends.
 *
 * @returns how many triples were found
 */
export function scanTree(): u32 {
  out = results;
  let state = row;
  const outputs = firstOutput, map = classes, end = to, lists = rowBytes - 8;
  for (let at = cursor; at < end; at++) {
    const before = state;
    state = load<u32>(state + load<u16>(map + (usize(load<u8>(at)) << 1)));
    if (state < outputs) continue;
    if (!hasRoom()) {
      row = before;
      cursor = at;
      return found();
    }
    takeList(load<u32>(state + lists), load<u32>(state + lists, 4), at);
  }
  isDone = true;
  return found();
}

// @ts-ignore: decorator
@inline
function found(): u32 {
  return u32((out - results) / 12);
}

/** Whether all literals could be found at one place. */
// @ts-ignore: decorator
@inline
function hasRoom(): bool {
  return out + literalCount * 12 <= resultsEnd;
}

/** Compares the literals of a list whose windows may end at a place. */
function takeList(list: usize, listEnd: usize, windowEnd: usize): void {
  for (; list < listEnd; list += 4) {
    const record: usize = load<u32>(list);
    const start = windowEnd - load<u32>(record, 8);
    // A place before the first byte is below `from`, or wrapped around.
    if (start < from || start > windowEnd || start + load<u32>(record, 4) > to) continue;
    if (isAt(record, start)) take(load<u32>(record), start);
    else wrongCount++;
  }
}

function isAt(record: usize, start: usize): bool {
  let part = record + 16;
  const end = part + load<u32>(record, 12) * 48;
  for (let at = start; part < end; part += 48, at += 16) {
    const bytes = v128.or(v128.load(at), v128.load(part, 16));
    const same = v128.or(i8x16.eq(bytes, v128.load(part)), v128.load(part, 32));
    if (!i8x16.all_true(same)) return false;
  }
  return true;
}

/** Notes a literal in the line around it, once a line. */
function take(id: u32, start: usize): void {
  if (start >= lineEnd) {
    // Before the first line and behind each other one a line begins where the last one ended.
    lineStart = findStart(start, serial == 0 ? from : lineEnd);
    lineEnd = findEnd(start);
    serial++;
  }
  const note = seen + (id << 2);
  if (load<u32>(note) == serial) return;
  store<u32>(note, serial);
  store<u32>(out, u32(lineStart));
  store<u32>(out, u32(lineEnd), 4);
  store<u32>(out, id, 8);
  out += 12;
}

/** @returns the place behind the last newline between `floor` and `at`, or `floor` */
function findStart(at: usize, floor: usize): usize {
  while (at >= floor + 16) {
    const lanes = i8x16.bitmask(i8x16.eq(v128.load(at - 16), NEWLINES));
    if (lanes != 0) return at - clz(lanes << 16);
    at -= 16;
  }
  while (at > floor && load<u8>(at - 1) != NEWLINE) at--;
  return at;
}

/** @returns the place of the next newline, or `to` */
function findEnd(at: usize): usize {
  for (; at < to; at += 16) {
    const lanes = i8x16.bitmask(i8x16.eq(v128.load(at), NEWLINES));
    if (lanes != 0) return min(at + ctz(lanes), to);
  }
  return to;
}

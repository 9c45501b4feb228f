/**
 * Finds literals in lines of bytes. AssemblyScript: compiled by `deno task assembly` into module_bytes.ts.
 *
 * Memory belongs to prefilter.ts, which lays everything out and says where it is. What is found are triples
 * (line start, line end, literal id), three u32 each, in the order of the lines, each pair of line and literal once. They are
 * handed over line by line: each literal has a list of marks, and they get the line's number.
 *
 * A literal is a record; the three vectors come once for every 16 bytes of it:
 *
 *     u32 id | u32 length | u32 behind | u32 vectors | (bytes, fold, beyond) × vectors
 *
 *     behind   place of its window's last byte in the literal: the window is what is searched for, the rest is compared
 *     fold     0x20 where a letter may be of either case (the byte is then the small letter), else 0
 *     beyond   0xff behind the literal's end
 *
 * A bucket is a list of windows, four a time, whose bytes make one u32; a mask leaves out the case of a letter, and bytes
 * before a literal that is shorter than its window:
 *
 *     mask × 4 | value × 4 | u32 record × 4
 */

const NEWLINE: u8 = 10;

let results: usize = 0;
let resultsEnd: usize = 0;
let seen: usize = 0;
let literalCount: u32 = 0;
let markLists: usize = 0;

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

/** First triple that was not handed over. */
let read: usize = 0;
/** Whether the line at LINE may have more triples than those that were handed over. */
let isOpen: bool = false;
let lineNumber: u32 = 0;

/** Bytes that are looked at together. */
const BLOCK: usize = 32;

// What this module keeps for itself, below all that prefilter.ts lays out.

/**
 * The line that was handed over: its start, its end, its number, and whether it is to be handed over again, which others in
 * this memory ask for. Below it line_program.as keeps something.
 */
const LINE: usize = 48;

/** Where a block's lanes are read one by one. */
const SCRATCH: usize = 64;

/**
 * Vectors of one byte. What is loaded stays in a register, but a constant is made anew for each use, by two instructions
 * that compete with the shuffles: a scan took 0.19 ns a byte with constants, and takes 0.14.
 */
const NIBBLES: usize = 96;
const NEWLINES: usize = 112;

/** Whether the last scan came to the end of the bytes; else the results were full, and another call goes on. */
export let isDone: bool = true;

/** Lines of the bytes scanned; the last one may lack its newline. */
export let lineCount: u32 = 0;

/** Places so far that a bucket took, and that held none of its literals. */
export let wrongCount: u32 = 0;

/** Whether all of them are ASCII. */
export let isAscii: bool = true;

/** Says where results go, and where the last line of each literal is noted. */
export function place(resultsAt: usize, resultsTo: usize, seenAt: usize, literals: u32): void {
  v128.store(NIBBLES, i8x16.splat(15));
  v128.store(NEWLINES, i8x16.splat(NEWLINE));
  results = resultsAt;
  resultsEnd = resultsTo;
  seen = seenAt;
  literalCount = literals;
}

/** Says where the lists of marks are: for each literal the place of its list, which a 0 ends. */
export function placeMarks(listsAt: usize): void {
  markLists = listsAt;
}

/** Says where fingerprints are: six vectors, low nibbles of four bytes and what remains of the first two and the last two. */
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

/** Begins with the bytes between two places; at least 32 more behind them can be read. */
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
  isOpen = false;
  read = results;
  out = results;
  memory.fill(seen, 0, literalCount << 2);
  lineCount = countLines(start, end);
}

/** Also looks for bytes beyond ASCII. One loop for this and the scan would take 2 % less: each is as fast as vectors are computed. */
function countLines(start: usize, end: usize): u32 {
  isAscii = true;
  if (start >= end) return 0;
  const newlines = v128.load(NEWLINES);
  let count: u32 = load<u8>(end - 1) == NEWLINE ? 0 : 1;
  let at = start;
  while (at + 64 <= end) {
    // A lane holds 255 at most.
    const stop = min(at + 64 * 63, end - 63);
    let lanes = i8x16.splat(0), all = i8x16.splat(0);
    for (; at < stop; at += 64) {
      const bytes0 = v128.load(at), bytes1 = v128.load(at, 16);
      const bytes2 = v128.load(at, 32), bytes3 = v128.load(at, 48);
      const some = i8x16.add(i8x16.eq(bytes0, newlines), i8x16.eq(bytes1, newlines));
      const more = i8x16.add(i8x16.eq(bytes2, newlines), i8x16.eq(bytes3, newlines));
      lanes = i8x16.sub(lanes, i8x16.add(some, more));
      all = v128.or(v128.or(all, v128.or(bytes0, bytes1)), v128.or(bytes2, bytes3));
    }
    if (i8x16.bitmask(all) != 0) isAscii = false;
    count += sumOf(lanes);
  }
  for (; at < end; at += 16) {
    const bytes = v128.load(at);
    const within = at + 16 <= end ? -1 : (1 << i32(end - at)) - 1;
    count += popcnt(i8x16.bitmask(i8x16.eq(bytes, newlines)) & within);
    if ((i8x16.bitmask(bytes) & within) != 0) isAscii = false;
  }
  return count;
}

function sumOf(lanes: v128): u32 {
  const pairs = i16x8.extadd_pairwise_i8x16_u(lanes);
  const fours = i32x4.extadd_pairwise_i16x8_u(pairs);
  return i32x4.extract_lane(fours, 0) + i32x4.extract_lane(fours, 1) +
    i32x4.extract_lane(fours, 2) + i32x4.extract_lane(fours, 3);
}

// Eight buckets, fingerprints of four bytes: six shuffles for each byte tell the buckets that take it there.

/**
 * Finds windows of four bytes in up to eight buckets.
 *
 * @returns how many triples were found
 */
export function scanFingerprints(): u32 {
  read = results;
  out = results;
  for (let at = findBlock(cursor); at < to; at = findBlock(at + BLOCK)) {
    if (takeBlock(at)) continue;
    cursor = at;
    return found();
  }
  isDone = true;
  return found();
}

/**
 * Leaves at SCRATCH, for each byte of a block, the buckets that take a window that ends there. No call is made between two
 * blocks, so that all tables stay in registers; 16 bytes a time take 6 % more, 64 take 1 % less.
 *
 * @returns the next block in which a bucket takes one, or a place behind the end
 */
function findBlock(start: usize): usize {
  const low0 = v128.load(masks), low1 = v128.load(masks, 16), mixed01 = v128.load(masks, 64);
  const low2 = v128.load(masks, 32), low3 = v128.load(masks, 48), mixed23 = v128.load(masks, 80);
  const nibbles = v128.load(NIBBLES), end = to;
  // What is before the first byte may make a window pass, but no comparison.
  let before = passPair(start - 16, low0, low1, mixed01, nibbles);
  let at = start;
  for (; at < end; at += BLOCK) {
    const heads = passPair(at, low0, low1, mixed01, nibbles);
    const tails = passPair(at, low2, low3, mixed23, nibbles);
    const moreHeads = passPair(at + 16, low0, low1, mixed01, nibbles);
    const moreTails = passPair(at + 16, low2, low3, mixed23, nibbles);
    const hits = v128.and(tails, behindTwo(before, heads));
    const moreHits = v128.and(moreTails, behindTwo(heads, moreHeads));
    before = moreHeads;
    if (v128.any_true(v128.or(hits, moreHits))) {
      v128.store(SCRATCH, hits);
      v128.store(SCRATCH, moreHits, 16);
      break;
    }
  }
  return at;
}

/** The buckets that take each of sixteen bytes and the one before it: by the low nibbles of both, and one mixed of the rest. */
// @ts-ignore: decorator
@inline
function passPair(at: usize, low: v128, nextLow: v128, mixed: v128, nibbles: v128): v128 {
  const first = v128.load(at - 1), second = v128.load(at);
  const mix = v128.xor(i16x8.shr_u(first, 3), i16x8.shr_u(second, 4));
  const lows = v128.and(
    i8x16.relaxed_swizzle(low, v128.and(first, nibbles)),
    i8x16.relaxed_swizzle(nextLow, v128.and(second, nibbles)),
  );
  return v128.and(lows, i8x16.relaxed_swizzle(mixed, v128.and(mix, nibbles)));
}

/** The last two bytes of `before`, then `now` without its last two. */
// @ts-ignore: decorator
@inline
function behindTwo(before: v128, now: v128): v128 {
  return i8x16.shuffle(before, now, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29);
}

/** @returns false where the results are full; the places taken are left out the next time */
function takeBlock(at: usize): bool {
  let lanes = lanesAt(SCRATCH) | lanesAt(SCRATCH + 16) << 16;
  if (skipTo > at) {
    lanes &= -1 << i32(skipTo - at);
    skipTo = 0;
  }
  for (; lanes != 0; lanes &= lanes - 1) {
    const lane = ctz(lanes);
    if (!hasRoom()) {
      skipTo = at + lane;
      return false;
    }
    for (let set = u32(load<u8>(SCRATCH + lane)); set != 0; set &= set - 1) {
      const bucket = buckets + (ctz(set) << 3);
      takeBucket(load<u32>(bucket), load<u32>(bucket, 4), at + lane);
    }
  }
  return true;
}

/** @returns a bit for each byte that is not 0 */
function lanesAt(place: usize): i32 {
  return i8x16.bitmask(i8x16.ne(v128.load(place), i8x16.splat(0)));
}

/** Compares windows with the one that ends at a place, four at once, and whole literals where one is the same. */
function takeBucket(quad: usize, quadsEnd: usize, windowEnd: usize): void {
  const window = i32x4.splat(load<u32>(windowEnd - 3));
  let isWrong = true;
  for (; quad < quadsEnd; quad += 48) {
    const same = i32x4.eq(v128.and(window, v128.load(quad)), v128.load(quad, 16));
    for (let members = i32x4.bitmask(same); members != 0; members &= members - 1) {
      const record = load<u32>(quad + (ctz(members) << 2), 32);
      if (takeRecord(record, windowEnd)) isWrong = false;
    }
  }
  wrongCount += u32(isWrong);
}

/**
 * Runs the bytes through the tree: a row for each state, in it the next row for each class of bytes, and last the list of
 * literals that the state ends.
 *
 * @returns how many triples were found
 */
export function scanTree(): u32 {
  read = results;
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
    const listEnd = load<u32>(state + lists, 4);
    for (let list = load<u32>(state + lists); list < listEnd; list += 4) {
      takeRecord(load<u32>(list), at);
    }
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

/** Hands so many triples over that somebody else has written, of a line that is not scanned, and none of those before. */
export function offer(count: u32): void {
  read = results;
  out = results + count * 12;
  isDone = true;
  isOpen = false;
  store<u32>(LINE, 0, 12);
}

/**
 * Goes to the next line, and marks what its literals belong to.
 *
 * @returns whether there is one; else the next scan may find more
 */
export function nextLine(): bool {
  if (load<u32>(LINE, 12) != 0) {
    store<u32>(LINE, 0, 12);
    return true;
  }
  if (!isOpen) lineNumber++;
  for (; read < out; read += 12) {
    const start = load<u32>(read);
    if (isOpen && start != load<u32>(LINE)) return closeLine();
    if (!isOpen) {
      store<u32>(LINE, start);
      store<u32>(LINE, load<u32>(read, 4), 4);
      store<u32>(LINE, lineNumber, 8);
      isOpen = true;
    }
    let list: usize = load<u32>(markLists + (usize(load<u32>(read, 8)) << 2));
    for (let mark: usize = load<u32>(list); mark != 0; mark = load<u32>(list += 4)) store<u32>(mark, lineNumber);
  }
  return isDone && isOpen && closeLine();
}

function closeLine(): bool {
  isOpen = false;
  return true;
}

/** Compares a literal whose window ends at a place. */
function takeRecord(record: usize, windowEnd: usize): bool {
  const start = windowEnd - load<u32>(record, 8);
  // A place before the first byte is below `from`, or wrapped around.
  if (start < from || start > windowEnd || start + load<u32>(record, 4) > to) return false;
  if (!isAt(record, start)) return false;
  take(load<u32>(record), start);
  return true;
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
    const lanes = i8x16.bitmask(i8x16.eq(v128.load(at - 16), v128.load(NEWLINES)));
    if (lanes != 0) return at - clz(lanes << 16);
    at -= 16;
  }
  while (at > floor && load<u8>(at - 1) != NEWLINE) at--;
  return at;
}

/** @returns the place of the next newline, or `to` */
function findEnd(at: usize): usize {
  for (; at < to; at += 16) {
    const lanes = i8x16.bitmask(i8x16.eq(v128.load(at), v128.load(NEWLINES)));
    if (lanes != 0) return min(at + ctz(lanes), to);
  }
  return to;
}

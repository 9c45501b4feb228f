/**
 * All patterns of a jail on the bytes of a line, in one call. AssemblyScript: compiled by `deno task assembly` into
 * line_program_bytes.ts.
 *
 * Memory belongs to line_program.ts, which lays everything out; all fields are u32:
 *
 *     program  prefix | early | fail | late | trail | result | stamp | judged | rows | bytes of a row | end of the rows | lines | hits
 *     pattern  function | mark | candidates | hits | index | groups | slots
 *     group    offset of its slots | place in the jail's table        ended by END
 *     stamp    48 bytes | digits × 48 | others × 48 | how many are the date | number, 0 where it says nothing | how many are compared
 *     result   has | says | hash | family | words × 4 | (first, last) × groups of the table
 *     row      index of the pattern | line's start | line's end | result
 *
 *     early, fail, late   for each ASCII character a list of the patterns that may begin with it, ended by 0; early and late
 *                         are ignore patterns, for the whole line and for what the prefix pattern leaves
 *     function   of the table that patterns are called by; 0 where there is none yet
 *     digits     0xff where any digit will do in place of the byte; others: where all else will
 *     judged     number of a stamp that says when its lines were written, and that they count
 *     mark       of the last line that holds one of the pattern's literals
 *     has, says  bits of the groups that took part, and of those that caught something
 *     hash       of the connection's id
 *     family     of the address that is in `words`, 0 where there is none
 *     lines      that were gone over at once
 *     hits       rows that were filled meanwhile
 *
 * Counts of a line that others have to be asked about are taken back, since they count it again.
 */

/** What is given back in place of a pattern's index; the first two are also what patterns give back. */
const NOTHING: i32 = -1;
const ASK: i32 = -2;
const UNKNOWN_STAMP: i32 = -3;

const END: u32 = 0xffffffff;

/** What scan.as hands over: the line's start, its end, its mark, and whether it shall hand it over again. */
const LINE: usize = 48;

/** Bytes of a row before its result. */
const ROW_HEAD: usize = 12;

// Places of groups, as in caught_groups.ts.
const IP4: u32 = 1;
const IP6: u32 = 2;
const MLFID: u32 = 4;

/** Bytes that an id is told apart by, from its end. */
const HASHED: usize = 8;

/** Bytes of each part of a stamp: as in stamp_memo.ts; and of a line that is looked at: as in line_bytes.ts. */
const STAMP_PART: usize = 48;
const LONGEST_LINE: usize = 1024;

const NEWLINE: u8 = 10;
const RETURN: u8 = 13;
const DOT: u8 = 46;
const COLON: u8 = 58;
const ZERO: u8 = 48;

/** Third word of an IPv4 address. */
const MAPPED: u32 = 0xffff;

/** Longest text of an address. */
const LONGEST_ADDRESS: usize = 45;

/** Eight groups of an IPv6 address, two bytes each, and room to overflow into, in what this module keeps for itself. */
const GROUPS: usize = 16;

let trail: usize = 0;

/**
 * Goes over the next lines of the scan as long as it can be decided about them, and there is a row for what hits. The first
 * about which others have to tell is handed over again.
 *
 * @param next of the table: the scan's `nextLine`
 * @param most lines
 * @param isAscii whether all of them are known to be
 */
export function decideLines(program: usize, next: u32, most: u32, isAscii: bool): void {
  const rows: usize = load<u32>(program, 32), rowBytes: usize = load<u32>(program, 36), rowsEnd: usize = load<u32>(program, 40);
  let row = rows;
  store<u32>(program, 0, 44);
  store<u32>(program, 0, 48);
  for (let lines: u32 = 1; lines <= most && row < rowsEnd; lines++) {
    if (call_indirect<i32>(next) == 0) break;
    const start: usize = load<u32>(LINE), end: usize = load<u32>(LINE, 4);
    store<u32>(program, row + ROW_HEAD, 20);
    const index = decideLine(program, start, end, load<u32>(LINE, 8), isAscii);
    if (index < NOTHING) {
      store<u32>(LINE, 1, 12);
      break;
    }
    store<u32>(program, lines, 44);
    if (index == NOTHING) continue;
    store<i32>(row, index);
    store<u32>(row, start, 4);
    store<u32>(row, end, 8);
    row += rowBytes;
    store<u32>(program, load<u32>(program, 48) + 1, 48);
  }
  store<u32>(program, rows + ROW_HEAD, 20);
}

/**
 * Does the same with a line that begins with the stamp that was judged last, at another line.
 *
 * @param start place of its first byte
 * @param end behind its last one, where its newline should be
 * @param isAscii whether it is known to be
 * @returns also UNKNOWN_STAMP: when such a line was written others have to tell
 */
export function decideLine(program: usize, start: usize, end: usize, mark: u32, isAscii: bool): i32 {
  const stamp: usize = load<u32>(program, 24), length = end - start;
  const number = load<u32>(stamp, 3 * STAMP_PART + 4);
  if (number == 0 || number != load<u32>(program, 28)) return UNKNOWN_STAMP;
  const compared: usize = load<u32>(stamp, 3 * STAMP_PART + 8);
  if (length < compared || length > LONGEST_LINE || !bears(stamp, start, compared)) return UNKNOWN_STAMP;
  if (load<u8>(end) != NEWLINE || load<u8>(end - 1) == RETURN) return UNKNOWN_STAMP;
  if (!isAscii && holdsMore(start, end)) return UNKNOWN_STAMP;
  return decide(program, start + load<u32>(stamp, 3 * STAMP_PART), end + 1, mark);
}

/** @returns whether a line begins as those do that bear a stamp */
// @ts-ignore: decorator
@inline
function bears(stamp: usize, start: usize, compared: usize): bool {
  for (let at: usize = 0; at < compared; at += 16) {
    const bytes = v128.load(start + at), part = stamp + at;
    const digits = i8x16.le_u(i8x16.sub(bytes, i8x16.splat(ZERO)), i8x16.splat(9));
    const free = v128.bitselect(v128.load(part, STAMP_PART), v128.load(part, 2 * STAMP_PART), digits);
    if (!i8x16.all_true(v128.or(i8x16.eq(bytes, v128.load(part)), free))) return false;
  }
  return true;
}

/** @returns whether there are bytes beyond ASCII */
function holdsMore(from: usize, to: usize): bool {
  for (let at = from; at < to; at++) if (load<u8>(at) > 127) return true;
  return false;
}

/**
 * Runs a jail's patterns on a line: the first fail pattern that hits decides.
 *
 * @param from place of its first byte
 * @param to behind its newline
 * @param mark patterns run where theirs is the same
 * @returns the index of a fail pattern, what it caught being in the result; NOTHING, or ASK where others have to tell
 */
export function decide(program: usize, from: usize, to: usize, mark: u32): i32 {
  trail = load<u32>(program, 16);
  const early = load<u32>(program, 4), late = load<u32>(program, 12);
  if (early != 0 && load<u32>(listOf(early, from)) != 0 && !allFail(early, from, to)) return takeBack(program);
  const prefix = load<u32>(program);
  let content = from;
  if (prefix != 0) {
    const end = run(prefix, from, to);
    if (end == NOTHING) return NOTHING;
    // Where nothing is left, the head is not all of the prefix pattern.
    if (end < 0 || usize(end) >= to - 1) return takeBack(program);
    content = end;
  }
  const found = findFirst(listOf(load<u32>(program, 8), content), content, to, mark);
  if (found == END) return takeBack(program);
  if (found != 0 && late != 0 && load<u32>(listOf(late, content)) != 0 && !allFail(late, content, to)) return takeBack(program);
  if (prefix != 0) count(prefix, 12);
  if (found == 0) return NOTHING;
  count(found, 12);
  const result = load<u32>(program, 20);
  store<u64>(result, 0);
  noteGroups(found, result);
  if (prefix != 0) noteGroups(prefix, result);
  readId(result);
  return load<u32>(found, 16);
}

/** @returns the first pattern that hits; 0 where none does, END where that was not found out */
function findFirst(list: usize, from: usize, to: usize, mark: u32): u32 {
  for (let pattern = load<u32>(list); pattern != 0; pattern = load<u32>(list += 4)) {
    if (load<u32>(load<u32>(pattern, 4)) != mark) continue;
    const end = run(pattern, from, to);
    if (end >= 0) return pattern;
    if (end != NOTHING) return END;
  }
  return 0;
}

/** @returns false where one hits, or could not be run */
function allFail(openers: usize, from: usize, to: usize): bool {
  let list = listOf(openers, from);
  for (let pattern = load<u32>(list); pattern != 0; pattern = load<u32>(list += 4)) {
    if (run(pattern, from, to) != NOTHING) return false;
  }
  return true;
}

// @ts-ignore: decorator
@inline
function listOf(openers: usize, from: usize): usize {
  return load<u32>(openers + (usize(load<u8>(from)) << 2));
}

// @ts-ignore: decorator
@inline
function run(pattern: usize, from: usize, to: usize): i32 {
  const index = load<u32>(pattern);
  if (index == 0) return ASK;
  count(pattern, 8);
  store<u32>(trail, pattern);
  trail += 4;
  return call_indirect<i32>(index, from, to);
}

// @ts-ignore: decorator
@inline
function count(pattern: usize, field: usize): void {
  store<u32>(pattern + field, load<u32>(pattern + field) + 1);
}

function takeBack(program: usize): i32 {
  const first: usize = load<u32>(program, 16);
  while (trail > first) {
    trail -= 4;
    const candidates: usize = load<u32>(trail) + 8;
    store<u32>(candidates, load<u32>(candidates) - 1);
  }
  return ASK;
}

/** Notes where the groups of a pattern lie, those that have no place yet. */
function noteGroups(pattern: usize, result: usize): void {
  let list: usize = load<u32>(pattern, 20);
  const slots: usize = load<u32>(pattern, 24);
  let has = load<u32>(result), says = load<u32>(result, 4);
  for (let offset = load<u32>(list); offset != END; offset = load<u32>(list += 8)) {
    const end = load<i32>(slots + offset, 4);
    if (end < 0) continue;
    const group = load<u32>(list, 4), bit: u32 = 1 << group;
    if ((has & bit) != 0) continue;
    const start = load<i32>(slots + offset);
    const place = result + (usize(group) << 3);
    has |= bit;
    if (end > start) says |= bit;
    store<i32>(place, start, 32);
    store<i32>(place, end, 36);
  }
  store<u32>(result, has);
  store<u32>(result, says, 4);
}

/** Reads whose failure it is: the connection's number, and the address. */
function readId(result: usize): void {
  const has = load<u32>(result);
  if ((has >> MLFID & 1) != 0) store<u32>(result, hashOf(placeOf(result, MLFID)), 8);
  store<u32>(result, 0, 12);
  const group = (has >> IP4 & 1) != 0 ? IP4 : IP6;
  if ((has >> group & 1) == 0) return;
  const place = placeOf(result, group);
  store<u32>(result, readAddress(load<u32>(place), load<u32>(place, 4), result + 16), 12);
}

// @ts-ignore: decorator
@inline
function placeOf(result: usize, group: u32): usize {
  return result + 32 + (usize(group) << 3);
}

function hashOf(place: usize): u32 {
  let at: usize = load<u32>(place);
  const end: usize = load<u32>(place, 4);
  if (end - at > HASHED) at = end - HASHED;
  let hash: u32 = 0;
  for (; at < end; at++) hash = hash * 31 + load<u8>(at);
  return hash ^ hash >> 7;
}

/** As in util/address.ts. @returns the family, or 0 where it is no address and the words say nothing */
function readAddress(from: usize, to: usize, words: usize): u32 {
  const length = to - from;
  if (length < 2 || length > LONGEST_ADDRESS) return 0;
  const quad = readQuad(from, to);
  if (quad >= 0) {
    store<u64>(words, 0);
    store<u32>(words, MAPPED, 8);
    store<u32>(words, u32(quad), 12);
    return 4;
  }
  if (!readAllGroups(from, to)) return 0;
  for (let at: usize = 0; at < 16; at += 4) {
    store<u32>(words + at, u32(load<u16>(GROUPS + at)) << 16 | load<u16>(GROUPS + at, 2));
  }
  const isMapped = load<u64>(words) == 0 && load<u32>(words, 8) == MAPPED;
  return isMapped ? 4 : 6;
}

/** Reads four octets without a branch for each byte: what addresses look like cannot be foreseen. @returns the quad, or -1 */
function readQuad(from: usize, to: usize): i64 {
  const length = to - from;
  if (length < 7 || length > 15) return -1;
  const bytes = v128.load(from), within = (1 << i32(length)) - 1;
  const dots = i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(DOT))) & within;
  const digits = i8x16.bitmask(i8x16.le_u(i8x16.sub(bytes, i8x16.splat(ZERO)), i8x16.splat(9)));
  if (popcnt(dots) != 3 || ((digits | dots) & within) != within) return -1;
  const second = dots & (dots - 1), third = second & (second - 1);
  const dot1 = from + ctz(dots), dot2 = from + ctz(second), dot3 = from + ctz(third);
  const octet0 = readOctet(from, dot1), octet1 = readOctet(dot1 + 1, dot2);
  const octet2 = readOctet(dot2 + 1, dot3), octet3 = readOctet(dot3 + 1, to);
  if ((octet0 | octet1 | octet2 | octet3) > 255) return -1;
  return i64(octet0 << 24 | octet1 << 16 | octet2 << 8 | octet3);
}

/** @returns the number that digits make; above 255 where there are none, too many, or a zero is the first of several */
// @ts-ignore: decorator
@inline
function readOctet(from: usize, to: usize): u32 {
  const count = to - from, bytes = load<u32>(to - 4);
  const tens = select<u32>((bytes >> 16 & 15) * 10, 0, count > 1);
  const hundreds = select<u32>((bytes >> 8 & 15) * 100, 0, count > 2);
  const value = (bytes >> 24 & 15) + tens + hundreds;
  const least = select<u32>(100, select<u32>(10, 0, count == 2), count == 3);
  return select<u32>(value, 256, u32(value >= least) & u32(count - 1 < 3));
}

/** Reads eight groups, or fewer with a gap that stands for those that are missing. */
function readAllGroups(from: usize, to: usize): bool {
  store<u64>(GROUPS, 0);
  store<u64>(GROUPS, 0, 8);
  const gap = findGap(from, to);
  if (gap == to) return readGroups(from, to, to, 0) == 8;
  if (findGap(gap + 1, to) != to) return false;
  const head = gap == from ? 0 : readGroups(from, gap, to, 0);
  if (head < 0) return false;
  const tail = gap + 2 == to ? 0 : readGroups(gap + 2, to, to, head);
  if (tail < 0 || head + tail > 7) return false;
  const moved = usize(tail) << 1, headEnd = GROUPS + (usize(head) << 1), tailStart = GROUPS + 16 - moved;
  memory.copy(tailStart, headEnd, moved);
  memory.fill(headEnd, 0, tailStart - headEnd);
  return true;
}

/** @returns the place of the first two colons in a row, or `to` */
function findGap(from: usize, to: usize): usize {
  for (let at = from; at + 1 < to; at++) {
    if (load<u8>(at) == COLON && load<u8>(at, 1) == COLON) return at;
  }
  return to;
}

/** @returns how many groups stand there, stored from `first` on; -1 where they are malformed */
function readGroups(from: usize, to: usize, end: usize, first: i32): i32 {
  let count = 0, group: u32 = 0, digits = 0, start = from;
  for (let at = from; at <= to; at++) {
    const code = at < to ? load<u8>(at) : COLON;
    if (code == COLON) {
      if (digits == 0 || first + count >= 8) return -1;
      store<u16>(GROUPS + (usize(first + count++) << 1), u16(group));
      group = 0;
      digits = 0;
      start = at + 1;
    } else if (code == DOT) {
      // A dotted quad stands only at the end of the address, not before a gap.
      if (to != end) return -1;
      const quad = readQuad(start, to);
      if (quad < 0 || first + count > 6) return -1;
      const place = GROUPS + (usize(first + count) << 1);
      store<u16>(place, u16(quad >> 16));
      store<u16>(place, u16(quad), 2);
      return count + 2;
    } else {
      const digit = hexDigit(code);
      if (digit < 0 || ++digits > 4) return -1;
      group = group << 4 | u32(digit);
    }
  }
  return count;
}

function hexDigit(code: u8): i32 {
  const digit = u32(code) - ZERO, lower = u32(code | 32) - 97;
  return digit <= 9 ? digit : lower < 6 ? lower + 10 : -1;
}

/**
 * The lines of a log as fail2ban-regex goes through them.
 *
 * @module
 */

/** One line. */
export interface LogLine {
  /** From 1, among all lines of the file. */
  readonly number: number;
  /** With its newline; its first byte alone where the line is too long for us. */
  readonly bytes: Uint8Array;
}

/** Longest line that our side looks at; the daemon has a limit too. */
const LONGEST_LINE = 1 << 20;

const BLOCK_BYTES = 256 << 10;
const NEWLINE = 10;
const RETURN = 13;
const HASH = 35;

const NOTHING = new Uint8Array(0);

/**
 * Reads the complete lines that are there now: a log may grow meanwhile. Lines that are empty or begin with `#` are left
 * out, since fail2ban-regex leaves them out.
 */
export function* readLogLines(path: string): Generator<LogLine> {
  let number = 0;
  for (const bytes of readLines(path)) {
    number++;
    if (!isLeftOut(bytes)) yield { number, bytes };
  }
}

function isLeftOut(line: Uint8Array): boolean {
  const first = line.find((byte) => byte !== RETURN);
  return line[0] === HASH || first === NEWLINE;
}

function* readLines(path: string): Generator<Uint8Array> {
  let carry: Uint8Array = NOTHING;
  let isOverlong = false;
  for (const block of readBlocks(path)) {
    let from = 0;
    for (;;) {
      const end = block.indexOf(NEWLINE, from) + 1;
      if (end === 0) break;
      const line = join(carry, block.subarray(from, end));
      yield isOverlong || line.length > LONGEST_LINE
        ? line.subarray(0, 1)
        : line;
      carry = NOTHING;
      isOverlong = false;
      from = end;
    }
    carry = join(carry, block.subarray(from));
    if (carry.length <= LONGEST_LINE) continue;
    isOverlong = true;
    carry = carry.subarray(0, 1);
  }
}

function* readBlocks(path: string): Generator<Uint8Array> {
  using file = Deno.openSync(path);
  let left = file.statSync().size;
  while (left > 0) {
    const block = new Uint8Array(Math.min(BLOCK_BYTES, left));
    const length = file.readSync(block);
    if (length === null) return;
    left -= length;
    yield block.subarray(0, length);
  }
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}

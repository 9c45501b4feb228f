import assert from "node:assert/strict";
import fc from "fast-check";
import { findLastLine, seekByTime } from "../../src/source/seek_by_time.ts";
import type { ReadAt } from "../../src/source/read_at.ts";
import { toBytes, toText } from "./tail_fixture.ts";

/** Lines like `1700000123 some text`; others are undated. */
function isSince(time: number): (line: Uint8Array) => boolean | undefined {
  return (line) => {
    const match = /^(\d{10}) /.exec(toText(line));
    return match ? Number(match[1]) >= time : undefined;
  };
}

function readFrom(bytes: Uint8Array): ReadAt {
  return (buffer, offset) => {
    const part = bytes.subarray(offset, offset + buffer.length);
    buffer.set(part);
    return part.length;
  };
}

function seek(text: string, time: number): number {
  const bytes = toBytes(text);
  return seekByTime(
    { readAt: readFrom(bytes), size: bytes.length },
    isSince(time),
  );
}

Deno.test("seekByTime() does find the first recent line when every line is dated", () => {
  let text = "";
  const starts: number[] = [];
  for (let second = 0; second < 20_000; second++) {
    starts.push(text.length);
    text += `${1_700_000_000 + second} sshd ${"x".repeat(second % 97)}\n`;
  }
  for (const second of [0, 1, 2, 777, 9_999, 10_000, 19_998, 19_999]) {
    assert.equal(seek(text, 1_700_000_000 + second), starts[second]);
  }
  assert.equal(seek(text, 1_700_020_000), text.length);
});

Deno.test("seekByTime() does read a few blocks when the file is of 10 GB", () => {
  const lineBytes = 64;
  const size = 10_000_000_000;
  const wanted = 123_456_789;
  let blocks = 0;
  const readAt: ReadAt = (buffer, offset) => {
    blocks++;
    const length = Math.min(buffer.length, size - offset);
    for (let at = -(offset % lineBytes); at < length; at += lineBytes) {
      const second = Math.floor((offset + at) / lineBytes);
      const line = `${1_000_000_000 + second} `.padEnd(63, "x") + "\n";
      for (let index = Math.max(0, -at); index < lineBytes; index++) {
        if (at + index < length) buffer[at + index] = line.charCodeAt(index);
      }
    }
    return length;
  };
  const found = seekByTime({ readAt, size }, isSince(1_000_000_000 + wanted));
  assert.equal(found, wanted * lineBytes);
  assert.ok(blocks < 60, `read ${blocks} blocks`);
});

Deno.test("seekByTime() does begin at the end when nothing is dated", () => {
  assert.equal(seek("one\ntwo\nthr", 0), 8);
  const long = "no date here\n".repeat(100_000);
  assert.equal(seek(long, 0), long.length);
  assert.equal(seek("", 0), 0);
});

Deno.test("seekByTime() does not miss recent lines when undated ones fill the middle", () => {
  const old = "1700000000 old line\n".repeat(40_000);
  const undated = "  at some frame of a stack\n".repeat(30_000);
  const recent = "1800000000 recent line\n".repeat(10);
  const text = old + undated + recent;
  const found = seek(text, 1_750_000_000);
  assert.ok(found >= old.length && found <= old.length + undated.length);
  assert.ok(found === 0 || text[found - 1] === "\n");
});

Deno.test("seekByTime() does find what a walk over all lines finds", () => {
  const line = fc.record({
    step: fc.integer({ min: 0, max: 3 }),
    isDated: fc.integer({ min: 0, max: 9 }).map((draw) => draw > 2),
    width: fc.integer({ min: 0, max: 400 }),
  });
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 300, maxLength: 1500, size: "max" }),
      fc.integer({ min: 0, max: 3000 }),
      (lines, offset) => {
        const wanted = 1_700_000_000 + offset;
        let second = 1_700_000_000;
        let text = "";
        let first: number | undefined;
        for (const { step, isDated, width } of lines) {
          second += step;
          if (isDated && second >= wanted) first ??= text.length;
          text += `${isDated ? second : "-"} ${"y".repeat(width)}\n`;
        }
        assert.equal(seek(text, wanted), first ?? text.length);
      },
    ),
    { numRuns: 60, seed: 3 },
  );
});

Deno.test("findLastLine() does give the offset behind the last newline", () => {
  for (
    const [text, wanted] of [
      ["", 0],
      ["abc", 0],
      ["abc\n", 4],
      ["abc\nde", 4],
      [`abc\n${"d".repeat(100_000)}`, 4],
      [`abc\n${"d".repeat(300_000)}`, 300_004],
    ] as const
  ) {
    const readAt = readFrom(toBytes(text));
    assert.equal(findLastLine({ readAt, size: text.length }), wanted);
  }
});

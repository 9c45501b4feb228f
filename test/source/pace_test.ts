import assert from "node:assert/strict";
import { LARGEST_BLOCK, Pace } from "../../src/source/pace.ts";

/** @param bytesPerMs how fast the log is handled @returns blocks of one turn, in bytes */
function takeTurn(
  { pace, clock }: ReturnType<typeof createTrial>,
  bytesPerMs: number,
): number[] {
  const blocks: number[] = [];
  pace.beginTurn();
  for (;;) {
    const bytes = pace.beginBlock();
    blocks.push(bytes);
    clock.ms += bytes / bytesPerMs;
    if (pace.endBlock(true)) return blocks;
  }
}

function createTrial() {
  const clock = { ms: 0 };
  return { clock, pace: new Pace(() => clock.ms) };
}

Deno.test("Pace reads large blocks, many a turn, where lines are quick", () => {
  const trial = createTrial();
  const blocks = takeTurn(trial, 1_000_000);
  // It begins carefully, since nobody knows what the first lines cost.
  assert.deepEqual(
    blocks.slice(0, 11),
    Array.from({ length: 11 }, (_, doubled) => 256 * 2 ** doubled),
  );
  assert.ok(blocks.slice(10).every((bytes) => bytes === LARGEST_BLOCK));
  assert.ok(blocks.length > 20, `${blocks.length}`);
});

Deno.test("Pace keeps a turn short where lines are slow, and recovers", () => {
  const trial = createTrial();
  takeTurn(trial, 2000);
  for (let turn = 0; turn < 10; turn++) {
    const begin = trial.clock.ms;
    takeTurn(trial, 2000);
    assert.ok(trial.clock.ms - begin <= 15, `${trial.clock.ms - begin} ms`);
  }
  for (let turn = 0; turn < 3; turn++) takeTurn(trial, 1_000_000);
  assert.equal(trial.pace.beginBlock(), LARGEST_BLOCK);
});

Deno.test("Pace learns nothing from a part of a line", () => {
  const { pace, clock } = createTrial();
  pace.beginTurn();
  for (let block = 0; block < 10; block++) {
    assert.equal(pace.beginBlock(), 256);
    assert.equal(pace.endBlock(false), false);
  }
  clock.ms += 10;
  assert.equal(pace.endBlock(true), true);
});

Deno.test("Pace ends no turn before the bytes that are asked of it", () => {
  const { pace, clock } = createTrial();
  let bytes = 0;
  pace.beginTurn(1024);
  do {
    bytes += pace.beginBlock();
    clock.ms += 20;
  } while (!pace.endBlock(true));
  assert.equal(bytes, 1024);
  pace.beginTurn();
  pace.beginBlock();
  clock.ms += 20;
  assert.equal(pace.endBlock(true), true);
});

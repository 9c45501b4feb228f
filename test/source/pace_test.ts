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
    if (pace.endBlock()) return blocks;
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
    blocks.slice(0, 7),
    [4, 8, 16, 32, 64, 128, 256].map((kb) => kb * 1024),
  );
  assert.ok(blocks.slice(6).every((bytes) => bytes === LARGEST_BLOCK));
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

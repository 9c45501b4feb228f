import assert from "node:assert/strict";
import fc from "fast-check";
import type { Position } from "../../src/source/types.ts";
import { type Late, type LogStep, LogWriter } from "./log_writer.ts";
import { waitUntil, withFolder, withTail } from "./tail_fixture.ts";

/** What happens while somebody reads, or while nobody does. */
type Step = LogStep | {
  readonly kind: "down";
  readonly meanwhile: readonly LogStep[];
};

const late = fc.constantFrom<Late>("nothing", "line", "part");

const growth = [
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("append" as const),
      lines: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("appendPart" as const) }),
  },
] as const;

const truncation = fc.record({ kind: fc.constant("truncate" as const) });

const rename = fc.record({ kind: fc.constant("rename" as const), late });

const copytruncate = fc.record({
  kind: fc.constant("copytruncate" as const),
  late,
});

const downStep: fc.Arbitrary<LogStep> = fc.oneof(
  ...growth,
  rename,
  copytruncate,
  fc.record({ kind: fc.constant("pack" as const), late }),
  fc.record({ kind: fc.constant("expire" as const) }),
);

/** Of a file under its own name. */
const fileStep: fc.Arbitrary<Step> = fc.oneof(
  ...growth,
  truncation,
  rename,
  fc.record({ kind: fc.constant("remove" as const), late }),
  copytruncate,
  fc.record({ kind: fc.constant("vanish" as const) }),
  fc.record({
    kind: fc.constant("down" as const),
    meanwhile: fc.array(downStep, { maxLength: 6 }),
  }),
);

/** Of a file that a symbolic link leads to. */
const linkStep: fc.Arbitrary<Step> = fc.oneof(
  ...growth,
  truncation,
  fc.record({ kind: fc.constant("switch" as const), late }),
);

/** `SEED=…` tries others; a failure tells its seed. */
const SEED = Number(Deno.env.get("SEED") ?? 7);

for (const hasEvents of [true, false]) {
  const wake = hasEvents ? "events and polls" : "polls alone";
  for (const isLink of [false, true]) {
    const place = isLink ? "behind a symbolic link" : "under its name";
    Deno.test(`createTail() does hand out every byte once and in order over any rotation ${place} when woken by ${wake}`, () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(isLink ? linkStep : fileStep, {
            minLength: 1,
            maxLength: 14,
          }),
          (steps) =>
            withFolder(async (folder) => {
              const writer = new LogWriter(`${folder}/a.log`, { isLink });
              await follow(writer, { steps, hasEvents });
            }),
        ),
        { numRuns: 60, seed: SEED },
      ));
  }
}

/** What was handed out by now, and where the next run goes on. */
interface Progress {
  readonly text: string;
  readonly positions: readonly Position[];
}

/** Follows the log in as many runs as it takes; `down` stands between two of them. */
async function follow(
  writer: LogWriter,
  { steps, hasEvents }: {
    readonly steps: readonly Step[];
    readonly hasEvents: boolean;
  },
): Promise<void> {
  let progress: Progress = { text: "", positions: [] };
  let run: LogStep[] = [];
  for (const step of steps) {
    if (step.kind !== "down") {
      run.push(step);
      continue;
    }
    progress = await followRun(writer, { steps: run, hasEvents, progress });
    writer.beginDowntime({
      read: progress.text,
      isNameless: progress.positions.at(-1)?.head.length === 0,
    });
    for (const each of step.meanwhile) writer.run(each);
    run = [];
  }
  const { written } = writer;
  run.push({ kind: "append", lines: 1 });
  const isLast = true;
  await followRun(writer, { steps: run, hasEvents, progress, isLast });
  assert.ok(writer.written.length > written.length);
}

async function followRun(
  writer: LogWriter,
  { steps, hasEvents, progress, isLast = false }: {
    readonly steps: readonly LogStep[];
    readonly hasEvents: boolean;
    readonly progress: Progress;
    readonly isLast?: boolean;
  },
): Promise<Progress> {
  const rotationsBefore = writer.rotations;
  const { text: before, positions: resumeAt } = progress;
  const options = {
    pollMs: 3,
    hasEvents,
    resumeAt,
    start: "beginning",
  } as const;
  let after = progress;
  await withTail(writer.path, options, async (run) => {
    const seeAll = () =>
      waitUntil(() => {
        const { bytesRead, rotations } = run.tail.describe();
        return before.length + bytesRead === writer.written.length &&
          rotations === writer.rotations - rotationsBefore;
      }, () =>
        `at ${JSON.stringify(run.tail.describe())} with ${
          JSON.stringify(before + run.text())
        }, expected ${JSON.stringify(writer.written)}`);
    let isForgotten = false;
    for (const step of steps) {
      // What is cut off or replaced before anybody looked cannot be known.
      if (!step.kind.startsWith("append")) await seeAll();
      writer.run(step);
      isForgotten ||= !KEEPING.includes(step.kind);
    }
    // Only the next line makes a removed file's unended one be handed out.
    if (isForgotten) writer.run({ kind: "append", lines: 1 });
    if (isForgotten || isLast) {
      await run.expect(writer.written.slice(before.length));
    }
    after = { text: before + run.text(), positions: run.positions() };
  });
  assert.ok(writer.written.startsWith(after.text));
  return after;
}

/** What leaves all to a later run that this one has not read. */
const KEEPING: readonly Step["kind"][] = [
  "append",
  "appendPart",
  "rename",
];

import fc from "fast-check";
import { isThere } from "../support/is_there.ts";
import {
  append,
  toBytes,
  waitUntil,
  withFolder,
  withTail,
  writeAll,
} from "./tail_fixture.ts";

/** What comes when the old file is given up already. */
type Late = "nothing" | "line" | "part";

type Step =
  | { readonly kind: "append"; readonly lines: number }
  | { readonly kind: "appendPart" }
  | { readonly kind: "rename"; readonly late: Late }
  | { readonly kind: "truncate" }
  | { readonly kind: "remove"; readonly late: Late }
  /** The copy holds lines that are written just before it is made. */
  | { readonly kind: "copytruncate"; readonly late: Late }
  /** The next line makes it anew. */
  | { readonly kind: "vanish" }
  /** The path, a symbolic link, leads to another file. */
  | { readonly kind: "switch"; readonly late: Late };

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

/** Of a file under its own name. */
const fileStep: fc.Arbitrary<Step> = fc.oneof(
  ...growth,
  truncation,
  fc.record({ kind: fc.constant("rename" as const), late }),
  fc.record({ kind: fc.constant("remove" as const), late }),
  fc.record({ kind: fc.constant("copytruncate" as const), late }),
  fc.record({ kind: fc.constant("vanish" as const) }),
);

/** Of a file that a symbolic link leads to. */
const linkStep: fc.Arbitrary<Step> = fc.oneof(
  ...growth,
  truncation,
  fc.record({ kind: fc.constant("switch" as const), late }),
);

/** Writes numbered text to the log, so that no two files begin alike, and knows all that was written. */
class Writer {
  readonly path: string;
  written = "";
  /** Rotations and truncations that a tail can see. */
  rotations = 0;
  #count = 0;
  #files = 0;

  constructor(path: string, { isLink }: { readonly isLink: boolean }) {
    this.path = path;
    if (isLink) Deno.symlinkSync(this.#makeTarget(), path);
    else append(path, "");
  }

  run(step: Step): void {
    if (!isThere(this.path)) {
      append(this.path, this.#note("\n"));
      this.rotations++;
      return;
    }
    switch (step.kind) {
      case "append":
        for (let line = 0; line < step.lines; line++) {
          append(this.path, this.#note("\n"));
        }
        return;
      case "appendPart":
        return append(this.path, this.#note(" and "));
      case "truncate":
        if (Deno.statSync(this.path).size > 0) this.rotations++;
        // The call does not follow links.
        return Deno.truncateSync(Deno.realPathSync(this.path), 0);
      case "copytruncate":
        return this.#copyAndTruncate(step.late);
      case "vanish":
        return Deno.removeSync(this.path);
      case "rename":
      case "remove":
      case "switch":
        return this.#replace(step);
    }
  }

  #replace(
    step: Step & { readonly kind: "rename" | "remove" | "switch" },
  ): void {
    const old = Deno.openSync(this.path, { append: true });
    if (step.kind === "remove") Deno.removeSync(this.path);
    else if (step.kind === "rename") {
      Deno.renameSync(this.path, `${this.path}.${++this.#files}`);
    }
    writeAll(old, toBytes(this.#noteLate(step.late)));
    if (step.kind === "switch") {
      Deno.symlinkSync(this.#makeTarget(), `${this.path}.new`);
      Deno.renameSync(`${this.path}.new`, this.path);
    } else append(this.path, "");
    old.close();
    this.rotations++;
  }

  /** What a file was begun with tells its copy from others, so one that is empty is only truncated. */
  #copyAndTruncate(late: Late): void {
    if (Deno.statSync(this.path).size === 0) return;
    append(this.path, this.#noteLate(late));
    Deno.copyFileSync(this.path, `${this.path}.${++this.#files}`);
    Deno.truncateSync(this.path, 0);
    this.rotations++;
  }

  #makeTarget(): string {
    const target = `${this.path}-target-${++this.#files}`;
    append(target, "");
    return target;
  }

  #noteLate(late: Late): string {
    return late === "nothing"
      ? ""
      : this.#note(late === "line" ? "\n" : " and ");
  }

  #note(ending: string): string {
    const text = `${String(++this.#count).padStart(6, "0")} x${ending}`;
    this.written += text;
    return text;
  }
}

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
              const writer = new Writer(`${folder}/a.log`, { isLink });
              await follow(writer, { steps, hasEvents });
            }),
        ),
        { numRuns: 60, seed: SEED },
      ));
  }
}

async function follow(
  writer: Writer,
  { steps, hasEvents }: {
    readonly steps: readonly Step[];
    readonly hasEvents: boolean;
  },
): Promise<void> {
  const options = { pollMs: 3, hasEvents };
  await withTail(writer.path, options, async ({ tail, expect }) => {
    for (const step of steps) {
      // What is cut off or replaced before anybody looked cannot be known.
      if (!step.kind.startsWith("append")) {
        await waitUntil(() => {
          const { bytesRead, rotations } = tail.describe();
          return bytesRead === writer.written.length &&
            rotations === writer.rotations;
        }, () => `at ${JSON.stringify(tail.describe())}`);
      }
      writer.run(step);
    }
    writer.run({ kind: "append", lines: 1 });
    await expect(writer.written);
  });
}

import fc from "fast-check";
import {
  append,
  toBytes,
  waitUntil,
  withFolder,
  withTail,
  writeAll,
} from "./tail_fixture.ts";

type Step =
  | { readonly kind: "append"; readonly lines: number }
  | { readonly kind: "appendPart" }
  | { readonly kind: "rename"; readonly late: "nothing" | "line" | "part" }
  | { readonly kind: "truncate" }
  | { readonly kind: "remove"; readonly late: "nothing" | "line" | "part" };

const late = fc.constantFrom<"nothing" | "line" | "part">(
  "nothing",
  "line",
  "part",
);

const step: fc.Arbitrary<Step> = fc.oneof(
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
  fc.record({ kind: fc.constant("rename" as const), late }),
  fc.record({ kind: fc.constant("truncate" as const) }),
  fc.record({ kind: fc.constant("remove" as const), late }),
);

/** Writes numbered text to the log, so that no two files begin alike, and knows all that was written. */
class Writer {
  readonly path: string;
  written = "";
  /** Rotations and truncations that a tail can see. */
  rotations = 0;
  #count = 0;
  #files = 0;

  constructor(path: string) {
    this.path = path;
    append(path, "");
  }

  run(step: Step): void {
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
        return Deno.truncateSync(this.path, 0);
      case "rename":
      case "remove":
        return this.#replace(step);
    }
  }

  #replace(step: Step & { readonly kind: "rename" | "remove" }): void {
    const old = Deno.openSync(this.path, { append: true });
    if (step.kind === "remove") Deno.removeSync(this.path);
    else Deno.renameSync(this.path, `${this.path}.${++this.#files}`);
    if (step.late !== "nothing") {
      const ending = step.late === "line" ? "\n" : " and ";
      writeAll(old, toBytes(this.#note(ending)));
    }
    append(this.path, "");
    old.close();
    this.rotations++;
  }

  #note(ending: string): string {
    const text = `${String(++this.#count).padStart(6, "0")} x${ending}`;
    this.written += text;
    return text;
  }
}

for (const hasEvents of [true, false]) {
  const wake = hasEvents ? "events and polls" : "polls alone";
  Deno.test(`createTail() does hand out every byte once and in order over any rotation when woken by ${wake}`, () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 14 }),
        (steps) =>
          withFolder((folder) => {
            const path = `${folder}/a.log`;
            const writer = new Writer(path);
            const options = { pollMs: 3, hasEvents };
            return withTail(path, options, async ({ tail, expect }) => {
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
          }),
      ),
      { numRuns: 60, seed: 7 },
    ));
}

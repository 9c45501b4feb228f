/**
 * Accepts what a handler said only if it is an outcome of the call it was asked for.
 *
 * @module
 */

import * as z from "zod/mini";

import type { BanEntry, HandlerOutcome, Json } from "../contract.ts";

const MAX_AFTER_SECONDS = 86_400;
const MAX_WHY_LENGTH = 200;
const MAX_PROBLEMS = 20;

/** Longest memory as JSON. */
export const MAX_MEMORY_BYTES = 256 * 1024;

const why = z.pipe(
  z.string(),
  z.transform((text: string) => text.slice(0, MAX_WHY_LENGTH)),
);

const outcome = z.strictObject({
  retry: z.optional(z.array(z.strictObject({
    id: z.int(),
    afterSeconds: z.optional(
      z.number().check(z.gte(0), z.lte(MAX_AFTER_SECONDS)),
    ),
    why,
  }))),
  refused: z.optional(z.array(z.strictObject({ id: z.int(), why }))),
  memory: z.optional(z.unknown()),
});

/** The answer is not what the contract says; the message tells the first place where. */
export class MalformedError extends Error {
  override readonly name = "MalformedError";
  /** All places, at least one. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(problems[0], options);
    this.problems = problems;
  }
}

/**
 * @param value whatever the handler returned, out of JSON
 * @param batch what it was told of
 * @throws {MalformedError} when it is no outcome, or of entries that were not in the batch
 */
export function readOutcome(
  value: unknown,
  batch: readonly BanEntry[],
): HandlerOutcome {
  const read = accept(outcome, value);
  const ids = new Set(batch.map(({ id }) => id));
  for (const { id } of [...read.retry ?? [], ...read.refused ?? []]) {
    if (!ids.has(id)) {
      throw new MalformedError([`entry ${id}, expected one of the batch`]);
    }
  }
  const { memory, ...rest } = read;
  if (memory === undefined) return rest as HandlerOutcome;
  checkMemory(memory);
  return { ...rest, memory: memory as Json } as HandlerOutcome;
}

/** @throws {MalformedError} that names the places where the value is not of the schema */
export function accept<Schema extends z.core.$ZodType>(
  schema: Schema,
  value: unknown,
): z.core.output<Schema> {
  const parsed = z.safeParse(schema, value);
  if (parsed.success) return parsed.data;
  throw new MalformedError(
    parsed.error.issues.slice(0, MAX_PROBLEMS).map(({ path, message }) =>
      `${path.length === 0 ? "the answer" : path.join(".")}: ${message}`
    ),
  );
}

function checkMemory(memory: unknown): void {
  const { length } = new TextEncoder().encode(JSON.stringify(memory));
  if (length <= MAX_MEMORY_BYTES) return;
  throw new MalformedError([
    `a memory of ${length} bytes, expected at most ${MAX_MEMORY_BYTES}`,
  ]);
}

/**
 * Accepts what a handler said only if it is an outcome of the call it was asked for.
 *
 * @module
 */

import * as z from "zod/mini";

import type { BanEntry, FeedOutcome, HandlerOutcome } from "../contract.ts";

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

/** Hosts that a feed may bring: with all else they are below the longest message. */
const MAX_FEED_HOSTS = 10_000;

/** As long as an address of IPv6 that ends in one of IPv4. */
const MAX_ADDRESS_LENGTH = 45;

const MIN_AGAIN_SECONDS = 60;
const MAX_FEED_SECONDS = 31 * 86_400;

const feed = z.strictObject({
  hosts: z.optional(
    z.array(z.string().check(z.maxLength(MAX_ADDRESS_LENGTH)))
      .check(z.maxLength(MAX_FEED_HOSTS)),
  ),
  seconds: z.optional(z.number().check(z.gt(0), z.lte(MAX_FEED_SECONDS))),
  againSeconds: z.optional(
    z.number().check(z.gte(MIN_AGAIN_SECONDS), z.lte(MAX_FEED_SECONDS)),
  ),
  why: z.optional(why),
  memory: z.optional(z.unknown()),
}).check(z.refine(
  ({ hosts, seconds }) => (hosts === undefined) === (seconds === undefined),
  { error: "expected hosts and seconds, or neither" },
));

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
  checkMemory(read.memory);
  return read as HandlerOutcome;
}

/**
 * Accepts what a feed brought. That its hosts are addresses is seen when they are to be banned.
 *
 * @param value whatever the handler returned, out of JSON
 * @throws {MalformedError} when it is no outcome of a feed
 */
export function readFeed(value: unknown): FeedOutcome {
  const read = accept(feed, value);
  checkMemory(read.memory);
  return read as FeedOutcome;
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
  if (memory === undefined) return;
  const { length } = new TextEncoder().encode(JSON.stringify(memory));
  if (length <= MAX_MEMORY_BYTES) return;
  throw new MalformedError([
    `a memory of ${length} bytes, expected at most ${MAX_MEMORY_BYTES}`,
  ]);
}

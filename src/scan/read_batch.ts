/**
 * Checks what a scanning thread says before anything is done about it: it works on text that attackers write.
 *
 * @module
 */

import * as z from "zod/mini";
import { type FailureRows, ROW_LENGTH } from "./failure_rows.ts";
import type { ScanEvent } from "./messages.ts";

/** Longest beginning of a file that a position holds. */
const HEAD_BYTES = 256;
const LARGEST_WORD = 0xffff_ffff;

const COUNT = z.number().check(z.nonnegative());
const WHOLE = z.int().check(z.nonnegative());
const TEXTS = z.array(z.string());

const POSITION = z.strictObject({
  device: WHOLE,
  inode: WHOLE,
  offset: WHOLE,
  head: z.instanceof(Uint8Array).check(
    z.refine((head) => head.length <= HEAD_BYTES),
  ),
});

const TEXT = z.strictObject({
  line: z.string(),
  groups: z.optional(z.record(z.string(), z.optional(z.string()))),
  lines: z.optional(TEXTS),
});

const ROWS = z.strictObject({
  jails: TEXTS,
  numbers: z.instanceof(Float64Array),
  users: z.array(z.optional(z.string())),
  texts: z.array(z.optional(TEXT)),
}).check(z.refine(areRows));

const STATUS = z.strictObject({
  path: z.string(),
  state: z.enum(["watching", "waiting", "failed", "stopped"]),
  reason: z.optional(z.string()),
  bytesRead: WHOLE,
  overlongLines: WHOLE,
  rotations: WHOLE,
  holdsFile: z.optional(z.boolean()),
  notJson: z.optional(WHOLE),
});

const REPORT = z.strictObject({
  status: STATUS,
  lines: WHOLE,
  candidates: WHOLE,
});

const PATTERN = z.strictObject({
  jail: z.string(),
  role: z.enum(["prefix", "fail", "ignore"]),
  pattern: z.string(),
  engine: z.enum(["linear", "re2", "bounded"]),
  candidates: WHOLE,
  hits: WHOLE,
  overBudget: WHOLE,
  seconds: COUNT,
});

const RESOLVED = z.strictObject({
  jail: z.string(),
  name: z.string(),
  addresses: TEXTS,
});

const CLOCK = z.strictObject({
  jail: z.string(),
  cause: z.enum(["zone", "ahead", "late", "stepped"]),
  offsetSeconds: z.number(),
  zone: z.optional(z.string()),
});

const FIELDS = z.record(
  z.string(),
  z.optional(z.union([z.string(), z.number(), z.boolean()])),
);

const BATCH = z.array(z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("lines"),
    path: z.string(),
    isResumed: z.boolean(),
    position: z.optional(POSITION),
    failures: z.optional(ROWS),
  }),
  z.strictObject({ kind: z.literal("late"), failures: ROWS }),
  z.strictObject({
    kind: z.literal("begun"),
    path: z.string(),
    position: POSITION,
  }),
  z.strictObject({ kind: z.literal("opened"), path: z.string() }),
  z.strictObject({ kind: z.literal("closed"), path: z.string() }),
  z.strictObject({
    kind: z.literal("report"),
    path: z.string(),
    report: REPORT,
  }),
  z.strictObject({
    kind: z.literal("patterns"),
    patterns: z.array(PATTERN),
  }),
  z.strictObject({ kind: z.literal("ask"), id: WHOLE, name: z.string() }),
  z.strictObject({ kind: z.literal("resolved"), report: RESOLVED }),
  z.strictObject({
    kind: z.literal("unbannable"),
    jail: z.string(),
    id: z.string(),
  }),
  z.strictObject({ kind: z.literal("clock"), report: CLOCK }),
  z.strictObject({
    kind: z.literal("log"),
    level: z.enum(["error", "warn", "info", "debug"]),
    message: z.string(),
    fields: FIELDS,
  }),
]));

/**
 * Reads a batch.
 *
 * @param message as it came
 * @throws {TypeError} that names the first place where it is none
 */
export function readBatch(message: unknown): readonly ScanEvent[] {
  const result = BATCH.safeParse(message);
  if (result.success) return result.data as readonly ScanEvent[];
  const [issue] = result.error.issues;
  throw new TypeError(
    `Cannot read the batch of a scanning thread: ${issue?.code} at "${
      issue?.path.join(".")
    }", expected events`,
  );
}

/** Every number has to be one that a matcher could have found. */
function areRows({ jails, numbers, users, texts }: FailureRows): boolean {
  if (users.length !== texts.length) return false;
  if (numbers.length !== users.length * ROW_LENGTH) return false;
  for (let at = 0; at < numbers.length; at += ROW_LENGTH) {
    const [prefix = -1, time = NaN, pattern = -1, jail = -1] = numbers
      .subarray(at + 4, at + 8);
    const [offset = NaN, byteLength = -1] = numbers
      .subarray(at + 8, at + ROW_LENGTH);
    const isRow = numbers.subarray(at, at + 4).every((word) =>
      isWithin(word, LARGEST_WORD)
    ) && isWithin(prefix, 128) && Number.isFinite(time) &&
      isWithin(pattern, LARGEST_WORD) && isWithin(jail, jails.length - 1) &&
      isWithin(offset + 1, Number.MAX_SAFE_INTEGER) &&
      isWithin(byteLength, LARGEST_WORD);
    if (!isRow) {
      return false;
    }
  }
  return true;
}

function isWithin(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}

/**
 * What an action says of itself, accepted only in the shape of the contract.
 *
 * @module
 */

import * as z from "zod/mini";

import type { ActionHead } from "../contract.ts";
import type { Method } from "./messages.ts";
import { accept, MalformedError } from "./outcome.ts";

/** An action's head and what it can do. */
export interface Manifest extends ActionHead {
  readonly kind: "handler" | "plan";
  /** Those that it has, in this order: plan, ban, unban, sync, cleanup, feed. */
  readonly methods: readonly ActionMethod[];
}

/** Name of one of an action's functions. */
export type ActionMethod = Exclude<Method, "describe">;

const OPTION_NAME = /^[a-z][a-z0-9_]{0,31}$/;

/** `host`, `host:port`, `[v6]:port`, `{option}`. */
const NET_ENTRY =
  /^(?:\{[a-z][a-z0-9_]{0,31}\}|(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\[[0-9a-fA-F:.]{2,45}\])(?::[0-9]{1,5})?)$/;

const MAX_DESCRIBE_LENGTH = 200;
const MAX_OPTIONS = 64;
const MAX_NET = 32;

const sentence = z.string({ error: "expected a sentence" }).check(
  z.minLength(1, { error: "expected a sentence" }),
  z.maxLength(MAX_DESCRIBE_LENGTH, {
    error: `expected at most ${MAX_DESCRIBE_LENGTH} characters`,
  }),
);

const TYPES = [
  ...["string", "strings", "integer", "integers", "boolean"] as const,
  ...["duration", "url", "host", "secret", "choice"] as const,
] as const;

const option = z.strictObject({
  type: z.enum(TYPES, { error: `expected one of ${TYPES.join(", ")}` }),
  describe: sentence,
  required: z.optional(z.boolean()),
  default: z.optional(z.json()),
  choices: z.optional(z.array(z.string()).check(z.minLength(1))),
  min: z.optional(z.number()),
  max: z.optional(z.number()),
}, { error: explain }).check(z.refine(
  ({ type, choices }) => (type === "choice") === (choices !== undefined),
  { error: "a choice, and only that, has choices" },
));

const optionName = matching(OPTION_NAME, "expected a lower-case name");

const description = z.strictObject({
  id: matching(/^[a-z][a-z0-9_]{0,31}$/, "expected a lower-case word"),
  version: matching(
    /^\d{1,9}\.\d{1,9}\.\d{1,9}$/,
    "expected MAJOR.MINOR.PATCH",
  ),
  describe: sentence,
  options: z.optional(
    z.record(optionName, option).check(z.refine(
      (options) => Object.keys(options).length <= MAX_OPTIONS,
      { error: `expected at most ${MAX_OPTIONS} options` },
    )),
  ),
  permissions: z.strictObject({
    net: z.optional(
      z.array(matching(NET_ENTRY, "expected HOST, HOST:PORT or {OPTION}"))
        .check(z.maxLength(MAX_NET)),
    ),
  }, { error: explain }),
  methods: z.array(z.enum(["plan", "ban", "unban", "sync", "cleanup", "feed"])),
}, { error: explain });

function matching(pattern: RegExp, error: string) {
  return z.string({ error }).check(z.regex(pattern, { error }));
}

/** For what is no object, or has a key too much. */
function explain({ code, keys }: { code: string; keys?: readonly string[] }) {
  if (code !== "unrecognized_keys") return "expected an object";
  return `${keys?.join(", ") ?? "a key"}: not known here`;
}

/**
 * @param value what a sandbox said of the action
 * @throws {MalformedError} that names the places where it is not as the contract has it
 */
export function toManifest(value: unknown): Manifest {
  const { methods, ...head } = accept(description, value);
  const isPlan = methods.includes("plan");
  const manifest: Manifest = {
    ...head as ActionHead,
    kind: isPlan ? "plan" : "handler",
    methods,
  };
  const problems = findProblems(manifest);
  if (problems.length > 0) throw new MalformedError(problems);
  return manifest;
}

/** What no schema of a single place can see. */
function findProblems(manifest: Manifest): readonly string[] {
  const { kind, methods, options = {}, permissions: { net = [] } } = manifest;
  const problems: string[] = [];
  if ((kind === "plan") === methods.includes("ban")) {
    problems.push("functions: expected either plan() or ban()");
  }
  if (kind === "plan" && net.length > 0) {
    problems.push("permissions.net: a plan action reaches nothing");
  }
  if (kind === "plan") {
    for (const [name, { type }] of Object.entries(options)) {
      if (type !== "secret") continue;
      problems.push(`options.${name}: a plan action has no use for a secret`);
    }
  }
  for (const entry of net) {
    const name = /^\{(.*)\}$/.exec(entry)?.[1];
    if (name === undefined) continue;
    const type = Object.hasOwn(options, name) ? options[name]?.type : undefined;
    if (type === "url" || type === "host") continue;
    problems.push(
      `permissions.net: "${entry}", expected the name of an option of type url or host`,
    );
  }
  return problems;
}

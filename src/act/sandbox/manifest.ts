/**
 * What an action says of itself, accepted only in the shape of the contract.
 *
 * @module
 */

import * as z from "zod/mini";

import type { ActionHead } from "../contract.ts";
import { accept, MalformedError } from "./outcome.ts";

/** An action's head and what it can do. */
export interface Manifest extends ActionHead {
  readonly kind: "handler" | "plan";
  /** Those that it has, in this order: plan, ban, unban, sync, cleanup. */
  readonly methods: readonly ActionMethod[];
}

/** Name of one of an action's functions. */
export type ActionMethod = "plan" | "ban" | "unban" | "sync" | "cleanup";

const OPTION_NAME = /^[a-z][a-z0-9_]{0,31}$/;

/** `host`, `host:port`, `[v6]:port`, `{option}`. */
const NET_ENTRY =
  /^(?:\{[a-z][a-z0-9_]{0,31}\}|(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\[[0-9a-fA-F:.]{2,45}\])(?::[0-9]{1,5})?)$/;

const MAX_DESCRIBE_LENGTH = 200;
const MAX_OPTIONS = 64;
const MAX_NET = 32;

const sentence = z.string().check(
  z.minLength(1),
  z.maxLength(MAX_DESCRIBE_LENGTH),
);

const option = z.strictObject({
  type: z.enum([
    ...["string", "strings", "integer", "integers", "boolean"] as const,
    ...["duration", "url", "host", "secret", "choice"] as const,
  ]),
  describe: sentence,
  required: z.optional(z.boolean()),
  default: z.optional(z.json()),
  choices: z.optional(z.array(z.string()).check(z.minLength(1))),
  min: z.optional(z.number()),
  max: z.optional(z.number()),
}).check(z.refine(
  ({ type, choices }) => (type === "choice") === (choices !== undefined),
  { error: "a choice, and only that, has choices" },
));

const head = z.strictObject({
  id: z.string().check(z.regex(/^[a-z][a-z0-9_]{0,31}$/)),
  version: z.string().check(z.regex(/^\d{1,9}\.\d{1,9}\.\d{1,9}$/)),
  describe: sentence,
  options: z.optional(
    z.record(z.string().check(z.regex(OPTION_NAME)), option).check(z.refine(
      (options) => Object.keys(options).length <= MAX_OPTIONS,
      { error: `more than ${MAX_OPTIONS} options` },
    )),
  ),
  permissions: z.strictObject({
    net: z.optional(
      z.array(z.string().check(z.regex(NET_ENTRY))).check(z.maxLength(MAX_NET)),
    ),
  }),
});

const description = z.strictObject({
  head,
  methods: z.array(z.enum(["plan", "ban", "unban", "sync", "cleanup"])),
});

/**
 * @param value what a sandbox said of the action
 * @throws {MalformedError} that names the first place where it is not as the contract has it
 */
export function toManifest(value: unknown): Manifest {
  const { head, methods } = accept(description, value);
  const isPlan = methods.includes("plan");
  if (isPlan === methods.includes("ban")) {
    throw new MalformedError(
      "it: expected either plan() or ban() among its functions",
    );
  }
  checkPlaceholders(head as ActionHead);
  if (isPlan && (head.permissions.net ?? []).length > 0) {
    throw new MalformedError("permissions.net: a plan action reaches nothing");
  }
  const kind = isPlan ? "plan" : "handler";
  return { ...head as ActionHead, kind, methods };
}

function checkPlaceholders({ options = {}, permissions }: ActionHead): void {
  for (const entry of permissions.net ?? []) {
    const name = /^\{(.*)\}$/.exec(entry)?.[1];
    if (name === undefined) continue;
    const type = Object.hasOwn(options, name) ? options[name]?.type : undefined;
    if (type === "url" || type === "host") continue;
    throw new MalformedError(
      `permissions.net: "${entry}", expected the name of an option of type url or host`,
    );
  }
}

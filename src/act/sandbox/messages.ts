/**
 * What the core and a sandbox process say to each other.
 *
 *     core ──► process   { do: "open", worker: "team", code: { builtIn: "webhook" }, net: ["hooks.example.com:443"] }
 *                        { do: "call", call: 7, worker: "team", method: "ban", batch: […], context: {…}, deadlineMs: 10000, … }
 *     process ──► core   { ready: true, landlock: 7 }
 *                        { call: 7, result: { retry: […] } }
 *                        { call: 9, result: { hosts: […], seconds: 172800 } }     of method "feed", bounded like all replies
 *                        { call: 8, failure: "threw", message: "TypeError: …" }
 *                        { said: "a line for the log", worker: "team" }
 *                        { gone: "why", worker: "team" }
 *
 * @module
 */

import * as z from "zod/mini";

import type { BanEntry, Json } from "../contract.ts";

/** Longest message of an action, in characters: some times of what a memory may take. */
export const MAX_REPLY_LENGTH = 1024 * 1024;

/** The same in bytes, at the worst. */
export const MAX_REPLY_BYTES = 3 * MAX_REPLY_LENGTH;

/** Longest message to a process, in bytes: a `sync` tells of all bans. */
export const MAX_REQUEST_BYTES = 64 * 1024 * 1024;

/** Longest text in a message of a process that is looked at, in characters. */
export const MAX_TEXT_LENGTH = 500;

/** What is asked of an action; `describe` asks for its head. */
export type Method =
  | "describe"
  | "plan"
  | "ban"
  | "unban"
  | "sync"
  | "cleanup"
  | "feed";

/** Code of an action: a part of the program, or the text of a file. */
export type ActionCode =
  | { readonly builtIn: string }
  | { readonly text: string; readonly language: "javascript" | "typescript" };

/** Makes a worker ready for one instance of an action. */
export interface OpenRequest {
  readonly do: "open";
  readonly worker: string;
  readonly code: ActionCode;
  readonly net: readonly string[];
}

/** Ends a worker. */
export interface CloseRequest {
  readonly do: "close";
  readonly worker: string;
}

/** Has an action do something. */
export interface CallRequest {
  readonly do: "call";
  readonly call: number;
  readonly worker: string;
  readonly method: Method;
  /** Entries; empty for methods that take none. */
  readonly batch: readonly BanEntry[];
  /** What comes with the call, but the signal. */
  readonly context: Readonly<Record<string, unknown>>;
  /** From now, for all of it, a start of the process included; the action's signal comes a little before. */
  readonly deadlineMs: number;
  /** The same as a time since 1970. */
  readonly endsAtMs: number;
}

/** All that a process is asked. */
export type Request = OpenRequest | CloseRequest | CallRequest;

/** What a worker says of a call. */
export type CallReply =
  | { readonly call: number; readonly result: Json }
  | {
    readonly call: number;
    readonly failure: "threw" | "malformed";
    readonly message: string;
  };

const text = z.string();
const callNumber = z.int();

/** All that a process may say. */
export const REPLY = z.union([
  z.strictObject({ ready: z.literal(true), landlock: z.int() }),
  z.strictObject({ call: callNumber, result: z.unknown() }),
  z.strictObject({
    call: callNumber,
    failure: z.enum(["threw", "malformed"]),
    message: text,
  }),
  z.strictObject({ said: text, worker: text }),
  z.strictObject({ gone: text, worker: text }),
]);

/** See REPLY. */
export type Reply = z.infer<typeof REPLY>;

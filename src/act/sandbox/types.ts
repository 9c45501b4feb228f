/**
 * What runs handler actions, as the rest of the act stage sees it.
 *
 * @module
 */

import type {
  BanEntry,
  FeedOutcome,
  HandlerOutcome,
  Json,
} from "../contract.ts";

/** A handler action with its options: one `[action.NAME]`, or one table in a jail's `actions`. */
export interface ActionInstance {
  /** Tells instances apart: `abuseipdb`, `team`, `sshd/webhook`. */
  readonly name: string;
  readonly plugin: PluginPlace;
  /** Validated; secrets among them, so never to be shown. */
  readonly options: Readonly<Record<string, Json>>;
  /** Hosts that it may reach, with no placeholder left. */
  readonly net: readonly string[];
}

/** Where an action module comes from: with the program, or the administrator's own file. */
export type PluginPlace =
  | { readonly kind: "built_in"; readonly id: string }
  | { readonly kind: "file"; readonly path: string };

/** One call of one action. */
export interface HandlerCall {
  /** Name of the instance. */
  readonly action: string;
  readonly method: "ban" | "unban" | "sync" | "cleanup" | "feed";
  readonly batch: readonly BanEntry[];
  readonly memory: Json;
  readonly nowSeconds: number;
  /** From now; then its process is killed. */
  readonly deadlineMs: number;
}

/** What a call brought; the part of a feed only where it was asked for one. */
export interface CallOutcome extends HandlerOutcome, FeedOutcome {}

/** Runs handler actions apart from everything else. */
export interface HandlerHost {
  /** Goes over to these actions; those that stay as they were go on. Starts nothing before it is needed. */
  setActions(actions: readonly ActionInstance[]): void;
  /**
   * Calls an action.
   *
   * @returns what it said, validated: ids are of the batch, texts are short
   * @throws {HandlerError} when it said nothing that can be used
   */
  call(call: HandlerCall): Promise<CallOutcome>;
  /** Ends all processes. */
  close(): Promise<void>;
}

/** Why a call brought nothing; the entries are to be delivered again. */
export class HandlerError extends Error {
  override readonly name = "HandlerError";
  /** Name of the instance. */
  readonly action: string;
  /** refused_file: the plugin's file may not be used. resting: it died lately and is not started again yet. */
  readonly reason:
    | "threw"
    | "deadline"
    | "died"
    | "malformed"
    | "resting"
    | "refused_file";

  constructor(
    message: string,
    where: {
      readonly action: string;
      readonly reason: HandlerError["reason"];
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: where.cause });
    this.action = where.action;
    this.reason = where.reason;
  }
}

/**
 * What the stream of events tells, `GET /v1/events`.
 *
 * @module
 */

import type { UnbanReason, Verdict } from "../track/types.ts";

/** When it happened: ISO 8601, UTC. */
export interface Dated {
  readonly time: string;
}

/** Where and whom it is about. */
export interface Placed extends Dated {
  readonly jail: string;
  readonly host: string;
}

/** One event; `time` is the daemon's clock. */
export type ControlEvent =
  | Placed & {
    readonly kind: "failure";
    /** What became of it. */
    readonly verdict: Verdict;
    /** Attacker's text. */
    readonly user: string | null;
  }
  | Placed & {
    readonly kind: "ban" | "extend";
    /** ISO 8601, UTC; `null` is for ever. */
    readonly end: string | null;
    readonly count: number;
    readonly failures: number;
  }
  | Placed & { readonly kind: "unban"; readonly reason: UnbanReason }
  | Dated & {
    readonly kind: "warning";
    readonly level: "warn" | "error";
    readonly message: string;
    readonly fields: Readonly<Record<string, string | number | boolean>>;
  }
  /** So many events were left out here, because this client reads too slowly. */
  | Dated & { readonly kind: "lost"; readonly events: number };

/** What a client may ask for. */
export type EventKind = Exclude<ControlEvent["kind"], "lost">;

/**
 * One request to AbuseIPDB, and what its answer means.
 *
 * @module
 */

import type { HandlerContext, Json } from "../src/act/contract.ts";
import type { AbuseipdbMemory } from "./_abuseipdb_memory.ts";
import {
  askFarSide,
  type FarSideAnswer,
  textAt,
  valueAt,
} from "./_far_side.ts";

/** What became of a request. */
export type ReportVerdict =
  | { readonly kind: "taken"; readonly body: Json }
  | { readonly kind: "refused"; readonly why: string }
  | {
    readonly kind: "later";
    readonly why: string;
    readonly afterSeconds?: number;
  };

/** Whom to ask, and with what. */
export interface ReportRequest {
  readonly endpoint: "report" | "bulk-report";
  readonly body: BodyInit;
  readonly memory: AbuseipdbMemory;
  readonly context: HandlerContext<
    { readonly key: string; readonly endpoint: string }
  >;
}

/** Where the far side gives no time. */
const PAUSE_SECONDS = 3600;

/**
 * Sends one report, or a file of them. A quota that is used up is noted in the memory.
 *
 * @throws {Error} when the key is not taken, or something else answers
 */
export async function sendReport(
  { endpoint, body, memory, context }: ReportRequest,
): Promise<ReportVerdict> {
  const { options } = context;
  const answer = await askFarSide({
    method: "POST",
    url: `${options.endpoint.replace(/\/+$/, "")}/${endpoint}`,
    headers: { Key: options.key, Accept: "application/json" },
    body,
  }, context);
  const why = `${answer.status} ${textAt(answer.body, "errors", 0, "detail")}`;
  // Told as 429 and, in older days, as 403, with quotas and keys told by the same codes.
  const isKnown = /once in 15 minutes/.test(why);
  if (isKnown) return { kind: "taken", body: null };
  const pause = readQuota(answer, context.nowSeconds);
  if (pause !== undefined) memory.pause(endpoint, pause);
  const isTaken = answer.status === 200 &&
    valueAt(answer.body, "data") !== null;
  if (isTaken) return { kind: "taken", body: answer.body };
  if (answer.status === 422) return { kind: "refused", why };
  if (answer.status === 429 || answer.status >= 500) {
    const afterSeconds = pause ?? answer.retryAfterSeconds;
    return {
      kind: "later",
      why,
      ...(afterSeconds === undefined ? {} : { afterSeconds }),
    };
  }
  throw new Error(
    `Cannot report to AbuseIPDB: ${
      why.slice(0, 150)
    }, expected a valid key at an endpoint of its API`,
  );
}

/** @returns seconds until the next request makes sense; `undefined`: at any time */
export function readQuota(
  { status, headers, retryAfterSeconds }: FarSideAnswer,
  nowSeconds: number,
): number | undefined {
  const isUsedUp = status === 429 ||
    headers.get("x-ratelimit-remaining") === "0";
  if (!isUsedUp) return undefined;
  const reset = Number(headers.get("x-ratelimit-reset") ?? NaN) - nowSeconds;
  const pause = retryAfterSeconds ?? (reset > 0 ? reset : PAUSE_SECONDS);
  return Math.ceil(Math.min(pause, 86_400));
}

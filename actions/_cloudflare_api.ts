/**
 * One request to Cloudflare's API, version 4.
 *
 * @module
 */

import type { HandlerContext, Json } from "../src/act/contract.ts";
import {
  askFarSide,
  type FarSideRequest,
  listAt,
  textAt,
  valueAt,
} from "./_far_side.ts";

/** See `options` of cloudflare.ts. */
export interface CloudflareOptions {
  readonly token: string;
  readonly zone?: string;
  readonly account?: string;
  readonly list?: string;
  readonly mode: string;
  readonly tag: string;
  readonly endpoint: string;
}

/** What comes with a call. */
export type CloudflareContext = HandlerContext<CloudflareOptions>;

/** One request. */
export interface CloudflareRequest {
  readonly method: FarSideRequest["method"];
  /** Below the endpoint, with what it is asked for. */
  readonly path: string;
  readonly body?: Json;
}

/** The API said no. */
export class CloudflareError extends Error {
  override readonly name = "CloudflareError";
  readonly status: number;
  /** The API's own numbers. */
  readonly codes: readonly number[];

  constructor(
    message: string,
    { status, codes }: Pick<CloudflareError, "status" | "codes">,
  ) {
    super(message);
    this.status = status;
    this.codes = codes;
  }
}

/** The rest has to wait. */
export class PauseError extends Error {
  override readonly name = "PauseError";
  readonly afterSeconds: number;

  constructor(message: string, afterSeconds: number) {
    super(message);
    this.afterSeconds = afterSeconds;
  }
}

/** Where the far side gives no time; its limit is counted over five minutes. */
const PAUSE_SECONDS = 60;

/**
 * Asks once.
 *
 * @returns the whole answer: `result`, and `result_info` of a page
 * @throws {PauseError} when a limit is reached
 * @throws {CloudflareError} when it is no success for another reason
 */
export async function askCloudflare(
  request: CloudflareRequest,
  context: CloudflareContext,
): Promise<Json> {
  const { endpoint, token } = context.options;
  const { status, body, retryAfterSeconds } = await askFarSide({
    method: request.method,
    url: `${endpoint.replace(/\/+$/, "")}/${request.path}`,
    headers: {
      "Authorization": `Bearer ${token}`,
      "Content-Type": "application/json",
    },
    ...(request.body === undefined
      ? {}
      : { body: JSON.stringify(request.body) }),
  }, context);
  if (status === 200 && valueAt(body, "success") === true) return body;
  const errors = listAt(body, "errors");
  const message = describe(request, status, errors);
  if (status === 429) {
    throw new PauseError(message, retryAfterSeconds ?? PAUSE_SECONDS);
  }
  const codes = errors.map((error) => Number(valueAt(error, "code")));
  throw new CloudflareError(message, { status, codes });
}

function describe(
  { method, path }: CloudflareRequest,
  status: number,
  errors: readonly Json[],
): string {
  const words = errors.map((error) => textAt(error, "message")).join("; ");
  const wanted = status === 401 || status === 403
    ? ", expected a token that may edit there"
    : "";
  const [place = ""] = path.split("?");
  return `Cannot ${method} "${place}" at Cloudflare: ${status} ${
    words.slice(0, 100)
  }${wanted}`;
}

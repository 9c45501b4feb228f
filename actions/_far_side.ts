/**
 * A careful word with a far side over HTTP, for the built-in actions.
 *
 * What it answers is nobody's to trust: it may be huge, endless, no JSON at all, or point to another host.
 *
 * @module
 */

import type { HandlerContext, Json } from "../src/act/contract.ts";

/** What a far side said. */
export interface FarSideAnswer {
  readonly status: number;
  /** `null`: no JSON. */
  readonly body: Json;
  /** From the headers, in seconds from now, 1 to 86,400; absent: it did not say. */
  readonly retryAfterSeconds?: number;
  readonly headers: Headers;
}

/** What goes out. */
export interface FarSideRequest {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly url: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: BodyInit | null;
  /** Whether only the status counts; what else comes is not waited for. */
  readonly ignoresBody?: boolean;
}

/** The longest that is of use: a page of a thousand rules. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

const DAY_SECONDS = 86_400;

/**
 * Asks once.
 *
 * A redirection is an answer like any other: whoever followed it would carry the key to another host.
 *
 * @throws {RangeError} when the answer is longer than is of use
 * @throws {TypeError} when there is no answer
 */
export async function askFarSide(
  { method, url, headers = {}, body = null, ignoresBody = false }:
    FarSideRequest,
  { signal, nowSeconds }: Pick<
    HandlerContext<unknown>,
    "signal" | "nowSeconds"
  >,
): Promise<FarSideAnswer> {
  const response = await fetch(url, {
    method,
    headers: makeHeaders(headers),
    body,
    signal,
    redirect: "manual",
  }).catch(hideUrl(url));
  if (ignoresBody) await response.body?.cancel();
  const text = ignoresBody ? "" : await readText(response);
  const pause = readPause(response.headers, nowSeconds);
  return {
    status: response.status,
    body: parseJson(text),
    headers: response.headers,
    ...(pause === undefined ? {} : { retryAfterSeconds: pause }),
  };
}

/**
 * Follows names and indices into what was answered.
 *
 * @returns `null` where there is nothing
 */
export function valueAt(json: Json, ...path: (string | number)[]): Json {
  let value: unknown = json;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return null;
    if (!Object.hasOwn(value, key)) return null;
    value = Reflect.get(value, key);
  }
  return value as Json;
}

/** @returns the elements there; none where there is no list */
export function listAt(
  json: Json,
  ...path: (string | number)[]
): readonly Json[] {
  const value = valueAt(json, ...path);
  return Array.isArray(value) ? value : [];
}

/** @returns the text there; empty where there is none */
export function textAt(json: Json, ...path: (string | number)[]): string {
  const value = valueAt(json, ...path);
  return typeof value === "string" ? value : "";
}

/** A header may be a secret; an error of the runtime's shows it. */
function makeHeaders(headers: Readonly<Record<string, string>>): Headers {
  try {
    return new Headers(headers);
  } catch {
    throw new TypeError(
      `Cannot send one of the headers ${
        Object.keys(headers).join(", ")
      }: its value is not shown, expected printable ASCII`,
    );
  }
}

/** A URL may have a secret in its path; an error of the runtime's names it, and so does its cause. */
function hideUrl(url: string | URL): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof TypeError)) throw error;
    const { href, host } = new URL(url);
    throw new TypeError(error.message.replaceAll(href, host));
  };
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) {
      throw new RangeError(
        `Cannot read the answer ${response.status}: longer than expected, at most ${MAX_BODY_BYTES} bytes`,
      );
    }
    text += decoder.decode(part, { stream: true });
  }
  return text;
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** `Retry-After` has seconds or a date; many write fractions. */
function readPause(headers: Headers, nowSeconds: number): number | undefined {
  const text = headers.get("retry-after");
  if (text === null) return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(text)
    ? Number(text)
    : Date.parse(text) / 1000 - nowSeconds;
  if (Number.isNaN(seconds)) return undefined;
  return Math.ceil(Math.min(Math.max(seconds, 1), DAY_SECONDS));
}

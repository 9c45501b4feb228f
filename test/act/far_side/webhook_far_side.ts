/**
 * A server that is told of bans, and leaves what it has heard already.
 *
 * @module
 */

import { type FarSide, openFarSide } from "./http_far_side.ts";

/** A message that it took. */
export interface HeardMessage {
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

/** How it is. */
export interface WebhookFarSideOptions {
  /** Answers in their order; after them all is 204. */
  readonly answers?: readonly Response[];
}

/** Starts it. */
export function openWebhook(
  port: number,
  { answers = [] }: WebhookFarSideOptions = {},
): FarSide & { readonly messages: readonly HeardMessage[] } {
  const messages: HeardMessage[] = [];
  const keys = new Set<string>();
  const waiting = [...answers];
  const far = openFarSide(port, async (request) => {
    const body = await request.text();
    const answer = waiting.shift();
    if (answer !== undefined && !answer.ok) return answer;
    const key = request.headers.get("idempotency-key") ?? "";
    if (!keys.has(key)) {
      const path = new URL(request.url).pathname;
      messages.push({ path, headers: request.headers, body });
    }
    keys.add(key);
    return answer ?? new Response(null, { status: 204 });
  });
  return Object.assign(far, { messages });
}

/**
 * What the demo and its attacker and bystander say to each other: one JSON text a line, an answer to each request.
 *
 *     → {"do":"link","addresses":[{"local":"192.0.2.66","remote":"192.0.2.1"}]}
 *     ← {"outcome":"done"}
 *     → {"do":"connect","host":"192.0.2.1","timeoutMs":1000}
 *     ← {"outcome":"open","ms":0.4}
 *
 * @module
 */

import * as z from "zod/mini";

/** The link that a peer finds in its namespace. */
export const PEER_LINK = { name: "eth0", index: 100 } as const;

/** What a peer is asked for. */
export const PEER_REQUEST = z.discriminatedUnion("do", [
  z.strictObject({
    do: z.literal("link"),
    addresses: z.array(
      z.strictObject({ local: z.string(), remote: z.string() }),
    ),
  }),
  z.strictObject({
    do: z.literal("connect"),
    host: z.string(),
    timeoutMs: z.number(),
  }),
]);

/** What a peer answers. The first answer comes unasked and says that the peer has its namespace. */
export const PEER_ANSWER = z.discriminatedUnion("outcome", [
  z.strictObject({ outcome: z.literal("ready"), pid: z.number() }),
  z.strictObject({ outcome: z.literal("done") }),
  z.strictObject({ outcome: z.literal("open"), ms: z.number() }),
  z.strictObject({ outcome: z.literal("no answer"), ms: z.number() }),
  z.strictObject({ outcome: z.literal("refused"), ms: z.number() }),
  z.strictObject({ outcome: z.literal("failed"), reason: z.string() }),
]);

/** A request, read. */
export type PeerRequest = z.infer<typeof PEER_REQUEST>;
/** An answer, read. */
export type PeerAnswer = z.infer<typeof PEER_ANSWER>;

/** Splits a stream of bytes into lines; what stands after the last newline is dropped. */
export async function* readLines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string, void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

/**
 * Far sides that mean no good, or are broken.
 *
 * @module
 */

import type { OpenedFarSide } from "../contract_suite.ts";
import { type FarSide, openFarSide } from "./http_far_side.ts";

/** What they do. */
export const HOSTILE_ANSWERS = [
  "huge",
  "endless",
  "slow",
  "no JSON",
  "other JSON",
  "redirecting",
  "silent",
  "cut short",
] as const;

/** See HOSTILE_ANSWERS. */
export type HostileAnswer = typeof HOSTILE_ANSWERS[number];

/** @param lure where a redirection leads */
export function openHostile(
  port: number,
  answer: HostileAnswer,
  lure: string,
): FarSide {
  const stop = new AbortController();
  const far = openFarSide(port, () => respond(answer, lure, stop.signal));
  return {
    ...far,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await far[Symbol.asyncDispose]();
    },
  };
}

function respond(
  answer: HostileAnswer,
  lure: string,
  stop: AbortSignal,
): Response | Promise<Response> {
  switch (answer) {
    case "huge":
      return new Response("[".repeat(8 * 1024 * 1024));
    case "endless":
      return new Response(repeat(new Uint8Array(65536).fill(91), 0, stop));
    case "slow":
      return new Response(repeat(new Uint8Array([32]), 50, stop));
    case "no JSON":
      return new Response("<html>{</html>");
    case "other JSON":
      return Response.json({
        success: true,
        result: [7, { id: ["x"], operation_id: {} }],
        data: "y",
        errors: { detail: null },
      });
    case "redirecting":
      return Response.redirect(lure, 307);
    case "silent":
      return new Promise((resolve) =>
        stop.addEventListener("abort", () => resolve(new Response()))
      );
    case "cut short":
      return new Response('{"success": true, "res', {
        headers: { "Content-Type": "application/json" },
      });
  }
}

function repeat(
  part: Uint8Array,
  everyMs: number,
  stop: AbortSignal,
): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      await pause(everyMs, stop);
      if (stop.aborted) controller.close();
      else controller.enqueue(part);
    },
  });
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    stop.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Where far sides that mean no good are, and where they would lead. */
export interface HostilePlace {
  readonly port: number;
  readonly lure: number;
  readonly options: Readonly<Record<string, unknown>>;
}

/** All of them for ContractSubject; whoever follows a redirection is taken for told. */
export function hostileHttp(
  { port, lure, options }: HostilePlace,
): Readonly<Record<string, () => OpenedFarSide>> {
  const opened = HOSTILE_ANSWERS.map((answer) =>
    [answer, () => {
      const trap = openFarSide(lure, () =>
        Response.json({ success: true, result: [] }));
      const far = openHostile(port, answer, trap.url);
      return {
        options,
        hosts: () =>
          trap.requests,
        async [Symbol.asyncDispose]() {
          await far[Symbol.asyncDispose]();
          await trap[Symbol.asyncDispose]();
        },
      };
    }] as const
  );
  return Object.fromEntries(opened);
}

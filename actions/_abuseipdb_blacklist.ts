/**
 * AbuseIPDB's blacklist (https://docs.abuseipdb.com/#blacklist-endpoint), as a feed.
 *
 * @module
 */

import type { FeedOutcome, HandlerContext } from "../src/act/contract.ts";
import { readQuota } from "./_abuseipdb_api.ts";
import { AbuseipdbMemory } from "./_abuseipdb_memory.ts";
import { askFarSide, listAt, textAt } from "./_far_side.ts";
import { isPublicAddress } from "./_public_address.ts";

/** See `options` of abuseipdb.ts. */
export interface BlacklistOptions {
  readonly key: string;
  readonly endpoint: string;
  readonly blacklist_confidence: number;
  readonly blacklist_limit: number;
  /** Seconds. */
  readonly blacklist_every: number;
}

/** What the far side takes where nothing is said; to say it is for subscribers. */
const DEFAULT_CONFIDENCE = 100;

/** After whatever went wrong but for the quota; a day has five downloads. */
const PAUSE_SECONDS = 5 * 3600;

const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f:]{2,39})$/;

/** Downloads the list, if the last download is long enough ago. What it brings is in force until the one after the next. */
export async function fetchBlacklist(
  context: HandlerContext<BlacklistOptions>,
): Promise<FeedOutcome> {
  const { nowSeconds, options } = context;
  const memory = new AbuseipdbMemory(context.memory, nowSeconds);
  const pause = memory.pauseOf("blacklist");
  if (pause > 0) return { againSeconds: atLeastAMinute(pause) };
  const answer = await download(context);
  if (typeof answer === "string") {
    return { againSeconds: PAUSE_SECONDS, why: answer };
  }
  const { hosts, why, quota } = answer;
  if (hosts === undefined) {
    if (quota !== undefined) memory.pause("blacklist", quota);
    const againSeconds = atLeastAMinute(quota ?? PAUSE_SECONDS);
    return { why, againSeconds, memory: memory.toJson() };
  }
  const every = options.blacklist_every;
  memory.pause("blacklist", every);
  return {
    hosts,
    seconds: 2 * every,
    againSeconds: every,
    memory: memory.toJson(),
  };
}

/**
 * @returns the hosts and why there may be none; in words alone, why the answer is not read
 * @throws {TypeError} when there is no answer
 */
async function download(context: HandlerContext<BlacklistOptions>) {
  const { options } = context;
  const url = new URL(`${options.endpoint.replace(/\/+$/, "")}/blacklist`);
  url.searchParams.set("limit", String(options.blacklist_limit));
  if (options.blacklist_confidence !== DEFAULT_CONFIDENCE) {
    const least = String(options.blacklist_confidence);
    url.searchParams.set("confidenceMinimum", least);
  }
  try {
    const answer = await askFarSide({
      method: "GET",
      url,
      headers: { Key: options.key, Accept: "application/json" },
    }, context);
    const hosts = listAt(answer.body, "data")
      .map((entry) => textAt(entry, "ipAddress").toLowerCase())
      .filter((host) => ADDRESS.test(host) && isPublicAddress(host))
      .slice(0, options.blacklist_limit);
    const isList = answer.status === 200 && hosts.length > 0;
    return {
      hosts: isList ? hosts : undefined,
      why: `${answer.status} ${
        textAt(answer.body, "errors", 0, "detail") || "without a list"
      }`,
      quota: answer.status === 429
        ? readQuota(answer, context.nowSeconds)
        : undefined,
    };
  } catch (error) {
    // Where nobody answers nothing is used up: the core asks again, soon.
    if (!(error instanceof RangeError)) throw error;
    return error.message;
  }
}

function atLeastAMinute(seconds: number): number {
  return Math.max(60, seconds);
}

/**
 * Cloudflare's API as its documentation has it: a token, a limit of requests, and what is behind them.
 *
 * @module
 */

import { CloudflareListApi } from "./cloudflare_list_api.ts";
import { CloudflareRulesApi } from "./cloudflare_rules_api.ts";
import {
  type CloudflareRow,
  CloudflareTable,
  refuseCloudflare,
} from "./cloudflare_table.ts";
import { type FarSide, openFarSide, type TestClock } from "./http_far_side.ts";

/** The only token it takes. */
export const CLOUDFLARE_TOKEN = "cf-token-of-tests";

/** How it is; may be changed while it runs. */
export interface CloudflareFarSideOptions {
  readonly clock: TestClock;
  /** Requests in five minutes; default 1,200. */
  limit?: number;
  /** Rows that are there already. */
  readonly rows?: readonly Omit<CloudflareRow, "id">[];
  /** How many changes it takes from now on; then it says 500. Default: all. */
  failsAfter?: number;
  /** Whether operations on lists fail. */
  isListBroken?: boolean;
}

/** A far side that runs. */
export interface CloudflareFarSide extends FarSide {
  /** Access rules, or items of the list. */
  readonly rows: readonly CloudflareRow[];
}

const WINDOW_SECONDS = 300;

/** Starts it; both kinds keep their rows in the same table. */
export function openCloudflare(
  port: number,
  options: CloudflareFarSideOptions,
): CloudflareFarSide {
  const { clock, rows = [] } = options;
  const table = new CloudflareTable(rows);
  const rules = new CloudflareRulesApi(table);
  const list = new CloudflareListApi(
    table,
    () => options.isListBroken === true,
  );
  const seen: number[] = [];
  const far = openFarSide(port, async (request) => {
    const token = request.headers.get("authorization");
    if (token !== `Bearer ${CLOUDFLARE_TOKEN}`) {
      return refuseCloudflare(403, 9109, "Unauthorized to access this");
    }
    const start = clock.nowSeconds - WINDOW_SECONDS;
    while ((seen[0] ?? Infinity) <= start) seen.shift();
    if (seen.length >= (options.limit ?? 1200)) {
      const response = refuseCloudflare(429, 971, "Please consider throttling");
      response.headers.set("Retry-After", String(WINDOW_SECONDS));
      return response;
    }
    seen.push(clock.nowSeconds);
    if (request.method !== "GET" && !takeChange()) {
      return refuseCloudflare(500, 10000, "Internal error");
    }
    return request.url.includes("/firewall/access_rules/rules")
      ? await rules.answer(request)
      : await list.answer(request);
  });
  return Object.defineProperty(far as CloudflareFarSide, "rows", {
    get: () => table.rows(),
  });

  function takeChange(): boolean {
    const left = options.failsAfter ?? Infinity;
    options.failsAfter = left - 1;
    return left > 0;
  }
}

/**
 * Hosts in a list of Cloudflare, which changes by operations that take their time:
 *
 *     POST …/items [{ ip: "45.0.0.7", comment: "fail2deno sshd" }]  ──► { operation_id: "4da8…" }
 *     GET  …/bulk_operations/4da8…                                  ──► { status: "running" }, { status: "completed" }
 *
 * https://developers.cloudflare.com/waf/tools/lists/lists-api/endpoints/
 *
 * @module
 */

import type { Json } from "../src/act/contract.ts";
import { askCloudflare, type CloudflareContext } from "./_cloudflare_api.ts";
import {
  type HeldHost,
  type HostKeeper,
  toShortestForm,
} from "./_cloudflare_settle.ts";
import { listAt, textAt, valueAt } from "./_far_side.ts";

/** Shortest lengths of networks that an item can have. */
const WIDEST = { 4: 8, 6: 12 };

/** Some hundred kilobytes. */
const ITEMS_A_REQUEST = 5000;

/** More than any plan has: a far side whose pages never end is left. */
const MAX_PAGES = 1000;

/** An operation of some items takes one or two seconds. */
const POLL_MS = 250;

/** @returns a keeper for one call */
export function createItemKeeper(context: CloudflareContext): HostKeeper {
  return {
    list: () => listItems(context),
    isTaken: ({ family, prefix }) => prefix >= WIDEST[family],
    async apply({ write, remove }, progress) {
      for (const part of cut(remove)) {
        const items = part.map(({ id }) => ({ id }));
        await operate({ method: "DELETE", body: { items } }, context);
        for (const { host } of part) progress.settled(host);
      }
      for (const part of cut(write)) {
        const body = part.map(({ host, note }) => ({
          ip: host,
          comment: note,
        }));
        await operate({ method: "POST", body }, context);
        for (const { host } of part) progress.settled(host);
      }
    },
  };
}

async function listItems(
  context: CloudflareContext,
): Promise<readonly HeldHost[]> {
  const items: HeldHost[] = [];
  let cursor = "";
  for (let page = 0; page < MAX_PAGES; page++) {
    const after = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const answer = await askCloudflare({
      method: "GET",
      path: `${placeOf(context)}/items?per_page=500${after}`,
    }, context);
    items.push(...listAt(answer, "result").map(readItem));
    cursor = textAt(answer, "result_info", "cursors", "after");
    if (cursor === "") return items;
  }
  throw new RangeError(
    `Cannot read the list at Cloudflare: expected at most ${MAX_PAGES} pages`,
  );
}

function readItem(item: Json): HeldHost {
  return {
    id: textAt(item, "id"),
    host: toShortestForm(textAt(item, "ip")),
    note: textAt(item, "comment"),
  };
}

/** Asks for a change, and waits until it is made: the account has one at a time. */
async function operate(
  request: { readonly method: "POST" | "DELETE"; readonly body: Json },
  context: CloudflareContext,
): Promise<void> {
  const path = `${placeOf(context)}/items`;
  const asked = await askCloudflare({ ...request, path }, context);
  const id = encodeURIComponent(textAt(asked, "result", "operation_id"));
  while (true) {
    const answer = await askCloudflare({
      method: "GET",
      path: `${listsOf(context)}/bulk_operations/${id}`,
    }, context);
    const status = valueAt(answer, "result", "status");
    if (status === "completed") return;
    if (status !== "pending" && status !== "running") {
      const why = textAt(answer, "result", "error") || "not told why";
      throw new Error(
        `Cannot change the list at Cloudflare: ${why.slice(0, 120)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    context.signal.throwIfAborted();
  }
}

function listsOf({ options }: CloudflareContext): string {
  return `accounts/${encodeURIComponent(options.account ?? "")}/rules/lists`;
}

function placeOf(context: CloudflareContext): string {
  return `${listsOf(context)}/${
    encodeURIComponent(context.options.list ?? "")
  }`;
}

function cut<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const parts = Math.ceil(items.length / ITEMS_A_REQUEST);
  return Array.from(
    { length: parts },
    (_, part) =>
      items.slice(part * ITEMS_A_REQUEST, (part + 1) * ITEMS_A_REQUEST),
  );
}

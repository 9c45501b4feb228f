/**
 * Items of a list: https://developers.cloudflare.com/api/resources/rules/subresources/lists/
 *
 * @module
 */

import {
  acceptCloudflare as accept,
  type CloudflareTable,
  refuseCloudflare as refuse,
} from "./cloudflare_table.ts";

type Body =
  | readonly { readonly ip: string; readonly comment: string }[]
  | { readonly items: readonly { readonly id: string }[] };

interface Operation {
  readonly id: string;
  readonly body: Body;
  polls: number;
}

/** Changes by operations, of which there is one at a time. */
export class CloudflareListApi {
  readonly #table: CloudflareTable;
  readonly #isBroken: () => boolean;
  #operation: Operation | undefined;

  constructor(table: CloudflareTable, isBroken: () => boolean) {
    this.#table = table;
    this.#isBroken = isBroken;
  }

  /** Answers a request to `…/rules/lists/LIST/items` or `…/rules/lists/bulk_operations/ID`. */
  async answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const [, polled] = /bulk_operations\/(.+)$/.exec(url.pathname) ?? [];
    if (polled !== undefined) return this.#poll(polled);
    if (request.method === "GET") return this.#list(url.searchParams);
    if (this.#operation !== undefined) {
      return refuse(429, 10103, "an operation is pending");
    }
    const id = crypto.randomUUID();
    this.#operation = { id, body: await request.json(), polls: 0 };
    return accept({ operation_id: id });
  }

  #list(query: URLSearchParams): Response {
    const start = Number(query.get("cursor") ?? 0);
    const end = start + Number(query.get("per_page"));
    const rows = this.#table.rows();
    const result = rows.slice(start, end).map((row) => ({
      id: row.id,
      ip: row.host,
      comment: row.note,
    }));
    const cursors = end < rows.length ? { after: String(end) } : {};
    return accept(result, { cursors });
  }

  #poll(id: string): Response {
    const operation = this.#operation;
    if (operation?.id !== id) return refuse(404, 10010, "no such operation");
    const status = ["pending", "running"][operation.polls++];
    if (status !== undefined) return accept({ id, status });
    this.#operation = undefined;
    if (this.#isBroken()) {
      return accept({ id, status: "failed", error: "list is full" });
    }
    this.#change(operation.body);
    return accept({ id, status: "completed" });
  }

  #change(body: Body): void {
    if ("items" in body) {
      for (const { id } of body.items) this.#table.remove(id);
      return;
    }
    for (const { ip, comment } of body) {
      this.#table.put({ host: ip, note: comment, mode: "" });
    }
  }
}

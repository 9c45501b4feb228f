/**
 * IP access rules: https://developers.cloudflare.com/api/resources/firewall/subresources/access_rules/
 *
 * @module
 */

import {
  acceptCloudflare as accept,
  type CloudflareTable,
  refuseCloudflare as refuse,
} from "./cloudflare_table.ts";

interface Rule {
  readonly mode: string;
  readonly notes: string;
  readonly configuration: { readonly target: string; readonly value: string };
}

/** One host a request. */
export class CloudflareRulesApi {
  readonly #table: CloudflareTable;

  constructor(table: CloudflareTable) {
    this.#table = table;
  }

  /** Answers a request to `…/firewall/access_rules/rules[/ID]`. */
  async answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const [, id] = /access_rules\/rules\/(.+)$/.exec(url.pathname) ?? [];
    if (request.method === "GET") return this.#list(url.searchParams);
    if (request.method === "POST") return this.#add(await request.json());
    const row = this.#table.get(decodeURIComponent(id ?? ""));
    if (row === undefined) return refuse(404, 10001, "not found");
    if (request.method === "DELETE") this.#table.remove(row.id);
    else {
      const { notes, mode }: Rule = await request.json();
      this.#table.put({ ...row, note: notes, mode });
    }
    return accept({ id: row.id });
  }

  #list(query: URLSearchParams): Response {
    const size = Number(query.get("per_page"));
    const page = Number(query.get("page"));
    if (!(size >= 5 && size <= 1000)) return refuse(400, 10004, "per_page");
    const notes = (query.get("notes") ?? "").toLowerCase();
    const found = this.#table.rows().filter(({ note }) =>
      note.toLowerCase().includes(notes)
    );
    const result = found.slice((page - 1) * size, page * size).map((row) => ({
      id: row.id,
      mode: row.mode,
      notes: row.note,
      configuration: { target: "ip", value: expand(row.host) },
    }));
    const total_pages = Math.ceil(found.length / size);
    return accept(result, { page, per_page: size, total_pages });
  }

  #add({ mode, notes, configuration }: Rule): Response {
    const { target, value } = configuration;
    if (!isTarget(target, value)) {
      return refuse(400, 10001, `invalid value for ${target}: ${value}`);
    }
    if (this.#table.hasHost(value)) {
      const message = "firewallaccessrules.api.duplicate_of_existing";
      return refuse(400, 10009, message);
    }
    return accept({ id: this.#table.put({ host: value, note: notes, mode }) });
  }
}

function isTarget(target: string, value: string): boolean {
  if (target === "ip") return /^[\d.]+$/.test(value);
  if (target === "ip6") return /^[\da-f:]+$/.test(value);
  return target === "ip_range" &&
    (/^[\d.]+\/(16|24)$/.test(value) || /^[\da-f:]+\/(32|48|64)$/.test(value));
}

/** Addresses of IPv6 come at their full length. */
function expand(host: string): string {
  const [address = "", prefix] = host.split("/");
  if (!address.includes("::")) return host;
  const [left = [], right = []] = address.split("::").map((half) =>
    half.split(":").filter((group) => group !== "")
  );
  const zeros = Array(8 - left.length - right.length).fill("0");
  const groups = [...left, ...zeros, ...right];
  const full = groups.map((group) => group.padStart(4, "0")).join(":");
  return prefix === undefined ? full : `${full}/${prefix}`;
}

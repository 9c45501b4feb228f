/**
 * Cloudflare's API as its documentation has it: access rules, lists with operations that take their time, pages, limits.
 *
 * @module
 */

import { type FarSide, openFarSide, type TestClock } from "./http_far_side.ts";

/** The only token it takes. */
export const CLOUDFLARE_TOKEN = "cf-token-of-tests";

/** An access rule, or an item of a list. */
export interface CloudflareRow {
  readonly id: string;
  readonly host: string;
  note: string;
  mode: string;
}

/** How it is. */
export interface CloudflareFarSideOptions {
  readonly clock: TestClock;
  /** Requests in five minutes; default 1,200. */
  readonly limit?: number;
  /** Rows that are there already. */
  readonly rows?: readonly Omit<CloudflareRow, "id">[];
  /** The status of the answers from the change of this number on, counted from 1. */
  failsFrom?: { readonly change: number; readonly status: number } | undefined;
  /** Whether operations on lists fail. */
  readonly isListBroken?: boolean;
}

interface Operation {
  polls: number;
  run: () => void;
}

/** Starts it; both kinds keep their rows in the same table. */
export function openCloudflare(
  port: number,
  options: CloudflareFarSideOptions,
): FarSide & { readonly rows: readonly CloudflareRow[] } {
  const { clock, limit = 1200 } = options;
  const rows: CloudflareRow[] = (options.rows ?? []).map((row) => ({
    ...row,
    id: crypto.randomUUID(),
  }));
  const operations = new Map<string, Operation>();
  const seen: number[] = [];
  let changes = 0;
  const far = openFarSide(port, async (request) => {
    const token = request.headers.get("authorization");
    if (token !== `Bearer ${CLOUDFLARE_TOKEN}`) {
      return refuse(403, 9109, "Unauthorized to access requested resource");
    }
    while ((seen[0] ?? Infinity) <= clock.nowSeconds - 300) seen.shift();
    if (seen.length >= limit) {
      return refuse(429, 971, "Please wait and consider throttling", {
        "Retry-After": "300",
      });
    }
    seen.push(clock.nowSeconds);
    const { failsFrom } = options;
    if (
      request.method !== "GET" && ++changes >= (failsFrom?.change ?? Infinity)
    ) {
      return refuse(failsFrom?.status ?? 500, 10000, "Internal error");
    }
    const url = new URL(request.url);
    const body = request.method === "GET" || request.method === "DELETE" &&
        !url.pathname.includes("/lists/")
      ? undefined
      : await request.json();
    return url.pathname.includes("/firewall/access_rules/rules")
      ? answerRules(request.method, url, body)
      : answerList(request.method, url, body);
  });
  return Object.assign(far, { rows });

  function answerRules(method: string, url: URL, body: Rule): Response {
    const id = url.pathname.split("/rules/rules")[1] ?? "";
    const [, wanted = ""] = /rules\/rules\/(.+)$/.exec(url.pathname) ?? [];
    if (method === "GET" && id === "") return listRules(url.searchParams);
    if (method === "POST") return addRule(body);
    const at = rows.findIndex((row) => row.id === decodeURIComponent(wanted));
    const row = rows[at];
    if (row === undefined) return refuse(404, 10001, "not found");
    if (method === "DELETE") rows.splice(at, 1);
    else Object.assign(row, { note: body.notes, mode: body.mode });
    return succeed({ id: row.id });
  }

  function listRules(query: URLSearchParams): Response {
    const size = Number(query.get("per_page"));
    const page = Number(query.get("page"));
    if (!(size >= 5 && size <= 1000)) return refuse(400, 10004, "per_page");
    const notes = (query.get("notes") ?? "").toLowerCase();
    const found = rows.filter((row) => row.note.toLowerCase().includes(notes));
    const result = found.slice((page - 1) * size, page * size).map((row) => ({
      id: row.id,
      mode: row.mode,
      notes: row.note,
      configuration: { target: "ip", value: expand(row.host) },
    }));
    const total_pages = Math.ceil(found.length / size);
    return succeed(result, { page, per_page: size, total_pages });
  }

  function addRule(body: Rule): Response {
    const { target, value } = body.configuration;
    if (!isRuleTarget(target, value)) {
      return refuse(400, 10001, `invalid value for ${target}: ${value}`);
    }
    if (rows.some((row) => row.host === value)) {
      return refuse(
        400,
        10009,
        "firewallaccessrules.api.duplicate_of_existing",
      );
    }
    const id = crypto.randomUUID();
    rows.push({ id, host: value, note: body.notes, mode: body.mode });
    return succeed({ id });
  }

  function answerList(method: string, url: URL, body: ListBody): Response {
    const [, polled] = /bulk_operations\/(.+)$/.exec(url.pathname) ?? [];
    if (polled !== undefined) return poll(polled);
    if (method === "GET") {
      const start = Number(url.searchParams.get("cursor") ?? 0);
      const size = Number(url.searchParams.get("per_page"));
      const result = rows.slice(start, start + size).map((row) => ({
        id: row.id,
        ip: row.host,
        comment: row.note,
      }));
      const after = start + size < rows.length
        ? { after: String(start + size) }
        : {};
      return succeed(result, { cursors: after });
    }
    if (operations.size > 0) return refuse(429, 10103, "operation is pending");
    const id = crypto.randomUUID();
    operations.set(id, { polls: 0, run: () => changeList(body) });
    return succeed({ operation_id: id });
  }

  function poll(id: string): Response {
    const operation = operations.get(id);
    if (operation === undefined) return refuse(404, 10010, "no operation");
    const status = ["pending", "running"][operation.polls++];
    if (status !== undefined) return succeed({ id, status });
    operations.delete(id);
    if (options.isListBroken === true) {
      return succeed({ id, status: "failed", error: "list is full" });
    }
    operation.run();
    return succeed({ id, status: "completed" });
  }

  function changeList(body: ListBody): void {
    if ("items" in body) {
      const gone = new Set(body.items.map(({ id }) => id));
      rows.splice(0, rows.length, ...rows.filter(({ id }) => !gone.has(id)));
      return;
    }
    for (const { ip, comment } of body) {
      const row = rows.find(({ host }) => host === ip);
      if (row !== undefined) row.note = comment;
      else {
        const id = crypto.randomUUID();
        rows.push({ id, host: ip, note: comment, mode: "" });
      }
    }
  }
}

interface Rule {
  readonly mode: string;
  readonly notes: string;
  readonly configuration: { readonly target: string; readonly value: string };
}

type ListBody =
  | readonly { readonly ip: string; readonly comment: string }[]
  | { readonly items: readonly { readonly id: string }[] };

function isRuleTarget(target: string, value: string): boolean {
  if (target === "ip") return /^[\d.]+$/.test(value);
  if (target === "ip6") return /^[\da-f:]+$/.test(value);
  return target === "ip_range" &&
    (/^[\d.]+\/(16|24)$/.test(value) || /^[\da-f:]+\/(32|48|64)$/.test(value));
}

/** It writes addresses of IPv6 at their full length. */
function expand(host: string): string {
  const [address = "", prefix] = host.split("/");
  if (!address.includes(":")) return host;
  const [head = "", tail = ""] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === "" ? [] : tail.split(":");
  const zeros = Array(8 - left.length - right.length).fill("0");
  const groups = address.includes("::") ? [...left, ...zeros, ...right] : left;
  const full = groups.map((group) => group.padStart(4, "0")).join(":");
  return prefix === undefined ? full : `${full}/${prefix}`;
}

function succeed(result: unknown, result_info: unknown = {}): Response {
  return Response.json({ success: true, errors: [], result, result_info });
}

function refuse(
  status: number,
  code: number,
  message: string,
  headers: HeadersInit = {},
): Response {
  const body = { success: false, errors: [{ code, message }], result: null };
  return Response.json(body, { status, headers });
}

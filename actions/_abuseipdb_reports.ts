/**
 * Reports to AbuseIPDB, one by one or as one file.
 *
 * @module
 */

import type {
  BanEntry,
  HandlerContext,
  RefusedEntry,
  RetriedEntry,
} from "../src/act/contract.ts";
import { sendReport } from "./_abuseipdb_api.ts";
import { type CommentOptions, formatComment } from "./_abuseipdb_comment.ts";
import type { AbuseipdbMemory } from "./_abuseipdb_memory.ts";
import { listAt, textAt } from "./_far_side.ts";

/** See `options` of abuseipdb.ts. */
export interface AbuseipdbOptions extends CommentOptions {
  readonly key: string;
  readonly categories: readonly number[];
  readonly endpoint: string;
}

/** A call on its way. */
export interface ReportErrand {
  readonly context: HandlerContext<AbuseipdbOptions>;
  readonly memory: AbuseipdbMemory;
  readonly refused: RefusedEntry[];
  readonly retry: RetriedEntry[];
}

/** From so many on, one file of all is sent, of which everybody has a few a day. Also: single reports in one call. */
export const BULK_FROM = 50;

/** Reports at a time: a call has a deadline. */
const LANES = 5;

/** The far side takes files of 10,000 lines and 2 MB. */
const MAX_ROWS = 9_999;
const MAX_FILE_BYTES = 1_900_000;

/** One by one. */
export async function reportEach(
  due: ReadonlyMap<string, BanEntry>,
  errand: ReportErrand,
): Promise<void> {
  const waiting = [...due];
  while (waiting.length > 0 && due.size - waiting.length < BULK_FROM) {
    if (errand.memory.pauseOf("report") > 0) break;
    const lane = waiting.splice(0, LANES);
    await Promise.all(lane.map(([ip, entry]) => report(ip, entry, errand)));
  }
  const pause = errand.memory.pauseOf("report");
  postpone(waiting.map(([, entry]) => entry), errand, {
    afterSeconds: pause,
    why: pause > 0 ? "the quota is used up" : "more than one call takes",
  });
}

async function report(
  ip: string,
  entry: BanEntry,
  errand: ReportErrand,
): Promise<void> {
  const { memory, context, refused } = errand;
  const { options } = context;
  const verdict = await sendReport({
    endpoint: "report",
    body: new URLSearchParams({
      ip,
      categories: options.categories.join(","),
      comment: formatComment(entry, options),
      timestamp: toStamp(entry),
    }),
    memory,
    context,
  });
  if (verdict.kind === "taken") memory.addReport(ip);
  else if (verdict.kind === "later") postpone([entry], errand, verdict);
  else refused.push({ id: entry.id, why: verdict.why });
}

/** As one file. */
export async function reportAll(
  due: ReadonlyMap<string, BanEntry>,
  errand: ReportErrand,
): Promise<void> {
  const { memory, context, refused } = errand;
  const { csv, rest } = formatFile(due, context.options);
  const body = new FormData();
  body.set("csv", new Blob([csv], { type: "text/csv" }), "report.csv");
  const verdict = await sendReport({
    endpoint: "bulk-report",
    body,
    memory,
    context,
  });
  if (verdict.kind !== "taken") return await reportEach(due, errand);
  const sent = new Map([...due].slice(0, due.size - rest.length));
  for (const complaint of listAt(verdict.body, "data", "invalidReports")) {
    const ip = textAt(complaint, "input");
    const why = textAt(complaint, "error");
    const entry = sent.get(ip);
    if (entry === undefined || /duplicate/i.test(why)) continue;
    refused.push({ id: entry.id, why });
    sent.delete(ip);
  }
  for (const ip of sent.keys()) memory.addReport(ip);
  postpone(rest, errand, { afterSeconds: 0, why: "more than one file takes" });
}

/**
 *     IP,Categories,ReportDate,Comment
 *     45.0.0.7,"18,22",2026-06-09T10:13:20.000Z,"sshd: 5 failures"
 */
function formatFile(
  due: ReadonlyMap<string, BanEntry>,
  options: AbuseipdbOptions,
): { readonly csv: string; readonly rest: readonly BanEntry[] } {
  const categories = options.categories.join(",");
  const encoder = new TextEncoder();
  const rows: string[] = [];
  let bytes = 0;
  for (const [ip, entry] of due) {
    const comment = formatComment(entry, options).replaceAll('"', '""');
    const row = `${ip},"${categories}",${toStamp(entry)},"${comment}"\n`;
    bytes += encoder.encode(row).length;
    if (rows.length >= MAX_ROWS || bytes > MAX_FILE_BYTES) break;
    rows.push(row);
  }
  return {
    csv: `IP,Categories,ReportDate,Comment\n${rows.join("")}`,
    rest: [...due.values()].slice(rows.length),
  };
}

function toStamp({ bannedAt }: BanEntry): string {
  return new Date(bannedAt * 1000).toISOString();
}

function postpone(
  entries: readonly BanEntry[],
  { retry }: ReportErrand,
  { afterSeconds, why }: {
    readonly afterSeconds?: number;
    readonly why: string;
  },
): void {
  for (const { id } of entries) {
    retry.push({
      id,
      why,
      ...(afterSeconds === undefined ? {} : { afterSeconds }),
    });
  }
}

/**
 * AbuseIPDB as its documentation has it: keys, quotas of a day, the quarter of an hour, files of reports.
 *
 * @module
 */

import { type FarSide, openFarSide, type TestClock } from "./http_far_side.ts";

/** The only key it takes. */
export const ABUSEIPDB_KEY = "k".repeat(80);

/** A report that it took. */
export interface TakenReport {
  readonly ip: string;
  readonly categories: string;
  readonly comment: string;
  readonly timestamp: string;
}

/** How it is. */
export interface AbuseipdbFarSideOptions {
  readonly clock: TestClock;
  /** Reports a day; default 1,000. */
  readonly reportsADay?: number;
  /** Files a day; default 5. */
  readonly filesADay?: number;
  /** The status of the answers from the request of this number on, counted from 1. */
  readonly failsFrom?: { readonly request: number; readonly status: number };
}

const DAY = 86_400;

/** Starts it. */
export function openAbuseipdb(
  port: number,
  { clock, reportsADay = 1000, filesADay = 5, failsFrom }:
    AbuseipdbFarSideOptions,
): FarSide & { readonly reports: readonly TakenReport[] } {
  const reports: TakenReport[] = [];
  const lastReport = new Map<string, number>();
  const used = new Map<string, number>();
  let requests = 0;
  const far = openFarSide(port, async (request) => {
    const endpoint = new URL(request.url).pathname.replace("/api/v2/", "");
    if (request.headers.get("key") !== ABUSEIPDB_KEY) {
      return refuse(401, "Authentication failed. Your API key is wrong.");
    }
    if (failsFrom !== undefined && ++requests >= failsFrom.request) {
      return new Response("<html>down</html>", { status: failsFrom.status });
    }
    const limit = endpoint === "report" ? reportsADay : filesADay;
    const day = Math.floor(clock.nowSeconds / DAY);
    const count = used.get(`${endpoint} ${day}`) ?? 0;
    const headers = {
      "X-RateLimit-Limit": String(limit),
      "X-RateLimit-Remaining": String(Math.max(0, limit - count - 1)),
      "X-RateLimit-Reset": String((day + 1) * DAY),
    };
    if (count >= limit) {
      return refuse(429, `Daily rate limit of ${limit} requests exceeded`, {
        ...headers,
        "Retry-After": String(Math.ceil((day + 1) * DAY - clock.nowSeconds)),
      });
    }
    used.set(`${endpoint} ${day}`, count + 1);
    const answer = endpoint === "report"
      ? takeReport(new URLSearchParams(await request.text()))
      : await takeFile(await request.formData());
    for (const [name, value] of Object.entries(headers)) {
      answer.headers.set(name, value);
    }
    return answer;
  });
  return Object.assign(far, { reports });

  function takeReport(form: URLSearchParams): Response {
    const report = {
      ip: form.get("ip") ?? "",
      categories: form.get("categories") ?? "",
      comment: form.get("comment") ?? "",
      timestamp: form.get("timestamp") ?? "",
    };
    const flaw = judge(report);
    if (flaw === "Duplicate IP") {
      return refuse(
        429,
        `You can only report the same IP address (\`${report.ip}\`) once in 15 minutes.`,
      );
    }
    if (flaw !== undefined) return refuse(422, flaw);
    return Response.json({
      data: { ipAddress: report.ip, abuseConfidenceScore: 52 },
    });
  }

  async function takeFile(form: FormData): Promise<Response> {
    const file = form.get("csv");
    if (!(file instanceof File) || file.size > 2_000_000) {
      return refuse(422, "The csv must be a file of at most 2 MB");
    }
    const [header, ...rows] = (await file.text()).trimEnd().split("\n");
    if (header !== "IP,Categories,ReportDate,Comment" || rows.length > 9999) {
      return refuse(422, "The csv has a wrong header or too many lines");
    }
    const invalidReports = rows.flatMap((row, index) => {
      const [, ip = "", categories = "", timestamp = "", comment = ""] =
        /^([^,]+),"([\d,]+)",([^,]+),"((?:[^"]|"")*)"$/.exec(row) ?? [];
      const error = judge({ ip, categories, timestamp, comment });
      return error === undefined
        ? []
        : [{ error, input: ip, rowNumber: index + 2 }];
    });
    const savedReports = rows.length - invalidReports.length;
    return Response.json({ data: { savedReports, invalidReports } });
  }

  function judge(report: TakenReport): string | undefined {
    const { ip, categories, comment, timestamp } = report;
    if (!/^[\d.]+$|^[\da-f:]+$/.test(ip)) return "Invalid IP";
    const numbers = categories.split(",").map(Number);
    if (!numbers.every((one) => one >= 1 && one <= 23)) {
      return "Invalid Category";
    }
    if (Number.isNaN(Date.parse(timestamp))) return "Invalid date";
    if (comment.length > 1024) return "Comment too long";
    const last = lastReport.get(ip) ?? -Infinity;
    if (clock.nowSeconds - last < 15 * 60) return "Duplicate IP";
    lastReport.set(ip, clock.nowSeconds);
    reports.push(report);
  }
}

function refuse(
  status: number,
  detail: string,
  headers: HeadersInit = {},
): Response {
  return Response.json({ errors: [{ detail, status }] }, { status, headers });
}

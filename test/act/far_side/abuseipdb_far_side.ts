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

/** A host on its blacklist. */
export interface BlacklistedHost {
  readonly ipAddress: string;
  readonly abuseConfidenceScore: number;
}

/** How it is. */
export interface AbuseipdbFarSideOptions {
  readonly clock: TestClock;
  /** Reports a day; default 1,000. */
  readonly reportsADay?: number;
  /** Files a day; default 5. */
  readonly filesADay?: number;
  /** Downloads of the blacklist a day; default 5. */
  readonly listsADay?: number;
  /** Its hosts, the worst first; default none. */
  readonly blacklist?: readonly BlacklistedHost[];
  /** Whether a confidence may be asked for, and more than 10,000 hosts; default false. */
  readonly isSubscriber?: boolean;
  /** The status of the answers from the request of this number on, counted from 1. */
  readonly failsFrom?: { readonly request: number; readonly status: number };
}

const DAY = 86_400;

/** Starts it. */
export function openAbuseipdb(
  port: number,
  options: AbuseipdbFarSideOptions,
): FarSide & { readonly reports: readonly TakenReport[] } {
  const { clock, reportsADay = 1000, filesADay = 5, failsFrom } = options;
  const { listsADay = 5 } = options;
  const book = new ReportBook(clock);
  const quotas: Readonly<Record<string, Quota>> = {
    "report": new Quota(clock, reportsADay),
    "bulk-report": new Quota(clock, filesADay),
    "blacklist": new Quota(clock, listsADay),
  };
  let requests = 0;
  const far = openFarSide(port, async (request) => {
    const endpoint = new URL(request.url).pathname.replace("/api/v2/", "");
    const quota = quotas[endpoint];
    if (quota === undefined) return refuse(404, "Not found");
    if (request.headers.get("key") !== ABUSEIPDB_KEY) {
      return refuse(401, "Authentication failed. Your API key is wrong.");
    }
    if (failsFrom !== undefined && ++requests >= failsFrom.request) {
      return new Response("<html>down</html>", { status: failsFrom.status });
    }
    const isList = endpoint === "blacklist";
    if (request.method !== (isList ? "GET" : "POST")) {
      return refuse(405, "The method is not supported for this route.");
    }
    return await quota.spend(() =>
      isList
        ? Promise.resolve(giveList(request, options))
        : book.answer(endpoint, request)
    );
  });
  return Object.assign(far, { reports: book.reports });
}

/** With the limits of its documentation; who is no subscriber gets all hosts of whom it is sure. */
function giveList(
  { url, headers }: Request,
  { clock, blacklist = [], isSubscriber = false }: AbuseipdbFarSideOptions,
): Response {
  const asked = new URL(url).searchParams;
  const limit = Number(asked.get("limit") ?? 10_000);
  if (!(limit >= 1 && limit <= 500_000)) {
    return refuse(422, "The limit must be between 1 and 500000.");
  }
  if (asked.has("confidenceMinimum") && !isSubscriber) {
    return refuse(402, "confidenceMinimum is a subscriber feature.");
  }
  const least = Number(asked.get("confidenceMinimum") ?? 100);
  if (!(least >= 25 && least <= 100)) {
    return refuse(422, "The confidence minimum must be between 25 and 100.");
  }
  const most = isSubscriber ? limit : Math.min(limit, 10_000);
  const hosts = blacklist
    .filter(({ abuseConfidenceScore }) => abuseConfidenceScore >= least)
    .slice(0, most);
  const generatedAt = new Date(clock.nowSeconds * 1000).toISOString();
  const isPlain = headers.get("accept") === "text/plain" ||
    asked.has("plaintext");
  if (isPlain) {
    return new Response(hosts.map(({ ipAddress }) => ipAddress).join("\n"), {
      headers: { "X-Generated-At": generatedAt },
    });
  }
  return Response.json({
    meta: { generatedAt },
    data: hosts.map((host) => ({
      ...{ countryCode: "NL", lastReportedAt: generatedAt },
      ...host,
    })),
  });
}

/** So many requests a day, told in headers. */
class Quota {
  readonly #clock: TestClock;
  readonly #limit: number;
  #day = 0;
  #used = 0;

  constructor(clock: TestClock, limit: number) {
    this.#clock = clock;
    this.#limit = limit;
  }

  async spend(answer: () => Promise<Response>): Promise<Response> {
    const day = Math.floor(this.#clock.nowSeconds / DAY);
    if (day !== this.#day) this.#used = 0;
    this.#day = day;
    const isOver = ++this.#used > this.#limit;
    const response = isOver
      ? refuse(429, `Daily rate limit of ${this.#limit} requests exceeded`)
      : await answer();
    const end = (day + 1) * DAY;
    if (isOver) {
      const seconds = Math.ceil(end - this.#clock.nowSeconds);
      response.headers.set("Retry-After", String(seconds));
    }
    const left = Math.max(0, this.#limit - this.#used);
    response.headers.set("X-RateLimit-Limit", String(this.#limit));
    response.headers.set("X-RateLimit-Remaining", String(left));
    response.headers.set("X-RateLimit-Reset", String(end));
    return response;
  }
}

/** What was reported. */
class ReportBook {
  readonly reports: TakenReport[] = [];
  readonly #clock: TestClock;
  readonly #lastReport = new Map<string, number>();

  constructor(clock: TestClock) {
    this.#clock = clock;
  }

  async answer(endpoint: string, request: Request): Promise<Response> {
    return endpoint === "report"
      ? this.#takeForm(new URLSearchParams(await request.text()))
      : await this.#takeFile((await request.formData()).get("csv"));
  }

  #takeForm(form: URLSearchParams): Response {
    const field = (name: string) => form.get(name) ?? "";
    const ip = field("ip");
    const flaw = this.#take({
      ip,
      categories: field("categories"),
      comment: field("comment"),
      timestamp: field("timestamp"),
    });
    if (flaw === undefined) {
      return Response.json({ data: { ipAddress: ip } });
    }
    return flaw === "Duplicate IP"
      ? refuse(
        429,
        `You can only report the same IP address (\`${ip}\`) once in 15 minutes.`,
      )
      : refuse(422, flaw);
  }

  async #takeFile(file: FormDataEntryValue | null): Promise<Response> {
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
      const error = this.#take({ ip, categories, timestamp, comment });
      const place = { input: ip, rowNumber: index + 2 };
      return error === undefined ? [] : [{ error, ...place }];
    });
    const savedReports = rows.length - invalidReports.length;
    return Response.json({ data: { savedReports, invalidReports } });
  }

  /** @returns what is wrong with it; `undefined`: it is taken */
  #take(report: TakenReport): string | undefined {
    const { ip, categories, comment, timestamp } = report;
    if (!/^[\d.]+$|^[\da-f:]+$/.test(ip)) return "Invalid IP";
    const numbers = categories.split(",").map(Number);
    if (!numbers.every((one) => one >= 1 && one <= 23)) {
      return "Invalid Category";
    }
    if (Number.isNaN(Date.parse(timestamp))) return "Invalid date";
    if (comment.length > 1024) return "Comment too long";
    const last = this.#lastReport.get(ip) ?? -Infinity;
    if (this.#clock.nowSeconds - last < 15 * 60) return "Duplicate IP";
    this.#lastReport.set(ip, this.#clock.nowSeconds);
    this.reports.push(report);
  }
}

function refuse(status: number, detail: string): Response {
  return Response.json({ errors: [{ detail, status }] }, { status });
}

/**
 * Reports banned hosts to AbuseIPDB (https://docs.abuseipdb.com), and brings its blacklist.
 *
 * Reported are public single addresses, and IPv6 networks of /64 or longer by their first address: a /64 is one subscriber.
 * An address is reported once in 15 minutes, as the far side has it, for whichever jail comes first.
 *
 * @module
 */

import type { BanEntry, HandlerAction } from "../src/act/contract.ts";
import {
  type BlacklistOptions,
  fetchBlacklist,
} from "./_abuseipdb_blacklist.ts";
import { AbuseipdbMemory } from "./_abuseipdb_memory.ts";
import {
  type AbuseipdbOptions,
  BULK_FROM,
  reportAll,
  reportEach,
  type ReportErrand,
} from "./_abuseipdb_reports.ts";
import { isPublicAddress } from "./_public_address.ts";

const abuseipdb: HandlerAction<AbuseipdbOptions & BlacklistOptions> = {
  id: "abuseipdb",
  version: "1.1.0",
  describe: "Reports banned hosts to AbuseIPDB, and brings its blacklist",
  options: {
    key: { type: "secret", required: true, describe: "Key of the API, v2" },
    categories: {
      type: "integers",
      min: 1,
      max: 23,
      default: [18],
      describe: "Kinds of abuse; 18 is brute force, 22 is SSH",
    },
    comment: {
      type: "string",
      default: "{jail}: {failures} failures, banned by fail2deno",
      describe: "Public; {jail}, {failures} and {ban_count} are filled in",
    },
    redact: {
      type: "strings",
      default: [],
      describe: "Words that no comment may have: your hosts and users",
    },
    blacklist_confidence: {
      type: "integer",
      min: 25,
      max: 100,
      default: 100,
      describe:
        "Of hosts on the blacklist, in percent; below 100 for subscribers",
    },
    blacklist_limit: {
      type: "integer",
      min: 1,
      max: 10_000,
      default: 10_000,
      describe: "Hosts of the blacklist",
    },
    blacklist_every: {
      type: "duration",
      min: 18_000,
      max: 1_296_000,
      default: 86_400,
      describe:
        "How often the blacklist is downloaded; five times a day is free",
    },
    endpoint: {
      type: "url",
      default: "https://api.abuseipdb.com/api/v2",
      describe: "Where the API is",
    },
  },
  permissions: { net: ["{endpoint}"] },
  async ban(batch, context) {
    const memory = new AbuseipdbMemory(context.memory, context.nowSeconds);
    const errand = { context, memory, refused: [], retry: [] };
    const due = findDue(batch, errand);
    if (due.size >= BULK_FROM && memory.pauseOf("bulk-report") === 0) {
      await reportAll(due, errand);
    } else await reportEach(due, errand);
    const { refused, retry } = errand;
    return { refused, retry, memory: memory.toJson() };
  },
  feed: fetchBlacklist,
};

export default abuseipdb;

/** @returns what is to be reported, by address */
function findDue(
  batch: readonly BanEntry[],
  { memory, refused }: ReportErrand,
): Map<string, BanEntry> {
  const due = new Map<string, BanEntry>();
  for (const entry of batch) {
    const [address = ""] = entry.host.split("/");
    const isWide = entry.prefix < (entry.family === 4 ? 32 : 64);
    if (isWide) {
      refused.push({ id: entry.id, why: "a network, expected an address" });
    } else if (!isPublicAddress(address)) {
      refused.push({ id: entry.id, why: "not a public address" });
    } else if (!memory.isReported(address)) due.set(address, entry);
  }
  return due;
}

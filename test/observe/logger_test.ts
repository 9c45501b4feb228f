import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { createLogger } from "../../src/observe/logger.ts";
import type { LogLevel } from "../../src/util/log.ts";

const NOON = Date.UTC(2026, 10, 20, 12, 0, 0, 5);

function collect(level: LogLevel, format: "text" | "json") {
  const records: string[] = [];
  const logger = createLogger({
    level,
    format,
    write: (record) => records.push(record),
    now: () => NOON,
  });
  return { logger, records };
}

Deno.test("createLogger() writes one line of text with fields", () => {
  const { logger, records } = collect("info", "text");
  logger.info("Ban host", {
    host: "192.0.2.7",
    seconds: 3600,
    user: undefined,
  });
  deepStrictEqual(records, [
    "2026-11-20T12:00:00.005Z info Ban host host=192.0.2.7 seconds=3600\n",
  ]);
});

Deno.test("createLogger() quotes values with blanks and escapes what could forge a line", () => {
  const { logger, records } = collect("info", "text");
  logger.warn("Find", { line: 'a "b"\n2026 error \x1b[31m\u202e' });
  strictEqual(
    records[0],
    String
      .raw`2026-11-20T12:00:00.005Z warn Find line="a \"b\"\\x0a2026 error \\x1b[31m\\u202e"` +
      "\n",
  );
});

Deno.test("createLogger() writes JSON that reads back", () => {
  const { logger, records } = collect("info", "json");
  logger.error("Action failed", { reason: "no\nroom", count: 2 });
  deepStrictEqual(JSON.parse(records[0] ?? ""), {
    time: "2026-11-20T12:00:00.005Z",
    level: "error",
    message: "Action failed",
    reason: "no\\x0aroom",
    count: 2,
  });
});

Deno.test("createLogger() leaves out what is less urgent than its level", () => {
  const { logger, records } = collect("warn", "text");
  logger.debug("a");
  logger.info("b");
  logger.warn("c");
  logger.error("d");
  strictEqual(records.length, 2);
});

Deno.test("createLogger() caps long values", () => {
  const { logger, records } = collect("info", "text");
  logger.info("Find", { line: "x".repeat(10_000) });
  strictEqual((records[0]?.length ?? 0) < 700, true);
});

import assert from "node:assert/strict";
import {
  describeIncrease,
  formatFail2banLine,
} from "../../src/observe/fail2ban_line.ts";

/** Local time, whatever the zone of this machine. */
function secondsAt(time: string): number {
  return new Date(time.replace(" ", "T")).getTime() / 1000;
}

const TIME = "2026-11-26 11:28:28";
const PLACE = { pid: 27339, ms: 1000 * secondsAt(TIME) + 14.9 };

// What fail2ban 1.0.2 wrote, with its process and times.
Deno.test("formatFail2banLine() writes as fail2ban does, column by column", () => {
  const line = { jail: "t", text: "Ban 2001:db8::1" };
  assert.deepEqual(
    [
      formatFail2banLine({
        ...{ part: "filter", level: "INFO", jail: "t" },
        text: "Found 192.0.2.1 - 2026-11-26 11:28:27",
      }, PLACE),
      formatFail2banLine({ ...line, part: "actions", level: "NOTICE" }, PLACE),
      formatFail2banLine({
        ...{ part: "observer", level: "NOTICE", jail: "t" },
        text: "Increase Ban 192.0.2.1 (2 # 12s -> 2026-11-26 11:28:48)",
      }, PLACE),
    ],
    [
      "2026-11-26 11:28:28,014 fail2ban.filter         [27339]: INFO    [t] Found 192.0.2.1 - 2026-11-26 11:28:27",
      "2026-11-26 11:28:28,014 fail2ban.actions        [27339]: NOTICE  [t] Ban 2001:db8::1",
      "2026-11-26 11:28:28,014 fail2ban.observer       [27339]: NOTICE  [t] Increase Ban 192.0.2.1 (2 # 12s -> 2026-11-26 11:28:48)",
    ],
  );
});

Deno.test("describeIncrease() tells count, length and end", () => {
  const startSeconds = secondsAt("2026-01-02 03:04:05");
  const increase = (seconds: number) =>
    describeIncrease({
      count: 3,
      startSeconds,
      endSeconds: startSeconds + seconds,
    });
  assert.deepEqual([12, 599, 3661, 90061, 700000, Infinity].map(increase), [
    "3 # 12s -> 2026-01-02 03:04:17",
    "3 # 9m 59s -> 2026-01-02 03:14:04",
    "3 # 1h 1m -> 2026-01-02 04:05:06",
    "3 # 1d 1h 1m -> 2026-01-03 04:05:06",
    "3 # 1w 1d 2h -> 2026-01-10 05:30:45",
    "3 # permanent -> infinite",
  ]);
});

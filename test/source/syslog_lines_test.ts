import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { SyslogLines } from "../../src/source/syslog_lines.ts";

const NOW = Date.parse("2026-11-26T14:04:05Z") / 1000;

/** @returns lines, seconds before now, and whether they are from before */
function gather(messages: readonly string[]) {
  const chunks: [string, number, boolean][] = [];
  const said: string[] = [];
  const note = (message: string) => void said.push(message);
  const lines = new SyslogLines({
    path: "syslog",
    log: { error: note, warn: note, info: note, debug: note },
    now: () => NOW,
    sink({ bytes, timeSeconds = NaN, isCatchUp }) {
      const text = new TextDecoder().decode(bytes);
      chunks.push([text, NOW - timeSeconds, isCatchUp]);
      if (text.includes("bad")) throw new Error("bad");
    },
  });
  for (const message of messages) lines.take(new TextEncoder().encode(message));
  lines.handOver();
  return { chunks, said, lines };
}

Deno.test("SyslogLines hands over lines of the same second together, with their time", () => {
  const at = (time: string, text: string) =>
    `<38>1 2026-11-26T${time}Z box a 1 - - ${text}`;
  const { chunks, lines } = gather([
    at("14:04:05", "one"),
    "<38>two",
    at("14:03:05", "a minute ago"),
    at("14:03:04", "longer ago"),
    at("14:03:04.9", "as long"),
    "",
  ]);
  deepStrictEqual(chunks, [
    ["box a[1]: one\ntwo\n", 0, false],
    ["box a[1]: a minute ago\n", 60, false],
    ["box a[1]: longer ago\nbox a[1]: as long\n", 61, true],
  ]);
  strictEqual(lines.messages, 6);
  strictEqual(
    lines.bytesRead,
    chunks.reduce((sum, [text]) => sum + text.length, 0),
  );
});

Deno.test("SyslogLines makes one line of each message, whatever is in it", () => {
  const { chunks } = gather(["<38>a\nb\r\n\nc\n", "\n\r\n", "<38>ü\u2028\0d"]);
  deepStrictEqual(chunks, [["a\\nb\r\\n\\nc\nü\u2028\0d\n", 0, false]]);
});

Deno.test("SyslogLines goes on, and says so once, where lines cannot be handled", () => {
  const stamp = (second: number) => `<38>1 2026-11-26T14:04:0${second}Z`;
  const { chunks, said } = gather(
    [3, 4, 5].map((second) => `${stamp(second)} box a - - - bad ${second}`),
  );
  strictEqual(chunks.length, 3);
  deepStrictEqual(said, ["Cannot handle lines of stream"]);
});

Deno.test("stop() has SyslogLines hand over nothing more", () => {
  const { chunks, lines } = gather(["<38>one"]);
  lines.take(new TextEncoder().encode("<38>two"));
  lines.stop();
  lines.handOver();
  strictEqual(chunks.length, 1);
});

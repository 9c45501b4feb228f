import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { createScreen, wrapText } from "../../../src/cli/demo/screen.ts";

/** A screen whose clock goes on by 1.2 s each time it is read, and what was written to it. */
function record(isColored: boolean) {
  const written = { text: "" };
  let time = 0;
  const screen = createScreen({
    out: (text) => written.text += text,
    err() {},
    isColored,
    width: 60,
  }, () => (time += 1200) - 1200);
  return { screen, written };
}

Deno.test("createScreen() shows time, label, text and the mark at the right edge", () => {
  const { screen, written } = record(false);
  screen.step({ label: "log", text: "Failed password", right: "1/5" });
  screen.step({ label: "bystander", text: "connects" });
  equal(
    written.text,
    "  1.2s  log        Failed password                       1/5\n" +
      "  2.4s  bystander  connects\n",
  );
});

Deno.test("createScreen() wraps, and marks the last row", () => {
  const { screen, written } = record(false);
  screen.step({
    label: "log",
    text: "Failed password for root from 192.0.2.66 port 51122 ssh2",
    right: "5/5",
  });
  deepEqual(written.text.split("\n"), [
    "  1.2s  log        Failed password for root from",
    "                   192.0.2.66 port 51122 ssh2            5/5",
    "",
  ]);
});

Deno.test("createScreen() escapes what would move the cursor", () => {
  const { screen, written } = record(false);
  screen.step({ label: "log", text: "user \x1b[2J\u202e" });
  screen.remark("\x07");
  screen.note("\x1b[31m");
  equal(
    written.text,
    `  1.2s  log        user \\x1b[2J\\u202e\n${" ".repeat(19)}\\x07\n` +
      "  \\x1b[31m\n",
  );
});

Deno.test("createScreen() colours when it may, and takes each colour back", () => {
  const { screen, written } = record(true);
  screen.step({ label: "BAN", text: "192.0.2.66", tone: "ban" });
  equal(
    written.text,
    "\x1b[2m  1.2s\x1b[0m  \x1b[1;31mBAN      \x1b[0m  " +
      "\x1b[1;31m192.0.2.66\x1b[0m\n",
  );
});

Deno.test("wrapText() loses no character but blanks, and keeps within the width", () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 200 }),
      fc.integer({ min: 1, max: 90 }),
      (text, width) => {
        const rows = wrapText(text, width);
        equal(rows.every((row) => row.length <= width), true);
        equal(
          rows.join("").replaceAll(" ", ""),
          text.replaceAll(" ", ""),
        );
      },
    ),
  );
});

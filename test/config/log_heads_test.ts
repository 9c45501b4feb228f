import assert from "node:assert/strict";
import {
  headPattern,
  LOG_HEAD_NAMES,
  LOG_HEADS,
} from "../../src/config/log_heads.ts";
import { compilePattern } from "../../src/match/compile.ts";

const SYSLOG = compilePattern(
  `${headPattern("syslog", "app|app-2")}no <HOST>$`,
);

/** Lines without their dates, as patterns see them. */
const LINES = [
  " box app[7]: no 192.0.2.1",
  "box app: no 192.0.2.1",
  "app-2[7]: no 192.0.2.1",
  " box.example.org auth.info app[7]: no 192.0.2.1",
  " 2001:db8::2 app[7]: no 192.0.2.1",
  "<38> box app[7]: no 192.0.2.1",
  "<38>1  box app 7 - - no 192.0.2.1",
  '<38>1  box app 7 ID47 [q tz="1" ok="0"] no 192.0.2.1',
  " box app[7]: [ID 800047 auth.info] no 192.0.2.1",
];

Deno.test('headPattern() of "syslog" knows what stands before a message', () => {
  for (const line of LINES) assert.ok(SYSLOG.engine.exec(line), line);
});

Deno.test('headPattern() of "syslog" takes no line of another program that tells what it was told', () => {
  for (
    const line of [
      " box other[7]: app[1]: no 192.0.2.1",
      " box other: app: no 192.0.2.1",
      " box other[7]: box app[1]: no 192.0.2.1",
      " box apps[7]: no 192.0.2.1",
      " box other app says app[1]: no 192.0.2.1",
    ]
  ) assert.equal(SYSLOG.engine.exec(line), null, line);
});

Deno.test("every head begins where the line does", () => {
  for (const name of LOG_HEAD_NAMES) {
    assert.match(LOG_HEADS[name].pattern, /^\^/);
  }
});

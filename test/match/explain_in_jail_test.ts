import assert from "node:assert/strict";
import { explainInJail } from "../../src/match/explain_in_jail.ts";
import type { MatchJail } from "../../src/match/types.ts";
import { exactJail, jailOf, NOW, STAMP, utc } from "./fixtures.ts";

const ACCESS = jailOf({
  json: {
    time: ["ts"],
    host: ["ip"],
    conditions: [
      { name: "status", path: ["status"], oneOf: [401, 403] },
      { name: "uri", path: ["uri"], pattern: "^/admin" },
    ],
  },
});

const CONTAINER = jailOf({
  json: { message: ["log"], conditions: [] },
  failPatterns: ["^failed from <HOST>$"],
  ignorePatterns: ["192\\.0\\.2\\.9"],
});

function explain(jail: MatchJail, line: string) {
  const options = { nowSeconds: NOW, localTime: utc };
  const { outcome, host, reason } = explainInJail(jail, line, options);
  return [outcome, host, reason];
}

/** Jail, line; outcome, host, reason. */
const CASES: readonly (readonly [MatchJail, string, unknown[]])[] = [
  [
    ACCESS,
    '{"ts":1795201683,"ip":"192.0.2.7","status":401,"uri":"/admin"}',
    ["failure", "192.0.2.7", undefined],
  ],
  [
    ACCESS,
    '{"ip":"192.0.2.7","status":200,"uri":"/admin"}',
    ["no match", undefined, "status = [401,403] does not hold: it is 200"],
  ],
  [
    ACCESS,
    '{"ip":"192.0.2.7","status":403}',
    [
      "no match",
      undefined,
      'uri = { regex = "^/admin" } does not hold: it is not there',
    ],
  ],
  [
    ACCESS,
    '{"ip":"box","status":403,"uri":"/admin"}',
    ["no host", undefined, 'the host "box" is not to be banned'],
  ],
  [ACCESS, "status 401", [
    "no match",
    undefined,
    "the line holds no JSON object",
  ]],
  [
    CONTAINER,
    '{"log":"failed from 192.0.2.7\\n"}',
    ["failure", "192.0.2.7", undefined],
  ],
  [
    CONTAINER,
    '{"log":"failed from 192.0.2.9"}',
    [
      "ignored",
      undefined,
      "no pattern matches the message, or an ignore pattern does too",
    ],
  ],
  [
    CONTAINER,
    '{"log":["failed from 192.0.2.9"]}',
    ["no match", undefined, "the message is missing, or is no text"],
  ],
  [
    jailOf({ failPatterns: ["from <HOST>$"] }),
    "from 192.0.2.7",
    ["failure", "192.0.2.7", undefined],
  ],
  [
    exactJail({ failPatterns: ["from <HOST>$"] }),
    `${STAMP} from 192.0.2.7`,
    ["failure", "192.0.2.7", undefined],
  ],
];

for (const [jail, line, expected] of CASES) {
  Deno.test(`explainInJail() says ${String(expected[0])} of ${line}`, () => {
    assert.deepEqual(explain(jail, line), expected);
  });
}

Deno.test("explainInJail() tells date and groups where a prefix pattern has the host", () => {
  const jail = exactJail({
    prefixPattern: "^ app<F-CONTENT>.*</F-CONTENT> of <HOST>$",
    failPatterns: ["^: no entry for <F-USER>\\S+</F-USER>$"],
  });
  const { date, text, groups } = explainInJail(
    jail,
    `${STAMP} app: no entry for root of 192.0.2.7`,
    { nowSeconds: NOW, localTime: utc },
  );
  assert.equal(date?.text, STAMP);
  assert.equal(text, " app: no entry for root of 192.0.2.7");
  assert.deepEqual(groups, { ip4: "192.0.2.7", user: "root" });
});

Deno.test("explainInJail() tells the time of a line by its JSON", () => {
  const line = '{"ts":1795201683.25,"ip":"192.0.2.7","status":401}';
  assert.deepEqual(explainInJail(ACCESS, line, { nowSeconds: NOW }).date, {
    text: "1795201683.25",
    format: "json",
    seconds: 1795201683,
  });
});

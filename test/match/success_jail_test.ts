import { deepEqual, equal } from "node:assert/strict";
import { createMatcher } from "../../src/match/matcher.ts";
import { jailOfSuccess, withSuccesses } from "../../src/match/success_jail.ts";
import type { MatchJail } from "../../src/match/types.ts";
import { NO_POSITION } from "../../src/source/types.ts";

const JAIL: MatchJail = {
  name: "app",
  dateFormat: "iso8601",
  failPatterns: ["^ app: refused <F-USER>\\S+</F-USER> from <HOST>$"],
  ignorePatterns: ["monitor"],
  findTimeSeconds: 600,
};
const SUCCESS = "^ app: welcome <F-USER>\\S+</F-USER> from <HOST>$";

const LINES = [
  "refused anna from 192.0.2.7",
  "refused monitor from 192.0.2.7",
  "welcome anna from 192.0.2.7",
  "welcome monitor from 2001:db8::7",
  "welcome anna from 192.0.2.7 port 5",
];

function find(jail: MatchJail & { successPatterns?: readonly string[] }) {
  const matcher = createMatcher(withSuccesses([jail]), { trustsStamps: true });
  const found: string[] = [];
  const text = LINES.map((line) => `2026-01-02T03:04:05Z app: ${line}\n`);
  const bytes = new TextEncoder().encode(text.join(""));
  matcher.match(
    { source: "-", bytes, position: NO_POSITION, isCatchUp: true },
    0,
    ({ jail, host, user }) => {
      const forgiving = jailOfSuccess(jail);
      const kind = forgiving === undefined ? "failure" : "success";
      found.push(`${kind} of ${user} from ${host} in ${forgiving ?? jail}`);
    },
  );
  return found;
}

Deno.test("withSuccesses() has the matcher find successes beside failures, in the order of the lines", () => {
  const expected = [
    "failure of anna from 192.0.2.7 in app",
    "success of anna from 192.0.2.7 in app",
    "success of monitor from 2001:db8::7 in app",
  ];
  const forgiving = { ...JAIL, successPatterns: [SUCCESS] };
  deepEqual(find(forgiving), expected);
  deepEqual(find({ ...forgiving, syntax: "fail2ban" }), expected);
});

Deno.test("withSuccesses() leaves jails without such patterns alone", () => {
  deepEqual(withSuccesses([JAIL]), [JAIL]);
  deepEqual(withSuccesses([{ ...JAIL, successPatterns: [] }]).length, 1);
  deepEqual(find(JAIL), ["failure of anna from 192.0.2.7 in app"]);
  equal(jailOfSuccess("app"), undefined);
  equal(jailOfSuccess("success"), undefined);
});

Deno.test("withSuccesses() has successes mind no condition on JSON", () => {
  const conditions = [{ name: "status", path: ["status"], oneOf: [401] }];
  const [failing, success] = withSuccesses([{
    ...JAIL,
    json: { message: ["log"], conditions },
    successPatterns: ["fine <HOST>$"],
  }]);
  deepEqual(failing?.json?.conditions, conditions);
  deepEqual(success?.json, { message: ["log"], conditions: [] });
});

import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import {
  askFarSide,
  type FarSideRequest,
  listAt,
  textAt,
  valueAt,
} from "../../actions/_far_side.ts";
import { TEST_START } from "../act/contract_calls.ts";
import { openFarSide, takePort } from "../act/far_side/http_far_side.ts";
import { openHostile } from "../act/far_side/hostile_far_side.ts";

const PORT = takePort();
const PERMISSIONS = { net: [`127.0.0.1:${PORT}`] };
const URL_HERE = `http://127.0.0.1:${PORT}/secret`;

Deno.test("askFarSide() reads no more than is of use", {
  permissions: PERMISSIONS,
}, async () => {
  for (const answer of ["huge", "endless"] as const) {
    await using _far = openHostile(PORT, answer, URL_HERE);
    await rejects(
      ask(),
      /^RangeError: Cannot read the answer 200: longer than expected/,
    );
  }
});

Deno.test("askFarSide() waits for no body where only the status counts", {
  permissions: PERMISSIONS,
}, async () => {
  await using _far = openHostile(PORT, "endless", URL_HERE);
  const { status, body } = await ask({ ignoresBody: true });
  deepStrictEqual([status, body], [200, null]);
});

Deno.test(
  "askFarSide() follows no redirection",
  { permissions: PERMISSIONS },
  async () => {
    await using far = openHostile(PORT, "redirecting", URL_HERE);
    strictEqual((await ask()).status, 307);
    strictEqual(far.requests.length, 1);
  },
);

Deno.test("askFarSide() gives up with its signal, and tells no path", {
  permissions: PERMISSIONS,
}, async () => {
  {
    await using _far = openHostile(PORT, "silent", URL_HERE);
    const signal = AbortSignal.timeout(50);
    await rejects(ask({ signal }), { name: "TimeoutError" });
  }
  await rejects(
    ask(),
    (error: Error) => !Deno.inspect(error).includes("secret"),
  );
});

Deno.test("askFarSide() shows no header that cannot be sent", {
  permissions: PERMISSIONS,
}, async () => {
  for (const value of ["se\0cret", "secret\n2", "secr€t"]) {
    await rejects(
      ask({ headers: { Key: value } }),
      (error: Error) =>
        /one of the headers Key/.test(error.message) &&
        !/se.?cr/.test(Deno.inspect(error)),
    );
  }
});

Deno.test("askFarSide() reads Retry-After in seconds and as a date", {
  permissions: PERMISSIONS,
}, async () => {
  const date = new Date((TEST_START + 61) * 1000).toUTCString();
  const cases: [string | undefined, number | undefined][] = [
    [undefined, undefined],
    ["7", 7],
    ["0.2", 1],
    ["0", 1],
    [date, 61],
    ["1e9", undefined],
    ["999999999", 86_400],
    ["soon", undefined],
    ["-5", 1],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 1],
  ];
  for (const [text, expected] of cases) {
    const headers = text === undefined ? {} : { "Retry-After": text };
    await using _far = openFarSide(PORT, () => new Response("{}", { headers }));
    strictEqual((await ask()).retryAfterSeconds, expected, text);
  }
});

Deno.test("valueAt() goes by own names only", () => {
  const json = { a: [{ b: "x" }], c: "text" };
  strictEqual(textAt(json, "a", 0, "b"), "x");
  strictEqual(textAt(json, "a"), "");
  deepStrictEqual(listAt(json, "a"), [{ b: "x" }]);
  deepStrictEqual(listAt(json, "c"), []);
  for (const name of ["constructor", "__proto__", "length"]) {
    strictEqual(valueAt(json, name), null);
  }
  strictEqual(valueAt(json, "c", "length"), null);
  strictEqual(valueAt(null, "a"), null);
});

function ask(part: Partial<FarSideRequest> & { signal?: AbortSignal } = {}) {
  const { signal = new AbortController().signal, ...request } = part;
  return askFarSide({ method: "POST", url: URL_HERE, ...request }, {
    signal,
    nowSeconds: TEST_START,
  });
}

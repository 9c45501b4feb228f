import { ok, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { answer } from "../../src/control/answer.ts";
import { createControlClient } from "../../src/control/client.ts";
import { EVENTS_PATH, ROUTES } from "../../src/control/routes.ts";
import { ControlError } from "../../src/control/types.ts";
import { SILENT } from "../../src/util/log.ts";
import { fuzzBounds } from "../support/fuzz_bounds.ts";
import { createFakeDaemon, libc, withServer } from "./server_rig.ts";

const METHODS = ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "get", ""];
const PATHS = [...ROUTES.map(({ path }) => path), EVENTS_PATH, "/", "*"];
const KEYS = ["hosts", "jail", "seconds", "all", "kinds", "__proto__"];

const method = fc.oneof(fc.constantFrom(...METHODS), fc.string());
const value = fc.jsonValue({ maxDepth: 3 });
const body = fc.oneof(
  fc.string({ unit: "binary" }),
  value.map((any) => JSON.stringify(any)),
  fc.dictionary(fc.constantFrom(...KEYS), value)
    .map((any) => JSON.stringify(any)),
);
const query = fc.oneof(
  fc.constant(""),
  fc.string().map((text) => `?${text}`),
  fc.dictionary(fc.constantFrom(...KEYS), fc.string())
    .map((any) => `?${new URLSearchParams(any)}`),
);
const target = fc.oneof(
  fc.tuple(fc.constantFrom(...PATHS), fc.string({ unit: "binary" }), query)
    .map(([path, name, asked]) =>
      path.replace(/\{\w+\}/, () => encodeURIComponent(well(name))) + asked
    ),
  fc.tuple(fc.constantFrom(...PATHS), fc.string(), query)
    .map(([path, name, asked]) => path.replace(/\{\w+\}/, () => name) + asked),
  fc.webUrl(),
  fc.string({ unit: "binary" }),
);

/** Half of a pair cannot be encoded. */
function well(text: string): string {
  return text.toWellFormed();
}

Deno.test("answer() answers or refuses, whatever it is asked", async () => {
  const { control } = createFakeDaemon();
  await fc.assert(
    fc.asyncProperty(method, target, body, async (method, target, body) => {
      try {
        const value = await answer({ method, target, body }, {
          control,
          isReadOnly: false,
          logger: SILENT,
        });
        ok(JSON.stringify(value) !== undefined);
      } catch (error) {
        // The fake daemon's own trouble is told as it is.
        if (String(error) === "Error: out of order") return;
        ok(error instanceof ControlError, String(error));
        ok(error.status >= 400 && error.status < 500, String(error.status));
        ok(
          // deno-lint-ignore no-control-regex -- that there is none is what is tested
          !/[\u0000-\u0008\u001b\u2028]/.test(error.message),
          JSON.stringify(error.message),
        );
      }
    }),
    fuzzBounds(3000),
  );
});

const line = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "host: x",
    "connection: close",
    "connection: upgrade",
    "expect: 100-continue",
    "transfer-encoding: chunked",
    "transfer-encoding: gzip, chunked",
    "content-length: 0",
    "content-length: 7",
    "content-length: -1",
    "content-length: 99999999999999999999",
    "content-type: text/plain",
  ),
);
const rawRequest = fc.tuple(
  fc.oneof(method, fc.string({ unit: "binary" })),
  target,
  fc.constantFrom("HTTP/1.1", "HTTP/1.0", "HTTP/9.9", "", "HTTP/1.1 x"),
  fc.array(line, { maxLength: 6 }),
  fc.constantFrom("\r\n", "\n", "\r"),
  body,
).map(([method, target, version, lines, end, body]) =>
  [`${method} ${target} ${version}`, ...lines, "", body].join(end)
);

Deno.test("server outlives whatever is written to its socket", () =>
  withServer(async (path) => {
    const client = createControlClient(libc, path);
    await fc.assert(
      fc.asyncProperty(rawRequest, async (text) => {
        await tell(path, new TextEncoder().encode(text));
      }),
      fuzzBounds(300),
    );
    strictEqual((await client.status()).version, "1");
  }, { limits: { requestMs: 2000, burst: Infinity } }));

/** Says it, hangs up after what comes back first, or after a moment. */
async function tell(path: string, bytes: Uint8Array): Promise<void> {
  using connection = await Deno.connect({ transport: "unix", path });
  await connection.write(bytes).catch(() => 0);
  await connection.closeWrite().catch(() => {});
  const moment = Promise.withResolvers<void>();
  const timer = setTimeout(moment.resolve, 20);
  await Promise.race([
    connection.read(new Uint8Array(4096)).catch(() => null),
    moment.promise,
  ]);
  clearTimeout(timer);
}

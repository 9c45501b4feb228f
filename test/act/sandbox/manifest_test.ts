import { deepStrictEqual, throws } from "node:assert/strict";
import { toManifest } from "../../../src/act/sandbox/manifest.ts";
import { MalformedError } from "../../../src/act/sandbox/outcome.ts";

const GOOD = {
  id: "team",
  version: "1.0.0",
  describe: "Tells the team",
  options: { url: { type: "url", describe: "Where to", required: true } },
  permissions: { net: ["{url}", "api.example.com:443", "[2001:db8::1]:25"] },
  methods: ["ban", "unban"],
};

Deno.test("toManifest() takes a handler and a plan action", () => {
  deepStrictEqual(toManifest(GOOD), { ...GOOD, kind: "handler" });
  const { options: _, ...rest } = GOOD;
  const plan = { ...rest, permissions: {}, methods: ["plan"] };
  deepStrictEqual(toManifest(plan), { ...plan, kind: "plan" });
});

const BAD: Readonly<Record<string, readonly [object, string]>> = {
  "an id with a blank": [{ id: "a b" }, "id: expected a lower-case word"],
  "an id that is a path": [{ id: "../x" }, "id: expected a lower-case word"],
  "a version of two": [
    { version: "1.0" },
    "version: expected MAJOR.MINOR.PATCH",
  ],
  "no sentence": [{ describe: undefined }, "describe: expected a sentence"],
  "a long sentence": [
    { describe: "x".repeat(201) },
    "describe: expected at most 200 characters",
  ],
  "another permission": [
    { permissions: { read: ["/"] } },
    "permissions: read: not known here",
  ],
  "no permissions": [
    { permissions: undefined },
    "permissions: expected an object",
  ],
  "a host with a path": [
    { permissions: { net: ["example.com/x"] } },
    "permissions.net.0: expected HOST, HOST:PORT or {OPTION}",
  ],
  "every host": [
    { permissions: { net: ["*"] } },
    "permissions.net.0: expected HOST, HOST:PORT or {OPTION}",
  ],
  "a placeholder that is no option": [
    { permissions: { net: ["{toString}"] } },
    "permissions.net.0: expected HOST, HOST:PORT or {OPTION}",
  ],
  "a placeholder of another type": [
    {
      permissions: { net: ["{url}"] },
      options: { url: { type: "string", describe: "x" } },
    },
    'permissions.net: "{url}", expected the name of an option of type url or host',
  ],
  "a choice without choices": [
    { options: { url: { type: "choice", describe: "x" } } },
    "options.url: a choice, and only that, has choices",
  ],
  "neither ban nor plan": [
    { methods: ["unban"] },
    "functions: expected either plan() or ban()",
  ],
  "both ban and plan": [
    { methods: ["plan", "ban"] },
    "functions: expected either plan() or ban()",
  ],
  "a plan action that reaches hosts": [
    { methods: ["plan"] },
    "permissions.net: a plan action reaches nothing",
  ],
  "a plan action with a secret": [
    {
      methods: ["plan"],
      permissions: {},
      options: { key: { type: "secret", describe: "Key" } },
    },
    "options.key: a plan action has no use for a secret",
  ],
};

for (const [name, [change, problem]] of Object.entries(BAD)) {
  Deno.test(`toManifest() refuses ${name}`, () => {
    throws(() => toManifest({ ...GOOD, ...change }), (error) => {
      if (!(error instanceof MalformedError)) throw error;
      return error.problems.includes(problem) ||
        deepStrictEqual(error.problems, [problem]);
    });
  });
}

Deno.test("toManifest() tells all that is wrong", () => {
  throws(() => toManifest({ ...GOOD, id: 5, version: 5 }), (error) => {
    if (!(error instanceof MalformedError)) throw error;
    deepStrictEqual(error.problems, [
      "id: expected a lower-case word",
      "version: expected MAJOR.MINOR.PATCH",
    ]);
    return true;
  });
});

import assert from "node:assert/strict";
import { fillCommand, fillKey } from "../../src/ignore/failure_tags.ts";
import { makeFailure } from "./fixtures.ts";

Deno.test("fillCommand() puts addresses in their place, and texts of lines into variables", () => {
  const failure = makeFailure("2001:db8::7", {
    user: "$(reboot); <ip>\0",
    groups: { user: "$(reboot); <ip>\0", fid: "a b" },
    lines: ["one", "two"],
  });
  assert.deepEqual(
    fillCommand(
      'friend <ip> <IP> <family> <jail> <time> "<fid>" "<F-USER>" "<F-NONE>" "<matches>" <a b <other>',
      failure,
    ),
    {
      command:
        'friend 2001:db8::7 2001:db8::7 inet6 app 1000 "${FID}" "${F_USER}" "${F_NONE}" "${MATCHES}" <a b <other>',
      env: {
        IP: "2001:db8::7",
        JAIL: "app",
        FAMILY: "inet6",
        FID: "a b",
        F_USER: "$(reboot); <ip>",
        F_NONE: "",
        MATCHES: "one\ntwo",
      },
    },
  );
});

Deno.test("fillCommand() knows the user of a jail in our own syntax", () => {
  const { env } = fillCommand("<F-USER> <fid> <matches>", {
    ...makeFailure("192.0.2.7"),
    user: "root",
    line: "x".repeat(5000),
  });
  assert.deepEqual(env, {
    IP: "192.0.2.7",
    JAIL: "app",
    FAMILY: "inet4",
    F_USER: "root",
    FID: "192.0.2.7",
    MATCHES: "x".repeat(2048),
  });
});

Deno.test("fillKey() holds the values themselves", () => {
  const failure = makeFailure("192.0.2.7", { user: "<ip>" });
  assert.equal(fillKey("<F-USER>@<ip>", failure), "<ip>@192.0.2.7");
});

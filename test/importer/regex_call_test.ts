import assert from "node:assert/strict";
import { readTree } from "../../importer/read_tree.ts";
import { makeRegexCall } from "../../importer/regex_call.ts";
import { createMemoryTree } from "./memory_tree.ts";

const BASE = ["--log-level", "7", "--out", "row", "--raw"];

const FILTER = String.raw`[Definition]
mode = normal
prefregex = ^ app: <F-CONTENT>.+</F-CONTENT>$
failregex = ^<mode> <HOST>$
ignoreregex = ^none
datepattern = ^%%Y
maxlines = 2
`;

/** @param jail keys of the jail `app` */
function callFor(jail: string) {
  const files = createMemoryTree({
    "/f/jail.conf":
      `[app]\nenabled = true\nfilter = app\naction = nftables\nlogpath = /var/log/app.log\n${jail}`,
    "/f/filter.d/app.conf": FILTER,
    "/f/action.d/nftables.conf": "[Definition]\nactionban = nft <ip>\n",
    "/var/log/app.log": "",
  });
  const [found] = readTree("/f", { files }).jails;
  assert.ok(found !== undefined);
  return makeRegexCall(found, { folder: "/f", files });
}

Deno.test("makeRegexCall() names the filter when the jail adds nothing", () => {
  assert.deepEqual(callFor(""), { args: BASE, filter: "app" });
});

Deno.test("makeRegexCall() hands options on in quotes that they do not hold", () => {
  assert.deepEqual(callFor(`filter = app[mode=a'b, x="1,2"]\n`), {
    args: BASE,
    filter: `app[mode="a'b", x="1,2"]`,
  });
});

Deno.test("makeRegexCall() hands on what fail2ban-regex does not read in a filter, or the jail sets", () => {
  const { args, filter } = callFor(
    "usedns = no\nmaxlines = 5\ndatepattern = -%%d\nlogencoding = latin1\nlogtimezone = UTC+2\n",
  );
  assert.equal(filter, "app");
  assert.deepEqual(args.slice(BASE.length), [
    ...["--usedns=no", "--maxlines=5", "--datepattern=-%d"],
    ...["--encoding=latin1", "--timezone=UTC+2"],
  ]);
  assert.deepEqual(callFor("logencoding = auto\n").args, BASE);
});

Deno.test("makeRegexCall() writes the patterns down when the jail has some of its own", () => {
  const call = callFor(
    "failregex = %(known/failregex)s\n  ^100%% <HOST>\nnone =\nignoreregex = ^a %(none)s;x\n  %(none)s#y\n  z %(none)s\n",
  );
  assert.equal(call.filter, undefined);
  assert.deepEqual(call.args.slice(BASE.length), [
    ...["--maxlines=2", "--datepattern=^%Y"],
  ]);
  assert.equal(
    call.filterText,
    String.raw`[Definition]
prefregex = ^ app: <F-CONTENT>.+</F-CONTENT>$
failregex = ^normal <HOST>$
    ^100%% <HOST>
ignoreregex = ^a \;x
    (?:)#y
    z (?:)
`,
  );
});

Deno.test("makeRegexCall() writes the patterns down when there is no filter, or an option that cannot be quoted", () => {
  const options = String.raw`filter = app[mode=a'%(mark)s]
mark = x"y
`;
  assert.match(callFor(options).filterText ?? "", /failregex = \^a'x"y <HOST>/);
  assert.match(
    callFor("filter =\nfailregex = ^x <HOST>\n").filterText ?? "",
    /^\[Definition\]\nfailregex = \^x <HOST>\n/,
  );
});

import assert from "node:assert/strict";
import { NameReports } from "../../src/observe/name_reports.ts";
import { type LogFields, SILENT } from "../../src/util/log.ts";

/** Reports into a list. */
function createReports() {
  const said: [string, LogFields | undefined][] = [];
  const log = {
    ...SILENT,
    warn: (message: string, fields?: LogFields) => said.push([message, fields]),
  };
  return { said, reports: new NameReports(log) };
}

Deno.test("NameReports.warn() tells a name once in a while, with its addresses", () => {
  const { said, reports } = createReports();
  const report = { jail: "a", name: "b.example" };
  reports.warn({ ...report, addresses: ["192.0.2.1", "2001:db8::1"] }, 1000);
  reports.warn({ ...report, addresses: ["192.0.2.1"] }, 1299);
  reports.warn({ ...report, addresses: [] }, 1300);
  assert.deepEqual(said, [
    ["Resolve name", { ...report, addresses: "192.0.2.1,2001:db8::1" }],
    ["Resolve name", { ...report, addresses: "none" }],
  ]);
});

Deno.test("NameReports.warn() holds a flood of names back and tells how many", () => {
  const { said, reports } = createReports();
  for (let index = 0; index < 3000; index++) {
    reports.warn({ jail: "a", name: `n${index}`, addresses: [] }, 1000);
  }
  assert.equal(said.length, 20);
  reports.warn({ jail: "a", name: "last", addresses: [] }, 1010);
  assert.equal(said.at(-1)?.[1]?.unsaid, 2980);
});

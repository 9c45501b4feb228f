import assert from "node:assert/strict";
import { readFilters } from "../../scripts/filter_jail.ts";
import {
  compareWithFail2ban,
  type FilterMap,
  type ParityRecord,
  readFilterMap,
  readParityRecords,
  type ServiceParity,
  unmappedServices,
} from "../../scripts/filter_parity.ts";
import { readShared } from "./shared.ts";

/** Of what fail2ban finds, so much is found; what it passes over is passed over. */
const LEAST_HITS = 0.97;
const LEAST_OTHERS = 0.99;

const FILTERS = readFilters().map(({ filter }) => filter);

const text = readShared("cases.jsonl");

Deno.test({
  name: "our filters find what fail2ban's find in recorded lines",
  ignore: text === undefined,
  fn() {
    const records = readParityRecords(text ?? "");
    const map = readFilterMap();
    assert.deepEqual([...unmappedServices(records, map).keys()], []);
    const parities = compareWithFail2ban(records, { map, filters: FILTERS });
    const sum = (count: (parity: ServiceParity) => number) =>
      parities.reduce((total, parity) => total + count(parity), 0);
    const hits = sum(({ hits }) => hits);
    const others = sum(({ misses }) => misses);
    assert.ok(hits > 500 && others > 100, `${hits} hits, ${others} others`);
    const differing = parities.flatMap(({ service, differences }) =>
      differences.map(({ line }) => `${service}: ${line}`)
    ).join("\n");
    const agreedHits = sum(({ agreedHits }) => agreedHits);
    assert.ok(agreedHits >= hits * LEAST_HITS, differing);
    const agreedOthers = sum(({ agreedMisses }) => agreedMisses);
    assert.ok(agreedOthers >= others * LEAST_OTHERS, differing);
  },
});

Deno.test("filter_map.json names filters and modes that there are", () => {
  for (const { filter: name, modes = {} } of Object.values(readFilterMap())) {
    const filter = FILTERS.find((filter) => filter.name === name);
    assert.ok(filter, name);
    for (const mode of Object.values(modes)) {
      assert.ok(mode === "normal" || filter.modes.has(mode), `${name} ${mode}`);
    }
  }
});

const MAP: FilterMap = {
  theirs: { filter: "sshd", modes: { default: "ddos", all: "aggressive" } },
};

function recordOf(parts: Partial<ParityRecord>): ParityRecord {
  return {
    seq: 0,
    config: "config",
    filter: "theirs",
    instance: "theirs",
    options: {},
    journal: true,
    line: "box sshd[1]: Invalid user x from 192.0.2.1",
    match: true,
    expect: { host: "192.0.2.1" },
    epoch: null,
    ...parts,
  };
}

function compare(...records: Partial<ParityRecord>[]) {
  return compareWithFail2ban(records.map(recordOf), {
    map: MAP,
    filters: FILTERS,
  });
}

Deno.test("compareWithFail2ban() counts who agrees, and keeps what differs", () => {
  const quiet = "box sshd[2]: Connection from 192.0.2.9";
  const [parity, ...more] = compare(
    {},
    { seq: 1, expect: { host: "192.0.2.2" } },
    { seq: 2, match: false },
    { seq: 3, match: false, line: quiet },
    { seq: 4, line: quiet, expect: {}, oracle: { id: "192.0.2.9" } },
    { seq: 5, filter: "unknown" },
  );
  assert.deepEqual(more, []);
  assert.equal(parity?.hits, 3);
  assert.equal(parity?.agreedHits, 1);
  assert.equal(parity?.misses, 2);
  assert.equal(parity?.agreedMisses, 1);
  assert.deepEqual(
    parity?.differences.map(({ seq, theirs, ours }) => [seq, theirs, ours]),
    [
      [1, "192.0.2.2", "192.0.2.1"],
      [2, undefined, "192.0.2.1"],
      [4, "192.0.2.9", undefined],
    ],
  );
});

Deno.test("compareWithFail2ban() takes the mode that the map has for theirs", () => {
  const line = "box sshd[3]: Unable to negotiate with 192.0.2.1: no matching x";
  const [parity] = compare(
    { line, match: false },
    { line, instance: "all", options: { mode: "all" } },
    { line, instance: "extra", options: { mode: "extra" } },
  );
  assert.deepEqual(parity?.differences, []);
  assert.throws(() => compare({ options: { mode: "loud" } }), /no such mode/);
});

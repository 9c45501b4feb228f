import {
  deepStrictEqual,
  match,
  rejects,
  strictEqual,
} from "node:assert/strict";
import abuseipdb from "../../actions/abuseipdb.ts";
import {
  callAction,
  deliver,
  makeEntry,
  TEST_START,
} from "../act/contract_calls.ts";
import { testContract } from "../act/contract_suite.ts";
import {
  ABUSEIPDB_KEY,
  openAbuseipdb,
} from "../act/far_side/abuseipdb_far_side.ts";
import { takePort } from "../act/far_side/http_far_side.ts";
import { hostileHttp } from "../act/far_side/hostile_far_side.ts";

const PORT = takePort();
const LURE = takePort();
const OPTIONS = {
  // A file ends with a new line.
  key: `${ABUSEIPDB_KEY}\n`,
  endpoint: `http://127.0.0.1:${PORT}/api/v2/`,
};
const PERMISSIONS = { net: [`127.0.0.1:${PORT}`] };

testContract({
  action: abuseipdb,
  ports: [PORT, LURE],
  open(clock) {
    const far = openAbuseipdb(PORT, { clock });
    return Object.assign(far, {
      options: OPTIONS,
      hosts: () => far.reports.map(({ ip }) => ip),
    });
  },
  hostile: hostileHttp({ port: PORT, lure: LURE, options: OPTIONS }),
  refuses: ({ family, prefix }) => prefix < (family === 4 ? 32 : 64),
  named: ({ host }) => host.replace(/\/64$/, ""),
  secrets: [ABUSEIPDB_KEY],
});

Deno.test("abuseipdb.ban() reports what the form wants", {
  permissions: PERMISSIONS,
}, async () => {
  const clock = { nowSeconds: TEST_START };
  await using far = openAbuseipdb(PORT, { clock });
  await callAction(abuseipdb, "ban", {
    batch: [makeEntry(7, { failures: 9, banCount: 2 })],
    options: {
      ...OPTIONS,
      categories: [18, 22],
      comment: "{jail} {failures} {ban_count} {other}",
    },
    clock,
  });
  deepStrictEqual(far.reports, [{
    ip: "45.0.0.7",
    categories: "18,22",
    comment: "sshd 9 2 {other}",
    timestamp: new Date((TEST_START - 5) * 1000).toISOString(),
  }]);
});

Deno.test("abuseipdb.ban() keeps private data out of comments", {
  permissions: PERMISSIONS,
}, async () => {
  const clock = { nowSeconds: TEST_START };
  await using far = openAbuseipdb(PORT, { clock });
  const comment =
    "on WEB1.example.org (10.0.0.5, fe80::1, 8.8.8.8, 2606:4700::1) to root@example.org,\r\nalice at 10:14:59 1.2.3.4.5 " +
    "x".repeat(2000);
  await callAction(abuseipdb, "ban", {
    batch: [makeEntry(1)],
    options: { ...OPTIONS, comment, redact: ["web1.example.org", "alice", ""] },
    clock,
  });
  const told = far.reports[0]?.comment ?? "";
  strictEqual(told.length, 1024);
  strictEqual(
    told.replace(/x+$/, ""),
    "on […] ([…], […], 8.8.8.8, 2606:4700::1) to […] […] at 10:14:59 1.2.3.4.5 ",
  );
});

Deno.test(
  "abuseipdb.ban() refuses addresses that are nobody's, and asks nobody",
  { permissions: PERMISSIONS },
  async () => {
    const clock = { nowSeconds: TEST_START };
    await using far = openAbuseipdb(PORT, { clock });
    const v4 = [
      "0.1.2.3",
      "10.1.2.3",
      "100.64.0.1",
      "100.127.9.9",
      "127.0.0.1",
      "169.254.1.1",
      "172.16.0.1",
      "172.31.0.1",
      "192.0.0.8",
      "192.0.2.1",
      "192.88.99.1",
      "192.168.1.1",
      "198.18.0.1",
      "198.19.9.9",
      "198.51.100.1",
      "203.0.113.1",
      "224.0.0.1",
      "239.1.1.1",
      "240.0.0.1",
      "255.255.255.255",
    ];
    const v6 = [
      "::1",
      "fe80::1",
      "fd00::1",
      "ff02::1",
      "64:ff9b::1",
      "2001::1",
      "2001:1ff::1",
      "2001:db8::1",
      "2002:a00::1",
      "3fff:fff::1",
    ];
    const batch = [
      ...v4.map((host, at) => makeEntry(at, { host })),
      ...v6.map((host, at) =>
        makeEntry(100 + at, { host, family: 6, prefix: 128 })
      ),
    ];
    const { refused = [] } = await callAction(abuseipdb, "ban", {
      batch,
      options: OPTIONS,
      clock,
    });
    deepStrictEqual(refused.map(({ id }) => id), batch.map(({ id }) => id));
    deepStrictEqual(far.requests, []);
  },
);

Deno.test("abuseipdb.ban() reports addresses next to those that are nobody's", {
  permissions: PERMISSIONS,
}, async () => {
  const clock = { nowSeconds: TEST_START };
  await using far = openAbuseipdb(PORT, { clock });
  const hosts = [
    "1.1.1.1",
    "9.255.255.255",
    "11.0.0.1",
    "100.63.255.255",
    "100.128.0.1",
    "126.1.1.1",
    "172.15.1.1",
    "172.32.1.1",
    "192.0.1.1",
    "192.167.1.1",
    "198.17.1.1",
    "198.20.1.1",
    "203.0.112.1",
    "223.1.1.1",
    "2001:200::1",
    "2001:4860::1",
    "2003::1",
    "2a00::1",
    "3ffe::1",
  ];
  const batch = hosts.map((host, at) =>
    makeEntry(
      at,
      host.includes(":") ? { host, family: 6, prefix: 128 } : { host },
    )
  );
  await deliver(abuseipdb, "ban", { batch, options: OPTIONS, clock });
  deepStrictEqual(far.reports.map(({ ip }) => ip).sort(), hosts.sort());
});

Deno.test("abuseipdb.ban() reports a host once in 15 minutes, and then again", {
  permissions: PERMISSIONS,
}, async () => {
  const clock = { nowSeconds: TEST_START };
  await using far = openAbuseipdb(PORT, { clock });
  let memory = null;
  for (const minutes of [0, 1, 14, 16, 17]) {
    clock.nowSeconds = TEST_START + minutes * 60;
    const batch = [makeEntry(1, { id: minutes })];
    const outcome = await callAction(abuseipdb, "ban", {
      batch,
      options: OPTIONS,
      clock,
      memory,
    });
    memory = outcome.memory ?? null;
  }
  strictEqual(far.reports.length, 2);
  strictEqual(far.requests.length, 2);
});

Deno.test("abuseipdb.ban() waits for the next day when the quota is used up", {
  permissions: PERMISSIONS,
}, async () => {
  const clock = { nowSeconds: TEST_START };
  await using far = openAbuseipdb(PORT, { clock, reportsADay: 7 });
  const batch = Array.from({ length: 20 }, (_, at) => makeEntry(at + 1));
  const first = await callAction(abuseipdb, "ban", {
    batch,
    options: OPTIONS,
    clock,
  });
  strictEqual(far.reports.length, 7);
  const tomorrow = 86_400 - TEST_START % 86_400;
  deepStrictEqual(
    new Set(first.retry?.map((one) => one.afterSeconds)),
    new Set([tomorrow]),
  );
  const asked = far.requests.length;
  const memory = first.memory ?? null;
  const second = await callAction(abuseipdb, "ban", {
    batch,
    options: OPTIONS,
    clock,
    memory,
  });
  strictEqual(
    far.requests.length,
    asked,
    "it asked although the quota is used up",
  );
  strictEqual(second.retry?.length, 13);
  await deliver(abuseipdb, "ban", { batch, options: OPTIONS, clock, memory });
  strictEqual(far.reports.length, 20);
});

Deno.test("abuseipdb.ban() sends files while it may, then single reports", {
  permissions: PERMISSIONS,
}, async () => {
  const clock = { nowSeconds: TEST_START };
  await using far = openAbuseipdb(PORT, { clock, filesADay: 1 });
  const batch = Array.from({ length: 120 }, (_, at) => makeEntry(at + 1));
  const options = { ...OPTIONS, comment: 'a "quoted", {jail}' };
  const { memory } = await deliver(abuseipdb, "ban", {
    batch: batch.slice(0, 60),
    options,
    clock,
  });
  deepStrictEqual(far.requests, ["POST /api/v2/bulk-report"]);
  strictEqual(far.reports[0]?.comment, 'a ""quoted"", sshd');
  await deliver(abuseipdb, "ban", {
    batch: batch.slice(60),
    options,
    clock,
    memory,
  });
  strictEqual(far.reports.length, 120);
  strictEqual(
    far.requests.filter((one) => one.endsWith("/bulk-report")).length,
    1,
  );
});

Deno.test("abuseipdb.ban() cuts files that would be too large", {
  permissions: PERMISSIONS,
}, async () => {
  const clock = { nowSeconds: TEST_START };
  await using far = openAbuseipdb(PORT, { clock });
  const batch = Array.from({ length: 1500 }, (_, at) => makeEntry(at + 1));
  const options = { ...OPTIONS, comment: "…".repeat(1024) };
  await deliver(abuseipdb, "ban", { batch, options, clock });
  deepStrictEqual(far.requests, Array(3).fill("POST /api/v2/bulk-report"));
  strictEqual(far.reports.length, 1500);
});

Deno.test("abuseipdb.ban() refuses what the far side refuses", {
  permissions: PERMISSIONS,
}, async () => {
  const clock = { nowSeconds: TEST_START };
  await using _far = openAbuseipdb(PORT, { clock });
  const options = { ...OPTIONS, categories: [99] };
  for (const count of [1, 60]) {
    const batch = Array.from({ length: count }, (_, at) => makeEntry(at + 1));
    const { refused = [] } = await callAction(abuseipdb, "ban", {
      batch,
      options,
      clock,
    });
    strictEqual(refused.length, count);
    match(refused[0]?.why ?? "", /Invalid Category/);
  }
});

Deno.test("abuseipdb.ban() fails with a key that is not taken", {
  permissions: PERMISSIONS,
}, async () => {
  const clock = { nowSeconds: TEST_START };
  await using _far = openAbuseipdb(PORT, { clock });
  const options = { ...OPTIONS, key: "wrong" };
  await rejects(
    callAction(abuseipdb, "ban", { batch: [makeEntry(1)], options, clock }),
    /^Error: Cannot report to AbuseIPDB: 401 Authentication failed.*expected a valid key/,
  );
});

Deno.test("abuseipdb.ban() tells again of what met an error of the server", {
  permissions: PERMISSIONS,
}, async () => {
  const clock = { nowSeconds: TEST_START };
  await using far = openAbuseipdb(PORT, {
    clock,
    failsFrom: { request: 6, status: 503 },
  });
  const batch = Array.from({ length: 12 }, (_, at) => makeEntry(at + 1));
  const { retry = [], refused } = await callAction(abuseipdb, "ban", {
    batch,
    options: OPTIONS,
    clock,
  });
  strictEqual(far.reports.length, 5);
  strictEqual(retry.length, 7);
  match(retry[0]?.why ?? "", /^503/);
  deepStrictEqual(refused, []);
});

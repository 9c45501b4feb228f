import {
  deepStrictEqual,
  match,
  ok,
  rejects,
  strictEqual,
} from "node:assert/strict";
import abuseipdb from "../../actions/abuseipdb.ts";
import type { Json } from "../../src/act/contract.ts";
import { callAction, makeLong, TEST_START } from "../act/contract_calls.ts";
import {
  ABUSEIPDB_KEY,
  type AbuseipdbFarSideOptions,
  openAbuseipdb,
} from "../act/far_side/abuseipdb_far_side.ts";
import { openFarSide, takePort } from "../act/far_side/http_far_side.ts";

const PORT = takePort();
const OPTIONS = {
  key: ABUSEIPDB_KEY,
  endpoint: `http://127.0.0.1:${PORT}/api/v2`,
};
const PERMISSIONS = { net: [`127.0.0.1:${PORT}`] };
const DAY = 86_400;
const LIST = [
  { ipAddress: "45.0.0.7", abuseConfidenceScore: 100 },
  { ipAddress: "2a00:1450::7", abuseConfidenceScore: 100 },
  { ipAddress: "45.0.0.8", abuseConfidenceScore: 90 },
];

function testFeed(
  name: string,
  options: Omit<AbuseipdbFarSideOptions, "clock">,
  act: (
    feed: (
      memory?: Json,
      more?: Readonly<Record<string, unknown>>,
    ) => ReturnType<typeof callAction>,
    clock: { nowSeconds: number },
  ) => Promise<void>,
): void {
  Deno.test(
    `abuseipdb.feed() ${name}`,
    { permissions: PERMISSIONS },
    async () => {
      const clock = { nowSeconds: TEST_START };
      await using _far = openAbuseipdb(PORT, { clock, ...options });
      await act((memory = null, more = {}) =>
        callAction(abuseipdb, "feed", {
          options: { ...OPTIONS, ...more },
          ...{ clock, memory },
        }), clock);
    },
  );
}

testFeed(
  "brings the hosts of which the far side is sure",
  { blacklist: LIST },
  async (feed) => {
    const { hosts, seconds, againSeconds, why } = await feed();
    deepStrictEqual(hosts, ["45.0.0.7", "2a00:1450::7"]);
    deepStrictEqual([seconds, againSeconds, why], [2 * DAY, DAY, undefined]);
  },
);

testFeed("asks for another confidence and limit", {
  blacklist: LIST,
  isSubscriber: true,
}, async (feed) => {
  const confident = await feed(null, { blacklist_confidence: 80 });
  strictEqual(confident.hosts?.length, 3);
  const few = await feed(null, { blacklist_limit: 1, blacklist_every: 18_000 });
  deepStrictEqual(few.hosts, ["45.0.0.7"]);
  deepStrictEqual([few.seconds, few.againSeconds], [36_000, 18_000]);
});

testFeed("tells what is for subscribers", { blacklist: LIST }, async (feed) => {
  const outcome = await feed(null, { blacklist_confidence: 80 });
  strictEqual(outcome.hosts, undefined);
  match(outcome.why ?? "", /402 confidenceMinimum is a subscriber feature/);
});

testFeed("asks nobody before it is time, also after a restart", {
  blacklist: LIST,
  listsADay: 1,
}, async (feed, clock) => {
  const { memory = null } = await feed();
  clock.nowSeconds += DAY / 2;
  deepStrictEqual(await feed(memory), { againSeconds: DAY / 2 });
  clock.nowSeconds += DAY / 2;
  strictEqual((await feed(memory)).hosts?.length, 2);
});

testFeed("waits as the far side says when the day's downloads are used up", {
  blacklist: LIST,
  listsADay: 0,
}, async (feed) => {
  const { hosts, why, againSeconds = 0, memory = null } = await feed();
  strictEqual(hosts, undefined);
  match(why ?? "", /^429 Daily rate limit/);
  const left = DAY - TEST_START % DAY;
  strictEqual(againSeconds, left);
  deepStrictEqual(await feed(memory), { againSeconds: left });
});

testFeed("keeps what reports remember", { blacklist: LIST }, async (feed) => {
  const reported = { "45.0.0.9": TEST_START - 5 };
  const { memory } = await feed({ reported, pausedUntil: {} });
  deepStrictEqual(memory, {
    reported,
    pausedUntil: { blacklist: TEST_START + DAY },
  });
});

testFeed("leaves the list as it is while the far side is down", {
  blacklist: LIST,
  failsFrom: { request: 1, status: 503 },
}, async (feed) => {
  const { hosts, why, againSeconds } = await feed();
  deepStrictEqual([hosts, againSeconds], [undefined, 18_000]);
  match(why ?? "", /^503/);
});

testFeed("brings ten thousand addresses as long as can be", {
  blacklist: Array.from({ length: 12_000 }, (_, index) => ({
    ipAddress: makeLong(2 * index + 1).host,
    abuseConfidenceScore: 100,
  })),
}, async (feed) => {
  const { hosts } = await feed();
  strictEqual(hosts?.length, 10_000);
  ok(JSON.stringify(hosts).length < 512 * 1024);
});

/** Each: a body, and what comes of it: hosts, or why there are none. */
const HOSTILE: Readonly<
  Record<string, readonly [() => string, string[] | RegExp]>
> = {
  "a million entries": [
    () => `{"data":[${'{"ipAddress":"45.0.0.7"},'.repeat(1_000_000)}{}]}`,
    /longer than expected/,
  ],
  "a body without end": [() => "x".repeat(50_000_000), /longer than expected/],
  "junk": [() => "<html>", /200 without a list/],
  "an empty list": [() => `{"data":[]}`, /200 without a list/],
  "a list of junk among hosts": [
    () =>
      JSON.stringify({
        data: [
          ...[null, 5, "45.0.0.7", {}, { ipAddress: null }],
          ...["45.0.0.1; reboot", "45.0.0.0/8", "x".repeat(9999), "::g"]
            .map((ipAddress) => ({ ipAddress })),
          { ipAddress: "45.0.0.8" },
        ],
      }),
    ["45.0.0.8"],
  ],
  "private addresses": [
    () =>
      JSON.stringify({
        data: [
          "127.0.0.1",
          "10.0.0.1",
          "192.168.1.1",
          "::1",
          "fe80::1",
          "45.0.0.8",
        ]
          .map((ipAddress) => ({ ipAddress })),
      }),
    ["45.0.0.8"],
  ],
  "a prototype": [
    () => `{"__proto__":{"data":[{"ipAddress":"45.0.0.7"}]}}`,
    /without a list/,
  ],
};

for (const [name, [body, expected]] of Object.entries(HOSTILE)) {
  Deno.test(
    `abuseipdb.feed() bears ${name}`,
    { permissions: PERMISSIONS },
    async () => {
      const text = body();
      await using _far = openFarSide(
        PORT,
        () => Promise.resolve(new Response(text)),
      );
      const { hosts, why } = await callAction(abuseipdb, "feed", {
        options: OPTIONS,
        clock: { nowSeconds: TEST_START },
      });
      if (expected instanceof RegExp) {
        strictEqual(hosts, undefined);
        match(why ?? "", expected);
      } else deepStrictEqual(hosts, expected);
    },
  );
}

Deno.test(
  "abuseipdb.feed() fails where nobody answers, so that it is asked again soon",
  {
    permissions: PERMISSIONS,
  },
  async () => {
    await rejects(
      callAction(abuseipdb, "feed", {
        options: OPTIONS,
        clock: { nowSeconds: TEST_START },
      }),
      TypeError,
    );
  },
);

Deno.test("abuseipdb.feed() follows no redirection, and tells no key", {
  permissions: PERMISSIONS,
}, async () => {
  await using _far = openFarSide(
    PORT,
    () => Promise.resolve(Response.redirect("http://127.0.0.1:9/", 302)),
  );
  const { why = "" } = await callAction(abuseipdb, "feed", {
    options: OPTIONS,
    clock: { nowSeconds: TEST_START },
  });
  match(why, /^302/);
  ok(!why.includes(ABUSEIPDB_KEY));
});

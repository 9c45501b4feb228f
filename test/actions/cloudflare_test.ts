import { deepStrictEqual, rejects } from "node:assert/strict";
import cloudflare from "../../actions/cloudflare.ts";
import {
  callAction,
  deliver,
  makeEntry,
  MIXED_BATCH,
  TEST_START,
} from "../act/contract_calls.ts";
import { testContract } from "../act/contract_suite.ts";
import {
  CLOUDFLARE_TOKEN,
  type CloudflareFarSideOptions,
  openCloudflare,
} from "../act/far_side/cloudflare_far_side.ts";
import { hostileHttp } from "../act/far_side/hostile_far_side.ts";
import { takePort, type TestClock } from "../act/far_side/http_far_side.ts";

const PORT = takePort();
const LURE = takePort();
const PERMISSIONS = { net: [`127.0.0.1:${PORT}`] };
const BASE = {
  token: CLOUDFLARE_TOKEN,
  endpoint: `http://127.0.0.1:${PORT}/client/v4`,
};

/** What somebody else put there. */
const FOREIGN = [
  { host: "47.0.0.1", note: "the office", mode: "whitelist" },
  { host: "47.0.0.2", note: "fail2deno-2: sshd", mode: "block" },
  { host: "47.0.0.3", note: "about fail2deno: sshd", mode: "block" },
];

const PLACES = {
  zone: { ...BASE, zone: "023e105f4ecef8ad9ca31a8372d0c353" },
  account: { ...BASE, account: "a/../b" },
  user: BASE,
  list: { ...BASE, account: "a1", list: "l1" },
};

for (const place of ["zone", "list"] as const) {
  testContract({
    name: `cloudflare (${place})`,
    action: cloudflare,
    ports: [PORT, LURE],
    open(clock) {
      const settings: CloudflareFarSideOptions = { clock, rows: FOREIGN };
      const far = openCloudflare(PORT, settings);
      return Object.assign(far, {
        options: PLACES[place],
        hosts: () => far.rows.slice(FOREIGN.length).map(({ host }) => host),
        foreign: () => far.rows.slice(0, FOREIGN.length),
        failAfter(changes: number) {
          settings.failsAfter = changes;
        },
      });
    },
    hostile: hostileHttp({ port: PORT, lure: LURE, options: PLACES[place] }),
    refuses: ({ prefix }) => place === "zone" && prefix === 23,
    secrets: [CLOUDFLARE_TOKEN],
  });
}

for (const [place, options] of Object.entries(PLACES)) {
  test(
    `cloudflare bans, unbans and cleans up (${place})`,
    {},
    async (far, clock) => {
      const notes = () =>
        far.rows.slice(3).map(({ host, note }) => `${host} ${note}`);
      const at = (
        method: "ban" | "unban",
        ...batch: Parameters<typeof makeEntry>[1][]
      ) =>
        deliver(cloudflare, method, {
          batch: batch.map((part, id) => makeEntry(id, part)),
          options,
          clock,
        });
      await at("ban", { host: "46.0.0.1" }, {
        host: "46.0.0.2",
        jail: "nginx",
      });
      await at("ban", { host: "46.0.0.1", jail: "nginx" }, {
        host: "2a00:1450::/64",
        family: 6,
        prefix: 64,
      });
      deepStrictEqual(notes(), [
        "46.0.0.1 fail2deno: nginx sshd",
        "46.0.0.2 fail2deno: nginx",
        "2a00:1450::/64 fail2deno: sshd",
      ]);
      await at(
        "unban",
        { host: "46.0.0.1" },
        { host: "2a00:1450::/64", family: 6, prefix: 64 },
        { host: "46.0.0.2" },
        { host: "47.0.0.1" },
      );
      deepStrictEqual(notes(), [
        "46.0.0.1 fail2deno: nginx",
        "46.0.0.2 fail2deno: nginx",
      ]);
      await callAction(cloudflare, "cleanup", { options, clock });
      deepStrictEqual(notes(), []);
      deepStrictEqual(
        far.rows.map(({ host }) => host),
        FOREIGN.map(({ host }) => host),
      );
    },
  );

  test(
    `cloudflare.ban() leaves a host that somebody else has (${place})`,
    {},
    async (far, clock) => {
      const before = structuredClone(far.rows);
      const { refused } = await deliver(cloudflare, "ban", {
        batch: [makeEntry(1, { host: "47.0.0.1" })],
        options,
        clock,
      });
      deepStrictEqual([...refused], []);
      deepStrictEqual(far.rows, before);
    },
  );

  test(
    `cloudflare.sync() changes nothing that is right (${place})`,
    {},
    async (far, clock) => {
      const call = { batch: MIXED_BATCH, options, clock };
      await deliver(cloudflare, "ban", call);
      const asked = far.requests.length;
      await deliver(cloudflare, "sync", call);
      deepStrictEqual(
        far.requests.slice(asked).filter((one) => !one.startsWith("GET ")),
        [],
      );
    },
  );

  test(`cloudflare.ban() waits when a limit is reached (${place})`, {
    limit: 0,
  }, async (_far, clock) => {
    const call = { options, clock };
    const { retry = [] } = await callAction(cloudflare, "ban", {
      ...call,
      batch: [makeEntry(1)],
    });
    deepStrictEqual(
      retry.map(({ id, afterSeconds }) => ({ id, afterSeconds })),
      [{ id: 1, afterSeconds: 300 }],
    );
    await rejects(callAction(cloudflare, "cleanup", call), {
      name: "PauseError",
    });
  });

  test(
    `cloudflare.ban() fails with a token that is not taken (${place})`,
    {},
    async (_far, clock) => {
      const wrong = { ...options, token: "wrong" };
      await rejects(
        callAction(cloudflare, "ban", {
          batch: MIXED_BATCH,
          options: wrong,
          clock,
        }),
        /Cannot GET ".*" at Cloudflare: 403 Unauthorized.*, expected a token that may edit there/,
      );
    },
  );
}

Deno.test("cloudflare wants one place and no more", {
  permissions: PERMISSIONS,
}, async () => {
  const clock = { nowSeconds: TEST_START };
  const wrong = [{ zone: "z", account: "a" }, { list: "l" }, {
    zone: "z",
    account: "a",
    list: "l",
  }];
  for (const place of wrong) {
    await rejects(
      callAction(cloudflare, "ban", {
        batch: [makeEntry(1)],
        options: { ...BASE, ...place },
        clock,
      }),
      /Cannot tell where to ban at Cloudflare/,
    );
  }
  await rejects(
    callAction(cloudflare, "cleanup", {
      options: { ...BASE, tag: "a b" },
      clock,
    }),
    /Cannot use tag "a b"/,
  );
});

test(
  "cloudflare changes the mode of rules that run",
  {},
  async (far, clock) => {
    const call = { batch: [makeEntry(1)], clock };
    await deliver(cloudflare, "ban", { ...call, options: BASE });
    const options = { ...BASE, mode: "managed_challenge" };
    await deliver(cloudflare, "sync", { ...call, options });
    deepStrictEqual(far.rows.slice(3).map(({ mode }) => mode), [
      "managed_challenge",
    ]);
  },
);

test("cloudflare tells what a list says of a failed operation", {
  isListBroken: true,
}, async (_far, clock) => {
  await rejects(
    callAction(cloudflare, "ban", {
      batch: [makeEntry(1)],
      options: PLACES.list,
      clock,
    }),
    /Cannot change the list at Cloudflare: list is full/,
  );
});

function test(
  title: string,
  part: Partial<CloudflareFarSideOptions>,
  run: (
    far: ReturnType<typeof openCloudflare>,
    clock: TestClock,
    settings: CloudflareFarSideOptions,
  ) => Promise<void>,
): void {
  Deno.test(title, { permissions: PERMISSIONS }, async () => {
    const clock = { nowSeconds: TEST_START };
    const settings = { clock, rows: FOREIGN, ...part };
    await using far = openCloudflare(PORT, settings);
    await run(far, clock, settings);
  });
}

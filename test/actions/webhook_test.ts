import {
  deepStrictEqual,
  match,
  notStrictEqual,
  ok,
  rejects,
  strictEqual,
} from "node:assert/strict";
import { createHmac } from "node:crypto";
import webhook from "../../actions/webhook.ts";
import type { BanEntry } from "../../src/act/contract.ts";
import {
  callAction,
  deliver,
  makeEntry,
  TEST_START,
} from "../act/contract_calls.ts";
import { testContract } from "../act/contract_suite.ts";
import { hostileHttp } from "../act/far_side/hostile_far_side.ts";
import { takePort } from "../act/far_side/http_far_side.ts";
import { openWebhook } from "../act/far_side/webhook_far_side.ts";

const PORT = takePort();
const LURE = takePort();
const URL_BASE = `http://127.0.0.1:${PORT}`;
const PERMISSIONS = { net: [`127.0.0.1:${PORT}`] };
const SECRET_PATH = "/services/T0/B0/secret";

/** Texts that no contract-valid entry has, in case one had them. */
const HOSTILE_ENTRY = makeEntry(1, {
  jail: 'a"}\r\n<!channel> @everyone *b* & [c](http://d)',
  host: "1.1.1.1\nBanned 9 hosts",
});

for (const style of ["generic", "slack"] as const) {
  testContract({
    name: `webhook (${style})`,
    action: webhook,
    ports: [PORT, LURE],
    open() {
      const far = openWebhook(PORT);
      return Object.assign(far, {
        options: { url: URL_BASE, path: SECRET_PATH, style },
        hosts: () => far.messages.flatMap(({ body }) => hostsIn(body)),
      });
    },
    hostile: hostileHttp({
      port: PORT,
      lure: LURE,
      options: { url: URL_BASE, path: SECRET_PATH, style },
    }),
    refuses: () => false,
    ...(style === "generic" ? {} : { shown: 20 }),
    secrets: [SECRET_PATH],
  });
}

function hostsIn(body: string): readonly string[] {
  const { bans, text } = JSON.parse(body);
  if (bans !== undefined) return bans.map(({ host }: BanEntry) => host);
  return [...text.matchAll(/^(\S+) by /gm)].map(([, host]) => host);
}

Deno.test("webhook tells a generic server of every entry in one message", {
  permissions: PERMISSIONS,
}, async () => {
  const batch = [makeEntry(1), makeEntry(2, { endsAt: null })];
  const [message] = await send(batch, {});
  deepStrictEqual(JSON.parse(message.body), {
    event: "ban",
    sentAt: TEST_START,
    bans: batch,
  });
  strictEqual(message.headers.get("content-type"), "application/json");
  match(
    message.headers.get("idempotency-key") ?? "",
    /^ban-1-[0-9a-f]{16}$/,
  );
});

Deno.test("webhook gives the same batch the same key, and no other one", {
  permissions: PERMISSIONS,
}, async () => {
  const keyOf = async (...ids: number[]) => {
    const [message] = await send(ids.map((id) => makeEntry(id)), {});
    return message.headers.get("idempotency-key");
  };
  strictEqual(await keyOf(1, 2, 9), await keyOf(1, 2, 9));
  notStrictEqual(await keyOf(1, 2, 9), await keyOf(1, 3, 9));
  notStrictEqual(await keyOf(1, 2), await keyOf(12));
});

Deno.test(
  "webhook tells chats in words",
  { permissions: PERMISSIONS },
  async () => {
    const batch = [makeEntry(1), makeEntry(2, { jail: "nginx", endsAt: null })];
    const words =
      "Banned 2 hosts\n45.0.0.1 by sshd after 5 failures, until 2026-06-09T11:13:15Z\n45.0.0.2 by nginx after 5 failures, for ever";
    const [slack] = await send(batch, { style: "slack" });
    deepStrictEqual(JSON.parse(slack.body), { text: words });
    const [discord] = await send(batch, { style: "discord" });
    deepStrictEqual(JSON.parse(discord.body), {
      content: words,
      allowed_mentions: { parse: [] },
    });
    const [ntfy] = await send(batch, { style: "ntfy", path: "/my-topic" });
    strictEqual(ntfy.body, words);
    strictEqual(ntfy.path, "/my-topic");
    strictEqual(ntfy.headers.get("title"), "Banned 2 hosts");
    strictEqual(ntfy.headers.get("tags"), "ban");
  },
);

Deno.test("webhook lets nothing in an entry forge markup or lines", {
  permissions: PERMISSIONS,
}, async () => {
  const [slack] = await send([HOSTILE_ENTRY], { style: "slack" });
  const { text } = JSON.parse(slack.body);
  strictEqual(text.split("\n").length, 2);
  match(text, /a"}\?\?&lt;!channel&gt; @everyone \*b\* &amp; /);
  const [discord] = await send([HOSTILE_ENTRY], { style: "discord" });
  match(
    JSON.parse(discord.body).content,
    /\\<!channel\\> \\@everyone \\\*b\\\* & \\\[c\\\]\\\(http/,
  );
  const [ntfy] = await send([HOSTILE_ENTRY], { style: "ntfy" });
  strictEqual(ntfy.body.split("\n").length, 2);
  const template =
    '{"say": "{jails} {hosts} {text}", "n": "{count}", "e": "{event}", "x": "{other}"}';
  const [own] = await send([HOSTILE_ENTRY], { style: "template", template });
  const said = JSON.parse(own.body);
  deepStrictEqual(Object.keys(said), ["say", "n", "e", "x"]);
  ok(
    said.say.startsWith(
      `${HOSTILE_ENTRY.jail} ${HOSTILE_ENTRY.host} Banned 1 host\n`,
    ),
  );
  deepStrictEqual([said.n, said.e, said.x], ["1", "ban", "{other}"]);
});

Deno.test("webhook stays below Discord's longest message", {
  permissions: PERMISSIONS,
}, async () => {
  const jail = "a_".repeat(32);
  const batch = Array.from({ length: 200 }, (_, at) => makeEntry(at, { jail }));
  const [message] = await send(batch, { style: "discord" });
  const { content } = JSON.parse(message.body);
  ok(content.length <= 2000);
  match(content, /^Banned 200 hosts\n/);
});

Deno.test(
  "webhook signs what it sends",
  { permissions: PERMISSIONS },
  async () => {
    const [message] = await send([makeEntry(1)], {
      signing_key: "key of tests\n",
    });
    const expected = createHmac("sha256", "key of tests").update(
      `${TEST_START}.${message.body}`,
    ).digest("hex");
    strictEqual(
      message.headers.get("x-fail2deno-signature"),
      `t=${TEST_START},v1=${expected}`,
    );
  },
);

Deno.test("webhook sends headers, also secret ones, and shows none", {
  permissions: PERMISSIONS,
}, async () => {
  const [message] = await send([makeEntry(1)], {
    headers: ["X-Team: a: b"],
    secret_headers: "Authorization: Bearer hidden\n\nX-Other:c\n",
  });
  strictEqual(message.headers.get("x-team"), "a: b");
  strictEqual(message.headers.get("authorization"), "Bearer hidden");
  strictEqual(message.headers.get("x-other"), "c");
  await rejects(
    send([makeEntry(1)], { secret_headers: "hidden" }),
    (error: Error) =>
      /Cannot send a header/.test(error.message) &&
      !error.message.includes("hidden"),
  );
});

Deno.test("webhook goes to no other server, whatever its path", {
  permissions: PERMISSIONS,
}, async () => {
  for (const path of [".evil.example/x", "@evil.example/x", "0/x"]) {
    await rejects(
      send([makeEntry(1)], { path }),
      (error: Error) =>
        /Cannot use path/.test(error.message) &&
        !error.message.includes("evil"),
    );
  }
});

Deno.test("webhook wants a template that gives JSON", {
  permissions: PERMISSIONS,
}, async () => {
  for (const template of [undefined, "", "{text}", '{"a": {text}}']) {
    await rejects(
      send([makeEntry(1)], { style: "template", template }),
      /Cannot fill in template/,
    );
  }
});

Deno.test("webhook.unban() tells of ends unless told not to", {
  permissions: PERMISSIONS,
}, async () => {
  const clock = { nowSeconds: TEST_START };
  await using far = openWebhook(PORT);
  const call = { batch: [makeEntry(1)], clock };
  await deliver(webhook, "unban", {
    ...call,
    options: { url: URL_BASE, unbans: false },
  });
  strictEqual(far.messages.length, 0);
  await deliver(webhook, "unban", {
    ...call,
    options: { url: URL_BASE, style: "slack" },
  });
  deepStrictEqual(JSON.parse(far.messages[0]?.body ?? ""), {
    text: "Unbanned 1 host\n45.0.0.1 by sshd",
  });
});

Deno.test(
  "webhook tells again after 429 and 5xx, and gives up after another 4xx",
  { permissions: PERMISSIONS },
  async () => {
    const clock = { nowSeconds: TEST_START };
    const soon = new Date((TEST_START + 90) * 1000).toUTCString();
    const answers = [
      new Response(null, { status: 429, headers: { "Retry-After": "0.3" } }),
      new Response(null, { status: 429, headers: { "Retry-After": soon } }),
      new Response(null, { status: 503, headers: { "Retry-After": "999999" } }),
      new Response(null, { status: 500 }),
      new Response(null, { status: 404 }),
      new Response(null, { status: 302 }),
    ];
    await using far = openWebhook(PORT, { answers });
    const outcomes = [];
    for (const _ of answers) {
      outcomes.push(
        await callAction(webhook, "ban", {
          batch: [makeEntry(7)],
          options: { url: URL_BASE },
          clock,
        }),
      );
    }
    const why = (status: number) => `${status} from the server`;
    deepStrictEqual(outcomes, [
      { retry: [{ id: 7, why: why(429), afterSeconds: 1 }] },
      { retry: [{ id: 7, why: why(429), afterSeconds: 90 }] },
      { retry: [{ id: 7, why: why(503), afterSeconds: 86_400 }] },
      { retry: [{ id: 7, why: why(500) }] },
      { refused: [{ id: 7, why: why(404) }] },
      { refused: [{ id: 7, why: why(302) }] },
    ]);
    strictEqual(far.messages.length, 0);
  },
);

/** Sends a batch, and gives what came out at the far side. */
async function send(
  batch: readonly BanEntry[],
  options: Readonly<Record<string, unknown>>,
) {
  const clock = { nowSeconds: TEST_START };
  await using far = openWebhook(PORT);
  await callAction(webhook, "ban", {
    batch,
    options: { url: URL_BASE, ...options },
    clock,
  });
  const [message] = far.messages;
  if (message === undefined) throw new Error("nothing came");
  return [message] as const;
}

import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { createControlClient } from "../../src/control/client.ts";
import {
  EventHub,
  MOST_LISTENERS,
  MOST_READERS,
  MOST_WAITING,
} from "../../src/control/event_hub.ts";
import type { ControlEvent } from "../../src/control/events.ts";
import { readEvents } from "../../src/control/read_events.ts";
import type { Failure } from "../../src/match/types.ts";
import { SILENT } from "../../src/util/log.ts";
import { libc, withServer } from "./server_rig.ts";

function failureOf(jail: string, user = "root"): Failure {
  return {
    ...{ jail, host: "192.0.2.7", words: new Uint32Array(4), prefix: 128 },
    ...{ timeSeconds: 0, pattern: 0, user, line: "" },
  };
}

/** Asks for the next event, and lets things happen until somebody listens. */
async function nextOf(
  events: AsyncGenerator<ControlEvent>,
  act: () => void,
): Promise<ControlEvent> {
  const next = events.next();
  let result: IteratorResult<ControlEvent> | undefined;
  void next.then((value) => result = value, () => {});
  while (result === undefined) {
    act();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const pause = new Promise<void>((done) => timer = setTimeout(done, 5));
    await Promise.race([next, pause]).finally(() => clearTimeout(timer));
  }
  return result.value;
}

Deno.test("events() gives what happens, of the kinds and the jail that are wanted", () =>
  withServer(async (path, { hub }) => {
    const client = createControlClient(libc, path);
    const events = client.events({ kinds: ["failure"], jail: "sshd" });
    const event = await nextOf(events, () => {
      hub.tee(SILENT).warn("not this");
      hub.noteFailure(failureOf("web"), "counted");
      hub.noteFailure(failureOf("sshd", "x\n\ndata: y"), "banned");
    });
    ok(event.kind === "failure");
    deepStrictEqual(
      [event.jail, event.verdict, event.user],
      ["sshd", "banned", "x\n\ndata: y"],
    );
    await events.return();
  }));

Deno.test("events() ends when its signal comes, and refuses what is unknown", () =>
  withServer(async (path, { hub }) => {
    const client = createControlClient(libc, path);
    const end = new AbortController();
    const events = client.events({ signal: end.signal });
    await nextOf(events, () => hub.tee(SILENT).error("x"));
    const rest = Array.fromAsync(events);
    end.abort();
    ok((await rest).every(({ kind }) => kind === "warning"));
    const wrong: never[] = ["nothing" as never];
    await rejects(client.events({ kinds: wrong }).next(), { status: 400 });
  }));

Deno.test("server has so many listeners at most, and forgets those that went", () =>
  withServer(async (path, { hub }) => {
    const client = createControlClient(libc, path);
    const all = Array.from({ length: MOST_LISTENERS }, () => client.events());
    for (const events of all) {
      await nextOf(events, () => hub.tee(SILENT).warn("x"));
    }
    await rejects(client.events().next(), { status: 503 });
    for (const events of all) await events.return();
    for (let isBack = false; !isBack;) {
      const events = client.events();
      isBack = await nextOf(events, () => hub.tee(SILENT).warn("y"))
        .then(() => true, () => false);
      await events.return();
    }
  }));

Deno.test("who only reads leaves room for the owner to listen", () =>
  withServer(async (path, { hub }) => {
    for (let i = 0; i < MOST_READERS; i++) hub.listen({});
    const client = createControlClient(libc, path);
    await rejects(client.events().next(), { status: 503 });
    ok(hub.listen({}) !== undefined);
  }, { isReadOnly: true }));

Deno.test("a client that does not read is told how many events it lost", () =>
  withServer(async (path, { hub }) => {
    using connection = await Deno.connect({ transport: "unix", path });
    await connection.write(
      new TextEncoder().encode(
        "GET /v1/events?kinds=failure HTTP/1.1\r\nhost: x\r\n\r\n",
      ),
    );
    const text = connection.readable.pipeThrough(new TextDecoderStream());
    const reader = text.getReader();
    let read = "";
    const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
    while (!hub.wantsFailures) await turn();
    const sent = 20 * MOST_WAITING;
    for (let i = 0; i < sent; i++) {
      hub.noteFailure(failureOf("sshd", "x".repeat(200)), "counted");
      if (i % MOST_WAITING === 0) await turn();
    }
    while (!/"kind":"lost"/.test(read)) {
      const { value } = await reader.read();
      read += value ?? "";
    }
    const lost = [...read.matchAll(/"kind":"lost".*?"events":(\d+)/g)]
      .reduce((sum, [, count]) => sum + Number(count), 0);
    ok(lost > 0 && lost < sent, `${lost} lost`);
    await reader.cancel().catch(() => {});
  }));

Deno.test("EventQueue keeps a bounded number of events, the oldest", () => {
  const hub = new EventHub();
  const queue = hub.listen({});
  ok(queue !== undefined);
  for (let i = 0; i < MOST_WAITING + 7; i++) {
    hub.noteFailure(failureOf("sshd", String(i)), "counted");
  }
  const events = queue.take();
  strictEqual(events.length, MOST_WAITING + 1);
  const last = events.at(-1);
  deepStrictEqual(last?.kind === "lost" && last.events, 7);
  deepStrictEqual(queue.take(), []);
  queue.close();
  strictEqual(hub.wantsFailures, false);
});

Deno.test("EventHub does not look at a failure that nobody wants", () => {
  const hub = new EventHub();
  const queue = hub.listen({ kinds: new Set(["ban"]) });
  const failure = {
    get host(): string {
      throw new Error("looked at");
    },
  };
  hub.noteFailure(failure as unknown as Failure, "counted");
  deepStrictEqual(queue?.take(), []);
});

Deno.test("readEvents() reads events wherever the stream is torn", async () => {
  const warning = (message: string) => ({
    ...{ kind: "warning", time: "t", level: "warn", message, fields: {} },
  });
  const text = [warning("a\nb"), warning("ä")].map((event) =>
    `event: warning\ndata: ${JSON.stringify(event)}\n\n`
  ).join(": still here\n\n");
  for (const size of [1, 2, 3, 7, 1000]) {
    const parts = Array.from(
      { length: Math.ceil(text.length / size) },
      (_, i) => text.slice(i * size, (i + 1) * size),
    );
    const read = await Array.fromAsync(readEvents(ReadableStream.from(parts)));
    deepStrictEqual(read, [warning("a\nb"), warning("ä")]);
  }
});

import {
  deepStrictEqual,
  match,
  ok,
  rejects,
  strictEqual,
  throws,
} from "node:assert/strict";
import { CLOSE, END } from "../../../src/control/fail2ban/frame_splitter.ts";
import {
  openFail2ban,
  type OpenFail2banOptions,
} from "../../../src/control/fail2ban/open_fail2ban.ts";
import { tuple } from "../../../src/control/fail2ban/pickle_value.ts";
import { readPickle } from "../../../src/control/fail2ban/read_pickle.ts";
import type { DaemonControl } from "../../../src/control/types.ts";
import { openLibc } from "../../../src/util/libc.ts";
import { SILENT } from "../../../src/util/log.ts";
import { until } from "../../support/daemon.ts";
import { connectFail2ban, type Fail2banClient } from "./fail2ban_client.ts";
import { createSampleDesk } from "./sample_desk.ts";
import { bytesOf, shortPickle } from "./samples.ts";

const libc = openLibc();

async function withServer(
  use: (path: string) => Promise<void>,
  more: Partial<OpenFail2banOptions> = {},
): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-test-" });
  const path = `${folder}/fail2ban/fail2ban.sock`;
  const { control } = createSampleDesk();
  const options = { libc, path, control, logger: SILENT, ...more };
  const server = openFail2ban(options);
  await server.serve();
  try {
    await use(path);
  } finally {
    await server.close();
    deepStrictEqual([...Deno.readDirSync(`${folder}/fail2ban`)], []);
    Deno.removeSync(folder, { recursive: true });
  }
}

const PONG = tuple(0, "pong");
const NOTHING = new Uint8Array(0);

Deno.test("server answers commands in a row, byte by byte or many at once, until the farewell", async () => {
  await withServer(async (path) => {
    using client = await connectFail2ban(path);
    deepStrictEqual(await client.ask("ping"), PONG);
    for (const byte of [...shortPickle("ping"), ...bytesOf(END)]) {
      await client.write(Uint8Array.of(byte));
    }
    deepStrictEqual(readPickle(await client.read()), PONG);
    const two = `](U\x04echoU\x011e.${END}](U\x04echoU\x012e.${END}`;
    await client.write(bytesOf(`${two}${CLOSE}${END}`));
    let text = "";
    for (let part = await client.read(); part.length > 0;) {
      text += String.fromCharCode(...part);
      part = await client.read();
    }
    match(text, /1e\x86\..*2e\x86\.$/s);
  });
});

Deno.test("server answers what is no command with a text, and goes on", async () => {
  await withServer(async (path) => {
    using client = await connectFail2ban(path);
    const constructing = bytesOf("cos\nsystem\n(Vtouch /tmp/x\ntR.");
    const deep = bytesOf(`${"]".repeat(10_000)}${"a".repeat(9_999)}.`);
    const random = crypto.getRandomValues(new Uint8Array(10_000))
      .map((byte) => byte === 60 ? 0 : byte);
    for (const bytes of [constructing, deep, random, new Uint8Array(0)]) {
      match(
        String(readPickle(await client.send(bytes))),
        /^ERROR: Cannot read pickle: /,
      );
    }
    deepStrictEqual(await client.ask("ping"), PONG);
  });
});

Deno.test("server cuts who sends too slowly, too much or nothing, and serves others meanwhile", async () => {
  await withServer(async (path) => {
    using slow = await connectFail2ban(path);
    using silent = await connectFail2ban(path);
    using idle = await connectFail2ban(path);
    await idle.send(shortPickle("ping")).catch(() => NOTHING);
    let isCut = false;
    const drip = (async () => {
      const one = Uint8Array.of(65);
      while (!isCut) {
        await slow.write(one).catch(() => isCut = true);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    let isOver = false;
    let served = 0;
    const others = (async () => {
      while (!isOver) {
        using other = await connectFail2ban(path);
        // On a machine that stands still for so long, this one may be cut as well.
        const answer = await other.send(shortPickle("ping")).catch(() =>
          NOTHING
        );
        if (answer.length === 0) continue;
        deepStrictEqual(readPickle(answer), PONG);
        served++;
      }
    })();
    await Promise.all([drip, silent.untilCut(), idle.untilCut()]);
    isOver = true;
    await others;
    ok(served > 0);
  }, { frameMs: 300, idleMs: 600 });
});

Deno.test("server keeps no more answers for those who do not read than fit, and answers others", async () => {
  await withServer(async (path) => {
    const text = "a".repeat(0xe0000);
    const command = bytesOf(`](U\x04echoX\0\0\x0e\0${text}e.${END}`);
    const lazy: Fail2banClient[] = [];
    const isCut = (client: Fail2banClient) =>
      client.write(Uint8Array.of(40)).then(() => false, () => true);
    try {
      while (lazy.length < 60) {
        const client = await connectFail2ban(path);
        lazy.push(client);
        await client.write(command);
      }
      await until(
        "one of them is cut",
        async () => (await Promise.all(lazy.map(isCut))).includes(true),
      );
      using other = await connectFail2ban(path);
      deepStrictEqual(await other.ask("ping"), PONG);
      const answers = await Promise.all(lazy.map((client) => client.read()));
      const whole = answers.filter(({ length }) => length > text.length);
      ok(
        whole.length > 0 && whole.length < lazy.length,
        `${whole.length} answers`,
      );
      deepStrictEqual(await other.ask("ping"), PONG);
    } finally {
      for (const client of lazy) client[Symbol.dispose]();
    }
  }, { frameMs: 60_000 });
});

Deno.test("server takes no more of a command than it may have", async () => {
  await withServer(async (path) => {
    using client = await connectFail2ban(path);
    const piece = new Uint8Array(1 << 20);
    let sent = 0;
    await rejects(async () => {
      for (; sent < 100; sent++) await client.write(piece);
    });
    ok(sent < 10, `${sent} MB were taken`);
    using other = await connectFail2ban(path);
    deepStrictEqual(await other.ask("ping"), PONG);
  });
});

Deno.test("server sends away whoever is one too many", async () => {
  await withServer(async (path) => {
    using first = await connectFail2ban(path);
    using second = await connectFail2ban(path);
    deepStrictEqual(await first.ask("ping"), PONG);
    deepStrictEqual(await second.ask("ping"), PONG);
    using third = await connectFail2ban(path);
    await third.untilCut();
    deepStrictEqual(await first.ask("ping"), PONG);
  }, { mostClients: 2 });
});

Deno.test("server carries a few long commands out at once, and the others in turn", async () => {
  let running = 0;
  let most = 0;
  const desk = createSampleDesk();
  const control: DaemonControl = {
    ...desk.control,
    async reload() {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running--;
      return await desk.control.reload();
    },
  };
  await withServer(async (path) => {
    const answers = await Promise.all(Array.from({ length: 40 }, async () => {
      using client = await connectFail2ban(path);
      return await client.ask("reload", "--all", [], []);
    }));
    for (const answer of answers) deepStrictEqual(answer, tuple(0, "OK"));
  }, { control });
  ok(most > 1 && most <= 4, `${most} at once`);
});

Deno.test("openFail2ban() refuses while a fail2ban answers there, and takes over what a dead one left", async () => {
  await withServer((path) => {
    strictEqual((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
    const { control } = createSampleDesk();
    throws(
      () => openFail2ban({ libc, path, control, logger: SILENT }),
      /fail2ban_socket.*a fail2ban answers there, expected it to be stopped/,
    );
    return Promise.resolve();
  });
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-test-" });
  const path = `${folder}/fail2ban.sock`;
  Deno.listen({ transport: "unix", path }).close();
  const { control } = createSampleDesk();
  const server = openFail2ban({ libc, path, control, logger: SILENT });
  await server.serve();
  using client = await connectFail2ban(path);
  deepStrictEqual(await client.ask("ping"), PONG);
  await server.close();
  Deno.removeSync(folder, { recursive: true });
});

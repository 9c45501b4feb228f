import { deepStrictEqual, match, ok } from "node:assert/strict";
import { END } from "../../src/control/fail2ban/frame_splitter.ts";
import { tuple } from "../../src/control/fail2ban/pickle_value.ts";
import {
  connectFail2ban,
  type Fail2banClient,
} from "../control/fail2ban/fail2ban_client.ts";
import { bytesOf } from "../control/fail2ban/samples.ts";
import { failedPassword, LAUNCHER, startDaemon } from "../support/daemon.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";

const CONFIG =
  `[compat]\nfail2ban_socket = "@DIR@/run/fail2ban.sock"\n${SAMPLE_JAIL}`;

/** What the process holds, in MB. */
function residentMegabytes(pid: number): number {
  const text = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(/VmRSS:\s*(\d+)/.exec(text)?.[1]) / 1024;
}

/** Pickles that would construct, have no end, or are none; and the most that one command can hold. */
const FRAMES: readonly Uint8Array[] = [
  bytesOf("cos\nsystem\n(Vtouch /tmp/x\ntR."),
  bytesOf("\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x01x\x85R."),
  bytesOf(`${"]".repeat(10_000)}${"a".repeat(9_999)}.`),
  bytesOf(`${"(".repeat(500_000)}${"l".repeat(500_000)}.`),
  bytesOf(`(${"]\x94".repeat(400_000)}t.`),
  bytesOf(`(X\0\0\x08\0${"a".repeat(1 << 19)}q\0${"h\0".repeat(200_000)}t.`),
  bytesOf(`(${"K\x01".repeat(99_000)}l.`),
  bytesOf(`(${"}".repeat(99_000)}l.`),
  crypto.getRandomValues(new Uint8Array(60_000))
    .map((byte) => byte === 60 ? 0 : byte),
];

/** A command whose answer is large, for those who do not read it. */
const UNREAD = bytesOf(
  `](U\x04echoX\0\0\x0e\0${"a".repeat(0xe0000)}e.${END}`,
);

/** Why a command is refused. */
const REFUSAL = /ERROR: Cannot read pickle|Invalid command|Cannot read command/;

/** The same, or the connection was cut: all clients together may have so many bytes of unfinished commands. */
const REFUSAL_OR_CUT = new RegExp(`^$|${REFUSAL.source}`);

async function sendAll(path: string, expected: RegExp): Promise<void> {
  for (const frame of FRAMES) {
    using client = await connectFail2ban(path);
    // An exception is no data, and so nothing for our own reader.
    const answer = new TextDecoder().decode(await client.send(frame));
    match(answer, expected);
  }
}

async function sendTooMuch(path: string): Promise<void> {
  using client = await connectFail2ban(path);
  const piece = new Uint8Array(1 << 20);
  for (let i = 0; i < 100; i++) {
    try {
      await client.write(piece);
    } catch {
      return;
    }
  }
  throw new Error("100 MB were taken");
}

/** Opens connections that do not end what they say, or do not read the answer, and asks beside them. */
async function askBetween(path: string, slow: Fail2banClient[]): Promise<void> {
  const open = async (text: Uint8Array) => {
    const client = await connectFail2ban(path);
    slow.push(client);
    // It may be cut meanwhile: all of them together have unfinished more than is allowed.
    await client.write(text).catch(() => {});
  };
  for (let i = 0; i < 20; i++) await open(bytesOf("](U\x04pi"));
  for (let i = 0; i < 10; i++) await open(UNREAD);
  using other = await connectFail2ban(path);
  for (let i = 0; i < 20; i++) {
    deepStrictEqual(await other.ask("ping"), tuple(0, "pong"));
  }
}

Deno.test("clients that mean harm are refused or cut, in bounded memory, while others are served", async () => {
  await using daemon = await startDaemon({ config: CONFIG });
  const path = `${daemon.folder}/run/fail2ban.sock`;
  const slow: Fail2banClient[] = [];
  const round = async () => {
    const harm = [
      sendAll(path, REFUSAL_OR_CUT),
      ...Array.from({ length: 20 }, () => sendTooMuch(path)),
    ];
    await Promise.all([...harm, askBetween(path, slow)]);
  };
  try {
    await sendAll(path, REFUSAL);
    // After so many all bounds are reached: 32 MB of unread answers, 16 MB of unfinished commands.
    for (let i = 0; i < 6; i++) await round();
    const before = residentMegabytes(daemon.pid);
    for (let i = 0; i < 6; i++) await round();
    const growth = residentMegabytes(daemon.pid) - before;
    console.log(`${before.toFixed()} MB, ${growth.toFixed()} MB later`);
    ok(growth < 32, `${growth} MB more after six more rounds`);
    // The slow ones are cut by the clock, though each of them sends a byte now and then.
    await Promise.all(slow.map(async (client) => {
      for (;;) {
        try {
          await client.write(bytesOf("n"));
        } catch {
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }));
  } finally {
    for (const client of slow) client[Symbol.dispose]();
  }
  daemon.append(failedPassword("203.0.113.9").repeat(5));
  await daemon.heard(/Ban host.*203\.0\.113\.9/);
});

Deno.test("a thousand clients that ask at once are all answered", async () => {
  await using daemon = await startDaemon({ config: CONFIG });
  const path = `${daemon.folder}/run/fail2ban.sock`;
  const answers = await Promise.all(
    Array.from({ length: 1000 }, async () => {
      using client = await connectFail2ban(path);
      return await client.ask("status");
    }),
  );
  for (const answer of answers) {
    deepStrictEqual(
      answer,
      tuple(0, [tuple("Number of jail", 1), tuple("Jail list", "sshd")]),
    );
  }
});

Deno.test("a daemon does not start where another one, or a fail2ban, answers, and harms nothing", async () => {
  await using daemon = await startDaemon({ config: CONFIG });
  const { configFile, folder } = daemon;
  const other = `${folder}/other.toml`;
  Deno.writeTextFileSync(
    other,
    Deno.readTextFileSync(configFile).replace("control.sock", "other.sock"),
  );
  const { code, err } = await daemon.exec(LAUNCHER, "run", "-c", other);
  ok(code !== 0);
  match(
    err,
    /Cannot open fail2ban_socket .*: a fail2ban answers there, expected it to be stopped/,
  );
  ok(!/Daemon started/.test(err), err);
  using client = await connectFail2ban(`${folder}/run/fail2ban.sock`);
  deepStrictEqual(await client.ask("ping"), tuple(0, "pong"));
  deepStrictEqual(
    [...Deno.readDirSync(`${folder}/run`)].map(({ name }) => name)
      .filter((name) => name.endsWith(".sock")).sort(),
    ["control.sock", "fail2ban.sock"],
  );
});

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { PLAIN } from "../../../src/cli/style.ts";
import { drawTop } from "../../../src/cli/top/draw_top.ts";
import { Screen, type ScreenDevice } from "../../../src/cli/top/screen.ts";
import {
  MOST_EVENTS,
  MOST_HOSTS,
  TopState,
} from "../../../src/cli/top/top_state.ts";
import type { ControlEvent } from "../../../src/control/events.ts";
import type { DaemonStats } from "../../../src/control/types.ts";

const NOW = Date.parse("2026-11-20T19:08:03Z");
const time = new Date(NOW - 5000).toISOString();

function failure(host: string, user = "root"): ControlEvent {
  return {
    kind: "failure",
    time,
    jail: "sshd",
    host,
    verdict: "counted",
    user,
  };
}

function ban(host: string): ControlEvent {
  return {
    ...{ kind: "ban", time, jail: "sshd", host, end: null },
    ...{ count: 1, failures: 5 },
  };
}

function statsOf(failures: number): DaemonStats {
  return {
    ...{ uptimeSeconds: 7200, memoryBytes: 61e6, lines: 10 * failures },
    ...{ bytes: 0, candidates: 0, failures, bans: 0, unbans: 0 },
    ...{ activeBans: 2, maxBans: 10, displaced: 0, problems: 0 },
    ...{ longestPauseMs: 0, longestCommitMs: 0, unanswered: 0 },
    names: { asked: 0, failed: 0, refused: 0, surplus: 0 },
    jails: { sshd: { failures, bans: 0 } },
  };
}

/** A state as after some seconds of an attack. */
function createState(): TopState {
  const state = new TopState();
  state.status = {
    ...{ version: "1.0.0", pid: 7, mode: "enforce", uptimeSeconds: 7200 },
    jails: [{
      ...{ name: "sshd", mode: "enforce", action: "nftables" },
      sources: [{
        ...{ path: "/l", state: "watching", bytesRead: 0 },
        ...{ overlongLines: 0, rotations: 0 },
      }],
      ...{ maxRetry: 5, findTimeSeconds: 600, banTimeSeconds: 3600 },
      failed: { current: 3, total: 9 },
      banned: { current: 1, total: 2 },
      ...{ ignored: 0, displaced: 0, forgotten: 0 },
    }],
  };
  state.noteStats(statsOf(100), 0);
  state.noteStats(statsOf(160), 2000);
  return state;
}

Deno.test("TopState works out rates, which never go backwards", () => {
  const state = createState();
  deepStrictEqual(state.rates, {
    ...{ lines: 300, failures: 30, bans: 0 },
    jails: new Map([["sshd", 30]]),
  });
  state.noteStats(statsOf(0), 4000);
  strictEqual(state.rates?.lines, 0);
});

Deno.test("TopState knows the busiest hosts, and a bounded number of them and of events", () => {
  const state = new TopState();
  for (let i = 0; i < 3 * MOST_HOSTS; i++) {
    state.noteEvent(failure("192.0.2.1"));
    state.noteEvent(failure(`10.0.${i >> 8}.${i & 255}`));
    state.noteEvent(ban("192.0.2.2"));
  }
  const hosts = state.hosts();
  strictEqual(hosts.length, MOST_HOSTS);
  deepStrictEqual([hosts[0]?.host, hosts[0]?.failures], [
    "192.0.2.1",
    3 * MOST_HOSTS,
  ]);
  strictEqual(
    hosts.find(({ host }) => host === "192.0.2.2")?.state,
    "banned",
  );
  strictEqual(state.events.length, MOST_EVENTS);
});

Deno.test("drawTop() shows rates, jails, hosts and events", () => {
  const state = createState();
  state.noteEvent(failure("192.0.2.1"));
  state.noteEvent(ban("192.0.2.1"));
  const lines = drawTop(state, { style: PLAIN, rows: 24, nowMs: NOW });
  match(
    lines[0] ?? "",
    /^fail2deno 1\.0\.0 {2}enforcing {2}up 2 h {2}61 MB {2}2 banned {2}300 lines\/s {2}30 failures\/s/,
  );
  const text = lines.join("\n");
  match(text, /^sshd +watching +3 +1 +30$/m);
  match(text, /^192\.0\.2\.1 +sshd +1 +5 s ago +banned$/m);
  match(text, /^19:07:58 ban +sshd +192\.0\.2\.1 +for ever/m);
});

Deno.test("drawTop() fits any screen, and passes no text of an attacker's on as it is", () => {
  const state = createState();
  for (let i = 0; i < 200; i++) {
    state.noteEvent(failure(`192.0.2.${i}`, "\x1b[2J"));
    state.noteEvent(ban(`192.0.2.${i}`));
    state.noteEvent({
      ...{ kind: "warning", time, level: "warn", message: "m" },
      fields: { reason: "\x1b[2J" },
    });
  }
  for (const rows of [1, 3, 6, 10, 24, 60]) {
    for (const width of [50, 60, 80, 200]) {
      const style = { ...PLAIN, width };
      const lines = drawTop(state, { style, rows, nowMs: NOW });
      ok(lines.length <= rows, `${lines.length} of ${rows}`);
      for (const line of lines) {
        ok(line.length <= width, line);
        ok(!line.includes("\x1b"));
      }
    }
  }
});

/** A terminal that remembers what was done to it, and presses keys. */
function fakeDevice(keys: string[]) {
  const done: string[] = [];
  const device: ScreenDevice = {
    write: (text) => void done.push(text),
    setRaw: (isRaw) => void done.push(`raw ${isRaw}`),
    read: (buffer) => {
      const key = keys.shift();
      if (key === undefined) return Promise.resolve(null);
      return Promise.resolve(new TextEncoder().encodeInto(key, buffer).written);
    },
    size: () => ({ columns: 20, rows: 2 }),
  };
  return { device, done };
}

Deno.test("Screen gives the terminal back as it was, once, also when something fails", () => {
  const { device, done } = fakeDevice([]);
  try {
    using screen = new Screen(device);
    screen.draw(["one", "two", "three"]);
    screen[Symbol.dispose]();
    throw new Error("something fails");
  } catch {
    // It is about what the terminal is left in.
  }
  deepStrictEqual(done, [
    "raw true",
    "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J",
    "\x1b[H\x1b[Kone\r\n\x1b[Ktwo",
    "\x1b[?7h\x1b[?25h\x1b[?1049l",
    "raw false",
  ]);
});

Deno.test("Screen.waitForEnd() ends with q, Ctrl-C or Escape, and with no other key", async () => {
  for (const key of ["q", "Q", "\x03", "\x1b"]) {
    const keys = ["x", "\x1b[A", key, "never read"];
    await new Screen(fakeDevice(keys).device).waitForEnd();
    deepStrictEqual(keys, ["never read"]);
  }
  await new Screen(fakeDevice([]).device).waitForEnd();
});

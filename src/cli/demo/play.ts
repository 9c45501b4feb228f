/**
 * Plays the story: the attack line by line, and what daemon and kernel make of it.
 *
 * @module
 */

import type { Sighting } from "./ban_view.ts";
import { CAST, type IpVersion } from "./cast.ts";
import { knock } from "./knock.ts";
import { pause, waitFor } from "./pause.ts";
import type { Scene } from "./scene.ts";
import {
  attackLines,
  BAN_SECONDS,
  formatLogLine,
  MAX_RETRY,
  type StoryLine,
} from "./story.ts";

/** Pause after each line of the log, so that a human can follow; the second attack is known already. */
const PACE_MS: Readonly<Record<IpVersion, number>> = { 4: 600, 6: 280 };
const COUNT_TIMEOUT_MS = 2000;
const BAN_TIMEOUT_MS = 3000;
/** The daemon's timers and the kernel's are not the same clock, and log stamps are cut to seconds. */
const BAN_TOLERANCE_SECONDS = 1.5;

/** A ban that is running. */
interface RunningBan {
  readonly version: IpVersion;
  /** Seconds it lasted, once it is over; undefined when it does not end or the play is called off. */
  readonly ended: Promise<number | undefined>;
}

/** @throws the signal's reason when the play is called off */
export async function play(scene: Scene): Promise<void> {
  const { screen, findings, daemon, bans, signal } = scene;
  screen.title("Before the attack");
  const jail = await daemon.untilWatching(signal);
  screen.step({ label: "daemon", text: `watches ${daemon.logPath}` });
  screen.step({ label: bans.place, text: await bans.describe() });
  findings.claim(
    `${MAX_RETRY} failures are allowed`,
    jail.maxRetry === MAX_RETRY,
  );
  await knock(scene, 4, { isBanned: false, isFirst: true });
  const running: RunningBan[] = [];
  for (const version of [4, 6] as const) {
    screen.title(`Somebody guesses passwords over IPv${version}`);
    const ban = await attack(scene, version);
    if (ban === undefined) continue;
    running.push(ban);
    await knock(scene, version, { isBanned: true });
  }
  screen.title(`Bans end after ${BAN_SECONDS} s`);
  for (const ban of running) await awaitEnd(scene, ban);
  await stop(scene);
}

/** Replays the attack. @returns the ban, or undefined when there was none */
async function attack(
  scene: Scene,
  version: IpVersion,
): Promise<RunningBan | undefined> {
  const { findings, daemon, bans, signal } = scene;
  const host = CAST.attacker[version];
  const before = (await daemon.control.jail("sshd")).failed.total;
  const lines = attackLines(version);
  let failures = 0;
  for (const [index, line] of lines.entries()) {
    if (line.isFailure) failures++;
    if (failures === MAX_RETRY) {
      const isFree = await bans.find(host) === undefined;
      findings.claim(`${MAX_RETRY - 1} failures do not ban ${host}`, isFree);
    }
    const writtenMs = write(daemon.logPath, { line, index });
    const sighting = failures < MAX_RETRY
      ? undefined
      : await sightBan(scene, { host, writtenMs });
    await showLine(scene, { line, failures, before });
    if (failures === MAX_RETRY) {
      return showBan(scene, { version, sighting });
    }
    await pause(PACE_MS[version], signal);
  }
  return undefined;
}

/** @returns the moment before the line was written, in milliseconds */
function write(
  path: string,
  { line, index }: { readonly line: StoryLine; readonly index: number },
): number {
  const text = formatLogLine(line.message, { time: new Date(), index });
  const startMs = performance.now();
  Deno.writeTextFileSync(path, text, { append: true });
  return startMs;
}

/** Shows a line of the log with the daemon's own count of failures. */
async function showLine(
  { screen, findings, daemon, signal }: Scene,
  { line, failures, before }: {
    readonly line: StoryLine;
    readonly failures: number;
    readonly before: number;
  },
): Promise<void> {
  let right = "";
  let isCounted = true;
  if (line.isFailure) {
    const counted = await waitFor(async () => {
      const total = (await daemon.control.jail("sshd")).failed.total - before;
      return total >= failures ? total : undefined;
    }, { timeoutMs: COUNT_TIMEOUT_MS, pollMs: 5, signal });
    right = `${counted ?? "?"}/${MAX_RETRY}`;
    isCounted = findings.claim(
      `failure ${failures} is counted once: ${line.message}`,
      counted === failures,
    );
  }
  const tone = isCounted ? "plain" : "bad";
  screen.step({ label: "log", text: line.message, right, tone });
  if (line.remark !== undefined) screen.remark(line.remark);
}

interface TimedSighting extends Sighting {
  /** From the write of the line to the address in the set. */
  readonly latencyMs: number;
  readonly atMs: number;
}

async function sightBan(
  { bans, signal }: Scene,
  { host, writtenMs }: { readonly host: string; readonly writtenMs: number },
): Promise<TimedSighting | undefined> {
  const sighting = await waitFor(() => bans.find(host), {
    timeoutMs: BAN_TIMEOUT_MS,
    pollMs: 2,
    eagerMs: 50,
    signal,
  });
  if (sighting === undefined) return undefined;
  const atMs = performance.now();
  return { ...sighting, atMs, latencyMs: atMs - writtenMs };
}

function showBan(
  scene: Scene,
  { version, sighting }: {
    readonly version: IpVersion;
    readonly sighting: TimedSighting | undefined;
  },
): RunningBan | undefined {
  const { screen, findings, bans } = scene;
  const host = CAST.attacker[version];
  findings.claim(`${MAX_RETRY} failures ban ${host}`, sighting !== undefined);
  if (sighting === undefined) {
    screen.step({ label: "no ban", text: host, tone: "bad" });
    return undefined;
  }
  screen.step({
    label: bans.place === "kernel" ? "BAN" : "WOULD BAN",
    text: `${host}, ${
      sighting.latencyMs.toFixed(1)
    } ms from log line to ${bans.place}`,
    tone: "ban",
  });
  screen.step({ label: bans.place, text: sighting.text });
  return { version, ended: watchEnd(scene, { host, atMs: sighting.atMs }) };
}

async function watchEnd(
  { bans, signal }: Scene,
  { host, atMs }: { readonly host: string; readonly atMs: number },
): Promise<number | undefined> {
  try {
    return await waitFor(
      async () =>
        await bans.find(host) === undefined
          ? (performance.now() - atMs) / 1000
          : undefined,
      {
        timeoutMs: (BAN_SECONDS + 2 * BAN_TOLERANCE_SECONDS) * 1000,
        pollMs: 20,
        signal,
      },
    );
  } catch {
    // Called off, or the daemon is gone: whoever plays on is told so by its own calls.
    return undefined;
  }
}

async function awaitEnd(
  scene: Scene,
  { version, ended }: RunningBan,
): Promise<void> {
  const { screen, findings, signal } = scene;
  const host = CAST.attacker[version];
  const seconds = await ended;
  signal.throwIfAborted();
  const isOnTime = seconds !== undefined &&
    Math.abs(seconds - BAN_SECONDS) <= BAN_TOLERANCE_SECONDS;
  findings.claim(`the ban of ${host} ends after ${BAN_SECONDS} s`, isOnTime);
  if (seconds === undefined) {
    screen.step({ label: "no unban", text: host, tone: "bad" });
    return;
  }
  screen.step({
    label: "UNBAN",
    text: `${host}, after ${seconds.toFixed(1)} s`,
    tone: isOnTime ? "good" : "bad",
  });
  await knock(scene, version, { isBanned: false });
}

async function stop(
  { screen, findings, daemon, bans }: Scene,
): Promise<void> {
  for (const host of Object.values(CAST.bystander)) {
    findings.claim(`${host} was never banned`, !bans.wasBanned(host));
  }
  const code = await daemon.stop();
  findings.claim("the daemon ends with exit code 0", code === 0);
  screen.step({
    label: "daemon",
    text: `gets SIGTERM, ends with exit code ${code}`,
    tone: code === 0 ? "plain" : "bad",
  });
  const { isClean, text } = await bans.inspectEnd();
  findings.claim("nothing is left behind", isClean);
  const tone = isClean ? "plain" : "bad";
  screen.step({ label: bans.place, text, tone });
}

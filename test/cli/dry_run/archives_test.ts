import assert from "node:assert/strict";
import { attackAt, dryRunJson, pipeThrough } from "./fixtures.ts";
import { withFolder } from "../../support/with_folder.ts";

const PACKERS = [
  { kind: "gzip", command: ["gzip", "-c"] },
  { kind: "zstd", command: ["zstd", "-q", "-c"] },
] as const;

/** Long enough to be unpacked in many pieces, with the attack at its end. */
const LOG = noise(60_000) + attackAt(4, "203.0.113.9");
const LINES = 60_005;

/** Lines that do not pack well, so that damage in the middle leaves lines on both sides. */
function noise(lines: number): string {
  let state = 1;
  let text = "";
  for (let i = 0; i < lines; i++) {
    state = Math.imul(state, 1664525) + 1013904223 >>> 0;
    text += `2026-01-02T03:03:00Z box app: ${state.toString(36)}\n`;
  }
  return text;
}

for (const { kind, command } of PACKERS) {
  const ignore = !isInstalled(command[0]);

  Deno.test({
    name: `dry-run reads ${kind} by its content, whatever its name`,
    ignore,
    fn: () =>
      withFolder(async (folder) => {
        const log = `${folder}/log.txt`;
        Deno.writeFileSync(log, await pipeThrough(command, LOG));
        const { code, outcome } = await dryRunJson(log);
        assert.equal(code, 0);
        assert.equal(outcome.lines, LINES);
        assert.equal(outcome.bans.length, 1);
      }),
  });

  Deno.test({
    name: `dry-run reads ${kind} archives that were put behind each other`,
    ignore,
    fn: () =>
      withFolder(async (folder) => {
        const log = `${folder}/log`;
        const half = LOG.length >> 1;
        const parts = [
          await pipeThrough(command, LOG.slice(0, half)),
          await pipeThrough(command, ""),
          await pipeThrough(command, LOG.slice(half)),
        ];
        Deno.writeFileSync(log, new Uint8Array(await new Blob(parts).bytes()));
        const { code, outcome } = await dryRunJson(log);
        assert.equal(code, 0);
        assert.equal(outcome.lines, LINES);
        assert.equal(outcome.bans.length, 1);
      }),
  });

  Deno.test({
    name:
      `dry-run tells of a ${kind} archive that is cut short, and reads the next log`,
    ignore,
    fn: () =>
      withFolder(async (folder) => {
        const [cut, whole] = [`${folder}/cut`, `${folder}/whole`];
        const packed = await pipeThrough(command, LOG);
        Deno.writeFileSync(cut, packed.subarray(0, packed.length >> 1));
        Deno.writeTextFileSync(whole, attackAt(4, "203.0.113.9"));
        const { code, err, outcome } = await dryRunJson(cut, whole);
        assert.equal(code, 65);
        assert.match(err, /Cannot read log ".*cut" to its end: it ends in the/);
        assert.equal(outcome.isComplete, false);
        const [first, second] = outcome.logs;
        assert.equal(first?.isComplete, false);
        assert.ok(first.lines > 20_000 && first.lines < 40_000);
        assert.equal(second?.isComplete, true);
        assert.equal(outcome.bans.length, 1);
      }),
  });

  Deno.test({
    name: `dry-run tells of a ${kind} archive that is damaged`,
    ignore,
    fn: () =>
      withFolder(async (folder) => {
        const log = `${folder}/log`;
        const packed = await pipeThrough(command, LOG);
        const middle = packed.length >> 1;
        packed.fill(0xff, middle, middle + 64);
        Deno.writeFileSync(log, packed);
        const { code, err, outcome } = await dryRunJson(log);
        assert.equal(code, 65);
        assert.match(err, /Cannot read log ".*log" to its end: .*damaged/);
        assert.ok(outcome.lines > 10_000 && outcome.lines < LINES);
      }),
  });

  Deno.test({
    name: `dry-run --since finds the place in ${kind} too`,
    ignore,
    fn: () =>
      withFolder(async (folder) => {
        const log = `${folder}/log`;
        Deno.writeFileSync(log, await pipeThrough(command, LOG));
        const { outcome } = await dryRunJson(log, "--since", "@1767323042");
        assert.equal(outcome.lines, 4);
      }),
  });
}

Deno.test("dry-run names the kind of an archive that it cannot unpack", () =>
  withFolder(async (folder) => {
    const log = `${folder}/log.xz`;
    Deno.writeFileSync(
      log,
      new Uint8Array([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0, 4]),
    );
    const { code, err } = await dryRunJson(log);
    assert.equal(code, 65);
    assert.match(err, /packed with xz, expected plain text, gzip or zstd/);
  }));

Deno.test("dry-run takes a zstd archive that begins with a frame to be skipped", () =>
  withFolder(async (folder) => {
    if (!isInstalled("zstd")) return;
    const log = `${folder}/log`;
    const skipped = new Uint8Array([
      0x5a,
      0x2a,
      0x4d,
      0x18,
      3,
      0,
      0,
      0,
      1,
      2,
      3,
    ]);
    const packed = await pipeThrough(["zstd", "-q", "-c"], LOG);
    Deno.writeFileSync(
      log,
      new Uint8Array(await new Blob([skipped, packed]).bytes()),
    );
    assert.equal((await dryRunJson(log)).outcome.lines, LINES);
  }));

function isInstalled(program: string): boolean {
  try {
    new Deno.Command(program, { args: ["--version"] }).outputSync();
    return true;
  } catch {
    return false;
  }
}

import assert from "node:assert/strict";

const CLOCK = new URL(
  "../../../src/match/date/stamp_clock.ts",
  import.meta.url,
).href;

/** Asks a process in the zone for the seconds of local times. */
async function askZone(
  zone: string,
  times: readonly (readonly number[])[],
): Promise<string[]> {
  const code = `import { systemLocalTime } from "${CLOCK}";
for (const [y, mo, d, h, mi] of ${JSON.stringify(times)}) {
  console.log(new Date(systemLocalTime(y, mo, d, h, mi) * 1000).toISOString());
}`;
  const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", code],
    env: { TZ: zone },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim().split("\n");
}

Deno.test("systemLocalTime() follows the zone, gaps and overlaps included", async () => {
  const times = [
    [2026, 1, 15, 12, 0],
    [2026, 7, 15, 12, 0],
    // The clock goes from 02:00 to 03:00.
    [2026, 3, 29, 2, 30],
    // The clock goes from 03:00 back to 02:00.
    [2026, 10, 25, 2, 30],
  ];
  assert.deepEqual(await askZone("Europe/Berlin", times), [
    "2026-01-15T11:00:00.000Z",
    "2026-07-15T10:00:00.000Z",
    "2026-03-29T01:30:00.000Z",
    "2026-10-25T00:30:00.000Z",
  ]);
});

Deno.test("systemLocalTime() follows zones of half hours", async () => {
  assert.deepEqual(await askZone("Asia/Kolkata", [[2026, 11, 20, 19, 8]]), [
    "2026-11-20T13:38:00.000Z",
  ]);
});

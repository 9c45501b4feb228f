import { match, ok, strictEqual } from "node:assert/strict";
import { makeBareRoot } from "../support/bare_root.ts";
import { failedPassword, startDaemon, until } from "../support/daemon.ts";
import { makePortableFile, portableFile } from "../support/portable_file.ts";
import { type RunResult, runText } from "../support/run.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";

const MOST_BYTES = 60_000_000;

Deno.test("portable file is small enough, and the same when it is made again", async () => {
  const [one, other] = await Promise.all([portableFile(), makePortableFile()]);
  const bytes = Deno.readFileSync(one);
  ok(bytes.length <= MOST_BYTES, `${bytes.length} bytes`);
  const sums = await Promise.all(
    [bytes, Deno.readFileSync(other)].map(async (each) =>
      new Uint8Array(await crypto.subtle.digest("SHA-256", each)).toHex()
    ),
  );
  strictEqual(sums[0], sums[1]);
});

Deno.test("portable file runs in a root without Deno, Node and npm, and its demo ends in real drops", async () => {
  await using bare = await makeBareRoot(await portableFile());
  const inside = (...words: string[]): Promise<RunResult> =>
    runText(bare.enter, words);
  for (const name of ["deno", "node", "npm"]) {
    ok((await inside("sh", "-c", `command -v ${name}`)).code !== 0, name);
  }
  const version = await runText(bare.launcher, ["version"]);
  match(version.out, /^fail2deno \d+\.\d+\.\d+ \(Deno /, version.err);
  const demo = await runText(bare.launcher, ["demo"]);
  strictEqual(demo.code, 0, demo.out + demo.err);
  match(demo.out, /All \d+ expectations held/);
  match(demo.out, /kernel/);
  const unpacked = [
    ...Deno.readDirSync(`${bare.root}/var/cache/fail2deno/runtime`),
  ];
  strictEqual(unpacked.length, 1);
});

Deno.test("portable file watches and bans in a root without anything else", async () => {
  await using bare = await makeBareRoot(await portableFile());
  await using daemon = await startDaemon({
    config: SAMPLE_JAIL,
    program: bare.launcher,
  });
  for (let n = 0; n < 5; n++) daemon.append(failedPassword("203.0.113.9"));
  await until(
    "the kernel drops the host",
    async () => (await daemon.kernelBans()).has("203.0.113.9"),
    daemon.said,
  );
  const times: number[] = [];
  for (let n = 0; n < 5; n++) {
    strictEqual(await daemon.kill("SIGTERM"), 0);
    const start = performance.now();
    await daemon.startAgain();
    times.push(performance.now() - start);
  }
  // A figure, not a verdict: how fast a machine is no test can know.
  console.log(
    `watching after ${
      Math.round(times.sort((a, b) => a - b)[2] ?? 0)
    } ms (median of 5)`,
  );
});

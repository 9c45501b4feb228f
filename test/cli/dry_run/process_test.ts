import assert from "node:assert/strict";
import { LAUNCHER, until } from "../../support/daemon.ts";
import { runText } from "../../support/run.ts";
import { attackAt, failureAt, pipeThrough } from "./fixtures.ts";
import { withFolder } from "../../support/with_folder.ts";

function spawnDryRun(...words: string[]): Deno.ChildProcess {
  return new Deno.Command(LAUNCHER, {
    args: ["dry-run", ...words],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function finish(child: Deno.ChildProcess) {
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

Deno.test("dry-run reads standard input, packed or not, under the program's own permissions", async () => {
  const log = new TextEncoder().encode(attackAt(4, "203.0.113.9"));
  const inputs = [log, await pipeThrough(["gzip", "-c"], log)];
  for (const input of inputs) {
    const child = spawnDryRun("-", "--json");
    const writer = child.stdin.getWriter();
    // Byte by byte at first: the kind is told by the first ones.
    for (const byte of input.subarray(0, 4)) {
      await writer.write(new Uint8Array([byte]));
    }
    await writer.write(input.subarray(4));
    await writer.close();
    const { code, out, err } = await finish(child);
    assert.equal(code, 0, err);
    assert.equal(err, "");
    assert.equal(JSON.parse(out).bans.length, 1);
  }
});

Deno.test("dry-run prints what it found so far when Ctrl-C ends it", async () => {
  const child = spawnDryRun("-", "--json");
  const writer = child.stdin.getWriter();
  // More than a pipe holds: once it is written, its beginning has been read.
  const rest = "nothing of interest\n".repeat(20_000);
  await writer.write(
    new TextEncoder().encode(attackAt(4, "203.0.113.9") + rest),
  );
  child.kill("SIGINT");
  const { code, out, err } = await finish(child);
  await writer.abort().catch(() => {});
  assert.equal(code, 130);
  assert.match(err, /^Interrupted: /);
  const outcome = JSON.parse(out);
  assert.equal(outcome.isComplete, false);
  assert.equal(outcome.bans.length, 1);
});

Deno.test("dry-run stops reading a file at Ctrl-C", () =>
  withFolder(async (folder) => {
    // A sparse file: a terabyte without a line.
    const [log, long] = [`${folder}/log`, `${folder}/long`];
    Deno.writeTextFileSync(log, attackAt(4, "203.0.113.9"));
    Deno.writeTextFileSync(long, "x\n");
    Deno.truncateSync(long, 2 ** 40);
    const child = spawnDryRun(log, long, log);
    await child.stdin.close();
    const ending = finish(child);
    await until("it reads the long one", () => hasOpen(child.pid, long));
    const before = bytesRead(child.pid);
    await until("it has read some", () => bytesRead(child.pid) > before + 1e7);
    child.kill("SIGINT");
    const { code, out } = await ending;
    assert.equal(code, 130);
    assert.match(out, /long +1 +0 +0 +in part\n.*log +0 +0 +0 +in part\n$/);
  }));

function hasOpen(pid: number, path: string): boolean {
  return [...Deno.readDirSync(`/proc/${pid}/fd`)].some(({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/${pid}/fd/${name}`) === path;
    } catch {
      return false;
    }
  });
}

/** @returns bytes that the process has read so far, from wherever */
function bytesRead(pid: number): number {
  const text = Deno.readTextFileSync(`/proc/${pid}/io`);
  return Number(/^rchar: (\d+)/m.exec(text)?.[1]);
}

Deno.test("dry-run draws a bar on a terminal, without colour, and wipes it off", () =>
  withFolder(async (folder) => {
    const log = `${folder}/log`;
    Deno.writeTextFileSync(log, failureAt(4, 1, "203.0.113.9").repeat(300_000));
    const { code, out } = await runText("script", [
      ...["-qec", `stty cols 120; '${LAUNCHER}' dry-run '${log}'`, "/dev/null"],
    ]);
    assert.equal(code, 0);
    assert.match(out, /\[#*\.*\] +\d+% +\d.* of .*B +.* lines\/s +.* left/);
    assert.match(out, /\r {80,}\r300000 lines, /);
    // deno-lint-ignore no-control-regex -- what a colour begins with
    assert.doesNotMatch(out, /\x1b[^]*300000 lines, /);
  }));

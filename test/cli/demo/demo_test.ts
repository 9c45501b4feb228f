import { deepEqual, equal, match, throws } from "node:assert/strict";
import { LAUNCHER, until } from "../../support/daemon.ts";
import { runText } from "../../support/run.ts";

const SCRATCH = /\/tmp\/fail2deno-demo-[^/]+/;

Deno.test("runDemo() as root sees the kernel ban and unban both attackers", async () => {
  const { code, out, err } = await runText(LAUNCHER, ["demo"]);
  equal(err, "");
  for (
    const expected of [
      /kernel {5}set sshd-v4 \{ 192\.0\.2\.66 expires \d\.\ds \}/,
      /kernel {5}set sshd-v6net64 \{ 2001:db8:0:66::\/64 expires \d\.\ds \}/,
      /attacker {3}connects to 192\.0\.2\.1:22: no answer/,
      /attacker {3}connects to \[2001:db8::1\]:22: no answer/,
      /UNBAN {6}192\.0\.2\.66, after \d\.\d s/,
      /table inet fail2deno is gone/,
      /All \d+ expectations held\.\n$/,
    ]
  ) match(out, expected);
  equal(code, 0);
  deepEqual(out.match(/[^\n\x20-\x7e]/g), null);
  deepEqual(out.split("\n").filter((line) => line.length > 80), []);
  requireGone(out);
});

Deno.test("runDemo() without rights plays in simulate mode and says why", async () => {
  const drop = ["--bounding-set=-sys_admin", "--inh-caps=-sys_admin"];
  const { code, out } = await runText("setpriv", [...drop, LAUNCHER, "demo"]);
  match(
    out,
    /^ {2}Simulate mode: root is needed for network namespaces \(Operation not permitted\)$/m,
  );
  match(out, /WOULD BAN {2}192\.0\.2\.66/);
  match(out, /All \d+ expectations held\.\n$/);
  equal(code, 0);
  requireGone(out);
});

Deno.test("runDemo() leaves no process and no folder when it is interrupted or killed", async (t) => {
  for (const signal of ["SIGINT", "SIGKILL"] as const) {
    await t.step(signal, async () => {
      const child = new Deno.Command(LAUNCHER, {
        args: ["demo"],
        stdin: "null",
        stdout: "piped",
        stderr: "null",
      }).spawn();
      let out = "";
      for await (
        const text of child.stdout.pipeThrough(new TextDecoderStream())
      ) {
        out += text;
        if (!text.includes("1/5")) continue;
        child.kill(signal);
      }
      const { code } = await child.status;
      equal(code, signal === "SIGINT" ? 1 : 137);
      const folder = SCRATCH.exec(out)?.[0] ?? "";
      match(folder, SCRATCH);
      await until(`${folder} is gone`, () => !exists(folder));
      await until(
        "all processes have ended",
        () => processesAbout(folder).length === 0,
        () => processesAbout(folder).join("\n"),
      );
    });
  }
});

/** The folder that the output names is gone. */
function requireGone(out: string): void {
  const folder = SCRATCH.exec(out)?.[0] ?? "";
  match(folder, SCRATCH);
  throws(() => Deno.statSync(folder), Deno.errors.NotFound);
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Command lines that name the folder. */
function processesAbout(folder: string): readonly string[] {
  const found: string[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const words = Deno.readTextFileSync(`/proc/${name}/cmdline`);
      if (words.includes(folder)) found.push(words.replaceAll("\0", " "));
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

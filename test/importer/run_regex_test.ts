import assert from "node:assert/strict";
import type { RegexEvent } from "../../importer/regex_output.ts";
import {
  RegexError,
  runRegex,
  type RunRegexOptions,
} from "../../importer/run_regex.ts";

async function withProgram(
  script: string,
  test: (program: string) => Promise<void>,
): Promise<void> {
  const folder = Deno.makeTempDirSync();
  const program = `${folder}/program`;
  try {
    Deno.writeTextFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    await test(program);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

async function collect(
  args: readonly string[],
  options: RunRegexOptions,
): Promise<RegexEvent[]> {
  return await Array.fromAsync(runRegex(args, options));
}

Deno.test("runRegex() hands arguments on as they are, in an environment of its own", () =>
  withProgram(
    'printf "%s\\n" "$#" "$2" "$PATH" "$LC_ALL" "$HOME$USER"',
    async (program) => {
      const events = await collect(["--", "$(id); 'x'"], { program });
      assert.deepEqual(
        events.map((event) => event.kind === "words" ? event.text : event),
        ["2", "$(id); 'x'", "/usr/sbin:/usr/bin:/sbin:/bin", "C.UTF-8"],
      );
    },
  ));

Deno.test("runRegex() hands on what comes before the end, also without a newline", () =>
  withProgram(
    "printf \"T: Working on line 'x'\\n['192.0.2.7',\\t7.0,\\t{}],\"",
    async (program) => {
      assert.deepEqual(await collect([], { program }), [
        { kind: "line" },
        {
          kind: "failure",
          failure: { host: "192.0.2.7", timeSeconds: 7 },
        },
      ]);
    },
  ));

Deno.test("runRegex() keeps no more than the beginning of a line", () =>
  withProgram(
    "head -c 50000000 /dev/zero | tr '\\0' x; echo; echo end",
    async (program) => {
      const texts = (await collect([], { program })).map((event) =>
        event.kind === "words" ? event.text : ""
      );
      assert.equal(texts.length, 2);
      assert.ok((texts[0]?.length ?? 0) < 10_000);
      assert.equal(texts[1], "end");
    },
  ));

Deno.test("runRegex() throws its last words when it fails", async () => {
  for (const stream of ["1", "2"]) {
    await withProgram(
      `echo first >&${stream}; echo last >&${stream}; exit 255`,
      async (program) => {
        await assert.rejects(collect([], { program }), (error: unknown) => {
          assert.ok(error instanceof RegexError && !error.isAbsent);
          assert.match(error.message, /it says "last"$/);
          return true;
        });
      },
    );
  }
});

Deno.test("runRegex() ends a program that takes too long", () =>
  withProgram("exec sleep 600", async (program) => {
    const started = Date.now();
    await assert.rejects(
      collect([], { program, timeoutMs: 200 }),
      /it ran for 0 s, expected less/,
    );
    assert.ok(Date.now() - started < 10_000);
  }));

Deno.test("runRegex() ends the program when the loop is left", () =>
  withProgram(
    "echo one; exec sleep 600",
    async (program) => {
      const started = Date.now();
      for await (const event of runRegex([], { program })) {
        assert.equal(event.kind, "words");
        break;
      }
      assert.ok(Date.now() - started < 10_000);
    },
  ));

Deno.test("runRegex() says when there is no such program", async () => {
  await assert.rejects(
    collect([], { program: "/nowhere/fail2ban-regex" }),
    (error: unknown) => error instanceof RegexError && error.isAbsent,
  );
});

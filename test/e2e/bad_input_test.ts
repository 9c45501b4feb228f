import { doesNotMatch, match, ok, strictEqual } from "node:assert/strict";
import { LAUNCHER } from "../support/daemon.ts";
import { type RunResult, runText } from "../support/run.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";

const JAIL = SAMPLE_JAIL.replace("@LOG@", "/tmp/fail2deno-none.log");

/** Each: what is wrong, the text, the exit code of `check`, and what the message must name. */
const BAD_CONFIGS: readonly {
  readonly name: string;
  readonly text: string;
  readonly says: RegExp;
  readonly place?: string;
}[] = [
  {
    name: "an unknown key",
    text: JAIL.replace("max_retry", "max_retyr"),
    says: /max_retyr.*max_retry/s,
    place: "8:1",
  },
  {
    name: "a wrong type",
    text: JAIL.replace("max_retry = 5", 'max_retry = "five"'),
    says: /max_retry/,
    place: "8:13",
  },
  {
    name: "a bad duration",
    text: JAIL.replace('"10m"', '"10 parsecs"'),
    says: /10 parsecs/,
    place: "9:13",
  },
  {
    name: "a pattern without a host",
    text: JAIL.replace("from <HOST>'", "from nowhere'"),
    says: /host/i,
    place: "5:11",
  },
  {
    name: "a pattern that does not compile",
    text: JAIL.replace("password for .*", "password for (.*"),
    says: /pattern/i,
    place: "5:11",
  },
  {
    name: "a missing log folder",
    text: JAIL.replace("/tmp/fail2deno-none.log", "/tmp/fail2deno-none/a.log"),
    says: /fail2deno-none/,
    place: "3:12",
  },
  {
    name: "a port out of range",
    text: JAIL.replace('["22"]', '["70000"]'),
    says: /70000/,
    place: "6:10",
  },
  {
    name: "broken TOML",
    text: JAIL.replace("max_retry = 5", "max_retry = = 5"),
    says: /line|expected|unexpected/i,
    place: "8:13",
  },
];

for (const { name, text, says, place } of BAD_CONFIGS) {
  Deno.test(`check refuses ${name} with its place`, async () => {
    const result = await withConfig(text, (file) => cli("check", "-c", file));
    strictEqual(result.code, 78, result.err);
    match(result.err, says);
    if (place !== undefined) ok(result.err.includes(`:${place}`), result.err);
    match(result.err, /\^/);
    isPlain(result);
  });
}

Deno.test("check names every problem at once", async () => {
  const text = JAIL.replace('"10m"', '"x"').replace('["22"]', '["0"]')
    .replace('"1h"', '"y"');
  const { err } = await withConfig(text, (file) => cli("check", "-c", file));
  for (const word of ['"x"', '"y"', '"0"']) ok(err.includes(word), err);
});

Deno.test("run refuses a configuration file that is missing or unreadable", async () => {
  const missing = await cli("run", "-c", "/tmp/fail2deno-none.toml");
  strictEqual(missing.code, 78);
  match(missing.err, /fail2deno-none\.toml/);
  isPlain(missing);
  const outside = await cli("run", "-c", "/usr/share/none.toml");
  strictEqual(outside.code, 78);
  isPlain(outside);
});

Deno.test("check names a log that its user may not read", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-test-" });
  try {
    const log = `${folder}/auth.log`;
    Deno.writeTextFileSync(log, "", { mode: 0o000 });
    const file = `${folder}/config.toml`;
    Deno.writeTextFileSync(file, SAMPLE_JAIL.replace("@LOG@", log));
    const result = await runText("setpriv", [
      ...["--bounding-set", "-dac_override,-dac_read_search"],
      ...["--inh-caps", "-dac_override,-dac_read_search"],
      ...[LAUNCHER, "check", "-c", file],
    ]);
    strictEqual(result.code, 78, result.err);
    match(result.err, /config\.toml:3:12: error: .*permission denied/);
    isPlain(result);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("run without CAP_NET_ADMIN says so with exit code 77", async () => {
  const result = await withConfig(
    JAIL,
    (file) =>
      runText("unshare", [
        ...["-n", "setpriv", "--bounding-set", "-net_admin"],
        ...["--inh-caps", "-net_admin", LAUNCHER, "run", "-c", file],
      ]),
  );
  strictEqual(result.code, 77, result.err);
  match(result.err, /CAP_NET_ADMIN/);
  isPlain(result);
});

Deno.test("an unknown command or option gets a suggestion and exit code 64", async () => {
  const command = await cli("statsu");
  strictEqual(command.code, 64);
  match(command.err, /status/);
  const option = await cli("status", "--jsno");
  strictEqual(option.code, 64);
  match(option.err, /--json/);
  isPlain(option);
});

Deno.test("status without a daemon says where it looked", async () => {
  const result = await withConfig(JAIL, (file) => cli("status", "-c", file));
  strictEqual(result.code, 69);
  match(result.err, /control\.sock/);
  isPlain(result);
});

function cli(...words: string[]): Promise<RunResult> {
  return runText(LAUNCHER, words);
}

async function withConfig<T>(
  text: string,
  use: (file: string) => Promise<T>,
): Promise<T> {
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-test-" });
  try {
    const file = `${folder}/config.toml`;
    const global = `[global]\nsocket_path = "${folder}/control.sock"\n`;
    Deno.writeTextFileSync(file, text + global);
    return await use(file);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Nobody is shown a stack trace. */
function isPlain(result: RunResult): void {
  doesNotMatch(result.err, /\n\s+at |error: Uncaught|file:\/\/\//);
}

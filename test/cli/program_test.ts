import { match, ok, strictEqual } from "node:assert/strict";
import { COMMANDS } from "../../src/cli/commands.ts";
import { runInProcess as run } from "../support/program.ts";

Deno.test("runProgram() lists every command that is not hidden in its help", async () => {
  const { code, out } = await run("--help");
  strictEqual(code, 0);
  for (const { name, isHidden } of COMMANDS) {
    if (isHidden !== true) match(out, new RegExp(`^  ${name}\\b`, "m"));
  }
});

for (const command of COMMANDS) {
  Deno.test(`${command.name} has a help page with its examples`, async () => {
    ok(command.examples.length > 0);
    for (const { line } of command.examples) {
      ok(line.includes(`fail2deno ${command.name}`), line);
    }
    const { code, out } = await run(command.name, "--help");
    strictEqual(code, 0);
    for (const { line } of command.examples) ok(out.includes(line), out);
    if (command.json !== undefined) match(out, /--json/);
  });
}

Deno.test("runProgram() suggests the command that was meant", async () => {
  const { code, err } = await run("nonsense");
  strictEqual(code, 64);
  match(err, /unknown command/);
  match((await run("lsit-bans")).err, /did you mean "list-bans"/);
  match((await run("status", "--jsno")).err, /did you mean "--json"/);
});

Deno.test("runProgram() without a command shows the help and fails", async () => {
  const { code, out, err } = await run();
  strictEqual(code, 64);
  match(out + err, /Commands:/);
});

Deno.test("ban refuses to guess a jail", async () => {
  const { code, err } = await run("ban", "192.0.2.1", "--socket", "/none");
  strictEqual(code, 64);
  match(err, /no jail given/);
});

Deno.test("ban refuses a word that is no duration", async () => {
  const { code, err } = await run(
    ...["ban", "192.0.2.1", "sshd", "--for", "soon", "--socket", "/none"],
  );
  strictEqual(code, 64);
  match(err, /"soon"/);
});

Deno.test("unban wants hosts or --all, not both", async () => {
  strictEqual((await run("unban")).code, 64);
  strictEqual((await run("unban", "192.0.2.1", "--all")).code, 64);
});

Deno.test("runProgram() refuses a missing value, a missing word, a word too many", async () => {
  match((await run("status", "-c")).err, /"-c": it has no value/);
  match((await run("version", "--json=1")).err, /takes no value/);
  match((await run("dry-run")).err, /<file...> is missing/);
  match((await run("status", "a", "b")).err, /"b" is one word too many/);
});

Deno.test("runProgram() takes help as a command and version as an option", async () => {
  match((await run("help", "ban")).out, /^Usage: fail2deno ban <ip\.\.\.>/);
  match((await run("--version")).out, /^fail2deno \d/);
  match((await run("help")).out, /Commands:/);
});

Deno.test("version prints JSON when asked to", async () => {
  const { out } = await run("version", "--json");
  match(JSON.parse(out).fail2deno, /^\d+\.\d+\.\d+$/);
});

Deno.test("check --explain tells engine and literals of each pattern", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-test-" });
  const file = `${folder}/config.toml`;
  Deno.writeTextFileSync(
    file,
    `[jail.a]\nlog_path = "${folder}/log"\nfilter = ['login failed from <HOST>$', '^<HOST>$', 'user .* from <HOST>']\n`,
  );
  const text = await run("check", "--explain", "-c", file);
  const json = await run("check", "--explain", "--json", "-c", file);
  Deno.removeSync(folder, { recursive: true });
  match(
    text.out,
    /engine +linear\n +bound +linear time, .*\n +literals +"[\w ]*ed from "/,
  );
  match(text.out, /none, every line is tried: no literal/);
  match(text.out, /lint +pattern "user \.\* from <HOST>" can take/);
  const { patterns } = JSON.parse(json.out);
  strictEqual(patterns.length, 3);
  strictEqual(patterns[1].declined, "no literal");
});

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { conformanceFolder } from "./shared.ts";

const SCRIPT = fileURLToPath(
  new URL("../../scripts/conformance", import.meta.url),
);

const folder = conformanceFolder();

Deno.test({
  name: "scripts/conformance finds in all recorded lines what fail2ban found",
  ignore: folder === undefined,
  async fn() {
    const { code, lines } = await run(
      `${folder}/cases.jsonl`,
      "--config",
      `${folder}/fail2ban-config`,
      "--config",
      `fail2ban/tests/config=${folder}/fail2ban-tests-config`,
    );
    const [, agreeing, all] =
      /^(\d+) of (\d+) records agree$/.exec(lines.at(-1) ?? "") ?? [];
    assert.equal(agreeing, all, lines.slice(0, 12).join("\n"));
    assert.ok(Number(all) >= 1538, `only ${all} records`);
    assert.equal(code, 0);
  },
});

Deno.test({
  name: "scripts/conformance shows what disagrees, and ends with 1",
  ignore: folder === undefined,
  async fn() {
    const file = await Deno.makeTempFile({ suffix: ".jsonl" });
    try {
      await Deno.writeTextFile(file, `${JSON.stringify(RECORD)}\n`);
      const { code, lines } = await run(
        file,
        "--config",
        `${folder}/fail2ban-config`,
      );
      assert.deepEqual(lines, [
        `0 3proxy: ${RECORD.line}`,
        '  expected {"host":"192.0.2.7","epoch":null}',
        '  got      {"host":"192.0.2.8","epoch":1370909380}',
        "0 of 1 records agree",
      ]);
      assert.equal(code, 1);
    } finally {
      await Deno.remove(file);
    }
  },
});

Deno.test("scripts/conformance refuses what it cannot read, and ends with another code", async () => {
  assert.equal((await run("cases.jsonl")).code, 64);
  assert.equal((await run("a", "b", "--config", "c")).code, 64);
  assert.equal((await run("cases.jsonl", "--frob")).code, 64);
  assert.equal(
    (await run("/nowhere/a.jsonl", "--config", "/nowhere")).code,
    65,
  );
});

const RECORD = {
  seq: 0,
  config: "config",
  filter: "3proxy",
  instance: "3proxy",
  options: {},
  journal: false,
  line:
    "11-06-2013 02:09:40 +0300 PROXY.3128 00004 - 192.0.2.8:28783 0.0.0.0:0 0 0 0 GET http://example.net/ HTTP/1.1",
  match: true,
  expect: { host: "192.0.2.7" },
  epoch: null,
};

async function run(
  ...args: string[]
): Promise<{ code: number; lines: string[] }> {
  const { code, stdout } = await new Deno.Command(SCRIPT, { args }).output();
  return { code, lines: new TextDecoder().decode(stdout).trim().split("\n") };
}

import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { failedPassword, startDaemon, until } from "../support/daemon.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";

Deno.test("db takes a daemon's state out beside it, and into another life elsewhere", async () => {
  await using daemon = await startDaemon({ config: SAMPLE_JAIL });
  daemon.append(failedPassword("203.0.113.9").repeat(5));
  daemon.append(failedPassword("2001:db8::9").repeat(5));
  daemon.append(failedPassword("203.0.113.4").repeat(4));
  await daemon.heard(/Ban host.*2001:db8/);
  const db = (...words: string[]) => daemon.cli("db", ...words);
  const isStored = async () => {
    const { rows } = JSON.parse((await db("check", "--json")).out);
    return rows.failure === 1;
  };
  await until("the failures are stored", isStored);
  const { code, out } = await db("check");
  strictEqual(code, 0, out);
  match(out, /^ban +2 +0$/m);
  const empty = `${daemon.folder}/empty`;
  Deno.writeTextFileSync(empty, "");
  for (const words of [["vacuum"], ["import", empty]]) {
    const { code, err } = await db(...words);
    strictEqual(code, 65);
    match(err, /a daemon uses ".*", expected it stopped/);
  }
  const file = `${daemon.folder}/state.jsonl`;
  strictEqual((await db("export", file)).code, 0);
  await daemon.kill("SIGKILL");
  strictEqual((await db("vacuum")).code, 0);
  Deno.renameSync(`${daemon.folder}/state`, `${daemon.folder}/old`);
  const imported = await db("import", file);
  strictEqual(imported.code, 0, imported.err);
  const records = async (...words: string[]) =>
    (await db("export", ...words)).out.trimEnd().split("\n").slice(1);
  deepStrictEqual(
    await records(),
    await records("--state", `${daemon.folder}/old`),
  );
  await daemon.exec("nft", "flush", "ruleset");
  await daemon.startAgain();
  deepStrictEqual(
    [...(await daemon.kernelBans()).keys()].sort(),
    ["2001:db8::/64", "203.0.113.9"],
  );
  daemon.append(failedPassword("203.0.113.4"));
  await daemon.heard(/Ban host.*203\.0\.113\.4/);
});

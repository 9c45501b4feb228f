import assert from "node:assert/strict";
import { loadConfig } from "../../src/config/load.ts";
import { runInProcess as run } from "../support/program.ts";

const FILTERS = new URL("../../filters/", import.meta.url);

Deno.test("list-filters lists each filter with its modes, and those with a word", async () => {
  const { code, out } = await run("list-filters", "--json");
  assert.equal(code, 0);
  const filters: { name: string; modes: string[] }[] = JSON.parse(out);
  const sshd = filters.find(({ name }) => name === "sshd");
  assert.deepEqual(sshd?.modes, ["ddos", "extra", "aggressive"]);
  const some = await run("list-filters", "NGINX");
  assert.match(some.out, /^FILTER +MODES +WHAT IT FINDS\n(?:nginx-\S+ .*\n)+$/);
  assert.equal((await run("list-filters", "no such word")).code, 1);
});

Deno.test("gen-config prints a jail that can be loaded, for each filter and mode", async () => {
  const { out } = await run("list-filters", "--json");
  const filters: { name: string; modes: string[] }[] = JSON.parse(out);
  for (const { name, modes } of filters) {
    for (const mode of ["normal", ...modes]) {
      const { code, out } = await run("gen-config", name, "--mode", mode);
      assert.equal(code, 0, name);
      const file = await Deno.makeTempFile({ suffix: ".toml" });
      await Deno.writeTextFile(file, out);
      const { jails } = loadConfig({ file, filtersFolders: [FILTERS] });
      assert.equal(jails[0]?.name, name);
      await Deno.remove(file);
    }
  }
});

Deno.test("gen-config refuses a filter and a mode that there are none of", async () => {
  const { code, err } = await run("gen-config", "postfx");
  assert.equal(code, 64);
  assert.match(err, /did you mean "postfix"/);
  const wrong = await run("gen-config", "sshd", "-m", "loud");
  assert.equal(wrong.code, 64);
  assert.match(wrong.err, /expected normal, ddos, extra, aggressive/);
});

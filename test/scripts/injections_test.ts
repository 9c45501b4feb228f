import assert from "node:assert/strict";
import { parseFilterFile } from "../../src/config/filter_file.ts";
import { fillHits, findVictims, forgeLines } from "../../scripts/injections.ts";

function filterOf(pattern: string, escaped = "") {
  return parseFilterFile(
    `description = "d"
fail = ['${pattern}']
escaped = "${escaped}"
[[hit]]
line = "Nov 20 19:08:01 box app: user bob from 192.0.2.1 port 7"
host = "192.0.2.1"
attacker = ["bob"]
[[hit]]
line = "Nov 20 19:08:02 box app: user eve from 192.0.2.2 port 7"
host = "192.0.2.2"
`,
    "app.toml",
  );
}

Deno.test("fillHits() puts pieces of the samples where an attacker writes, the same ones each time", () => {
  const filter = filterOf("^ box app: user .* from <HOST> port 7$");
  const forged = fillHits(filter);
  assert.ok(forged.length >= 20);
  assert.deepEqual(fillHits(filter), forged);
  for (const { line, host } of forged) {
    assert.equal(host, "192.0.2.1");
    assert.ok(line.endsWith(" from 192.0.2.1 port 7"), line);
    assert.match(line, /203\.0\.113\.66|2001:db8:bad::66/);
  }
});

Deno.test("fillHits() leaves out what the service does not let into its log", () => {
  const forged = fillHits(filterOf("user .* from <HOST> port 7$", " :"));
  for (const { line } of forged) {
    const [, user = ""] =
      /app: user (.*) from 192\.0\.2\.1 port 7$/.exec(line) ?? [];
    assert.match(user, /^[^ :]+$/);
  }
});

Deno.test("forgeLines() also has each sample logged by another program that was given it", () => {
  const filter = filterOf("^ box app: user .* from <HOST> port 7$");
  const quoted = forgeLines(filter).slice(0, -fillHits(filter).length);
  assert.equal(quoted.length, 8);
  for (const { line } of quoted) {
    assert.match(line, /box app\[811\]: .*(203\.0\.113\.66|2001:db8:bad::66)/);
  }
});

Deno.test("findVictims() finds nobody where the last host counts, and somebody where the first does", () => {
  const sound = filterOf("^ box app: user .* from <HOST> port 7$");
  assert.deepEqual(findVictims(sound), []);
  const open = filterOf("^ box app: user .*? from <HOST> port 7");
  assert.ok(findVictims(open).length > 0);
  const anywhere = filterOf("user [a-z]+ from <HOST> port");
  assert.ok(findVictims(anywhere).length > 0);
});

import assert from "node:assert/strict";

const CANARY = new URL("../../src/match/canary.ts", import.meta.url).href;
const FALLBACK = "--enable-experimental-regexp-engine-on-excessive-backtracks";
const CLASSIFIER = "--enable-experimental-regexp-engine";

async function askCanary(v8Flags: readonly string[]): Promise<string> {
  const code = `import { isLinearFallbackLive } from "${CANARY}";
console.log(isLinearFallbackLive());`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      "--no-lock",
      ...(v8Flags.length > 0 ? [`--v8-flags=${v8Flags.join(",")}`] : []),
      code,
    ],
  }).output();
  const decoder = new TextDecoder();
  return decoder.decode(stdout).trim() || decoder.decode(stderr);
}

Deno.test("isLinearFallbackLive() says yes with both flags", async () => {
  assert.equal(await askCanary([FALLBACK, CLASSIFIER]), "true");
});

Deno.test("isLinearFallbackLive() says no without the fallback", async () => {
  assert.equal(await askCanary([CLASSIFIER]), "false");
});

Deno.test("isLinearFallbackLive() says no without the classifier", async () => {
  assert.equal(await askCanary([FALLBACK]), "false");
});

Deno.test("isLinearFallbackLive() says no without flags", async () => {
  assert.equal(await askCanary([]), "false");
});

import assert from "node:assert/strict";
import { loadConfig } from "../../src/config/load.ts";
import { renderReference } from "../../src/config/reference.ts";
import { createMemoryFiles, MAIN_FILE } from "./render_case.ts";

const PAGE = Deno.readTextFileSync(
  new URL("../../docs/configuration.md", import.meta.url),
);

/** The formatter aligns columns; blanks and rules do not count. */
function squeeze(markdown: string): string {
  return markdown.replaceAll(/-{3,}/g, "---").replaceAll(/ +/g, " ").trim();
}

Deno.test("docs/configuration.md ends with what renderReference() gives", () => {
  const reference = PAGE.slice(PAGE.indexOf("### `[global]`"));
  assert.equal(squeeze(reference), squeeze(renderReference()));
});

Deno.test("docs/configuration.md shows only TOML that loads", () => {
  const samples = [...PAGE.matchAll(/```toml\n(.*?)```/gs)];
  assert.ok(samples.length >= 5);
  const jail = `[jail.x]\nlog_path = "/x"\nfilter = ["<HOST>"]\n`;
  for (const [, sample = ""] of samples) {
    const own = sample.includes("log_path") ? "" : sample.replace(
      /^\[jail\.(\w+)\.backend.*$/m,
      `[jail.$1]\nlog_path = "/x"\nfilter = ["<HOST>"]\n$&`,
    );
    requireSound(own === "" ? sample : `${jail}${own}`);
  }
});

Deno.test("docs/sources.md shows only TOML that loads", () => {
  const page = Deno.readTextFileSync(
    new URL("../../docs/sources.md", import.meta.url),
  );
  const samples = [...page.matchAll(/```toml\n(.*?)```/gs)];
  assert.ok(samples.length >= 4);
  for (const [, sample = ""] of samples) requireSound(sample);
});

function requireSound(text: string): void {
  const config = loadConfig({
    file: MAIN_FILE,
    filtersFolders: [new URL("../../filters/", import.meta.url)],
    strict: true,
    ...createMemoryFiles(new Map([[MAIN_FILE, text]])),
    exists: (path) => path.endsWith("/filters/sshd.toml"),
    readText: (path) => path === MAIN_FILE ? text : Deno.readTextFileSync(path),
  });
  assert.deepEqual(config.warnings, []);
}

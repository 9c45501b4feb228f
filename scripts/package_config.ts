/**
 * Turns deno.json into the one of a packaged program: its permissions, and nothing that is for building.
 *
 *     deno run --allow-read=deno.json scripts/package_config.ts deno.json    # prints it
 *
 * @module
 */

/** What is read of deno.json. */
export interface ProjectConfig {
  readonly version: string;
  readonly license: string;
  readonly unstable: readonly string[];
  readonly permissions: Readonly<Record<string, unknown>>;
}

/** @returns the text of the packaged file; no lock, since nothing is left to fetch */
export function packageConfig(config: ProjectConfig): string {
  const { version, license, unstable, permissions } = config;
  const packaged = { version, license, lock: false, unstable, permissions };
  return `${JSON.stringify(packaged, null, 2)}\n`;
}

if (import.meta.main) {
  const [file = ""] = Deno.args;
  const text = packageConfig(JSON.parse(Deno.readTextFileSync(file)));
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}

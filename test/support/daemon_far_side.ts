/**
 * A server in the namespace of a daemon under test, which writes down what it is told.
 *
 * @module
 */

import type { TestDaemon } from "./daemon.ts";

/** Takes what is posted to any path, a JSON text each. */
export class FarSide<Told> implements AsyncDisposable {
  readonly #file: string;
  readonly #child: Deno.ChildProcess;

  /** Starts it; it listens soon. */
  constructor({ folder, namespace }: TestDaemon, port: number) {
    this.#file = `${folder}/told`;
    const server =
      `Deno.serve({ port: ${port}, hostname: "127.0.0.1" }, async (request) => {
      const line = await request.text() + "\\n";
      Deno.writeTextFileSync(${
        JSON.stringify(this.#file)
      }, line, { append: true });
      return new Response("");
    })`;
    this.#child = new Deno.Command("ip", {
      args: ["netns", "exec", namespace, Deno.execPath(), "eval", server],
      stdout: "null",
      stderr: "null",
    }).spawn();
  }

  /** What it was told, in order. */
  get told(): readonly Told[] {
    try {
      return Deno.readTextFileSync(this.#file).trim().split("\n")
        .map((line) => JSON.parse(line));
    } catch {
      // Nothing was told yet, or is being written.
      return [];
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
  }
}

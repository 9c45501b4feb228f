/**
 * A server in the namespace of a daemon under test, which writes down what it is told.
 *
 * @module
 */

import type { TestDaemon } from "./daemon.ts";

/** How a far side behaves. */
export interface FarSideOptions {
  readonly port: number;
  /** JavaScript for the line that is written down of a `request`; default its body. */
  readonly note?: string;
  /** File below the daemon's folder whose text is the answer; default none. */
  readonly answer?: string;
}

/** Takes what is sent to any path, a line each. */
export class FarSide<Told = unknown> implements AsyncDisposable {
  readonly #file: string;
  readonly #child: Deno.ChildProcess;

  /** Starts it; it listens soon. */
  constructor(
    { folder, namespace }: TestDaemon,
    { port, note = "await request.text()", answer }: FarSideOptions,
  ) {
    this.#file = `${folder}/told`;
    const text = answer === undefined
      ? '""'
      : `Deno.readTextFileSync(${JSON.stringify(`${folder}/${answer}`)})`;
    const server =
      `Deno.serve({ port: ${port}, hostname: "127.0.0.1" }, async (request) => {
      const line = ${note} + "\\n";
      Deno.writeTextFileSync(${
        JSON.stringify(this.#file)
      }, line, { append: true });
      return new Response(${text});
    })`;
    this.#child = new Deno.Command("ip", {
      args: ["netns", "exec", namespace, Deno.execPath(), "eval", server],
      stdout: "null",
      stderr: "null",
    }).spawn();
  }

  /** What it was told, in order. */
  get lines(): readonly string[] {
    try {
      return Deno.readTextFileSync(this.#file).trim().split("\n");
    } catch {
      // Nothing was told yet.
      return [];
    }
  }

  /** The same, where each line is JSON. */
  get told(): readonly Told[] {
    try {
      return this.lines.map((line) => JSON.parse(line));
    } catch {
      // The last one is being written.
      return [];
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
  }
}

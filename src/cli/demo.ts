/**
 * `fail2deno demo`.
 *
 * @module
 */

import type { Command } from "./command.ts";

/** Shows everything at work, in namespaces of its own. */
export const DEMO: Command = {
  name: "demo",
  summary: "See a real attack end in a real drop, in namespaces of its own",
  details:
    "As root: the real daemon, the real kernel, three network namespaces that vanish with the demo. " +
    "Otherwise the same in simulate mode. This machine's own firewall is never touched.",
  options: [{
    form: "--role <role>",
    summary: "what this process plays for the demo that started it",
  }],
  examples: [{ line: "fail2deno demo", summary: "takes less than 20 seconds" }],
  run: async ({ options, context }) => {
    const { runDemo } = await import("./demo/demo.ts");
    const role = typeof options.role === "string" ? options.role : undefined;
    return await runDemo({ role, output: context });
  },
};

/**
 * `fail2deno completions SHELL`.
 *
 * @module
 */

import { EXIT } from "../util/exit_codes.ts";
import type { Command, Invocation } from "./command.ts";
import { findVerb, type Verb, type Verbs } from "./find_verb.ts";
import { loadInvocationConfig, openDaemon } from "./setup.ts";

/** Teaches shells the command line. */
export const COMPLETIONS: Command = {
  name: "completions",
  summary: "Print what makes bash, zsh or fish complete commands and jails",
  details:
    "Names of jails come from the daemon, or from the configuration where none runs; jails lists them as the scripts ask for them.",
  arguments: [{
    form: "<shell>",
    summary: "bash, zsh, fish; or jails",
    takes: ["bash", "zsh", "fish", "jails"],
  }],
  examples: [
    {
      line: "source <(fail2deno completions bash)",
      summary: "in ~/.bashrc",
    },
    {
      line:
        "fail2deno completions zsh > /usr/local/share/zsh/site-functions/_fail2deno",
      summary: "for all users of zsh",
    },
    {
      line:
        "fail2deno completions fish > ~/.config/fish/completions/fail2deno.fish",
      summary: "for one user of fish",
    },
  ],
  asksDaemon: true,
  run: async (invocation) => {
    const [word = ""] = invocation.words;
    const load = findVerb({ command: "completions", verbs: SHELLS }, word);
    return (await load())(invocation);
  },
};

const SHELLS: Verbs = {
  bash: async () => say((await import("./shells/bash.ts")).bashCompletion),
  zsh: async () => say((await import("./shells/zsh.ts")).zshCompletion),
  fish: async () => say((await import("./shells/fish.ts")).fishCompletion),
  jails: () => Promise.resolve(listJails),
};

function say(write: (commands: readonly Command[]) => string): Verb {
  return ({ context, commands }) => {
    context.out(write(commands));
    return EXIT.ok;
  };
}

async function listJails(invocation: Invocation) {
  const names = await askDaemon(invocation).catch(() =>
    readConfig(invocation).catch(() => [])
  );
  invocation.context.out(names.map((name) => `${name}\n`).join(""));
  return EXIT.ok;
}

async function askDaemon(invocation: Invocation): Promise<string[]> {
  const { jails } = await (await openDaemon(invocation)).status();
  return jails.map(({ name }) => name);
}

async function readConfig(invocation: Invocation): Promise<string[]> {
  const { jails } = await loadInvocationConfig(invocation);
  return jails.map(({ name }) => name);
}

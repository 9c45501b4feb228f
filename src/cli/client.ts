/**
 * `fail2deno client`, and the program itself where it is called `fail2ban-client`.
 *
 * @module
 */

import { ConfigError } from "../config/problems.ts";
import { FAIL2BAN_VERSION } from "../control/fail2ban/answer_command.ts";
import { DaemonUnreachableError } from "../control/types.ts";
import { evaluateDuration } from "../util/duration.ts";
import { EXIT, type ExitCode } from "../util/exit_codes.ts";
import { VERSION } from "../version.ts";
import { formatAnswer, formatRefusal } from "./client_text.ts";
import { type ClientRequest, readClientWords } from "./client_words.ts";
import { type Command, type Invocation, UsageError } from "./command.ts";
import { formatCommandHelp } from "./help.ts";
import { reportFailure } from "./failure.ts";
import { printPython } from "./client_repr.ts";
import { loadFullConfig, openDaemon } from "./setup.ts";

/** Speaks as fail2ban-client does. */
export const CLIENT: Command = {
  name: "client",
  summary: "Take fail2ban-client's words, and print what it prints",
  details:
    "For scripts that call fail2ban-client. A link of that name to this program does the same without the word client. " +
    "Which commands there are, and what is different, is in docs/fail2ban_protocol.md. " +
    "Exit code 255 whenever something is wrong, as there.",
  arguments: [{ form: "<command...>", summary: "as fail2ban-client takes it" }],
  options: [
    {
      form: "-c, --conf <path>",
      summary: "configuration file of fail2deno; a folder is passed over",
    },
    { form: "-t, --test", summary: "test the configuration" },
    {
      form: "--str2sec <duration>",
      summary: "say how many seconds that is",
    },
    {
      form: "-V, --version",
      summary: "the version of fail2ban whose words are taken",
    },
    { form: "-h, --help", summary: "show this help" },
  ],
  examples: [
    { line: "fail2deno client status sshd", summary: "a jail and its hosts" },
    {
      line: "fail2deno client set sshd unbanip 192.0.2.7",
      summary: "free a host",
    },
    {
      line: "fail2deno client get sshd banip --with-time",
      summary: "who is banned, and until when",
    },
  ],
  readsWords: true,
  run: runClient,
};

async function runClient(invocation: Invocation): Promise<ExitCode> {
  try {
    return await carryOut(readClientWords(invocation.words), invocation);
  } catch (error) {
    const { context } = invocation;
    if (error instanceof DaemonUnreachableError) {
      context.err(`fail2ban-client: ERROR   ${error.message}\n`);
    } else if (error instanceof UsageError) {
      context.err(`fail2ban-client: ${error.message}\n`);
    } else reportFailure(error, context);
    return EXIT.fail2ban;
  }
}

async function carryOut(
  request: ClientRequest,
  invocation: Invocation,
): Promise<ExitCode> {
  const { out, width } = invocation.context;
  switch (request.kind) {
    case "help":
      out(formatCommandHelp(CLIENT, width));
      return EXIT.ok;
    case "short version":
      out(`${FAIL2BAN_VERSION}\n`);
      return EXIT.ok;
    case "version":
      out(`Fail2Ban v${FAIL2BAN_VERSION} (fail2deno ${VERSION})\n`);
      return EXIT.ok;
    case "seconds":
      out(`${readSeconds(request.text)}\n`);
      return EXIT.ok;
    case "test":
      return await testConfig(configured(invocation, request.config));
    case "command":
      return await ask(request, configured(invocation, request.config));
  }
}

async function ask(
  { typed, words }: ClientRequest & { readonly kind: "command" },
  invocation: Invocation,
): Promise<ExitCode> {
  const { out, err } = invocation.context;
  const client = await openDaemon(invocation);
  const outcome = await client.fail2ban({ words });
  if ("value" in outcome) {
    out(`${formatAnswer(typed, outcome.value)}\n`);
    return EXIT.ok;
  }
  const { message } = outcome.refusal;
  err(`fail2ban-client: ERROR   NOK: ${printPython({ tuple: [message] })}\n`);
  out(`${formatRefusal(outcome.refusal)}\n`);
  return EXIT.fail2ban;
}

async function testConfig(invocation: Invocation): Promise<ExitCode> {
  const { out } = invocation.context;
  try {
    await loadFullConfig(invocation, { strict: true });
    out("OK: configuration test is successful\n");
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    reportFailure(error, invocation.context);
    out("ERROR: test configuration failed\n");
    return EXIT.fail2ban;
  }
}

/** `-c` is a folder for fail2ban, and a file here. */
function configured(invocation: Invocation, config?: string): Invocation {
  if (config === undefined || isFolder(config)) return invocation;
  return { ...invocation, options: { config } };
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch (error) {
    // A folder of fail2ban's that is gone since the migration, or an error to be told when the file is read.
    if (!(error instanceof Deno.errors.NotFound)) return false;
    return !path.endsWith(".toml");
  }
}

function readSeconds(text: string): number {
  try {
    return evaluateDuration(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(error.message);
  }
}

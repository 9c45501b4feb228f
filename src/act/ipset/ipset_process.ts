/**
 * One `ipset -` that lives on and is fed with commands.
 *
 * It carries out each at once, says nothing of those that went well, and goes on after one that did not. What it complains
 * of is not held back by any buffer, so that a command which is wrong on purpose, and names a number, tells that all before
 * it have been carried out:
 *
 *     add f2d-sshd-v4 192.0.2.7 timeout 600
 *     flush f2d-acknowledge-all-before-this-one-17
 *     ◄ ipset v7.17: Syntax error: setname 'f2d-acknowledge-all-before-this-one-17' is longer than 31 characters
 *
 * @module
 */

import { PROGRAM_ENV } from "../../util/read_program.ts";

/** Longer than any name that ipset takes. */
const MARK = "f2d-acknowledge-all-before-this-one-";
const DEADLINE_MS = 60_000;
const ERROR_LIMIT = 1024;
const DEAD = "ipset has ended, or could not be started";

/** A command that was refused. */
export interface CommandFailure {
  /** Of the commands, from 0. */
  readonly index: number;
  /** In ipset's own words; not escaped. */
  readonly message: string;
}

interface Child {
  readonly process: Deno.ChildProcess;
  readonly writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  /** Read and not used yet. */
  text: string;
}

/** See the module. One call at a time. */
export class IpsetProcess {
  readonly #program: string;
  #child: Child | undefined;
  #marks = 0;

  /** Starts nothing yet. @param program absolute path */
  constructor(program: string) {
    this.#program = program;
  }

  /**
   * Has commands carried out that may just as well be carried out twice: where one of them is refused they are all given
   * again, to find out which.
   *
   * @returns those that were refused
   */
  async run(commands: readonly string[]): Promise<readonly CommandFailure[]> {
    if (commands.length === 0) return [];
    const mark = this.#nextMark();
    const answers = await this.#ask([...commands, `flush ${mark}`], [mark]);
    return answers?.[0] === "" ? [] : await this.runEach(commands);
  }

  /** Has commands carried out, each on its own. @returns those that were refused */
  async runEach(
    commands: readonly string[],
  ): Promise<readonly CommandFailure[]> {
    const marks = commands.map(() => this.#nextMark());
    const answers = await this.#ask(
      commands.flatMap((command, index) => [command, `flush ${marks[index]}`]),
      marks,
    );
    return commands.flatMap((_, index) => {
      const message = answers?.[index] ?? DEAD;
      return message === "" ? [] : [{ index, message }];
    });
  }

  /** Ends it. */
  async close(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child !== undefined) await finish(child);
  }

  #nextMark(): string {
    return `${MARK}${++this.#marks}`;
  }

  /** @returns what was said before each mark; `undefined` when there is no process, or it ended */
  async #ask(
    lines: readonly string[],
    marks: readonly string[],
  ): Promise<readonly string[] | undefined> {
    let child: Child;
    try {
      child = this.#child ??= start(this.#program);
    } catch {
      return undefined;
    }
    const deadline = setTimeout(() => kill(child), DEADLINE_MS);
    try {
      const text = new TextEncoder().encode(`${lines.join("\n")}\n`);
      const writing = child.writer.write(text).catch(() => {});
      const answers: string[] = [];
      for (const mark of marks) {
        const answer = await readAnswer(child, mark);
        if (answer === undefined) break;
        answers.push(answer);
      }
      await writing;
      if (answers.length === marks.length) return answers;
      this.#child = undefined;
      await finish(child);
      return undefined;
    } finally {
      clearTimeout(deadline);
    }
  }
}

function start(program: string): Child {
  const process = new Deno.Command(program, {
    args: ["-exist", "-"],
    clearEnv: true,
    env: PROGRAM_ENV,
    cwd: "/",
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  return {
    process,
    writer: process.stdin.getWriter(),
    reader: process.stderr.getReader(),
    text: "",
  };
}

function kill({ process }: Child): void {
  try {
    process.kill("SIGKILL");
  } catch {
    // It has ended in the meantime.
  }
}

async function finish(child: Child): Promise<void> {
  await child.writer.close().catch(() => {});
  await child.reader.cancel().catch(() => {});
  await child.process.status;
}

/** @returns what was said before the mark; `undefined` when the process ended */
async function readAnswer(
  child: Child,
  mark: string,
): Promise<string | undefined> {
  const decoder = new TextDecoder();
  const closing = `'${mark}'`;
  for (;;) {
    const at = child.text.indexOf(closing);
    const end = at < 0 ? -1 : child.text.indexOf("\n", at);
    if (end >= 0) {
      const said = child.text.slice(0, child.text.lastIndexOf("\n", at) + 1);
      child.text = child.text.slice(end + 1);
      return said.slice(0, ERROR_LIMIT).trim();
    }
    const { done, value } = await child.reader.read();
    if (done) return undefined;
    child.text += decoder.decode(value);
  }
}

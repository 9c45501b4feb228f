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

import { Coprocess } from "../../util/coprocess.ts";

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

/** See the module. One call at a time. */
export class IpsetProcess {
  readonly #program: string;
  #process: Coprocess | undefined;
  /** Read and not used yet. */
  #text = "";
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
    const process = this.#process;
    this.#process = undefined;
    await process?.end();
  }

  #nextMark(): string {
    return `${MARK}${++this.#marks}`;
  }

  /** @returns what was said before each mark; `undefined` when there is no process, or it ended */
  async #ask(
    lines: readonly string[],
    marks: readonly string[],
  ): Promise<readonly string[] | undefined> {
    let process: Coprocess;
    try {
      process = this.#process ??= this.#start();
    } catch {
      return undefined;
    }
    const deadline = setTimeout(() => process.kill(), DEADLINE_MS);
    try {
      const writing = process.write(`${lines.join("\n")}\n`);
      const answers: string[] = [];
      for (const mark of marks) {
        const answer = await this.#readAnswer(process, mark);
        if (answer === undefined) break;
        answers.push(answer);
      }
      await writing;
      if (answers.length === marks.length) return answers;
      this.#process = undefined;
      await process.end();
      return undefined;
    } finally {
      clearTimeout(deadline);
    }
  }

  #start(): Coprocess {
    this.#text = "";
    const args = ["-exist", "-"];
    return new Coprocess(this.#program, { args, answers: "errors" });
  }

  /** @returns what was said before the mark; `undefined` when the process ended */
  async #readAnswer(
    process: Coprocess,
    mark: string,
  ): Promise<string | undefined> {
    const closing = `'${mark}'`;
    for (;;) {
      const at = this.#text.indexOf(closing);
      const end = at < 0 ? -1 : this.#text.indexOf("\n", at);
      if (end >= 0) {
        const start = this.#text.lastIndexOf("\n", at) + 1;
        const said = this.#text.slice(0, start);
        this.#text = this.#text.slice(end + 1);
        return said.slice(0, ERROR_LIMIT).trim();
      }
      const part = await process.read();
      if (part === undefined) return undefined;
      this.#text += part;
    }
  }
}

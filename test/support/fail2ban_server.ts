/**
 * A real fail2ban in a scratch folder, which knows nothing of the machine's own.
 *
 * @module
 */

import { strictEqual } from "node:assert/strict";
import {
  FAIL2BAN_CONFIG,
  FAIL2BAN_PROGRAMS,
  PYTHON_MODULES,
} from "./fail2ban.ts";
import { type RunResult, runText } from "./run.ts";

/** What the server is made of. */
export interface Fail2banServerFiles {
  /** Text of jail.conf; `@` is the folder. */
  readonly jails: string;
  /** Texts of filters by name; `common` and `sshd` are always there. */
  readonly filters?: Readonly<Record<string, string>>;
}

/** A server that `start` starts, and disposal stops. */
export class Fail2banServer implements AsyncDisposable {
  readonly database: string;
  /** Of the configuration, as `fail2ban-client -c` takes it. */
  readonly config: string;
  readonly #folder: string;

  /** Writes the configuration. @param folder an empty one */
  constructor(folder: string, { jails, filters = {} }: Fail2banServerFiles) {
    this.#folder = folder;
    this.config = `${folder}/config`;
    this.database = `${folder}/bans.sqlite3`;
    Deno.mkdirSync(`${this.config}/filter.d`, { recursive: true });
    Deno.writeTextFileSync(
      `${this.config}/fail2ban.conf`,
      `[Definition]\nloglevel = INFO\nlogtarget = ${folder}/log\nsyslogsocket = auto\nsocket = ${folder}/socket\n` +
        `pidfile = ${folder}/pid\ndbfile = ${this.database}\ndbpurgeage = 1d\ndbmaxmatches = 10\nallowipv6 = auto\n`,
    );
    Deno.writeTextFileSync(
      `${this.config}/jail.conf`,
      jails.replaceAll("@", folder),
    );
    for (const name of ["sshd.conf", "common.conf"]) {
      Deno.copyFileSync(
        `${FAIL2BAN_CONFIG}/filter.d/${name}`,
        `${this.config}/filter.d/${name}`,
      );
    }
    for (const [name, text] of Object.entries(filters)) {
      Deno.writeTextFileSync(`${this.config}/filter.d/${name}.conf`, text);
    }
  }

  /** @returns what the client says of it */
  async ask(...words: readonly string[]): Promise<string> {
    const { code, out, err } = await this.run(...words);
    strictEqual(code, 0, `${words.join(" ")}: ${out}${err}`);
    return out.trim();
  }

  /** Runs the client. */
  run(...words: readonly string[]): Promise<RunResult> {
    return runFail2banClient(
      [
        ...["-c", this.config, "-s", `${this.#folder}/socket`],
        ...["-p", `${this.#folder}/pid`, ...words],
      ],
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.ask("stop");
  }
}

/** Runs Debian's fail2ban-client. @param words with the options that say whom it asks */
export function runFail2banClient(
  words: readonly string[],
): Promise<RunResult> {
  return runText(
    "/usr/bin/python3",
    [`${FAIL2BAN_PROGRAMS}/fail2ban-client`, ...words],
    // It starts the server by its name.
    {
      PYTHONPATH: PYTHON_MODULES,
      PATH: `${FAIL2BAN_PROGRAMS}:/usr/sbin:/usr/bin:/sbin:/bin`,
    },
  );
}

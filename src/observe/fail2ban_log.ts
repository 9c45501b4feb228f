/**
 * The log file that fail2ban would write, for tools that read it.
 *
 * @module
 */

import type { Ban, Decision, Verdict } from "../track/types.ts";
import { formatLocalTime } from "../util/local_time.ts";
import type { Logger } from "../util/log.ts";
import { AppendFile } from "./append_file.ts";
import {
  describeIncrease,
  type Fail2banLine,
  formatFail2banLine,
} from "./fail2ban_line.ts";

/** What the log is made with. */
export interface Fail2banLogOptions {
  /** Hears of trouble with the file. */
  readonly log: Logger;
  /** Whether bans of a jail grow longer each time. @param jail its name */
  readonly hasIncrement: (jail: string) => boolean;
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number;
}

/** What it takes of a failure. */
export interface LoggedFailure {
  readonly jail: string;
  readonly host: string;
  readonly timeSeconds: number;
}

/** Writes nothing before `open` names a file. */
export class Fail2banLog {
  readonly #options: Fail2banLogOptions;
  readonly #now: () => number;
  #path: string | undefined;
  #file: AppendFile | undefined;

  constructor(options: Fail2banLogOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Goes over to a file, also where one of the same name is new. @param path absent: nothing is written any more */
  async open(path: string | undefined): Promise<void> {
    if (path === this.#path) {
      this.#file?.reopen();
      return;
    }
    const before = this.#file;
    this.#path = path;
    this.#file = path === undefined ? undefined : this.#createFile(path);
    await before?.close();
  }

  /** A failure was counted. */
  noteFailure(failure: LoggedFailure, verdict: Verdict): void {
    if (this.#file === undefined || verdict === "ignored") return;
    const { jail, host, timeSeconds } = failure;
    const text = `Found ${host} - ${formatLocalTime(timeSeconds)}`;
    this.#write({ part: "filter", level: "INFO", jail, text });
    if (verdict === "already banned") this.#act(jail, `${host} already banned`);
  }

  /** A decision was carried out. */
  noteDecision({ kind, ban }: Decision): void {
    if (this.#file === undefined) return;
    if (kind === "unban") return this.#act(ban.jail, `Unban ${ban.host}`);
    if (kind === "ban") this.#act(ban.jail, `Ban ${ban.host}`);
    const isLonger = ban.count > 1 && this.#options.hasIncrement(ban.jail);
    if (kind === "ban" && !isLonger) return;
    this.#write({
      part: "observer",
      level: "NOTICE",
      jail: ban.jail,
      text: `Increase Ban ${ban.host} (${describeIncrease(ban)})`,
    });
  }

  /** Bans of an earlier life go on. */
  noteRestored(bans: () => readonly Ban[]): void {
    if (this.#file === undefined) return;
    for (const { jail, host } of bans()) this.#act(jail, `Restore Ban ${host}`);
  }

  /** Writes what waits. */
  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  #act(jail: string, text: string): void {
    this.#write({ part: "actions", level: "NOTICE", jail, text });
  }

  #write(line: Fail2banLine): void {
    const now = { pid: Deno.pid, ms: this.#now() };
    this.#file?.append(formatFail2banLine(line, now));
  }

  #createFile(path: string): AppendFile {
    const { log } = this.#options;
    return new AppendFile({
      path,
      onTrouble: (reason) =>
        log.warn(
          "Cannot write fail2ban_log, keep lines as far as there is room",
          {
            path,
            reason,
          },
        ),
      onRecovery: (lost) =>
        log[lost > 0 ? "warn" : "info"]("fail2ban_log is written again", {
          path,
          lost,
        }),
    });
  }
}

/**
 * What the daemon tells of its work: in its log, in fail2ban's where that is wanted, and in numbers.
 *
 * @module
 */

import type { ActProblem } from "../act/types.ts";
import type { Ban, Decision } from "../track/types.ts";
import type { Logger } from "../util/log.ts";
import { announceDecision } from "./announce_decision.ts";
import { Fail2banLog } from "./fail2ban_log.ts";
import { RoomReports } from "./room_reports.ts";

/** What an announcer works with. */
export interface AnnouncerOptions {
  readonly log: Logger;
  /** Whether a jail's bans grow longer. @param jail its name */
  readonly hasIncrement: (jail: string) => boolean;
  /** Whether a jail's hosts come by the thousand, and are told of together. @param jail its name */
  readonly isFed: (jail: string) => boolean;
}

/** One voice for all of it. */
export class Announcer {
  /** See `fail2ban_log`. */
  readonly fail2banLog: Fail2banLog;
  /** Decisions that could not be carried out. */
  problems = 0;
  /** Bans that ended. */
  unbans = 0;
  readonly #log: Logger;
  readonly #isFed: (jail: string) => boolean;
  readonly #roomReports: RoomReports;

  /** Opens nothing yet. */
  constructor({ log, hasIncrement, isFed }: AnnouncerOptions) {
    this.#isFed = isFed;
    this.#log = log;
    this.#roomReports = new RoomReports(log);
    this.fail2banLog = new Fail2banLog({ log, hasIncrement });
  }

  /** A decision was carried out. */
  noteDecision(decision: Decision, nowSeconds: number): void {
    this.#roomReports.note(decision, nowSeconds);
    if (decision.kind === "unban") this.unbans++;
    if (this.#isFed(decision.ban.jail)) return;
    announceDecision(decision, this.#log);
    this.fail2banLog.noteDecision(decision);
  }

  /** Bans of an earlier life go on. */
  noteRestored(bans: () => readonly Ban[]): void {
    this.fail2banLog.noteRestored(() =>
      bans().filter(({ jail }) => !this.#isFed(jail))
    );
  }

  /** A decision could not be carried out. */
  noteProblem({ action, phase, jail, host, message }: ActProblem): void {
    this.problems++;
    const where = { action, phase, jail, host };
    this.#log.error("Action failed", { ...where, reason: message });
  }
}

/**
 * What the daemon tells of its work: in its log, in fail2ban's where that is wanted, and in numbers.
 *
 * @module
 */

import type { ActProblem } from "../act/types.ts";
import type { Decision } from "../track/types.ts";
import type { Logger } from "../util/log.ts";
import { announceDecision } from "./announce_decision.ts";
import { Fail2banLog } from "./fail2ban_log.ts";
import { RoomReports } from "./room_reports.ts";

/** What an announcer works with. */
export interface AnnouncerOptions {
  readonly log: Logger;
  /** Whether a jail's bans grow longer. @param jail its name */
  readonly hasIncrement: (jail: string) => boolean;
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
  readonly #roomReports: RoomReports;

  /** Opens nothing yet. */
  constructor({ log, hasIncrement }: AnnouncerOptions) {
    this.#log = log;
    this.#roomReports = new RoomReports(log);
    this.fail2banLog = new Fail2banLog({ log, hasIncrement });
  }

  /** A decision was carried out. */
  noteDecision(decision: Decision, nowSeconds: number): void {
    announceDecision(decision, this.#log);
    this.#roomReports.note(decision, nowSeconds);
    this.fail2banLog.noteDecision(decision);
    if (decision.kind === "unban") this.unbans++;
  }

  /** A decision could not be carried out. */
  noteProblem({ action, phase, jail, host, message }: ActProblem): void {
    this.problems++;
    const where = { action, phase, jail, host };
    this.#log.error("Action failed", { ...where, reason: message });
  }
}

/**
 * Loads a configuration whose jails may have plugins for a backend: what these are asked is known only once all else is read.
 *
 * @module
 */

import type { ActionAccess, PlanQuestion } from "../config/action_manifest.ts";
import type { PlannedBackend } from "../config/backend_types.ts";

/** Asks a plugin. @throws {Error} why it plans nothing */
export type Planner = (question: PlanQuestion) => Promise<PlannedBackend>;

/** Somebody may write to the configuration while it is read; whoever goes on doing so gets a jail without a plan. */
const MAX_ROUNDS = 3;

/** Each is a process of 80 MB. */
const LANES = 4;

/**
 * Loads, asks plugins what came up, and loads again with their answers.
 *
 * @param load gets what knows of answers
 * @throws whatever `load` throws when nothing is left to ask
 */
export async function loadPlanned<Result>(
  load: (planOf: NonNullable<ActionAccess["planOf"]>) => Promise<Result>,
  ask: Planner,
): Promise<Result> {
  const answers = new Map<string, PlannedBackend | Error>();
  for (let round = 1;; round++) {
    const open = new Map<string, PlanQuestion>();
    try {
      const loaded = await load((question) => {
        const key = JSON.stringify(question);
        const answer = answers.get(key);
        if (answer === undefined) open.set(key, question);
        return answer;
      });
      if (open.size === 0 || round === MAX_ROUNDS) return loaded;
    } catch (error) {
      if (open.size === 0 || round === MAX_ROUNDS) throw error;
    }
    const waiting = [...open];
    await Promise.all(Array.from({ length: LANES }, async () => {
      for (let each = waiting.shift(); each; each = waiting.shift()) {
        answers.set(each[0], await attempt(each[1], ask));
      }
    }));
  }
}

async function attempt(
  question: PlanQuestion,
  ask: Planner,
): Promise<PlannedBackend | Error> {
  try {
    return await ask(question);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

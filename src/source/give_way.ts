/**
 * Lets others in the process have their turn.
 *
 * @module
 */

import { isVisited } from "../util/visits.ts";

/** Who takes longer is not done at once: a request comes, is read and is answered in three steps, one behind another. */
const STEP_MS = 3;

/** Steps that others may take in a row. */
const MOST_STEPS = 4;

/** Steps in a row for one who waits for an answer. */
const MOST_STEPS_OF_VISIT = 12;

/** As long as a turn may take; others wait for one turn of each log. */
export const TURN_MS = 10;

/** Twice what a turn took beyond that, and so much at the most, others get: who waited is answered then, not by a step a turn. */
const REST_MS = 20;

/**
 * Goes on when others have had their turn, and a bit later where they make use of it.
 *
 * Sockets are looked at when nothing else is to be done: a timer, not a promise. A timer that is due comes first, so that
 * each step of a slow request would otherwise wait for a turn of ours.
 *
 * @param tookMs the turn that is over
 * @returns a function that takes it back
 */
export function giveWay(run: () => void, tookMs = 0): () => void {
  let left = MOST_STEPS;
  let leftOfVisit = MOST_STEPS_OF_VISIT;
  let restMs = Math.min(Math.max(0, 2 * (tookMs - TURN_MS)), REST_MS);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = () => {
    const begun = performance.now();
    timer = setTimeout(() => {
      const isTaken = performance.now() - begun > STEP_MS;
      const mayGoOn = isTaken && --left > 0 ||
        isVisited() && --leftOfVisit > 0;
      if (mayGoOn) wait();
      else run();
    }, restMs);
    restMs = 0;
  };
  wait();
  return () => clearTimeout(timer);
}

/**
 * From the bytes of a command to the bytes of its answer.
 *
 * @module
 */

import type { Logger } from "../../util/log.ts";
import type { DaemonControl } from "../types.ts";
import { answerCommand } from "./answer_command.ts";
import { Fail2banError, toRefusal } from "./fail2ban_error.ts";
import { END } from "./frame_splitter.ts";
import { PickleError } from "./pickle_error.ts";
import { type PickleValue, tuple } from "./pickle_value.ts";
import { readPickle } from "./read_pickle.ts";
import { writePickle, writeRefusal } from "./write_pickle.ts";

/** Who answers. */
export interface AnswerOptions {
  readonly control: DaemonControl;
  /** Told of faults of ours. */
  readonly logger: Logger;
}

const END_BYTES = new TextEncoder().encode(END);

/** @returns the answer with its end behind it */
export async function answerFrame(
  frame: Uint8Array,
  options: AnswerOptions,
): Promise<Uint8Array> {
  const pickle = await answerPickle(frame, options);
  const answer = new Uint8Array(pickle.length + END_BYTES.length);
  answer.set(pickle);
  answer.set(END_BYTES, pickle.length);
  return answer;
}

async function answerPickle(
  frame: Uint8Array,
  options: AnswerOptions,
): Promise<Uint8Array> {
  let words: PickleValue;
  try {
    words = readPickle(frame);
  } catch (error) {
    if (!(error instanceof PickleError)) throw error;
    // As fail2ban says it: a text, in the place of an answer.
    return writePickle(`ERROR: ${error.message}`);
  }
  const answer = await settle(words, options);
  if (!(answer instanceof Fail2banError)) {
    return writePickle(tuple(0, answer));
  }
  const { pythonClass: name, message } = answer;
  const isOwn = name === "UnknownJailException";
  const module = isOwn ? "fail2ban.exceptions" : "builtins";
  return writeRefusal({ module, name, message });
}

/** @returns what the command comes to, be it a refusal */
export async function settle(
  words: PickleValue,
  { control, logger }: AnswerOptions,
): Promise<PickleValue | Fail2banError> {
  try {
    return await answerCommand(words, control);
  } catch (error) {
    const refusal = toRefusal(error);
    if (refusal !== undefined) return refusal;
    const reason = error instanceof Error ? error.message : String(error);
    logger.error("Command in fail2ban's protocol failed", { reason });
    return new Fail2banError("Exception", reason);
  }
}

/**
 * From what a command comes to, to the control API's JSON, which keeps tuples and dicts apart from lists.
 *
 * @module
 */

import type { CommandOutcome, CommandValue } from "../types.ts";
import { Fail2banError } from "./fail2ban_error.ts";
import { type PickleValue, Tuple } from "./pickle_value.ts";

/** @returns the value, or the refusal */
export function toOutcome(answer: PickleValue | Fail2banError): CommandOutcome {
  if (!(answer instanceof Fail2banError)) return { value: toJson(answer) };
  const { pythonClass: name, message } = answer;
  return { refusal: { name, message } };
}

function toJson(value: PickleValue): CommandValue {
  if (value instanceof Tuple) return { tuple: value.items.map(toJson) };
  if (value instanceof Map) {
    return {
      dict: [...value].map(([key, item]) => [String(key), toJson(item)]),
    };
  }
  if (Array.isArray(value)) return value.map(toJson);
  // No answer holds numbers that JSON does not, or bytes.
  return typeof value === "object" || typeof value === "bigint"
    ? value === null ? null : String(value)
    : value;
}

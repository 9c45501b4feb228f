/**
 * From the keys of a jail and of its filter to how its lines are read as JSON.
 *
 * @module
 */

import { checkPatterns, type PatternCheck } from "./check_patterns.ts";
import type { JsonKeys } from "./json_schema.ts";
import { findPlace, problemAt, type TableNode } from "./tree.ts";
import type { ConfigProblem, JsonLines } from "./types.ts";

/** What the keys are judged by. */
export interface JsonFrame {
  /** For messages: `jail "caddy"`. */
  readonly owner: string;
  /** Where the keys stand. */
  readonly root: TableNode;
  /** Whether there are patterns for failures, and for successes. */
  readonly hasPatterns: boolean;
  readonly hasSuccesses?: boolean;
  /** Whether patterns find hosts by fail2ban's rules. */
  readonly isExact: boolean;
  readonly checkPattern?: PatternCheck | undefined;
}

const KEYS_OF_JSON = [
  "time",
  "message",
  "host",
  "forwarded",
  "user",
  "match",
] as const;

/** @returns a jail's keys over those of its filter */
export function mergeJsonKeys(own: JsonKeys, filter: JsonKeys): JsonKeys {
  return {
    format: own.format ?? filter.format,
    time: own.time ?? filter.time,
    message: own.message ?? filter.message,
    host: own.host ?? filter.host,
    forwarded: own.forwarded ?? filter.forwarded,
    user: own.user ?? filter.user,
    match: own.match ?? filter.match,
  };
}

/**
 * Says what is wrong with keys that do not go together.
 *
 * @param keys merged
 */
export function checkJsonKeys(
  keys: JsonKeys,
  frame: JsonFrame,
): ConfigProblem[] {
  const { root, owner, checkPattern } = frame;
  const trouble = findTrouble(keys, frame);
  const found = trouble === undefined ? [] : [problemAt(
    findPlace(root, [trouble.key]),
    `Cannot read ${owner} as ${keys.format ?? "text"}: ${trouble.state}`,
  )];
  const patterns = (keys.match ?? []).flatMap((condition) =>
    "pattern" in condition ? [condition] : []
  );
  return [
    ...found,
    ...patterns.flatMap(({ name, pattern }) =>
      checkPatterns([pattern], { root, path: ["match", name, "regex"] }, {
        kind: "ignore",
        checkPattern,
      })
    ),
  ];
}

/** @returns how lines are read, or undefined where they are no JSON */
export function toJsonLines(keys: JsonKeys): JsonLines | undefined {
  if (keys.format !== "json") return undefined;
  const { time, message, host, forwarded, user, match = [] } = keys;
  return {
    ...(time === undefined ? {} : { time }),
    ...(message === undefined ? {} : { message }),
    ...(host === undefined ? {} : { host }),
    ...(forwarded === undefined ? {} : { forwarded }),
    ...(user === undefined ? {} : { user }),
    conditions: match,
  };
}

function findTrouble(
  keys: JsonKeys,
  frame: JsonFrame,
): { readonly key: keyof JsonKeys; readonly state: string } | undefined {
  const { hasPatterns, hasSuccesses = false, isExact } = frame;
  if (keys.format !== "json") {
    const key = KEYS_OF_JSON.find((name) => keys[name] !== undefined);
    return key && { key, state: `${key} is set, expected format = "json"` };
  }
  if ((hasPatterns || hasSuccesses) && keys.message === undefined) {
    return {
      key: "message",
      state:
        "message is missing, expected the path of the text that patterns are run on",
    };
  }
  if (!hasPatterns && keys.host === undefined) {
    return {
      key: "host",
      state: "host is missing, expected its path, or message and patterns",
    };
  }
  if (!hasPatterns && (keys.match ?? []).length === 0) {
    return {
      key: "match",
      state:
        "match is missing, expected conditions or patterns that tell failures from other lines",
    };
  }
  const key = (["host", "forwarded"] as const)
    .find((name) => isExact && keys[name] !== undefined);
  return key && {
    key,
    state:
      `${key} is set, expected none with patterns in fail2ban's syntax, which find it themselves`,
  };
}

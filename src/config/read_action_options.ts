/**
 * The options of an action, by what its module says of them.
 *
 * @module
 */

import * as z from "zod/mini";
import type { ActionAccess, ActionManifest } from "./action_manifest.ts";
import { ACTION_KEYS } from "./action_schema.ts";
import { withoutSource } from "./conceal.ts";
import { closed, type Field } from "./fields.ts";
import { checkTable } from "./issues.ts";
import { optionField } from "./option_fields.ts";
import {
  PLAIN_SECRET,
  secretField,
  type SecretNotes,
} from "./secret_reader.ts";
import { problemAt, type TableNode } from "./tree.ts";
import type { ActionConfig, ConfigProblem } from "./types.ts";

/** Options as they are written. */
export interface WrittenOptions {
  /** The module's keys alone. */
  readonly table: TableNode;
  /** For messages: `[action.team]`. */
  readonly section: string;
  readonly access: ActionAccess;
  /** Gets what reading secrets leaves. */
  readonly notes: SecretNotes;
}

/** What came of them. */
export interface ReadOptions {
  /** Absent where something is wrong. */
  readonly value?: ActionConfig["options"];
  readonly problems?: readonly ConfigProblem[];
}

/** Reads the options, secrets among them. @returns their values, or all that is wrong with them */
export function readActionOptions(
  manifest: ActionManifest,
  { table: options, section, access, notes }: WrittenOptions,
): ReadOptions {
  const rules = Object.entries(manifest.options ?? {});
  const taken = rules.find(([key]) => ACTION_KEYS.has(key));
  if (taken !== undefined) {
    return {
      problems: [problemAt(
        options.place,
        `Cannot use ${section}: the plugin has an option "${
          taken[0]
        }", which is a key of every action, expected another name`,
      )],
    };
  }
  const secrets = new Set(
    rules.filter(([, { type }]) => type === "secret").map(([key]) => key),
  );
  const plain = findPlainSecrets(options, secrets);
  const fields = rules.map(([key, rule]): [string, Field] => {
    if (!secrets.has(key)) return [key, optionField(rule)];
    if (plain.has(key)) return [key, z.unknown()];
    const field = secretField(key, access, notes);
    return [key, rule.required === true ? field : z.optional(field)];
  });
  const checked = checkTable(closed(Object.fromEntries(fields)), options, {
    name: section,
  });
  const problems = [...plain.values(), ...checked.problems ?? []];
  if (problems.length === 0) {
    return { value: checked.value as ActionConfig["options"] };
  }
  const lines = new Set(
    [...secrets].flatMap((key) => {
      const place = options.entries.get(key)?.key;
      return place === undefined ? [] : `${place.file}:${place.line}`;
    }),
  );
  return {
    problems: problems.map((problem) =>
      lines.has(`${problem.file}:${problem.line}`)
        ? withoutSource(problem)
        : problem
    ),
  };
}

function findPlainSecrets(
  options: TableNode,
  secrets: ReadonlySet<string>,
): ReadonlyMap<string, ConfigProblem> {
  const found = new Map<string, ConfigProblem>();
  for (const [key, { value, written, key: place }] of options.entries) {
    if (!secrets.has(key) || value.kind !== "scalar") continue;
    found.set(key, problemAt(place, `Cannot use ${written}: ${PLAIN_SECRET}`));
  }
  return found;
}

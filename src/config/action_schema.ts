/**
 * The keys of an action that are ours; all others are the module's own options.
 *
 * @module
 */

import * as z from "zod/mini";
import { isOwnActionName } from "../util/action_name.ts";
import {
  closed,
  duration,
  type Field,
  noted,
  parsed,
  readPath,
  whole,
} from "./fields.ts";

const FILE = parsed<string>(
  "the absolute path of a .ts or .js file",
  (value, refuse) => {
    const path = readPath(value, refuse);
    if (path !== undefined && !/\.[tj]s$/.test(path)) {
      refuse("it is no module");
    }
    return path;
  },
);

/** Seconds without a decimal point, so that times in the log and in messages agree. */
const EVERY = duration({ forEver: false, least: 0 });

/** Keys of a backend that is a plugin; all others are the plugin's own options. */
export const PLUGIN_BACKEND_FIELDS = {
  plugin: noted(z.optional(z.string("the name of a plugin")), {
    takes: "name",
    says: "The plugin: a file in actions/ by its name.",
  }),
  file: noted(z.optional(FILE), {
    takes: "path",
    says: "The plugin, where it lies elsewhere.",
  }),
};

const FIELDS = {
  plugin: noted(z.optional(z.string("the name of a plugin")), {
    takes: "name",
    otherwise: "NAME",
    says: "The plugin: a built-in, or a file in actions/ by its name.",
  }),
  file: PLUGIN_BACKEND_FIELDS.file,
  batch: noted(z._default(whole(1, 10_000), 500), {
    takes: "1-10000",
    otherwise: "500",
    says: "Hosts that one call tells of at most.",
  }),
  every: noted(z._default(EVERY, 1), {
    takes: "duration",
    otherwise: '"1s"',
    says: "How long hosts are gathered for a call.",
  }),
  deadline: noted(z._default(duration({ forEver: false, least: 1 }), 30), {
    takes: "duration",
    otherwise: '"30s"',
    says: "How long a call may take; then its process is killed.",
  }),
};

/** Fields by key, for the reference. */
export const ACTION_FIELDS: Readonly<Record<string, Field>> = FIELDS;

/** Keys that no option of a module may have. */
export const ACTION_KEYS: ReadonlySet<string> = new Set([
  ...Object.keys(FIELDS),
  "name",
]);

/** Our keys of an action after the schema. */
export interface ActionInput {
  /** Absent: as the table is called. */
  readonly plugin?: string | undefined;
  /** Path. */
  readonly file?: string | undefined;
  /** Entries. */
  readonly batch: number;
  /** Seconds. */
  readonly every: number;
  /** Seconds. */
  readonly deadline: number;
}

const NAME_WANTED =
  'the name of an action such as "team": a lower-case letter, then letters, digits, "_" or "-"';

/** What a jail says of one of its actions. */
export interface ActionChoice {
  readonly name: string;
  /** Whether it is a table, with options of its own. */
  readonly isOwn: boolean;
}

/** `actions` of a jail. What else stands in its tables is known by their modules alone. */
export const ACTIONS: Field<readonly ActionChoice[]> = parsed<
  readonly ActionChoice[]
>(
  'a list of names and tables, such as ["team", { name = "webhook", url = "https://…" }]',
  (value, refuse) => {
    if (!Array.isArray(value)) return undefined;
    return value.map((item: unknown, index): ActionChoice => {
      const isOwn = typeof item === "object" && item !== null &&
        !Array.isArray(item);
      const name: unknown = isOwn
        ? Object.entries(item).find(([key]) => key === "name")?.[1]
        : item;
      const path = isOwn ? [index, "name"] : [index];
      if (typeof name !== "string") {
        refuse("it has no name", { path: [index], wanted: NAME_WANTED });
      } else if (!isOwnActionName(name)) {
        refuse("it is no name", { path, wanted: NAME_WANTED });
      }
      return { name: String(name), isOwn };
    });
  },
);

/** Our keys of an action. */
export const ACTION: Field<ActionInput> = closed(FIELDS);

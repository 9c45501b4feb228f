/**
 * From an action's table to the action as it is called.
 *
 * @module
 */

import { suggest } from "../util/suggest.ts";
import type { ActionAccess, ActionManifest } from "./action_manifest.ts";
import { fillNet } from "./action_net.ts";
import { ACTION, ACTION_FIELDS, type ActionInput } from "./action_schema.ts";
import { concealRest, withoutSource } from "./conceal.ts";
import { checkTable, showText } from "./issues.ts";
import { readActionOptions } from "./read_action_options.ts";
import type { SecretNotes } from "./secret_reader.ts";
import { findPlace, problemAt, type TableNode, toPlain } from "./tree.ts";
import type { ActionConfig, ConfigProblem } from "./types.ts";

/** One action as it is written. */
export interface WrittenAction {
  /** `team`, `sshd/webhook`. */
  readonly name: string;
  /** Of the plugin, unless the table says another one. */
  readonly plugin: string;
  /** For messages: `[action.team]`. */
  readonly section: string;
  readonly table: TableNode;
}

/** What all actions share while they are read. */
export interface ActionContext {
  readonly access: ActionAccess;
  /** Modules beside the configuration file, by name. */
  readonly folder: ReadonlyMap<string, string>;
  /** Names of the tables `[action.NAME]`. */
  readonly tables: readonly string[];
}

/** An action, also where something is wrong with it. */
export interface ResolvedAction {
  readonly action: ActionConfig;
  readonly problems: readonly ConfigProblem[];
  /** What does not keep it from being used. */
  readonly warnings: readonly ConfigProblem[];
}

/** Reads an action's table by what its module says of itself. */
export function resolveAction(
  written: WrittenAction,
  context: ActionContext,
): ResolvedAction {
  const { ours, options } = split(written.table);
  const checked = checkTable(ACTION, ours, { name: written.section });
  const input = checked.value ??
    ACTION.parse(toPlain(without(ours, checked.keys)));
  const plugin = locate(written, input, context);
  const found = context.access.manifestOf(plugin);
  const base = {
    ...{ name: written.name, plugin },
    batch: input.batch,
    everySeconds: input.every,
    deadlineSeconds: input.deadline,
  };
  const notes: SecretNotes = {
    reads: plugin.kind === "file" ? [plugin.path] : [],
    ...{ texts: [], credentials: [], open: [] },
  };
  const problems = [...checked.problems ?? []];
  if (
    found === undefined || found instanceof Error || found.kind === "plan"
  ) {
    problems.push(describeMissing(written, { input, found, context }));
    return unusable(base, problems, notes);
  }
  const read = readActionOptions(found, {
    ...{ table: options, section: written.section },
    ...{ access: context.access, notes },
  });
  if (read.value === undefined || problems.length > 0) {
    problems.push(...read.problems ?? []);
    return unusable(base, problems, notes);
  }
  return {
    action: {
      ...base,
      options: read.value,
      net: fillNet(found, read.value),
      isUsable: true,
      ...needsOf(notes),
    },
    problems: [],
    warnings: notes.open.map(({ key, path }): ConfigProblem => ({
      ...problemAt(
        options.entries.get(key)?.key ?? options.place,
        `Everybody may read secret ${showText(path)}: expected mode 0600`,
      ),
      severity: "warning",
    })).map(withoutSource),
  };
}

function unusable(
  base: Pick<
    ActionConfig,
    "name" | "plugin" | "batch" | "everySeconds" | "deadlineSeconds"
  >,
  problems: readonly ConfigProblem[],
  notes: SecretNotes,
): ResolvedAction {
  const needs = needsOf(notes);
  return {
    action: { ...base, options: {}, net: [], isUsable: false, ...needs },
    problems: problems.map((problem) => ({
      ...concealRest(problem),
      action: base.name,
    })),
    warnings: [],
  };
}

function needsOf(
  { reads, texts: secrets, credentials }: SecretNotes,
): Pick<ActionConfig, "reads" | "secrets" | "usesCredentials"> {
  return { reads, secrets, usesCredentials: credentials.length > 0 };
}

/** What can be read is read, so that all that is wrong is found at once. */
function without(table: TableNode, keys: ReadonlySet<string>): TableNode {
  const entries = [...table.entries].filter(([key]) => !keys.has(key));
  return { ...table, entries: new Map(entries) };
}

/** Our keys apart from the module's. */
function split(
  table: TableNode,
): { readonly ours: TableNode; readonly options: TableNode } {
  const ours: TableNode = { ...table, entries: new Map() };
  const options: TableNode = { ...table, entries: new Map() };
  for (const [key, entry] of table.entries) {
    if (key === "name") continue;
    const part = Object.hasOwn(ACTION_FIELDS, key) ? ours : options;
    part.entries.set(key, entry);
  }
  return { ours, options };
}

function locate(
  { plugin }: WrittenAction,
  input: ActionInput,
  { folder }: ActionContext,
): ActionConfig["plugin"] {
  if (input.file !== undefined) return { kind: "file", path: input.file };
  const id = input.plugin ?? plugin;
  const path = folder.get(id);
  return path === undefined ? { kind: "built_in", id } : { kind: "file", path };
}

/** @returns why there is nothing that can be told */
function describeMissing(
  { plugin, section, table }: WrittenAction,
  { input, found, context }: {
    readonly input: ActionInput;
    readonly found: ActionManifest | Error | undefined;
    readonly context: ActionContext;
  },
): ConfigProblem {
  const key = input.file === undefined ? "plugin" : "file";
  const place = findPlace(table, [key]);
  if (found === undefined) {
    return problemAt(place, describeUnknown(input.plugin ?? plugin, context));
  }
  if (found instanceof Error) {
    const { message } = found;
    const isWhole = message.startsWith("Cannot ");
    return problemAt(
      place,
      isWhole ? message : `Cannot use ${section}: ${message}`,
    );
  }
  return problemAt(
    place,
    `Cannot use ${section}: the plugin "${found.id}" plans for a firewall, expected one that is told of bans; a jail uses it by backend = { plugin = … }`,
  );
}

function describeUnknown(
  id: string,
  { access, folder, tables }: ActionContext,
): string {
  const plugins = [...new Set([...access.builtIns, ...folder.keys()])].sort();
  const others = [...plugins, ...tables].filter((name) => name !== id);
  const nearest = suggest(id, others);
  const head = `Cannot find action ${showText(id)}: there is no such plugin`;
  if (nearest !== undefined) return `${head}, did you mean "${nearest}"?`;
  const known = plugins.length === 0 ? "" : `one of ${plugins.join(", ")}, or `;
  return `${head}, expected ${known}a file actions/${id}.ts beside the configuration`;
}

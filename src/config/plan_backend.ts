/**
 * From `backend = { plugin = … }` to what the plugin plans for the jail.
 *
 * @module
 */

import { suggest } from "../util/suggest.ts";
import type { ActionManifest } from "./action_manifest.ts";
import { PLUGIN_BACKEND_FIELDS } from "./action_schema.ts";
import { showText } from "./issues.ts";
import { readActionOptions } from "./read_action_options.ts";
import type { ActionContext } from "./resolve_action.ts";
import { emptyTable, findPlace, problemAt, type TableNode } from "./tree.ts";
import type { PluginBackend } from "./backend_types.ts";
import type { ActionConfig, ConfigProblem, JailConfig } from "./types.ts";

/** A jail's backend, or what is wrong with it. */
export type ResolvedBackend =
  | { readonly backend: PluginBackend; readonly problems?: undefined }
  | { readonly problems: readonly ConfigProblem[] };

/** What a plugin dies of may be long, and the jail's name still comes behind it. */
const MAX_MESSAGE = 400;

/**
 * Has a plugin plan for a jail.
 *
 * @param options `table`: the jail's own keys over those of `[defaults]`
 */
export function planBackend(
  jail: JailConfig & { readonly backend: PluginBackend },
  { table, context }: {
    readonly table: TableNode;
    readonly context: Pick<ActionContext, "access" | "folder">;
  },
): ResolvedBackend {
  const { access, folder } = context;
  const written = backendOf(table);
  const isFile = written.entries.has("file");
  const name = jail.backend.plugin;
  const path = isFile ? name : folder.get(name);
  const place = findPlace(written, [isFile ? "file" : "plugin"]);
  const refuse = (message: string) => ({
    problems: [{
      ...problemAt(place, message.slice(0, MAX_MESSAGE)),
      action: name,
    }],
  });
  if (path === undefined) return refuse(describeUnknown(name, context));
  const manifest = access.manifestOf({ kind: "file", path });
  if (manifest instanceof Error) return refuse(manifest.message);
  if (manifest?.kind !== "plan") return refuse(describeOther(jail, manifest));
  const read = readActionOptions(manifest, {
    ...{ table: withoutOurs(written), access },
    section: `backend of jail "${jail.name}"`,
    notes: { reads: [], texts: [], credentials: [], open: [] },
  });
  if (read.value === undefined) return { problems: read.problems ?? [] };
  const planned = ask(jail, { path, options: read.value, context });
  return planned instanceof Error
    ? refuse(planned.message)
    : { backend: { kind: "plugin", plugin: path, planned } };
}

function ask(
  { name, ports, protocols }: JailConfig,
  { path, options, context: { access } }: {
    readonly path: string;
    readonly options: ActionConfig["options"];
    readonly context: Pick<ActionContext, "access">;
  },
) {
  const question = { path, jail: name, ports, protocols, options };
  return access.planOf?.(question) ??
    new Error(`Cannot use plugin ${showText(path)}: it was not asked yet`);
}

function backendOf(table: TableNode): TableNode {
  const node = table.entries.get("backend")?.value;
  return node?.kind === "table" ? node : emptyTable(table.place);
}

function withoutOurs(table: TableNode): TableNode {
  const entries = [...table.entries]
    .filter(([key]) => !Object.hasOwn(PLUGIN_BACKEND_FIELDS, key));
  return { ...table, entries: new Map(entries) };
}

function describeUnknown(
  name: string,
  { folder }: Pick<ActionContext, "folder">,
): string {
  const head = `Cannot find plugin ${showText(name)}: there is none`;
  const nearest = suggest(name, [...folder.keys()]);
  return nearest === undefined
    ? `${head}, expected a file actions/NAME.ts beside the configuration`
    : `${head}, did you mean "${nearest}"?`;
}

function describeOther(
  { name, backend }: JailConfig & { readonly backend: PluginBackend },
  manifest: ActionManifest | undefined,
): string {
  const state = manifest === undefined ? "cannot be read" : "is told of bans";
  return `Cannot use plugin ${
    showText(backend.plugin)
  } as the backend of jail "${name}": it ${state}, expected one that plans for a firewall`;
}

/**
 * All actions of a configuration: those of tables of their own, and those that jails write for themselves.
 *
 * @module
 */

import { isOwnActionName } from "../util/action_name.ts";
import type { ActionAccess } from "./action_manifest.ts";
import type { ActionChoice } from "./action_schema.ts";
import { concealRest } from "./conceal.ts";
import { showText } from "./issues.ts";
import {
  type ActionContext,
  resolveAction,
  type WrittenAction,
} from "./resolve_action.ts";
import {
  emptyTable,
  findNode,
  findPlace,
  mergeTables,
  type Place,
  problemAt,
  type TableNode,
} from "./tree.ts";
import type { ActionConfig, ConfigProblem } from "./types.ts";

/** A jail that tells actions. */
export interface TellingJail {
  readonly name: string;
  /** With the keys of `[defaults]`. */
  readonly table: TableNode;
  readonly actions: readonly ActionChoice[];
  readonly isEnabled: boolean;
  /** The action that brings its hosts; absent: none. */
  readonly feed?: string | undefined;
}

/** What there is to resolve. */
export interface WrittenActions {
  /** The tables `[action.NAME]`. */
  readonly tables: TableNode;
  readonly jails: readonly TellingJail[];
  readonly access: ActionAccess;
  /** Modules beside the configuration file, by name. */
  readonly folder: ReadonlyMap<string, string>;
}

/** What came of it. */
export interface ResolvedActions {
  /** Those that an enabled jail tells. */
  readonly actions: readonly ActionConfig[];
  /** By jail: names of its actions. */
  readonly byJail: ReadonlyMap<string, readonly string[]>;
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
}

/** The plugin behind the key `webhook` of a jail. */
const WEBHOOK = "webhook";

/** Reads all tables, those that no jail names included, so that all that is wrong is found at once. */
export function resolveActions(written: WrittenActions): ResolvedActions {
  const resolver = new Resolver(written);
  for (const [name, { key, value }] of written.tables.entries) {
    if (value.kind !== "table") continue;
    if (isOwnActionName(name)) resolver.resolveTable(name);
    else {
      const message = `Cannot use action ${
        showText(name)
      }: it is no name of an action, expected a lower-case letter, then letters, digits, "_" or "-"`;
      resolver.problems.push({ ...problemAt(key, message), action: name });
    }
  }
  for (const jail of written.jails) resolver.resolveJail(jail);
  const { problems, warnings, byJail } = resolver;
  return { actions: resolver.toldActions(), byJail, problems, warnings };
}

class Resolver {
  readonly problems: ConfigProblem[] = [];
  readonly warnings: ConfigProblem[] = [];
  readonly byJail = new Map<string, readonly string[]>();
  readonly #written: WrittenActions;
  readonly #context: ActionContext;
  readonly #actions = new Map<string, ActionConfig>();
  readonly #told = new Set<string>();

  constructor(written: WrittenActions) {
    const { access, folder, tables } = written;
    this.#written = written;
    this.#context = { access, folder, tables: [...tables.entries.keys()] };
  }

  toldActions(): readonly ActionConfig[] {
    return [...this.#actions.values()].filter(({ name }) =>
      this.#told.has(name)
    );
  }

  resolveTable(name: string): void {
    const table = this.#tableOf(name);
    if (table === undefined) return;
    this.#add({ name, plugin: name, section: `[action.${name}]`, table });
  }

  resolveJail(jail: TellingJail): void {
    const names = jail.actions.map((choice, index) =>
      choice.isOwn
        ? this.#resolveOwn(jail, { plugin: choice.name, index })
        : this.#resolveName(
          choice.name,
          findNode(jail.table, ["actions", index])?.place ?? jail.table.place,
        )
    );
    if (jail.feed !== undefined) {
      this.#resolveFeed(jail.feed, findPlace(jail.table, ["feed"]));
      if (jail.isEnabled) this.#told.add(jail.feed);
      return;
    }
    if (jail.table.entries.has(WEBHOOK)) names.push(this.#resolveUrl(jail));
    if (names.length === 0) return;
    this.byJail.set(jail.name, [...new Set(names)]);
    if (!jail.isEnabled) return;
    for (const name of names) this.#told.add(name);
  }

  #resolveName(name: string, place: Place): string {
    if (this.#actions.has(name)) return name;
    const section = `action "${name}"`;
    this.#add({ name, plugin: name, section, table: emptyTable(place) });
    return name;
  }

  #resolveFeed(name: string, place: Place): void {
    this.#resolveName(name, place);
    const action = this.#actions.get(name);
    if (action?.isUsable !== true) return;
    const manifest = this.#written.access.manifestOf(action.plugin);
    if (manifest instanceof Error) return;
    if (manifest?.methods?.includes("feed") !== false) return;
    this.problems.push({
      ...problemAt(
        place,
        `Cannot use action ${
          showText(name)
        } as a feed: it brings no hosts, expected one that has feed()`,
      ),
      action: name,
    });
  }

  /** What the table says goes over `[action.NAME]`. */
  #resolveOwn(
    jail: TellingJail,
    { plugin, index }: { readonly plugin: string; readonly index: number },
  ): string {
    const name = `${jail.name}/${plugin}`;
    const node = findNode(jail.table, ["actions", index]);
    if (node?.kind !== "table") return name;
    if (this.#actions.has(name)) {
      this.problems.push({
        ...concealRest(problemAt(
          node.place,
          `Cannot use action "${plugin}" a second time in jail "${jail.name}", expected tables [action.NAME] for them`,
        )),
        action: name,
      });
      return name;
    }
    this.#addOver(name, { plugin, table: node });
    return name;
  }

  #resolveUrl(jail: TellingJail): string {
    const name = `${jail.name}/${WEBHOOK}`;
    const entry = jail.table.entries.get(WEBHOOK);
    if (entry === undefined || this.#actions.has(name)) return name;
    const table = emptyTable(entry.value.place);
    table.entries.set("url", entry);
    this.#addOver(name, { plugin: WEBHOOK, table });
    return name;
  }

  #addOver(
    name: string,
    { plugin, table }: { readonly plugin: string; readonly table: TableNode },
  ): void {
    const base = this.#tableOf(plugin);
    this.#add({
      ...{ name, plugin },
      section: `action "${plugin}"`,
      table: base === undefined
        ? table
        : { ...mergeTables(base, table), place: table.place },
    });
  }

  #add(written: WrittenAction): void {
    const resolved = resolveAction(written, this.#context);
    this.#actions.set(written.name, resolved.action);
    this.problems.push(...resolved.problems);
    this.warnings.push(...resolved.warnings);
  }

  #tableOf(name: string): TableNode | undefined {
    const value = this.#written.tables.entries.get(name)?.value;
    return value?.kind === "table" ? value : undefined;
  }
}

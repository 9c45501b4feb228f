/**
 * The door of configuration: files in, a Config or all that is wrong out.
 *
 * @module
 */

import type { ActionAccess } from "./action_manifest.ts";
import { JAIL_ALIASES } from "./aliases.ts";
import { findIdleBanSources, linkBanSources } from "./ban_source.ts";
import { concealActions } from "./conceal.ts";
import { keepOneVariant } from "./chain_backend.ts";
import type { SourceLook } from "./choose_source.ts";
import { DEFAULT_CONFIG_NAME } from "./default_config.ts";
import { CONTROL } from "./control_schema.ts";
import { type Documents, readDocuments } from "./documents.ts";
import type { PatternCheck } from "./check_patterns.ts";
import { createFilterLibrary } from "./filter_library.ts";
import { checkTable } from "./issues.ts";
import { createJailSchema, REFUSED_JAIL_KEYS } from "./jail_schema.ts";
import { createServiceLookup } from "./ports.ts";
import { ConfigError, sortProblems } from "./problems.ts";
import { listPluginFolder } from "./plugin_files.ts";
import { planBackend } from "./plan_backend.ts";
import { type FileAccess, MACHINE_FILES } from "./read_text.ts";
import { type JailContext, resolveJail } from "./resolve_jail.ts";
import {
  resolveActions,
  type TellingJail,
  type WrittenActions,
} from "./resolve_actions.ts";
import { COMPAT, GLOBAL, LOGGING, TOP, UNUSED_KEYS } from "./top_schema.ts";
import { emptyTable, problemAt, type TableNode } from "./tree.ts";
import type {
  ActionConfig,
  Config,
  ConfigProblem,
  GlobalConfig,
  JailConfig,
  JailPlaces,
} from "./types.ts";

/** What to load and how; ways to reach files default to the machine's own. */
export interface ConfigOptions extends Partial<FileAccess> {
  /** The main file; absent: the embedded default. */
  readonly file?: string;
  /** Folders of filter files; the first that has a name wins. */
  readonly filtersFolders: readonly (URL | string)[];
  /** The one of them whose patterns were all tried when the program was made: unless `strict`, none of it is asked about. */
  readonly ownFilters?: URL | string;
  /** Refuse everything for one bad jail, as `check` does. Default false: a bad jail is left out with warnings. */
  readonly strict?: boolean;
  /** Asked about each pattern; its answer is the problem's message. */
  readonly checkPattern?: PatternCheck;
  /** How logs are looked for where `log_path` is "auto"; absent: all usual ones are taken. */
  readonly look?: SourceLook;
  /** Where actions come from; absent: they are passed over, and nothing is told to anybody. */
  readonly actions?: ActionAccess;
}

/**
 * Loads the configuration.
 *
 * @returns it, with warnings for what has no effect and for each jail that is left out
 * @throws {ConfigError} with all problems, when there is nothing that can be run
 */
export function loadConfig(options: ConfigOptions): Config {
  const access: FileAccess = {
    readText: options.readText ?? MACHINE_FILES.readText,
    listFolder: options.listFolder ?? MACHINE_FILES.listFolder,
    exists: options.exists ?? MACHINE_FILES.exists,
  };
  const documents = readDocuments(options.file, access);
  const loaded = resolveAll(documents, options, access);
  const problems = [...documents.problems, ...loaded.problems];
  const isFatal = (problem: ConfigProblem) =>
    options.strict === true ||
    (problem.jail === undefined && problem.action === undefined);
  if (problems.some(isFatal) || !loaded.jails.some((jail) => jail.enabled)) {
    throw refuse(problems, options, documents);
  }
  const warnings = [...problems.map(soften), ...loaded.warnings];
  return {
    global: loaded.global,
    jails: loaded.jails,
    ...(loaded.actions.length === 0 ? {} : { actions: loaded.actions }),
    files: documents.files,
    warnings: sortProblems(warnings, documents.files),
    places: loaded.places,
  };
}

interface Loaded {
  readonly global: GlobalConfig;
  jails: JailConfig[];
  actions: readonly ActionConfig[];
  /** What jails say of their actions. */
  readonly telling: TellingJail[];
  readonly places: Map<string, JailPlaces>;
  /** Those of a jail bear its name. */
  readonly problems: ConfigProblem[];
  readonly warnings: ConfigProblem[];
}

function soften(problem: ConfigProblem): ConfigProblem {
  return { ...problem, severity: "warning" };
}

function refuse(
  problems: readonly ConfigProblem[],
  options: ConfigOptions,
  documents: Documents,
): ConfigError {
  if (problems.length === 0) {
    return new ConfigError([{
      message:
        "Cannot run: no jail is enabled, expected at least one table [jail.NAME]",
      file: options.file ?? DEFAULT_CONFIG_NAME,
    }]);
  }
  // Nothing is left out where nothing is loaded.
  const plain = problems.map(({ jail: _, action: __, ...problem }) => problem);
  return new ConfigError(sortProblems(plain, documents.files));
}

function resolveAll(
  documents: Documents,
  options: ConfigOptions,
  access: FileAccess,
): Loaded {
  const { root } = documents;
  const top = checkTable(TOP, root, { name: "the file" }).problems ?? [];
  const { global, problems } = resolveGlobal(root);
  const jails = tableAt(root, "jail");
  const context: JailContext = {
    ...createContext(options, access, global),
    jailNames: new Set(jails.entries.keys()),
  };
  const defaults = tableAt(root, "defaults");
  const wrongDefaults = checkDefaults(defaults, context);
  const loaded: Loaded = {
    global,
    jails: [],
    actions: [],
    telling: [],
    places: new Map(),
    problems: [...top, ...problems, ...wrongDefaults],
    warnings: findUnused(root),
  };
  // What is wrong in them has been said once, and is not said again of every jail.
  const inherited = wrongDefaults.length === 0
    ? defaults
    : emptyTable(root.place);
  const spoiled = new Set(documents.problems.map(({ jail }) => jail));
  for (const [name, { value }] of jails.entries) {
    if (value.kind !== "table") continue;
    addJail(
      name,
      { table: inherit(value, inherited), context, spoiled },
      loaded,
    );
  }
  const folder = options.file === undefined
    ? new Map<string, string>()
    : listPluginFolder(options.file, access);
  if (options.actions !== undefined) {
    addPlans(loaded, { access: options.actions, folder });
  }
  const { kept, problems: clashes } = keepOneVariant(loaded.jails, jails);
  loaded.jails = linkBanSources(kept);
  loaded.problems.push(...clashes);
  loaded.warnings.push(...findIdleBanSources(loaded));
  if (options.actions !== undefined) {
    addActions(loaded, {
      tables: tableAt(root, "action"),
      jails: loaded.telling,
      access: options.actions,
      folder,
    });
  }
  return loaded;
}

function createContext(
  options: ConfigOptions,
  access: FileAccess,
  global: GlobalConfig,
): Omit<JailContext, "jailNames"> {
  const { checkPattern, look, strict = false, ownFilters } = options;
  const findService = createServiceLookup(() => {
    try {
      return access.readText("/etc/services");
    } catch {
      // Small systems have none; the name is then reported as unknown.
      return "";
    }
  });
  return {
    schema: createJailSchema(findService),
    library: createFilterLibrary(options.filtersFolders, {
      files: access,
      checkPattern,
      proven: strict ? undefined : ownFilters,
    }),
    checkPattern,
    look,
    mode: global.mode,
    decaySeconds: global.countDecaySeconds ?? Infinity,
  };
}

function addJail(
  name: string,
  { table, context, spoiled }: {
    readonly table: TableNode;
    readonly context: JailContext;
    /** Jails that have problems already. */
    readonly spoiled: ReadonlySet<string | undefined>;
  },
  loaded: Loaded,
): void {
  const resolved = resolveJail(name, table, context);
  if (resolved.problems !== undefined) {
    loaded.problems.push(
      ...resolved.problems.map((problem) => ({ ...problem, jail: name })),
    );
  } else if (!spoiled.has(name)) {
    const { jail, actions } = resolved;
    loaded.jails.push(jail);
    const { enabled: isEnabled, feed } = jail;
    loaded.telling.push({ name, table, actions, isEnabled, feed });
    loaded.places.set(name, resolved.places);
  }
}

/** A jail whose plugin plans nothing is left out like any other that is broken. */
function addPlans(
  loaded: Loaded,
  context: Pick<WrittenActions, "access" | "folder">,
): void {
  const tables = new Map(
    loaded.telling.map(({ name, table }) => [name, table]),
  );
  loaded.jails = loaded.jails.flatMap((jail) => {
    const table = tables.get(jail.name);
    const { backend } = jail;
    if (backend.kind !== "plugin" || !jail.enabled || table === undefined) {
      return [jail];
    }
    const resolved = planBackend({ ...jail, backend }, { table, context });
    if (resolved.problems === undefined) {
      return [{ ...jail, backend: resolved.backend }];
    }
    loaded.problems.push(
      ...resolved.problems.map((each) => ({ ...each, jail: jail.name })),
    );
    return [];
  });
}

function addActions(loaded: Loaded, written: WrittenActions): void {
  const { actions, byJail, problems, warnings } = resolveActions(written);
  loaded.actions = actions;
  loaded.problems.push(...problems);
  loaded.warnings.push(...warnings);
  loaded.jails = loaded.jails.map((jail) => {
    const told = byJail.get(jail.name);
    return told === undefined ? jail : { ...jail, actions: told };
  });
}

function resolveGlobal(
  root: TableNode,
): { readonly global: GlobalConfig; readonly problems: ConfigProblem[] } {
  const given = checkTable(GLOBAL, tableAt(root, "global"), {
    name: "[global]",
  });
  const logging = checkTable(LOGGING, tableAt(root, "logging"), {
    name: "[logging]",
  });
  const control = checkTable(CONTROL, tableAt(root, "control"), {
    name: "[control]",
  });
  const { read_only_socket: readOnlySocket, group } = control.value ?? {};
  const compat = checkTable(COMPAT, tableAt(root, "compat"), {
    name: "[compat]",
  });
  const socket = compat.value?.fail2ban_socket;
  const values = given.value ?? GLOBAL.parse({});
  const written = logging.value ?? LOGGING.parse({});
  return {
    global: {
      stateDir: values.state_dir,
      socketPath: values.socket_path,
      mode: values.mode,
      maxTracked: values.max_tracked,
      scanThreads: values.scan_threads,
      maxBans: values.max_bans,
      ...(values.ban_count_decay === Infinity
        ? {}
        : { countDecaySeconds: values.ban_count_decay }),
      logLevel: written.level,
      logFormat: written.format === "json" ? "json" : "text",
      ...(written.fail2ban_log === undefined
        ? {}
        : { fail2banLog: written.fail2ban_log }),
      ...(socket === undefined ? {} : { fail2banSocket: socket }),
      ...(readOnlySocket === undefined ? {} : {
        readOnlySocket: {
          path: readOnlySocket,
          ...(group === undefined ? {} : { group }),
        },
      }),
    },
    problems: [given, logging, control, compat].flatMap(({ problems = [] }) =>
      problems
    ),
  };
}

function checkDefaults(
  defaults: TableNode,
  context: JailContext,
): ConfigProblem[] {
  const { problems = [] } = checkTable(context.schema, defaults, {
    name: "[defaults]",
    aliases: JAIL_ALIASES,
    refused: REFUSED_JAIL_KEYS,
  });
  return concealActions(problems, defaults);
}

function inherit(jail: TableNode, defaults: TableNode): TableNode {
  return { ...jail, entries: new Map([...defaults.entries, ...jail.entries]) };
}

/** @returns the table of that key; an empty one where there is none */
function tableAt(root: TableNode, key: string): TableNode {
  const node = root.entries.get(key)?.value;
  return node?.kind === "table" ? node : emptyTable(root.place);
}

function findUnused(root: TableNode): ConfigProblem[] {
  const jails = [...tableAt(root, "jail").entries.values()];
  const tables = [
    tableAt(root, "global"),
    tableAt(root, "logging"),
    tableAt(root, "defaults"),
    ...jails.flatMap(({ value }) => value.kind === "table" ? value : []),
  ];
  return tables.flatMap((table) =>
    [...table.entries].flatMap(([name, entry]) => {
      const reason = UNUSED_KEYS.get(name);
      return reason === undefined ? [] : soften(problemAt(
        entry.key,
        `Key "${entry.written}" has no effect: ${reason}`,
      ));
    })
  );
}

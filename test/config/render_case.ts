/**
 * Runs one golden case of configuration: files in, the resolved jails or the drawn problems out.
 *
 * A case is TOML, then a line of ten dashes, then what is expected. `=== PATH` begins another file; a first line `# strict`
 * loads as `check` does.
 *
 * @module
 */

import type {
  ActionAccess,
  ActionManifest,
} from "../../src/config/action_manifest.ts";
import { loadConfig } from "../../src/config/load.ts";
import { ConfigError, formatProblems } from "../../src/config/problems.ts";
import type { FileAccess } from "../../src/config/read_text.ts";
import type { Config, JailConfig } from "../../src/config/types.ts";
import { formatNetwork, type Network } from "../../src/util/address.ts";

/** Where the main file of a case lies. */
export const MAIN_FILE = "/etc/fail2deno/config.toml";

const FILTERS_FOLDER = "/filters";

const BUILT_IN = new Map([
  [
    `${FILTERS_FOLDER}/sshd.toml`,
    `description = "d"
date_format = "syslog"
fail = ["sshd: bad login from <HOST>$"]
[mode.aggressive]
fail = ["sshd: hang-up of <HOST>$"]
`,
  ],
  [`${FILTERS_FOLDER}/broken.toml`, `fail = ["no host here"]\n`],
]);

/** @returns the text that the case's output is compared with */
export function renderCase(input: string): string {
  const files = splitFiles(input);
  const strict = input.startsWith("# strict\n");
  try {
    const config = loadConfig({
      file: MAIN_FILE,
      filtersFolders: ["/etc/fail2deno/filters.d", FILTERS_FOLDER],
      ...createMemoryFiles(files),
      actions: createActionAccess(files),
      strict,
    });
    return render(config) + formatProblems(config.warnings);
  } catch (error) {
    if (error instanceof ConfigError) return formatProblems(error.problems);
    throw error;
  }
}

/** Loads a configuration whose actions are those of the cases. @param more other files by path: secrets, modules */
export function loadWithActions(
  text: string,
  more: Readonly<Record<string, string>> = {},
): Config {
  const files = new Map([...Object.entries(more), [MAIN_FILE, text]]);
  return loadConfig({
    file: MAIN_FILE,
    filtersFolders: [],
    ...createMemoryFiles(files),
    actions: createActionAccess(files),
  });
}

/** Files that live in a map from path to text. */
export function createMemoryFiles(
  files: ReadonlyMap<string, string>,
): FileAccess {
  return {
    readText(path) {
      const text = files.get(path);
      if (text === undefined) throw new Deno.errors.NotFound(path);
      return text;
    },
    listFolder(path) {
      const names = [...files.keys()]
        .filter((file) => file.startsWith(`${path}/`))
        .map((file) => file.slice(path.length + 1));
      if (names.length === 0) throw new Deno.errors.NotFound(path);
      return names;
    },
    exists: (path) => files.has(path),
  };
}

/** What a module of a case says of itself. */
const CHAT: ActionManifest = {
  id: "chat",
  options: {
    url: { type: "url", required: true },
    key: { type: "secret" },
    style: { type: "choice", choices: ["plain", "bright"], default: "plain" },
    tries: { type: "integer", min: 1, max: 9 },
    codes: { type: "integers", min: 100, max: 599 },
    pause: { type: "duration", min: 1, max: 3600 },
    tags: { type: "strings" },
    is_loud: { type: "boolean" },
    title: { type: "string" },
    server: { type: "host" },
    port: { type: "integer", min: 1, max: 65_535 },
  },
  permissions: { net: ["{url}", "{server}:{port}", "time.example:123"] },
};

const MODULES = new Map<string, ActionManifest>([
  ["chat", CHAT],
  ["webhook", {
    id: "webhook",
    options: {
      url: { type: "url", required: true },
      token: { type: "secret" },
    },
    permissions: { net: ["{url}"] },
  }],
  ["log", { id: "log", methods: ["ban"], permissions: {} }],
  ["wall", { id: "wall", kind: "plan", permissions: {} }],
]);

/** A plan action that is a file. */
const FENCE: ActionManifest = {
  id: "fence",
  kind: "plan",
  options: {
    height: { type: "integer", min: 1, max: 9, default: 3 },
    is_open: { type: "boolean" },
  },
  permissions: {},
};

/**
 * Modules of the cases. A file of one's own is as `log`, but for `fence.ts` and for one that cannot be used; secrets are files
 * of the case. What a plan action plans is what it was asked.
 */
export function createActionAccess(
  files: ReadonlyMap<string, string>,
): ActionAccess {
  const { readText } = createMemoryFiles(files);
  return {
    builtIns: [...MODULES.keys()],
    manifestOf(place) {
      if (place.kind === "built_in") return MODULES.get(place.id);
      if (!files.has(place.path)) return new Error("there is no such file");
      return place.path.endsWith("/fence.ts") ? FENCE : MODULES.get("log");
    },
    planOf: ({ path: _, ...asked }) =>
      asked.options.is_open === true
        ? new Error("Cannot use plan: it has a gap")
        : { kind: "ipset", variant: "legacy", plan: asked },
    readSecret: (path) => ({
      text: readText(path),
      isOpen: path.includes("open"),
    }),
    credentialsFolder: () =>
      files.has("/run/credentials/token") ? "/run/credentials" : undefined,
  };
}

function splitFiles(input: string): Map<string, string> {
  const [main = "", ...others] = input.split(/^=== /m);
  const files = new Map(BUILT_IN);
  files.set(MAIN_FILE, main);
  for (const other of others) {
    const end = other.indexOf("\n");
    files.set(other.slice(0, end), other.slice(end + 1));
  }
  return files;
}

/** Only what differs from a jail that says nothing. */
function render(config: Config): string {
  const plain = plainConfig();
  const lines = Object.entries(config.global)
    .filter(([key, value]) => value !== Reflect.get(plain.global, key))
    .map(([key, value]) => `global.${key} = ${show(value)}\n`);
  for (const jail of config.jails) lines.push(renderJail(jail, plain));
  for (const { name, ...action } of config.actions ?? []) {
    lines.push(`action ${name}\n`);
    for (const [key, value] of Object.entries(action)) {
      lines.push(`  ${key} = ${show(value)}\n`);
    }
  }
  return lines.join("");
}

function renderJail(jail: JailConfig, plain: Config): string {
  const base = plain.jails[0];
  const lines = [`jail ${jail.name}\n`];
  for (const [key, value] of Object.entries(jail)) {
    const same = base && show(Reflect.get(base, key)) === show(value);
    if (key !== "name" && same !== true) {
      lines.push(`  ${key} = ${show(value)}\n`);
    }
  }
  return lines.join("");
}

function plainConfig(): Config {
  const text = `[jail.x]\nlog_path = "/x"\nfilter = ["<HOST>"]\n`;
  return loadConfig({
    file: MAIN_FILE,
    filtersFolders: [],
    ...createMemoryFiles(new Map([[MAIN_FILE, text]])),
  });
}

function show(value: unknown): string {
  return JSON.stringify(value, (_key, item) => {
    if (item === Infinity) return "for ever";
    return isNetwork(item) ? formatNetwork(item) : item;
  });
}

function isNetwork(value: unknown): value is Network {
  return typeof value === "object" && value !== null && "words" in value;
}

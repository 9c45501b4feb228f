/**
 * A jail with everything that it refers to: the same facts that fail2ban's client sends to its server.
 *
 * @module
 */

import type { ConfigProblem } from "../src/config/types.ts";
import { openAction, type ResolvedAction } from "./action.ts";
import type { Definition, Values } from "./definition.ts";
import {
  FILTER_KEYS,
  type FilterSettings,
  joinSettings,
  openFilter,
  toFilterSettings,
} from "./filter.ts";
import type { Place } from "./ini_file.ts";
import type { MergedConfig } from "./merged_config.ts";
import {
  isTrue,
  parseNameWithOptions,
  parseWhole,
  splitActions,
  splitWords,
} from "./options.ts";
import type { ConfigTree } from "./read_config.ts";
import { TreeError } from "./tree_error.ts";

/** Keys of a jail that are texts. */
const TEXT_KEYS = [
  "findtime",
  "bantime",
  "bantime.factor",
  "bantime.formula",
  "bantime.multipliers",
  "bantime.maxtime",
  "bantime.rndtime",
  "ignorecommand",
  "ignoreip",
  "ignorecache",
  "logtimezone",
  "logencoding",
] as const;

const FLAG_KEYS = [
  "bantime.increment",
  "bantime.overalljails",
  "ignoreself",
  "skip_if_nologs",
] as const;

const NUMBER_KEYS = ["maxretry", "maxmatches"] as const;

const ALL_KEYS = [
  "enabled",
  "backend",
  ...NUMBER_KEYS,
  ...TEXT_KEYS,
  ...FLAG_KEYS,
  "filter",
  "logpath",
  "action",
  "systemd_if_nologs",
  ...FILTER_KEYS,
];

/** A log of a jail. */
export interface LogPath {
  /** May hold `*`, `?` and `[…]`. */
  readonly pattern: string;
  /** From where a log is read that was not known before. */
  readonly start: "head" | "tail";
}

/** A jail as fail2ban would run it. */
export interface ResolvedJail {
  readonly name: string;
  /** `auto`, `polling`, `pyinotify`, `systemd` or `systemd[…]`. */
  readonly backend: string;
  /** Absent: no filter. */
  readonly filter?: {
    readonly name: string;
    readonly options: Values;
    /** Without what the jail itself sets. */
    readonly settings: FilterSettings;
  };
  /** The filter's and the jail's own. */
  readonly settings: FilterSettings;
  /** Of a jail that reads the journal where its log is not there: what `settings` would be for the journal. */
  readonly settingsForJournal?: FilterSettings;
  readonly logPaths: readonly LogPath[];
  readonly ignoreIp: readonly string[];
  /** `maxretry`, `findtime`, `bantime.increment` and such, as they are sent. */
  readonly values: ReadonlyMap<string, string | number | boolean>;
  readonly actions: readonly ResolvedAction[];
  /** Where keys of the jail stand. */
  readonly places: ReadonlyMap<string, Place>;
}

/** A jail, or nothing where it is disabled; and what is worth a word. */
export interface JailResult {
  readonly jail?: ResolvedJail;
  readonly problems: readonly ConfigProblem[];
}

/**
 * Resolves one jail.
 *
 * @param name its section
 * @param options `isForced`: also when it is not enabled
 */
export function resolveJail(
  name: string,
  { config, tree, isForced = false }: {
    readonly config: MergedConfig;
    readonly tree: ConfigTree;
    readonly isForced?: boolean;
  },
): JailResult {
  const problems: ConfigProblem[] = [];
  try {
    const reader = new JailReader(name, { config, tree, problems });
    if (!isForced && !reader.isEnabled()) return { problems };
    return { jail: reader.read(), problems };
  } catch (error) {
    if (!(error instanceof TreeError)) throw error;
    const file = config.placeOf(name, "enabled")?.file ??
      config.files[0] ?? tree.folder;
    problems.push({ ...error.toProblem(file), jail: name });
    return { problems };
  }
}

class JailReader {
  readonly #name: string;
  readonly #config: MergedConfig;
  readonly #tree: ConfigTree;
  readonly #problems: ConfigProblem[];

  constructor(
    name: string,
    { config, tree, problems }: {
      readonly config: MergedConfig;
      readonly tree: ConfigTree;
      readonly problems: ConfigProblem[];
    },
  ) {
    this.#name = name;
    this.#config = config;
    this.#tree = tree;
    this.#problems = problems;
  }

  isEnabled(): boolean {
    return isTrue(this.#get("enabled") ?? "false");
  }

  read(): ResolvedJail {
    const first = this.#texts(["enabled", "backend", "filter"]);
    const { texts, filter, settings } = this.#readSettings(first);
    const backend = texts.get("backend") ?? "auto";
    const logPaths = splitLogPaths(texts.get("logpath") ?? "");
    const settingsForJournal =
      backend === "auto" && settings.journalmatch.length > 0
        ? this.#readSettings(new Map([...first, ["backend", "systemd"]]))
          .settings
        : undefined;
    return {
      name: this.#name,
      backend,
      ...(filter === undefined ? {} : {
        filter: {
          name: filter.name,
          options: filter.options,
          settings: filter.settings,
        },
      }),
      settings,
      ...(settingsForJournal === undefined ? {} : { settingsForJournal }),
      logPaths,
      ignoreIp: splitWords(texts.get("ignoreip") ?? ""),
      values: this.#values(texts),
      actions: this.#actions(texts),
      places: this.#places(),
    };
  }

  /** The jail's values, and what its patterns come to. */
  #readSettings(first: Values) {
    const filter = this.#openFilter(first);
    const texts = this.#texts(ALL_KEYS);
    // A second time: what the jail itself sets is now left to it.
    this.#at("filter", () => filter?.definition.read(texts));
    const own = this.#at("journalmatch", () => toFilterSettings(texts));
    const settings = filter === undefined ? own : this.#at(
      "filter",
      () => joinSettings(toFilterSettings(filter.definition.combine()), own),
    );
    return { texts, filter, settings };
  }

  #openFilter(first: Values) {
    const text = first.get("filter") ?? "";
    if (text === "") {
      this.#warn(
        "filter",
        `Jail "${this.#name}" has no filter: only patterns of its own count`,
      );
      return undefined;
    }
    const parsed = parseNameWithOptions(text);
    if (parsed === undefined) throw this.#invalid("filter", text);
    const { name, options } = parsed;
    const definition = this.#at("filter", () =>
      openFilter(this.#tree, name, {
        parameters: options,
        backend: first.get("backend") ?? "",
      }));
    const settings = this.#at("filter", () => this.#provide(definition, first));
    return { name, options, definition, settings };
  }

  /** Reads the filter alone, and offers all its values to the jail as `%(known/…)s`. */
  #provide(definition: Definition, first: Values): FilterSettings {
    definition.read(first, true);
    const values = definition.combine();
    const place = this.#config.placeOf(this.#name, "filter") ?? NOWHERE;
    const known = [...values].filter(([key]) => !key.startsWith("known/"));
    this.#config.setAll(
      this.#name,
      new Map(known.map(([key, value]) => [`known/${key}`, value])),
      place,
    );
    return toFilterSettings(values);
  }

  #actions(texts: Values): ResolvedAction[] {
    const text = texts.get("action") ?? "";
    const actions = splitActions(text).map((part) => {
      const parsed = parseNameWithOptions(part);
      if (parsed === undefined) throw this.#invalid("action", part);
      return this.#at(
        "action",
        () => openAction(this.#tree, { ...parsed, jail: this.#name, texts }),
      );
    });
    if (actions.length === 0) {
      this.#warn(
        "action",
        `Jail "${this.#name}" has no action: it bans nobody`,
      );
    }
    return actions;
  }

  /** Adds the place of a key to an error that has none. */
  #at<T>(key: string, run: () => T): T {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof TreeError) || error.place !== undefined) {
        throw error;
      }
      throw new TreeError(error.message, {
        place: this.#config.placeOf(this.#name, key),
        consequence: error.consequence,
      });
    }
  }

  #invalid(key: string, text: string): TreeError {
    return new TreeError(
      `Cannot read ${key} "${text}" of jail "${this.#name}": its brackets or options are wrong, expected NAME[KEY="VALUE", …]`,
      {
        place: this.#config.placeOf(this.#name, key),
        consequence: "skips this jail",
      },
    );
  }

  #get(key: string): string | undefined {
    return this.#config.get(this.#name, key);
  }

  #texts(keys: readonly string[]): Map<string, string> {
    const texts = new Map<string, string>();
    for (const key of keys) {
      const value = this.#get(key);
      if (value !== undefined) texts.set(key, value);
    }
    return texts;
  }

  #values(texts: Values): Map<string, string | number | boolean> {
    const values = new Map<string, string | number | boolean>();
    for (const key of NUMBER_KEYS) {
      const text = texts.get(key);
      const number = text === undefined ? undefined : parseWhole(text);
      if (number !== undefined) values.set(key, number);
      else if (text !== undefined) {
        this.#warn(
          key,
          `Cannot use ${key} "${text}": it is no whole number; fail2ban takes its default`,
        );
      }
    }
    for (const key of TEXT_KEYS) {
      const text = texts.get(key);
      if (text !== undefined && key !== "ignoreip") values.set(key, text);
    }
    for (const key of FLAG_KEYS) {
      const text = texts.get(key);
      if (text !== undefined) values.set(key, isTrue(text));
    }
    return values;
  }

  #places(): Map<string, Place> {
    const places = new Map<string, Place>();
    for (const key of [...ALL_KEYS, "port", "protocol", "banaction"]) {
      const place = this.#config.placeOf(this.#name, key);
      if (place !== undefined) places.set(key, place);
    }
    return places;
  }

  #warn(key: string, message: string): void {
    const file = this.#config.files[0] ?? this.#tree.folder;
    this.#problems.push({
      ...(this.#config.placeOf(this.#name, key) ?? { file }),
      message,
      severity: "warning",
    });
  }
}

const NOWHERE: Place = { file: "(built in)", line: 1, column: 1, source: "" };

function splitLogPaths(text: string): LogPath[] {
  return text.split("\n").filter((line) => line !== "").map((line) => {
    const blank = line.lastIndexOf(" ");
    return {
      pattern: blank < 0 ? line : line.slice(0, blank),
      start: blank >= 0 && line.slice(blank + 1) === "tail" ? "tail" : "head",
    };
  });
}

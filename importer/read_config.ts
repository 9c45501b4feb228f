/**
 * From a name such as `jail` or `filter.d/sshd` to its files and what they come to, includes and overrides among them.
 *
 * @module
 */

import { describeReadError } from "../src/config/read_text.ts";
import type { ConfigProblem } from "../src/config/types.ts";
import { type IniFile, parseIni } from "./ini_file.ts";
import { MergedConfig } from "./merged_config.ts";
import { TreeError } from "./tree_error.ts";
import type { TreeFiles } from "./tree_files.ts";

/** Files that one name may come to; the stock jail.conf has three. */
const MAX_FILES = 200;

/** A folder of configuration; each file is read once. */
export class ConfigTree {
  /** Without a slash at its end. */
  readonly folder: string;
  readonly #files: TreeFiles;
  readonly #read = new Map<string, IniFile | undefined>();
  readonly #problems: ConfigProblem[] = [];

  constructor(folder: string, files: TreeFiles) {
    this.folder = folder.replace(/(?<=.)\/+$/, "");
    this.#files = files;
  }

  /** What was wrong with files so far. */
  get problems(): readonly ConfigProblem[] {
    return this.#problems;
  }

  /** How files are reached. */
  get files(): TreeFiles {
    return this.#files;
  }

  /**
   * Reads `NAME.conf`, `NAME.d/*.conf`, `NAME.local`, `NAME.d/*.local`, each with its includes.
   *
   * @returns undefined where there is no such file at all
   * @throws {TreeError} when includes go round without end
   */
  readConfig(name: string): MergedConfig | undefined {
    const base = `${this.folder}/${name}`;
    const own = [
      `${base}.conf`,
      ...this.#list(`${base}.d`, ".conf"),
      `${base}.local`,
      ...this.#list(`${base}.d`, ".local"),
    ].filter((path) => this.#files.exists(path));
    const config = new MergedConfig();
    const order = this.#withLocal(own)
      .flatMap((path) => this.#expand(path, [], { left: MAX_FILES }));
    for (const path of order) {
      const file = this.#load(path);
      if (file !== undefined) config.merge(file);
    }
    return config.files.length === 0 ? undefined : config;
  }

  #list(folder: string, ending: string): string[] {
    return this.#files.listFolder(folder)
      .filter((name) => name.endsWith(ending) && !name.startsWith("."))
      .sort()
      .map((name) => `${folder}/${name}`);
  }

  /** Each `X.conf` takes its `X.local` with it. */
  #withLocal(paths: readonly string[]): string[] {
    return paths.flatMap((path) => {
      const local = path.replace(/(?<=[^/])\.[^./]*$/, "") + ".local";
      return !paths.includes(local) && this.#files.exists(local)
        ? [path, local]
        : [path];
    });
  }

  /** The file between those that it wants before and after it. */
  #expand(
    path: string,
    above: readonly string[],
    budget: { left: number },
  ): string[] {
    budget.left -= 1;
    if (budget.left < 0) {
      throw new TreeError(
        `Cannot read the includes of "${
          above[0] ?? path
        }": they come to more than ${MAX_FILES} files, expected fewer`,
        { consequence: "does not start with it" },
      );
    }
    const file = this.#load(path);
    if (file === undefined) return [];
    const here = [...above, path];
    const follow = (key: string) =>
      this.#includesOf(file, key)
        .filter((other) => !above.includes(other))
        .flatMap((other) =>
          this.#withLocal([other]).flatMap((each) =>
            this.#expand(each, here, budget)
          )
        );
    return [...follow("before"), path, ...follow("after")];
  }

  #includesOf(file: IniFile, key: string): string[] {
    if (!file.sections.has("INCLUDES")) return [];
    const alone = new MergedConfig();
    alone.merge(file);
    const folder = file.file.slice(0, file.file.lastIndexOf("/"));
    return (alone.get("INCLUDES", key) ?? "").split("\n")
      .filter((name) => name !== "")
      .map((name) => name.startsWith("/") ? name : `${folder}/${name}`);
  }

  /** Python reads on when a file cannot be read, and says so in its log. */
  #load(path: string): IniFile | undefined {
    if (this.#read.has(path)) return this.#read.get(path);
    let file: IniFile | undefined;
    try {
      const text = this.#files.readText(path);
      file = text === undefined ? undefined : parseIni(text, path);
    } catch (error) {
      this.#problems.push({
        file: path,
        message: `Cannot read "${path}": ${
          describeReadError(error)
        }, expected a configuration; fail2ban passes over it`,
      });
    }
    this.#read.set(path, file);
    this.#problems.push(...file?.problems ?? []);
    return file;
  }
}

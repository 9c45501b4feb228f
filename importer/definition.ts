/**
 * A filter's or an action's file: `[Definition]`, `[Init]`, and what a jail passes to them.
 *
 * @module
 */

import { type MergedConfig, splitConditional } from "./merged_config.ts";
import { substituteTags } from "./substitute_tags.ts";
import { TreeError } from "./tree_error.ts";

/** Values by key. */
export type Values = ReadonlyMap<string, string>;

/** What its file and the jail say, with tags put in; parameters of the jail go before `[Init]`, that before `[Definition]`. */
export class Definition {
  /** Parameters: the jail's, then those of `[Init]`; as `known/…` those of `[Init]` too. */
  readonly parameters: Map<string, string>;
  readonly #config: MergedConfig;
  readonly #keys: readonly string[];
  readonly #lookedUp = new Map<string, string | undefined>();
  #options = new Map<string, string>();
  #jailValues: Values = new Map();

  /**
   * @param parameters `name[…]` of the jail
   * @param keys those that `[Definition]` is read for
   */
  constructor(
    config: MergedConfig,
    parameters: Values,
    keys: readonly string[],
  ) {
    this.#config = config;
    this.parameters = new Map(parameters);
    this.#keys = keys;
  }

  /** @returns whether `[Definition]` itself has the key */
  has(key: string): boolean {
    return this.#config.sections.get("Definition")?.has(key) === true;
  }

  /**
   * Reads the sections.
   *
   * @param jailValues of the jail: what is in them is not taken from the file
   * @param isAll every key of `[Definition]`, for `%(known/…)s` in the jail
   * @throws {TreeError} when a reference cannot be resolved
   */
  read(jailValues: Values, isAll = false): void {
    const before = new Map([...jailValues, ...this.parameters]);
    const vars = new Map(
      [...before].map(([key, value]) => [key.toLowerCase(), value]),
    );
    this.#jailValues = vars;
    this.#options = new Map();
    for (const key of this.#keys) {
      if (before.has(key)) continue;
      this.#setOption(key, this.#config.get("Definition", key, vars));
    }
    this.#readInit(before);
    if (!isAll) return;
    for (const key of this.#config.sections.get("Definition")?.keys() ?? []) {
      if (this.#options.has(key)) continue;
      this.#setOption(key, this.#config.get("Definition", key));
    }
  }

  /**
   * All values with their tags put in.
   *
   * @param ignore tags that are put in later, at each ban
   * @throws {TreeError} when they refer to themselves
   */
  combine(ignore: Iterable<string> = []): Map<string, string> {
    const values = new Map([...this.#options, ...this.parameters]);
    const left = new Set(ignore);
    for (const key of values.keys()) {
      const conditional = splitConditional(key);
      if (conditional !== undefined) left.add(conditional[0]);
    }
    try {
      return substituteTags(values, {
        ignore: left,
        lookUp: (tag) => this.#lookUp(tag),
      });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new TreeError(
        `Cannot put in the tags of "${
          this.#config.files.at(-1) ?? ""
        }": ${error.message}, expected values that can be resolved`,
        { consequence: "does not start with it" },
      );
    }
  }

  #readInit(before: Values): void {
    for (const key of this.#config.sections.get("Init")?.keys() ?? []) {
      const value = this.#config.get("Init", key);
      if (value === undefined) continue;
      if (!key.startsWith("known/")) this.parameters.set(`known/${key}`, value);
      if (this.parameters.has(key)) continue;
      // A parameter of the jail holds for every address family, whatever [Init?family=inet6] says.
      const plain = splitConditional(key)?.[0];
      const given = plain === undefined ? undefined : before.get(plain);
      this.parameters.set(key, given ?? value);
    }
  }

  #setOption(key: string, value: string | undefined): void {
    if (value !== undefined) this.#options.set(key, value);
  }

  /** fail2ban keeps what it looked up, also over a second reading. */
  #lookUp(tag: string): string | undefined {
    if (!this.#lookedUp.has(tag)) {
      const value = this.#config.getTag("Definition", tag, this.#jailValues);
      this.#lookedUp.set(tag, value);
    }
    return this.#lookedUp.get(tag);
  }
}

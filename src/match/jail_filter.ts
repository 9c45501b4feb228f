/**
 * One jail's patterns, bound to the scan that it shares with others.
 *
 * @module
 */

import {
  type BindOptions,
  bindPatterns,
  type BoundPatterns,
} from "./bind_patterns.ts";
import { ClientHost } from "./client_host.ts";
import { compilePattern } from "./compile.ts";
import type { EngineMatch } from "./engine.ts";
import { userGroupsOf } from "./host.ts";
import type { LineHits } from "./line_hits.ts";
import { type LinePass, textOf } from "./line_pass.ts";
import type { PassCutter } from "./shared_cutter.ts";
import type { Subject } from "./subject.ts";
import type { MatchJail } from "./types.ts";

/** A jail's patterns in order. */
export class JailFilter {
  readonly jail: MatchJail;
  readonly patterns: BoundPatterns;
  /** Finds the client behind the peer; absent where no proxy is trusted. */
  readonly client: ClientHost | undefined;
  /** Index of the pattern that hit last. */
  hitPattern = -1;
  readonly #userGroups: readonly (readonly string[])[];

  /** @throws {FilterError} when a pattern cannot be used */
  constructor(jail: MatchJail, options: BindOptions) {
    const { engine } = options;
    // What JSON tells of the host, no pattern has to.
    const role = jail.json?.host === undefined ? "fail" : "ignore";
    this.jail = jail;
    this.client = jail.trustedProxies && new ClientHost(jail.trustedProxies);
    this.patterns = bindPatterns({
      jail: jail.name,
      fail: jail.failPatterns.map((pattern) =>
        compilePattern(pattern, { role, engine })
      ),
      ignore: jail.ignorePatterns.map((pattern) =>
        compilePattern(pattern, { role: "ignore", engine })
      ),
    }, options);
    this.#userGroups = this.patterns.fail.map(({ groups }) =>
      userGroupsOf(groups)
    );
  }

  /** Groups of the pattern that hit last which may have caught the user. */
  get userGroups(): readonly string[] {
    return this.#userGroups[this.hitPattern] ?? [];
  }

  /**
   * Runs the patterns whose literal is in the line, and those without; the first hit wins.
   *
   * @param cutter cuts the line where a pattern is run at all
   */
  findFailure(
    pass: LinePass,
    hits: LineHits,
    cutter: PassCutter,
  ): EngineMatch | undefined {
    const { fail } = this.patterns;
    const line = textOf(pass);
    for (let index = 0; index < fail.length; index++) {
      const pattern = fail[index];
      if (pattern === undefined || !hits.has(pattern.slot)) continue;
      if (!pattern.mayBeIn(line)) continue;
      cutter.cut(pass);
      const match = pattern.exec(cutter);
      if (match === null) continue;
      this.hitPattern = index;
      return match;
    }
    return undefined;
  }

  /** @returns whether an ignore pattern takes the line back */
  isIgnored(subject: Subject): boolean {
    return this.patterns.ignore.some((pattern) =>
      pattern.exec(subject) !== null
    );
  }
}

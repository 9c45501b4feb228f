/**
 * What an engine is, whichever executes a pattern.
 *
 * @module
 */

/**
 * linear: V8, which falls back to linear time. bounded: our own, with a budget of steps, for what V8 cannot run in linear
 * time (look-ahead, back-references, conditions), or not as Python does; two to three times slower.
 * re2: RE2, linear always, ten times slower; in V8's place where V8's flags are missing.
 * backtracking: V8 without a bound on its time: never chosen, the naive way to compare with.
 */
export type EngineKind = "linear" | "re2" | "bounded" | "backtracking";

/** Where and what a pattern hit. */
export interface EngineMatch {
  /** First character of the hit. */
  readonly start: number;
  /** Behind the last one. */
  readonly end: number;
  /** Behind the part that caught the host; -1 where that is not known. */
  readonly hostEnd: number;
  /** Whether the pattern itself goes on with a dot and digits behind the host. */
  readonly hasDottedPort: boolean;
  /** Where what a prefix pattern leaves to the others begins, if that is all the rest of the text. */
  readonly restAt?: number | undefined;
  /** Text of the group that stands for the host: the first of `HOST_GROUPS` that took part. */
  readonly host: string | undefined;
  /** @returns what the group of this name caught; undefined where it took no part, or is none */
  group(name: string): string | undefined;
  /** @returns what the group at this place of `Engine.groups` caught; undefined where it took no part */
  groupAt(index: number): string | undefined;
}

/** One pattern, ready to run. */
export interface Engine {
  readonly kind: EngineKind;
  /** Names of the pattern's groups. */
  readonly groups: readonly string[];
  /** How many texts were given up because the budget of steps was spent; they count as no match. */
  readonly overruns: number;
  /** @returns the leftmost hit, or null */
  exec(text: string): EngineMatch | null;
}

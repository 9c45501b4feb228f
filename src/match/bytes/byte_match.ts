/**
 * What a pattern hit that ran on bytes.
 *
 * @module
 */

import type { EngineMatch } from "../engine_types.ts";
import { HOST_GROUPS } from "../tags.ts";
import type { Subject } from "../subject.ts";
import type { BytePattern } from "./byte_room.ts";

/** What texts are cut out of. */
export type TextSource = Pick<Subject, "source" | "offset">;

/** Texts are cut out when they are asked for; one object for all hits of a pattern. */
export class ByteMatch implements EngineMatch {
  /** Behind the hit, in the text. */
  end = 0;
  readonly hasDottedPort: boolean;
  readonly #slots: Int32Array;
  readonly #numbers: ReadonlyMap<string, number>;
  /** Numbers of the groups in the order of the pattern. */
  readonly #inOrder: readonly number[];
  readonly #hosts: readonly number[];
  #subject: TextSource = { source: "", offset: 0 };
  #from = 0;

  readonly #isHead: boolean;

  /** @param isHead whether it is the head of a prefix pattern that is hit */
  constructor({ parsed, slots }: BytePattern, isHead: boolean) {
    this.#isHead = isHead;
    const { numbers, groups, hasDottedPort } = parsed;
    this.#slots = slots;
    this.#numbers = numbers;
    this.hasDottedPort = hasDottedPort;
    this.#inOrder = groups.map((name) => numbers.get(name) ?? 0);
    this.#hosts = HOST_GROUPS.map((name) => numbers.get(name))
      .filter((number) => number !== undefined);
  }

  /**
   * Tells of another hit.
   *
   * @param subject the text that begins at the byte `from` of the memory
   * @param end place behind the hit in the memory
   */
  open(subject: TextSource, from: number, end: number): this {
    this.#subject = subject;
    this.#from = from;
    this.end = end - from;
    return this;
  }

  get start(): number {
    return (this.#slots[0] ?? 0) - this.#from;
  }

  get restAt(): number | undefined {
    return this.#isHead ? this.end : undefined;
  }

  get hostEnd(): number {
    const number = this.#hostGroup();
    return number < 0 ? -1 : (this.#slots[2 * number + 1] ?? 0) - this.#from;
  }

  get host(): string | undefined {
    const number = this.#hostGroup();
    return number < 0 ? undefined : this.#text(number);
  }

  group(name: string): string | undefined {
    const number = this.#numbers.get(name);
    return number === undefined ? undefined : this.#text(number);
  }

  groupAt(index: number): string | undefined {
    return this.#text(this.#inOrder[index] ?? 0);
  }

  #hostGroup(): number {
    for (const number of this.#hosts) {
      if ((this.#slots[2 * number + 1] ?? -1) >= 0) return number;
    }
    return -1;
  }

  #text(number: number): string | undefined {
    const end = this.#slots[2 * number + 1] ?? -1;
    if (end < 0) return undefined;
    const start = this.#slots[2 * number] ?? 0;
    const { source, offset } = this.#subject;
    const base = this.#from - offset;
    return source.slice(start - base, end - base);
  }
}

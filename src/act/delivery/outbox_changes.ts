/**
 * Which messages and memories are not stored as they are now.
 *
 * @module
 */

import type { Json } from "../contract.ts";
import { type Message, toOutboxRow } from "./message.ts";
import type { OutboxSink } from "./types.ts";

/** What one action has to be stored of. */
export interface StoredPart {
  /** The action. */
  readonly name: string;
  /** `null` for none. */
  readonly memory: Json;
  messages(): Iterable<Message>;
}

/** Follows the changes; nothing is remembered of them while nothing can be stored. */
export class OutboxChanges {
  /** By action: messages that came in, and ids of stored ones that went. */
  readonly #messages = new Map<string, Map<number, Message | undefined>>();
  readonly #memories = new Map<string, Json>();
  readonly #parts: () => Iterable<StoredPart>;
  #isAll = false;

  /** @param parts gives all that there is now */
  constructor(parts: () => Iterable<StoredPart>) {
    this.#parts = parts;
  }

  /** A message waits. */
  put(action: string, message: Message): void {
    if (!this.#isAll) this.#of(action).set(message.id, message);
  }

  /** A message does not wait any more. */
  remove(action: string, { id }: Message): void {
    if (this.#isAll) return;
    const changes = this.#of(action);
    // One that came since the last time was never stored.
    if (changes.get(id) === undefined) changes.set(id, undefined);
    else changes.delete(id);
  }

  /** What an action remembers is another thing now; `null`: nothing. */
  setMemory(action: string, memory: Json): void {
    if (!this.#isAll) this.#memories.set(action, memory);
  }

  /** Hands over what changed, and counts it as stored; `loseTrack` takes that back. */
  drain(sink: OutboxSink): void {
    if (this.#isAll) this.#drainAll(sink);
    for (const [action, changes] of this.#messages) {
      for (const [id, message] of changes) {
        if (message === undefined) sink.remove({ action, id });
        else sink.put(toOutboxRow(action, message));
      }
    }
    for (const [action, memory] of this.#memories) {
      if (memory === null) sink.removeMemory(action);
      else sink.putMemory({ action, memory });
    }
    this.#forget();
  }

  /** What was stored cannot be relied on any more. */
  loseTrack(): void {
    this.#isAll = true;
    this.#forget();
  }

  #drainAll(sink: OutboxSink): void {
    this.#isAll = false;
    sink.clear();
    for (const { name, memory, messages } of this.#parts()) {
      for (const message of messages()) sink.put(toOutboxRow(name, message));
      if (memory !== null) sink.putMemory({ action: name, memory });
    }
  }

  #of(action: string): Map<number, Message | undefined> {
    const known = this.#messages.get(action);
    if (known !== undefined) return known;
    const changes = new Map<number, Message | undefined>();
    this.#messages.set(action, changes);
    return changes;
  }

  #forget(): void {
    this.#messages.clear();
    this.#memories.clear();
  }
}

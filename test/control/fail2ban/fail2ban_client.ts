/**
 * A client of fail2ban's protocol that is free to misbehave.
 *
 * @module
 */

import { END } from "../../../src/control/fail2ban/frame_splitter.ts";
import type { PickleValue } from "../../../src/control/fail2ban/pickle_value.ts";
import { readPickle } from "../../../src/control/fail2ban/read_pickle.ts";
import { writePickle } from "../../../src/control/fail2ban/write_pickle.ts";
import { bytesOf } from "./samples.ts";

const END_BYTES = bytesOf(END);

/** One connection. */
export class Fail2banClient implements Disposable {
  readonly #connection: Deno.UnixConn;

  /** Speaks over this connection. */
  constructor(connection: Deno.UnixConn) {
    this.#connection = connection;
  }

  /** Asks with a well-made command. */
  async ask(...words: readonly PickleValue[]): Promise<PickleValue> {
    return readPickle(await this.send(writePickle(words)));
  }

  /** @returns the answer to any bytes, without its end */
  async send(bytes: Uint8Array): Promise<Uint8Array> {
    await this.write(bytes);
    await this.write(END_BYTES);
    return await this.read();
  }

  /** Writes bytes without an end. @throws {Error} when the server went away */
  async write(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0;) {
      rest = rest.subarray(await this.#connection.write(rest));
    }
  }

  /** @returns the next answer, without its end; empty when the server went away */
  async read(): Promise<Uint8Array> {
    const buffer = new Uint8Array(65_536);
    let text = "";
    while (!text.endsWith(END)) {
      const length = await this.#connection.read(buffer).catch(() => null);
      if (length === null) return new Uint8Array(0);
      text += buffer.subarray(0, length).reduce(
        (part, byte) => part + String.fromCharCode(byte),
        "",
      );
    }
    return bytesOf(text.slice(0, -END.length));
  }

  /** Resolves when the server has ended the connection. */
  async untilCut(): Promise<void> {
    while ((await this.read()).length > 0);
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }
}

/** @returns a client that is connected; where the queue is full, it waits, as programs do whose sockets block */
export async function connectFail2ban(path: string): Promise<Fail2banClient> {
  for (;;) {
    try {
      const connection = await Deno.connect({ transport: "unix", path });
      return new Fail2banClient(connection);
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

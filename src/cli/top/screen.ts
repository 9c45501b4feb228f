/**
 * The whole terminal for one program: another screen, no cursor, keys as they are pressed; and all as it was at the end.
 *
 * @module
 */

/** How much room there is. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** What a screen is made on; default: this process's own terminal. */
export interface ScreenDevice {
  write(text: string): void;
  setRaw(isRaw: boolean): void;
  /** @returns bytes of keys; null at the end */
  read(buffer: Uint8Array): Promise<number | null>;
  size(): ScreenSize;
}

/** Another screen, no cursor, and lines that are too long for a narrow terminal end at its edge. */
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
const LEAVE = "\x1b[?7h\x1b[?25h\x1b[?1049l";
const HOME = "\x1b[H";
const CLEAR_LINE = "\x1b[K";
const CLEAR_BELOW = "\x1b[J";

/** Where nobody says how large it is. */
const USUAL_SIZE: ScreenSize = { columns: 80, rows: 24 };

/** The keys that end: q, Q, Ctrl-C, Ctrl-D, and Escape alone. */
const ENDING: ReadonlySet<string> = new Set(["q", "Q", "\x03", "\x04", "\x1b"]);

/** A terminal that was taken over; dispose it whatever happens. */
export class Screen implements Disposable {
  readonly #device: ScreenDevice;
  #isLeft = false;

  /** Takes the terminal over. */
  constructor(device: ScreenDevice) {
    this.#device = device;
    device.setRaw(true);
    device.write(ENTER);
  }

  /** How much room there is now. */
  get size(): ScreenSize {
    return this.#device.size();
  }

  /** Draws lines over what was there, as many as fit. */
  draw(lines: readonly string[]): void {
    const { rows } = this.size;
    // Behind a full line the cursor still stands on its last character: that would be cleared.
    const shown = lines.slice(0, rows).map((line) => CLEAR_LINE + line);
    const rest = lines.length < rows ? `\r\n${CLEAR_BELOW}` : "";
    this.#device.write(HOME + shown.join("\r\n") + rest);
  }

  /** Resolves when a key that ends is pressed, or nobody is there to press one. */
  async waitForEnd(): Promise<void> {
    const buffer = new Uint8Array(64);
    const decoder = new TextDecoder();
    for (;;) {
      const length = await this.#device.read(buffer);
      if (length === null) return;
      if (ENDING.has(decoder.decode(buffer.subarray(0, length)))) return;
    }
  }

  /** Gives the terminal back; may be called twice. */
  [Symbol.dispose](): void {
    if (this.#isLeft) return;
    this.#isLeft = true;
    this.#device.write(LEAVE);
    this.#device.setRaw(false);
  }
}

/** @returns this process's terminal */
export function ownTerminal(write: (text: string) => void): ScreenDevice {
  return {
    write,
    // Standard input may be something else, which has no such thing.
    setRaw: (isRaw) => {
      if (Deno.stdin.isTerminal()) Deno.stdin.setRaw(isRaw);
    },
    read: (buffer) =>
      Deno.stdin.isTerminal() ? Deno.stdin.read(buffer) : new Promise(() => {}),
    size: () => {
      try {
        const { columns, rows } = Deno.consoleSize();
        return columns > 0 && rows > 0 ? { columns, rows } : USUAL_SIZE;
      } catch {
        return USUAL_SIZE;
      }
    },
  };
}

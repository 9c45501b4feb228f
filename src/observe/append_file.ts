/**
 * A file that lines are added to, and that others rotate.
 *
 * Nobody waits for it: lines are kept until the disk takes them, up to a bound, and beyond it they are counted as lost.
 *
 * @module
 */

/** Lines that come within this time are written together. */
const GATHER_MS = 50;
/** How often it is looked whether the file is still the one of that name, and how often a failed write is tried again. */
const LOOK_MS = 1000;
/** Characters that wait at most: about 100,000 lines. */
const MOST_WAITING = 8 << 20;
/** How long the end waits for the disk. */
const PATIENCE_MS = 2000;

/** What an append file is made with. */
export interface AppendFileOptions {
  readonly path: string;
  /** Called when writing fails, and not again before it has worked. */
  readonly onTrouble: (reason: string) => void;
  /** Called when it works again. @param lost lines that there was no room for meanwhile */
  readonly onRecovery: (lost: number) => void;
}

/** Opens at the first line. */
export class AppendFile {
  readonly #options: AppendFileOptions;
  #lines: string[] = [];
  /** What the disk did not take yet of an earlier write. */
  #rest = new Uint8Array(0);
  #waiting = 0;
  #lost = 0;
  #file: Deno.FsFile | undefined;
  #lookedMs = -Infinity;
  #hasTrouble = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> | undefined;
  #isClosed = false;

  /** Touches nothing yet. */
  constructor(options: AppendFileOptions) {
    this.#options = options;
  }

  /** Adds a line, soon. @param line without its newline */
  append(line: string): void {
    if (this.#waiting + this.#rest.length + line.length > MOST_WAITING) {
      this.#lost++;
      return;
    }
    this.#lines.push(line);
    this.#waiting += line.length + 1;
    if (!this.#hasTrouble) this.#writeIn(GATHER_MS);
  }

  /** The file of that name may be another one now. */
  reopen(): void {
    this.#lookedMs = -Infinity;
  }

  /** Writes what waits, unless the disk takes its time. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    let patience: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([
      this.#write(),
      new Promise<void>((resolve) => {
        patience = setTimeout(resolve, PATIENCE_MS);
      }),
    ]);
    clearTimeout(patience);
    this.#drop();
  }

  #writeIn(delayMs: number): void {
    if (this.#isClosed || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => void this.#write(), delayMs);
  }

  /** One at a time, so that lines stay in order. */
  async #write(): Promise<void> {
    await this.#writing;
    this.#timer = undefined;
    this.#writing = this.#tryToWrite();
    await this.#writing;
    this.#writing = undefined;
    if (this.#hasTrouble) this.#writeIn(LOOK_MS);
    else if (this.#lines.length > 0) this.#writeIn(GATHER_MS);
  }

  async #tryToWrite(): Promise<void> {
    if (this.#lines.length + this.#rest.length === 0) return;
    try {
      const file = await this.#open();
      await this.#writeAll(file, this.#rest);
      const text = this.#lines.map((line) => `${line}\n`).join("");
      this.#lines = [];
      this.#waiting = 0;
      await this.#writeAll(file, new TextEncoder().encode(text));
      this.#recover();
    } catch (error) {
      this.#drop();
      if (this.#hasTrouble) return;
      this.#hasTrouble = true;
      const { message } = error instanceof Error ? error : new Error();
      this.#options.onTrouble(message);
    }
  }

  async #writeAll(
    file: Deno.FsFile,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<void> {
    this.#rest = bytes;
    while (this.#rest.length > 0) {
      this.#rest = this.#rest.subarray(await file.write(this.#rest));
    }
  }

  /** @returns the file that has the name now */
  async #open(): Promise<Deno.FsFile> {
    const { path } = this.#options;
    const now = performance.now();
    if (this.#file !== undefined && now - this.#lookedMs >= LOOK_MS) {
      this.#lookedMs = now;
      if (!await isStill(path, this.#file)) this.#drop();
    }
    return this.#file ??= await Deno.open(path, {
      append: true,
      create: true,
      mode: 0o640,
    });
  }

  #recover(): void {
    if (!this.#hasTrouble && this.#lost === 0) return;
    this.#hasTrouble = false;
    this.#options.onRecovery(this.#lost);
    this.#lost = 0;
  }

  #drop(): void {
    this.#file?.close();
    this.#file = undefined;
  }
}

async function isStill(path: string, file: Deno.FsFile): Promise<boolean> {
  try {
    const [named, open] = await Promise.all([Deno.stat(path), file.stat()]);
    return named.ino === open.ino && named.dev === open.dev;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Makes a following `journalctl` look at once for what is new.
 *
 * journald tells readers of new entries only 250-500 ms after it has written them, to spare itself. The entries can be read
 * at once; a reader only has to look. It looks whenever something happens in a folder that it watches, so it is given a
 * folder of our own, with links to the journal's, and 50 times a second that folder is touched. Other readers of the journal
 * notice nothing, and it takes 0.2 % of a core.
 *
 *     /run/fail2deno/journal/00000000000000000000000000000000 → /var/log/journal/73a637c2189a40e6b628dc7171bf2621
 *
 * @module
 */

import type { Logger } from "../util/log.ts";

/** How long an entry waits at most. */
const TOUCH_MS = 20;

/** Between looks for journal folders that come and go, as the one in /run does in the course of a start. */
const FOLDERS_MS = 2000;

/** What the wake works with. */
export interface JournalWakeOptions {
  /** Where links may be made; made where it is not there. */
  readonly folder: string;
  readonly log: Logger;
  /** Makes a symbolic link. @throws where that fails */
  readonly link: (target: string, path: string) => void;
  /** Default /etc/machine-id, /run/log/journal and /var/log/journal. */
  readonly paths?: {
    readonly machineId: string;
    readonly volatile: string;
    readonly persistent: string;
  };
}

const PATHS = {
  machineId: "/etc/machine-id",
  volatile: "/run/log/journal",
  persistent: "/var/log/journal",
};

/** A folder of links, touched again and again. */
export class JournalWake {
  readonly #options: JournalWakeOptions;
  #touching: ReturnType<typeof setInterval> | undefined;
  #looking: ReturnType<typeof setInterval> | undefined;
  #isFailureSaid = false;

  /** Makes nothing yet. */
  constructor(options: JournalWakeOptions) {
    this.#options = options;
  }

  /**
   * Makes the folder anew.
   *
   * @param onChange called once the machine has other journal folders than now
   * @returns the folder for `--directory`; undefined where there is none to be had, or no journal yet
   */
  open(onChange: () => void): string | undefined {
    this.close();
    const targets = this.#findTargets();
    this.#looking = setInterval(() => {
      if (this.#findTargets().join() === targets.join()) return;
      clearInterval(this.#looking);
      onChange();
    }, FOLDERS_MS);
    if (targets.length === 0) return undefined;
    const { folder } = this.#options;
    try {
      this.#linkAll(targets);
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
    this.#touching = setInterval(() => this.#touch(), TOUCH_MS);
    return folder;
  }

  /** Ends the touching; the folder stays. */
  close(): void {
    clearInterval(this.#touching);
    clearInterval(this.#looking);
  }

  #linkAll(targets: readonly string[]): void {
    const { folder, link } = this.#options;
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const { name } of Deno.readDirSync(folder)) {
      Deno.removeSync(`${folder}/${name}`);
    }
    // The journal wants names of this form, and one folder may bear the other's.
    targets.forEach((target, index) =>
      link(target, `${folder}/${index.toString(16).padStart(32, "0")}`)
    );
  }

  #touch(): void {
    const now = Date.now() / 1000;
    try {
      Deno.utimeSync(this.#options.folder, now, now);
    } catch (error) {
      clearInterval(this.#touching);
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#isFailureSaid) return;
    this.#isFailureSaid = true;
    this.#options.log.warn("Journal entries come half a second late", {
      folder: this.#options.folder,
      reason: error instanceof Error ? error.message : String(error),
    });
  }

  /** The folders that `journalctl` reads by itself: this machine's, and in /run any. */
  #findTargets(): readonly string[] {
    const { machineId, volatile, persistent } = this.#options.paths ?? PATHS;
    const id = readIfThere(machineId);
    const kept = listFolders(persistent);
    // Which of them is this machine's? Then all is left to journalctl.
    if (id === "" && kept.length > 0) return [];
    return [
      ...listFolders(volatile),
      ...kept.filter((path) => path.endsWith(`/${id}`)),
    ];
  }
}

function listFolders(root: string): string[] {
  try {
    return [...Deno.readDirSync(root)]
      .filter(({ name }) => /^[0-9a-f]{32}$/.test(name))
      .map(({ name }) => `${root}/${name}`).sort();
  } catch {
    return [];
  }
}

function readIfThere(path: string): string {
  try {
    return Deno.readTextFileSync(path).trim();
  } catch {
    return "";
  }
}

/**
 * The logs of one file name pattern, as they come and go.
 *
 * Not every file that fits is a log of its own. Left out are folders, compressed files, what rotation made of another log (by
 * its name, or because that log was seen to bear it), and links to logs that fit as well: their lines would count twice.
 *
 * @module
 */

import { GlobExpansion, type StampedFiles } from "./glob_expansion.ts";
import { isCompressed, isRotated } from "./rotated_name.ts";
import type { Position } from "./types.ts";

/** Which file a path leads to. */
export interface FileMark {
  readonly device: number;
  readonly inode: number;
  /** The same for one file as long as it is there; another one for the next that gets its inode. */
  readonly text: string;
  readonly isFolder: boolean;
  /** Where the path leads, if it is a symbolic link. */
  readonly target?: string | undefined;
}

/** How files are looked at. */
export interface LogFiles extends StampedFiles {
  /** @returns undefined where there is nothing */
  mark(path: string): FileMark | undefined;
  /** @returns whether the file at the path is the one of that place */
  holds(path: string, position: Position): boolean;
}

/** What else is read. */
export interface Neighbours {
  /** Logs of the jails that have the pattern, those of this pattern included. */
  readonly paths: ReadonlySet<string>;
  /** Where a log was read to. */
  readonly placesOf: (path: string) => readonly Position[];
  /** Whether there is nothing left to be read of a log that is not there any more. */
  readonly isOver: (path: string) => boolean;
}

/** A path that fits. */
interface Found {
  readonly path: string;
  /** Absent where it leads nowhere yet. */
  readonly mark: FileMark | undefined;
}

/** How far a log was read in a file that bore its name. */
interface LogPlace {
  readonly log: string;
  readonly place: Position;
}

/** By what is known which files are no logs of their own. */
interface Known {
  /** Marks of files that were none before, perhaps under other names. */
  readonly others: ReadonlySet<string>;
  /** Links to other logs. */
  readonly links: ReadonlySet<string>;
  /** All that are or may be logs. */
  readonly logs: ReadonlySet<string>;
  readonly places: ReadonlyMap<number, readonly LogPlace[]>;
}

/** What a pattern came to, and what of it are logs. */
export class PatternLogs {
  readonly #files: LogFiles;
  readonly #expansion: GlobExpansion;
  /** Each log, and whether it came while the pattern was watched. */
  readonly #logs = new Map<string, { readonly isNew: boolean }>();
  /** Files that fit and are no logs, as long as they are the same. */
  readonly #others = new Map<string, string>();
  #gone: readonly string[] = [];
  #isFirst = true;

  /** Looks at nothing yet. */
  constructor(pattern: string, files: LogFiles) {
    this.#files = files;
    this.#expansion = new GlobExpansion(pattern, files);
  }

  /** The logs, in the order of their names. */
  get paths(): readonly string[] {
    return [...this.#logs.keys()].sort();
  }

  /** @returns whether the log came while the pattern was watched; undefined where it is none of the pattern's */
  isNew(path: string): boolean | undefined {
    return this.#logs.get(path)?.isNew;
  }

  /**
   * Looks again, where there may be something to see.
   *
   * @returns whether logs came or went
   */
  refresh(neighbours: Neighbours): boolean {
    const hasLetGo = this.#letGo(neighbours);
    const mayHaveNews = this.#isFirst || this.#expansion.hasChanged();
    return (mayHaveNews && this.#expand(neighbours)) || hasLetGo;
  }

  /** A log is let go once nothing of it is left to be read. */
  #letGo({ isOver }: Neighbours): boolean {
    const over = this.#gone.filter(isOver);
    for (const path of over) this.#logs.delete(path);
    if (over.length > 0) {
      this.#gone = this.#gone.filter((path) => !over.includes(path));
    }
    return over.length > 0;
  }

  #expand(neighbours: Neighbours): boolean {
    const fitting = this.#expansion.expand();
    const isThere = new Set(fitting);
    const others = new Set(this.#others.values());
    for (const path of this.#others.keys()) {
      if (!isThere.has(path)) this.#others.delete(path);
    }
    this.#gone = [...this.#logs.keys()].filter((path) => !isThere.has(path));
    const found = this.#findLogs(
      fitting.filter((path) => !this.#logs.has(path) && !isCompressed(path)),
      { ...neighbours, others },
    );
    for (const path of found) this.#logs.set(path, { isNew: !this.#isFirst });
    this.#isFirst = false;
    return found.length > 0;
  }

  /** @returns those that are logs; of the others it is remembered that they are none */
  #findLogs(
    paths: readonly string[],
    neighbours: Neighbours & Pick<Known, "others">,
  ): readonly string[] {
    const found = paths.map((path) => ({ path, mark: this.#files.mark(path) }))
      .filter(({ path, mark }) =>
        mark === undefined || this.#others.get(path) !== mark.text
      );
    if (found.length === 0) return [];
    const known = this.#gather(found, new Set(paths), neighbours);
    return found.filter(({ path, mark }) => {
      if (mark === undefined || !this.#isOther(path, mark, known)) return true;
      this.#others.set(path, mark.text);
      return false;
    }).map(({ path }) => path);
  }

  #gather(
    found: readonly Found[],
    paths: ReadonlySet<string>,
    { paths: read, placesOf, others }: Neighbours & Pick<Known, "others">,
  ): Known {
    const all = read.union(paths);
    const links = new Set(
      found.filter(({ mark }) => all.has(mark?.target ?? ""))
        .map(({ path }) => path),
    );
    const logs = all.difference(links);
    return { others, links, logs, places: placesByInode(logs, placesOf) };
  }

  #isOther(path: string, mark: FileMark, known: Known): boolean {
    if (mark.isFolder || known.links.has(path)) return true;
    if (known.others.has(mark.text) || isRotated(path, known.logs)) return true;
    return (known.places.get(mark.inode) ?? []).some(({ log, place }) =>
      log !== path && place.device === mark.device &&
      this.#files.holds(path, place)
    );
  }
}

/** Where logs were read to: not an empty file, since the next one may have its inode. */
function placesByInode(
  logs: Iterable<string>,
  placesOf: Neighbours["placesOf"],
): Known["places"] {
  const places = new Map<number, LogPlace[]>();
  for (const log of logs) {
    for (const place of placesOf(log)) {
      if (place.offset === 0) continue;
      const same = places.get(place.inode);
      if (same === undefined) places.set(place.inode, [{ log, place }]);
      else same.push({ log, place });
    }
  }
  return places;
}

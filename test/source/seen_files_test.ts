import assert from "node:assert/strict";
import { FileReader } from "../../src/source/file_reader.ts";
import { SeenFiles } from "../../src/source/seen_files.ts";
import { append, toBytes, withFolder } from "./tail_fixture.ts";

/** More than are remembered of those that are closed. */
const MANY = 20;

/** Opens many files, each with a text of its own; `use` closes them. */
function withReaders(
  use: (seen: SeenFiles, readers: readonly FileReader[]) => void,
): Promise<void> {
  return withFolder((folder) => {
    const seen = new SeenFiles();
    const readers = Array.from({ length: MANY }, (_, number) => {
      const path = `${folder}/${number}`;
      append(path, "");
      const reader = new FileReader(path, 100);
      reader.moveTo(0);
      seen.add(reader);
      append(path, `text ${number}.\n`);
      return reader;
    });
    use(seen, readers);
    return Promise.resolve();
  });
}

/** Whether a packed file with that file's text is known. */
function knows(seen: SeenFiles, number: number): boolean {
  return seen.hasHead(toBytes(`text ${number}.\nand more\n`));
}

Deno.test("SeenFiles does know all files when they are open, and how they begin by now", () =>
  withReaders((seen, readers) => {
    for (let number = 0; number < MANY; number++) {
      assert.equal(knows(seen, number), true, `file ${number}`);
    }
    assert.equal(knows(seen, MANY), false);
    for (const reader of readers) reader.close();
  }));

Deno.test("SeenFiles does remember those that were closed last, whenever they were opened", () =>
  withReaders((seen, readers) => {
    for (const reader of readers.toReversed()) {
      while (reader.read(() => {}, 100) > 0);
      reader.close();
      seen.add(reader);
    }
    assert.equal(knows(seen, 0), true);
    assert.equal(knows(seen, MANY - 1), false);
  }));

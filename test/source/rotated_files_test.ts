import assert from "node:assert/strict";
import { basename } from "node:path/posix";
import { listRotated } from "../../src/source/rotated_files.ts";
import { append, withFolder } from "./tail_fixture.ts";

/** Names, and the files that are to be found among them, in their order. */
const CASES = [
  {
    name: "numbers, whatever their times say",
    names: ["a.log.1", "a.log.10.gz", "a.log.2.zst", "a.log.9"],
    found: ["a.log.10.gz", "a.log.9", "a.log.2.zst", "a.log.1"],
  },
  {
    name: "dates, by their times",
    names: ["a.log-20261130", "a.log-20261201", "a-20261202.log"],
    found: ["a.log-20261130", "a.log-20261201", "a-20261202.log"],
  },
  {
    name: "numbers and dates, by their times",
    names: ["a.log.1", "a.log.2", "a.log-20261202.gz"],
    found: ["a.log.1", "a.log.2", "a.log-20261202.gz"],
  },
  {
    name: "of a file that is being packed the plain one",
    names: ["a.log.1", "a.log.1.gz", "a.log.2.gz"],
    found: ["a.log.2.gz", "a.log.1"],
  },
  {
    name: "none that cannot be unpacked, and none of another log",
    names: ["a.log.1.xz", "b.log.1", "a.log", "a.log.2"],
    found: ["a.log.2"],
  },
  {
    name: "those without a number first",
    names: ["a.log.1", "a.log.old", "a.note"],
    found: ["a.log.old", "a.note", "a.log.1"],
  },
];

for (const { name, names, found } of CASES) {
  Deno.test(`listRotated() does list ${name}`, () =>
    withFolder((folder) => {
      names.forEach((each, n) => {
        append(`${folder}/${each}`, each);
        Deno.utimeSync(`${folder}/${each}`, n, n);
      });
      const files = listRotated(`${folder}/a.log`);
      assert.deepEqual(files.map(({ path }) => basename(path)), found);
      return Promise.resolve();
    }));
}

import assert from "node:assert/strict";
import { identify } from "../../src/source/file_identity.ts";
import { MACHINE_LOG_FILES } from "../../src/source/log_files.ts";
import { LogPaths } from "../../src/source/log_paths.ts";
import type { Position, SourceStatus } from "../../src/source/types.ts";
import { withFolder } from "../support/with_folder.ts";
import { createRecordingLogger } from "./tail_fixture.ts";

/** A folder of logs, and what a daemon would know of them. */
class Rig {
  readonly folder: string;
  readonly statuses = new Map<string, Partial<SourceStatus>>();
  readonly places = new Map<string, readonly Position[]>();
  readonly paths: LogPaths;
  readonly logger = createRecordingLogger();
  #nowMs = 0;

  constructor(folder: string) {
    this.folder = folder;
    this.paths = new LogPaths({
      files: MACHINE_LOG_FILES,
      log: this.logger.log,
      placesOf: (path) => this.places.get(this.#name(path)) ?? [],
      statusOf: (path) => {
        const status = this.statuses.get(this.#name(path));
        return status && {
          path,
          state: "watching",
          bytesRead: 0,
          overlongLines: 0,
          rotations: 0,
          ...status,
        };
      },
      now: () => this.#nowMs,
    });
  }

  /** Makes files, each with its name as its text. */
  make(...names: string[]): this {
    for (const name of names) {
      Deno.writeTextFileSync(`${this.folder}/${name}`, `${name}\n`);
    }
    return this;
  }

  move(from: string, to: string): void {
    Deno.renameSync(`${this.folder}/${from}`, `${this.folder}/${to}`);
  }

  /** As if the log had been read to its end. */
  read(name: string): void {
    const path = `${this.folder}/${name}`;
    const head = Deno.readFileSync(path);
    const place = {
      ...identify(Deno.statSync(path)),
      head,
      offset: head.length,
    };
    this.places.set(name, [place]);
    this.statuses.set(name, { bytesRead: head.length });
  }

  /** Brings readers and their logs together. @returns names, each with how many read it */
  group(...patterns: readonly (readonly string[])[]): Record<string, number> {
    const readers = patterns.map((names) => ({
      logPaths: names.map((name) => `${this.folder}/${name}`),
    }));
    return Object.fromEntries(
      [...this.paths.group(readers)].map(([path, same]) => [
        this.#name(path),
        same.length,
      ]),
    );
  }

  /** Lets time pass. */
  hasNews(afterMs = 1_000): boolean {
    this.#nowMs += afterMs;
    return this.paths.hasNews();
  }

  find(pattern: string): readonly string[] {
    return this.paths.find(`${this.folder}/${pattern}`).map((path) =>
      this.#name(path)
    );
  }

  #name(path: string): string {
    return path.slice(this.folder.length + 1);
  }
}

function testInFolder(name: string, test: (rig: Rig) => void): void {
  Deno.test(name, () => withFolder((folder) => test(new Rig(folder))));
}

testInFolder(
  "LogPaths.group() brings the readers of each log together",
  (rig) => {
    rig.make("a.log", "b.log");
    const groups = rig.group(["*.log", "a.log"], ["b.log", "later.log"]);
    assert.deepEqual(groups, { "a.log": 1, "b.log": 2, "later.log": 1 });
  },
);

testInFolder(
  "LogPaths.group() gives logs with the same readers one list of them",
  (rig) => {
    rig.make("a.log", "b.log");
    const reader = { logPaths: [`${rig.folder}/*.log`] };
    const [one, other] = [...rig.paths.group([reader]).values()];
    assert.deepEqual(one, [reader]);
    assert.equal(one, other);
  },
);

testInFolder(
  "LogPaths finds a log that comes later, and knows that it is new",
  (rig) => {
    rig.make("a.log").group(["*.log"]);
    assert.equal(rig.hasNews(), false);
    rig.make("b.log");
    assert.equal(rig.hasNews(), true);
    assert.deepEqual(rig.find("*.log"), ["a.log", "b.log"]);
    assert.equal(rig.paths.isNew(`${rig.folder}/a.log`), false);
    assert.equal(rig.paths.isNew(`${rig.folder}/b.log`), true);
    assert.equal(rig.hasNews(), false);
  },
);

testInFolder("LogPaths finds logs in folders that come later", (rig) => {
  rig.group(["*/logs/error.log"]);
  assert.deepEqual(rig.logger.records.map(({ message }) => message), [
    "Wait for log files",
  ]);
  for (const folder of ["", "/logs"]) {
    Deno.mkdirSync(`${rig.folder}/ann${folder}`);
    assert.equal(rig.hasNews(), false);
  }
  rig.make("ann/logs/error.log");
  assert.equal(rig.hasNews(), true);
  assert.deepEqual(rig.find("*/logs/error.log"), ["ann/logs/error.log"]);
  assert.equal(rig.logger.records.length, 1);
});

testInFolder("LogPaths looks no more often than once a second", (rig) => {
  rig.make("a.log").group(["*.log"]);
  rig.hasNews();
  rig.make("b.log");
  assert.equal(rig.hasNews(900), false);
  assert.equal(rig.hasNews(100), true);
});

testInFolder(
  "LogPaths leaves out what rotation made of a log, by its name",
  (rig) => {
    rig.make("a.log", "a.log.1", "a.log-20261126", "a.log.old", "a.log.2.gz");
    rig.make("a-20261126.log", "a-2.log", "b.log.1");
    const found = rig.group(["*.log*"]);
    assert.deepEqual(Object.keys(found), ["a-2.log", "a.log", "b.log.1"]);
  },
);

testInFolder(
  "LogPaths leaves out a log under its next names, whatever they are",
  (rig) => {
    rig.make("a.log").group(["*"]);
    rig.read("a.log");
    rig.move("a.log", "yesterday");
    rig.make("a.log");
    assert.equal(rig.hasNews(), false);
    rig.read("a.log");
    rig.move("yesterday", "before");
    assert.equal(rig.hasNews(), false);
    assert.deepEqual(rig.find("*"), ["a.log"]);
  },
);

testInFolder(
  "LogPaths leaves out at the start what an earlier run read under the name of another log",
  (rig) => {
    rig.make("a.log", "b.log");
    rig.read("a.log");
    rig.read("b.log");
    rig.move("a.log", "yesterday");
    rig.make("a.log");
    rig.group(["*"]);
    assert.deepEqual(rig.find("*"), ["a.log", "b.log"]);
  },
);

testInFolder(
  "LogPaths takes another file under a name that it had left out",
  (rig) => {
    rig.make("a.log").group(["*"]);
    rig.read("a.log");
    rig.move("a.log", "other");
    rig.make("a.log");
    rig.hasNews();
    rig.read("a.log");
    rig.make("third");
    rig.move("third", "other");
    assert.equal(rig.hasNews(), true);
    assert.deepEqual(rig.find("*"), ["a.log", "other"]);
  },
);

testInFolder(
  "LogPaths takes a file for new that has but the inode of one that was read",
  (rig) => {
    rig.make("a.log").group(["*"]);
    rig.make("b");
    const path = `${rig.folder}/b`;
    const place = { ...identify(Deno.statSync(path)), offset: 9 };
    rig.places.set("a.log", [{ ...place, head: new Uint8Array([97]) }]);
    assert.equal(rig.hasNews(), true);
    assert.deepEqual(rig.find("*"), ["a.log", "b"]);
  },
);

testInFolder(
  "LogPaths leaves out folders, and links to logs that fit as well",
  (rig) => {
    rig.make("app-20261126.log");
    Deno.mkdirSync(`${rig.folder}/folder.log`);
    Deno.symlinkSync("app-20261126.log", `${rig.folder}/app.log`);
    rig.group(["*.log"]);
    assert.deepEqual(rig.find("*.log"), ["app-20261126.log"]);
  },
);

testInFolder(
  "LogPaths lets a log go that is not there any more, once it is read",
  (rig) => {
    rig.make("a.log", "b.log").group(["*.log"]);
    rig.read("a.log");
    Deno.removeSync(`${rig.folder}/a.log`);
    rig.statuses.set("a.log", { state: "waiting", holdsFile: true });
    assert.equal(rig.hasNews(), false);
    assert.equal(rig.hasNews(), false);
    rig.statuses.set("a.log", { state: "waiting" });
    assert.equal(rig.hasNews(), true);
    assert.deepEqual(rig.find("*.log"), ["b.log"]);
  },
);

testInFolder(
  "LogPaths lets a log go that was renamed, once its writers were silent for long",
  (rig) => {
    rig.make("a.log").group(["*.log"]);
    rig.read("a.log");
    rig.move("a.log", "gone");
    const write = (bytesRead: number) =>
      rig.statuses.set("a.log", {
        state: "waiting",
        holdsFile: true,
        bytesRead,
      });
    write(6);
    assert.equal(rig.hasNews(), false);
    assert.equal(rig.hasNews(), false);
    assert.equal(rig.hasNews(590_000), false);
    write(12);
    assert.equal(rig.hasNews(10_000), false);
    assert.equal(rig.hasNews(590_000), false);
    assert.equal(rig.hasNews(10_000), true);
    assert.deepEqual(rig.find("*.log"), []);
  },
);

testInFolder(
  "LogPaths keeps what it knows of a pattern over a reload, and forgets patterns without readers",
  (rig) => {
    rig.make("a.log").group(["*.log"]);
    rig.make("b.log");
    rig.hasNews();
    rig.group(["*.log"], ["a.*"]);
    assert.equal(rig.paths.isNew(`${rig.folder}/b.log`), true);
    rig.group(["a.*"]);
    assert.deepEqual(rig.find("*.log"), []);
    rig.group(["*.log"]);
    assert.equal(rig.paths.isNew(`${rig.folder}/b.log`), false);
  },
);

testInFolder(
  "LogPaths.describe() tells of each log, and of a pattern without one",
  (rig) => {
    rig.make("a.log", "b.log").group(["*.log", "*.txt"]);
    rig.read("a.log");
    const logPaths = ["*.log", "*.txt"].map((name) => `${rig.folder}/${name}`);
    assert.deepEqual(
      rig.paths.describe(logPaths).map(({ path, state, reason }) => [
        path.slice(rig.folder.length + 1),
        state,
        reason,
      ]),
      [
        ["a.log", "watching", undefined],
        ["b.log", "stopped", undefined],
        ["*.txt", "waiting", "no file matches"],
      ],
    );
  },
);

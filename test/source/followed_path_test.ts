import assert from "node:assert/strict";
import { FollowedPath } from "../../src/source/followed_path.ts";
import { LARGEST_BLOCK } from "../../src/source/pace.ts";
import { append, sleep, toText, withFolder } from "./tail_fixture.ts";

/** More than one turn reads, where a turn is as short as can be. */
const LONG = "a line\n".repeat(LARGEST_BLOCK / 2);

/** Longer than the tick of the clock that times of files are taken from. */
const TICK_MS = 20;

/** A path that is looked at when the test says so. */
interface Followed {
  readonly path: string;
  readonly followed: FollowedPath;
  /** All text so far. */
  text(): string;
  /** Looks until nothing is left to read. */
  readAll(): void;
}

/** Follows a new log, empty and old enough for its successors to be told from it by times. */
async function withFollowed(
  maxBytesPerTurn: number,
  use: (run: Followed) => void,
): Promise<void> {
  await withFolder(async (folder) => {
    const path = `${folder}/a.log`;
    append(path, "");
    let text = "";
    const followed = new FollowedPath({
      path,
      maxLineBytes: 100,
      maxBytesPerTurn,
      resumeAt: [],
      findStart: () => 0,
      onBegin: () => {},
      onDamage: (damaged, error) => assert.fail(`${damaged}: ${error}`),
      sink: ({ bytes }) => text += toText(bytes),
    });
    await followed.resume();
    followed.readTurn(true);
    await sleep(TICK_MS);
    const readAll = () => {
      while (followed.readTurn(true));
    };
    use({ path, followed, text: () => text, readAll });
    followed.close();
  });
}

/** What is written in one tick cannot be told apart. */
function touchLater(path: string): void {
  const later = new Date(Date.now() + 1000);
  Deno.utimeSync(path, later, later);
}

/** As logrotate's `copytruncate` does. */
function copyAndTruncate(path: string, number: number): void {
  Deno.copyFileSync(path, `${path}.${number}`);
  Deno.truncateSync(path);
}

/** Between two looks: the first two texts end in the rotated files 2 and 1. */
function writeAndRotate(
  path: string,
  [oldest, older, newest]: readonly [string, string, string],
): void {
  append(path, oldest);
  Deno.renameSync(path, `${path}.2`);
  append(path, older);
  Deno.renameSync(path, `${path}.1`);
  append(path, newest);
}

Deno.test("FollowedPath does read the copy when all that was ever written was truncated away before a look", () =>
  withFollowed(100, ({ path, text, readAll }) => {
    append(path, "one\n");
    copyAndTruncate(path, 1);
    append(path, "two\n");
    readAll();
    assert.equal(text(), "one\ntwo\n");
  }));

Deno.test("FollowedPath does read the copy when a log was truncated without one before", () =>
  withFollowed(100, ({ path, text, readAll }) => {
    append(path, "one\n");
    readAll();
    Deno.truncateSync(path);
    append(path, "two\n");
    Deno.copyFileSync(path, `${path}.1`);
    touchLater(`${path}.1`);
    Deno.truncateSync(path);
    append(path, "three\n");
    readAll();
    assert.equal(text(), "one\ntwo\nthree\n");
  }));

Deno.test("FollowedPath does take no successor for a copy when an empty log was renamed", () =>
  withFollowed(100, ({ path, text, readAll }) => {
    writeAndRotate(path, ["one\n", "two\n", "three\n"]);
    readAll();
    append(`${path}.1`, "late\n");
    readAll();
    assert.equal(text(), "one\ntwo\nthree\nlate\n");
  }));

Deno.test("FollowedPath does leave a copy alone when it is being made", () =>
  withFollowed(1, ({ path, followed, text, readAll }) => {
    append(path, "one\n");
    readAll();
    append(path, LONG);
    copyAndTruncate(path, 2);
    append(path, "three\n");
    append(`${path}.1`, "");
    touchLater(`${path}.1`);
    followed.readTurn(true);
    append(`${path}.1`, "three\n");
    readAll();
    assert.ok(text() === `one\n${LONG}three\n`, "other lines");
  }));

Deno.test("FollowedPath does read a copy once when it is found again", () =>
  withFollowed(100, ({ path, text, readAll }) => {
    append(path, "one\n");
    copyAndTruncate(path, 1);
    append(path, "two\n");
    readAll();
    touchLater(`${path}.1`);
    Deno.truncateSync(path);
    append(path, "three\n");
    readAll();
    assert.equal(text(), "one\ntwo\nthree\n");
  }));

Deno.test("FollowedPath does keep a predecessor when what comes before it takes several polls", () =>
  withFollowed(1, ({ path, followed, text, readAll }) => {
    append(path, "one\n");
    readAll();
    writeAndRotate(path, [LONG, "three\n", "four\n"]);
    followed.readTurn(true);
    for (let poll = 0; poll < 20; poll++) followed.age();
    readAll();
    assert.ok(text() === `one\n${LONG}three\nfour\n`, "other lines");
  }));

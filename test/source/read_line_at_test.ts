import { strictEqual } from "node:assert/strict";
import { type LinePlace, readLineAt } from "../../src/source/read_line_at.ts";
import { withFolder } from "../support/with_folder.ts";

function placeOf(path: string, line: string): LinePlace {
  const text = Deno.readTextFileSync(path);
  const { dev, ino } = Deno.statSync(path);
  const before = text.slice(0, text.indexOf(line));
  const bytes = (part: string) => new TextEncoder().encode(part).length;
  return {
    path,
    device: dev,
    inode: ino ?? 0,
    offset: bytes(before),
    byteLength: bytes(line) + 1,
  };
}

Deno.test("readLineAt() reads a line under the file's name, and under the one that rotation gave it", () =>
  withFolder((folder) => {
    const path = `${folder}/auth.log`;
    Deno.writeTextFileSync(path, "first\nzweite Zeile: ä\r\nthird\n");
    const first = placeOf(path, "first");
    const second = { ...placeOf(path, "zweite Zeile: ä\r") };
    strictEqual(readLineAt(first), "first");
    strictEqual(readLineAt(second), "zweite Zeile: ä");
    Deno.renameSync(path, `${path}.1`);
    Deno.writeTextFileSync(path, "first of another file\n");
    strictEqual(readLineAt(second), "zweite Zeile: ä");
    Deno.removeSync(`${path}.1`);
    strictEqual(readLineAt(second), undefined);
  }));

Deno.test("readLineAt() gives nothing where no line stands there any more", () =>
  withFolder((folder) => {
    const path = `${folder}/auth.log`;
    Deno.writeTextFileSync(path, "first\nsecond\n");
    const place = placeOf(path, "second");
    strictEqual(readLineAt(place), "second");
    // As copytruncate does: the same file, written anew.
    Deno.writeTextFileSync(path, "a longer line stands here now\n");
    strictEqual(readLineAt(place), undefined);
    Deno.writeTextFileSync(path, "");
    strictEqual(readLineAt(place), undefined);
  }));

Deno.test("readLineAt() cuts a line that is longer than a screen", () =>
  withFolder((folder) => {
    const path = `${folder}/auth.log`;
    const line = "x".repeat(50_000);
    Deno.writeTextFileSync(path, `a\n${line}\n`);
    strictEqual(readLineAt(placeOf(path, line))?.length, 16_384);
  }));

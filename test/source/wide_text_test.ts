import assert from "node:assert/strict";
import fc from "fast-check";
import { FileReader } from "../../src/source/file_reader.ts";
import { findStart } from "../../src/source/start_position.ts";
import type { WideOrder } from "../../src/source/wide_text.ts";
import { withFolder } from "../support/with_folder.ts";

const MAX_LINE_BYTES = 200;

/** @returns the text in UTF-16 */
function encodeWide(text: string, order: WideOrder): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(2 * text.length);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) {
    view.setUint16(2 * at, text.charCodeAt(at), order === "utf-16le");
  }
  return bytes;
}

/** A file that grows, and what its reader handed out. */
class Growing {
  readonly lines: string[] = [];
  readonly #path: string;
  readonly #reader: FileReader;

  constructor(path: string) {
    this.#path = path;
    Deno.writeTextFileSync(path, "");
    this.#reader = new FileReader(path, MAX_LINE_BYTES);
  }

  get reader(): FileReader {
    return this.#reader;
  }

  append(bytes: Uint8Array): this {
    Deno.writeFileSync(this.#path, bytes, { append: true });
    return this;
  }

  /** @returns the place behind the last line */
  read(most = 64): number {
    let offset = 0;
    const sink = (lines: Uint8Array, position: { readonly offset: number }) => {
      const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(lines);
      this.lines.push(...text.split("\n").slice(0, -1));
      offset = position.offset;
    };
    while (this.#reader.read(sink, most) > 0);
    return offset;
  }
}

async function withFile(
  use: (file: Growing, another: Growing) => void,
): Promise<void> {
  await withFolder((folder) => {
    const file = new Growing(`${folder}/log`);
    const another = new Growing(`${folder}/another`);
    try {
      use(file, another);
    } finally {
      file.reader.close();
      another.reader.close();
    }
  });
}

for (const order of ["utf-16le", "utf-16be"] as const) {
  const encode = (text: string) => encodeWide(text, order);

  Deno.test(`FileReader reads ${order}, and no character that has the byte 10 for a newline`, () =>
    withFile((file) => {
      // U+010A, U+0A0A and U+0A00 hold it in every place.
      const text = "\ufeffone Ċ two\n\u0a0a\u0a00 ž\n𝄞\nrest";
      file.append(encode(text));
      assert.equal(file.read(), 2 * (text.length - 4));
      assert.deepEqual(file.lines, ["one Ċ two", "\u0a0a\u0a00 ž", "𝄞"]);
      assert.equal(file.reader.position.offset, 2 * (text.length - 4));
      file.append(encode("\n"));
      assert.equal(file.read(), 2 * (text.length + 1));
      assert.equal(file.lines.at(-1), "rest");
    }));

  Deno.test(`FileReader goes on in ${order} where it stopped, and at the next line where that is in one`, () =>
    withFile((file, another) => {
      file.append(encode("\ufeffone\ntwo\nthree\n"));
      // Behind the first byte of the newline of "one", as a search for the byte 10 finds it.
      file.reader.moveTo(order === "utf-16le" ? 9 : 10);
      file.read();
      assert.deepEqual(file.lines.splice(0), ["two", "three"]);
      another.append(encode("\ufeffone\ntwo\nthree\n"));
      another.reader.moveTo(12);
      another.read();
      assert.deepEqual(another.lines, ["three"]);
    }));

  Deno.test(`findStart() finds the last line, and the first recent one, in ${order}`, () =>
    withFile((file) => {
      const { reader } = file;
      const lines = Array.from({ length: 5_000 }, (_, at) => `${at} Ċ line\n`);
      file.append(encode(`\ufeff${lines.join("")}half`));
      const place = (count: number) =>
        2 * (1 + lines.slice(0, count).join("").length);
      assert.equal(findStart(reader, "end"), place(5_000));
      const recent = (line: Uint8Array) =>
        parseInt(new TextDecoder().decode(line).replace("?", "")) >= 3_000;
      assert.equal(findStart(reader, { recent }), place(3_000));
      assert.equal(findStart(reader, "beginning"), 0);
    }));

  Deno.test(`FileReader hands out the lines of ${order} and their places, however the file grows and is read`, async () => {
    const unit = fc.constantFrom(
      ...["a", "b", "\n", "Ċ", "\u0a00", "ž", "𝄞", "\ud834", "\udd1e"],
    );
    await fc.assert(fc.asyncProperty(
      fc.array(fc.tuple(fc.array(unit, { maxLength: 60 }), fc.nat(1))),
      fc.integer({ min: 2, max: 20 }),
      async (parts, most) => {
        await withFile((file) => {
          file.append(encode("\ufeff"));
          let text = "";
          for (const [units, torn] of parts) {
            const bytes = encode(units.join(""));
            text += units.join("");
            const cut = Math.max(0, bytes.length - torn);
            file.append(bytes.subarray(0, cut));
            file.read(2 * most);
            file.append(bytes.subarray(cut));
            file.read(2 * most);
            const behind = text.lastIndexOf("\n") + 1;
            if (behind === 0) continue;
            assert.equal(file.reader.position.offset, 2 + 2 * behind);
          }
          const whole = text.toWellFormed().split("\n").slice(0, -1);
          const kept = whole.filter((line) =>
            new TextEncoder().encode(line).length <= MAX_LINE_BYTES
          );
          assert.deepEqual(file.lines, kept);
        });
      },
    ));
  });
}

Deno.test("FileReader leaves the mark of UTF-8 out", () =>
  withFile((file) => {
    file.append(new TextEncoder().encode("\ufeffone\n"));
    assert.equal(file.read(), 7);
    assert.deepEqual(file.lines, ["one"]);
  }));

Deno.test("FileReader reads UTF-16 anew after a truncation", () =>
  withFile((file) => {
    const { reader } = file;
    file.append(encodeWide("\ufeffone\n", "utf-16le"));
    file.read();
    reader.restart(() => {});
    file.read();
    assert.deepEqual(file.lines, ["one", "one"]);
  }));

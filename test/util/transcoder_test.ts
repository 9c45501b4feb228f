import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { createTranscoder, Transcoder } from "../../src/util/transcoder.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("Transcoder.toUtf8() reads what is not ASCII in its encoding", () => {
  const latin = new Transcoder("windows-1252");
  strictEqual(text(latin.toUtf8(Uint8Array.of(0x6a, 0xfc, 10))), "jü\n");
  const cyrillic = new Transcoder("windows-1251");
  strictEqual(text(cyrillic.toUtf8(Uint8Array.of(0xc6, 10))), "Ж\n");
});

Deno.test("Transcoder.toUtf8() gives ASCII back as it is", () => {
  const bytes = Uint8Array.of(0x61, 10);
  strictEqual(new Transcoder("shift_jis").toUtf8(bytes), bytes);
});

for (const encoding of ["shift_jis", "gbk", "big5", "euc-jp", "windows-1252"]) {
  Deno.test(`Transcoder.toUtf8() keeps every newline of ${encoding}, whatever stands before it`, () => {
    const bytes = new Uint8Array(3 * 256);
    for (let byte = 0; byte < 256; byte++) bytes.set([byte, 10, 97], 3 * byte);
    const lines = text(new Transcoder(encoding).toUtf8(bytes)).split("\n");
    // One more is the byte 10 itself.
    strictEqual(lines.length, 256 + 2);
  });
}

Deno.test("createTranscoder() takes the first encoding that is named", () => {
  strictEqual(createTranscoder([{}, { logEncoding: "utf-8" }]), undefined);
  const named = [{}, { logEncoding: "koi8-r" }, { logEncoding: "utf-8" }];
  deepStrictEqual(
    text(
      createTranscoder(named)?.toUtf8(Uint8Array.of(0xd6)) ?? new Uint8Array(),
    ),
    "ж",
  );
});

import assert from "node:assert/strict";
import { readEncoding } from "../../src/config/log_encoding.ts";

/** As fail2ban or the web spell it, and what it is here. */
const NAMES: readonly (readonly [string, string | undefined])[] = [
  ["auto", "utf-8"],
  ["UTF-8", "utf-8"],
  ["ascii", "utf-8"],
  ["utf-16", "utf-8"],
  ["latin1", "windows-1252"],
  ["latin_1", "windows-1252"],
  ["latin-1", "windows-1252"],
  ["iso8859_15", "iso-8859-15"],
  ["cp1251", "windows-1251"],
  ["koi8_r", "koi8-r"],
  ["shift_jis", "shift_jis"],
  ["euc_jp", "euc-jp"],
  ["utf-16le", undefined],
  ["iso-2022-jp", undefined],
  ["cp437", undefined],
  ["", undefined],
];

for (const [name, encoding] of NAMES) {
  Deno.test(`readEncoding() takes ${JSON.stringify(name)} for ${encoding}`, () => {
    assert.equal(readEncoding(name), encoding);
  });
}

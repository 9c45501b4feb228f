/**
 * Writes the reference of all keys into docs/configuration.md, after a key of the schema has changed.
 *
 *     deno task reference
 *
 * @module
 */

import { renderReference } from "../src/config/reference.ts";

/** The reference is all that follows, to the end of the page. */
const FIRST_HEADING = "### `[global]`";

const page = new URL("../docs/configuration.md", import.meta.url);
const text = Deno.readTextFileSync(page);
const start = text.indexOf(FIRST_HEADING);
if (start < 0) {
  throw new Error(
    `Cannot write the reference: no heading "${FIRST_HEADING}" in docs/configuration.md`,
  );
}
Deno.writeTextFileSync(page, text.slice(0, start) + renderReference());

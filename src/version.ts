/**
 * The program's version.
 *
 * @module
 */

import denoJson from "../deno.json" with { type: "json" };

/** As in deno.json, for example `0.1.0`. */
export const VERSION: string = denoJson.version;

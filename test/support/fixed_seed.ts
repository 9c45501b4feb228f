/**
 * Loaded before each file of tests: property tests draw the same cases each time, so that a run tells of the change alone.
 * `FAIL2DENO_SEED=random` draws others; a failure names its seed, which may be given in its place.
 *
 * @module
 */

import fc from "fast-check";

const DEFAULT_SEED = 20_261_126;

const wish = Deno.env.get("FAIL2DENO_SEED") ?? DEFAULT_SEED;
if (wish !== "random") fc.configureGlobal({ seed: Number(wish) });

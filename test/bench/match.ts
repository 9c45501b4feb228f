/**
 * How fast logs are matched, beside the naive way, fail2ban-regex, ripgrep and any rival that is named.
 *
 *     deno task bench:match --size 1GB --only access --rival '/opt/other/bin scan {log}'
 *
 * Every contestant's counts are checked. docs/benches.md has the options and figures.
 *
 * @module
 */

import { readOptions } from "./match/options.ts";
import { SCENARIOS } from "./match/scenarios.ts";

const options = readOptions(Deno.args);
const names = SCENARIOS.map(({ name }) => name);
const unknown = options.only.find((name) => !names.includes(name));
if (unknown !== undefined) {
  console.error(
    `Cannot run "${unknown}": no such scenario, expected one of ${
      names.join(", ")
    }`,
  );
  Deno.exit(64);
}
for (const { name, summary, run } of SCENARIOS) {
  if (options.only.length > 0 && !options.only.includes(name)) continue;
  console.log(`${name}: ${summary}\n`);
  await run(options);
}

/**
 * The log is rotated and packed by Debian's logrotate while the daemon is down: what it has not read counts.
 *
 * @module
 */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { failedPassword, startDaemon, until } from "../support/daemon.ts";
import { isFile } from "../support/is_file.ts";
import { runText } from "../support/run.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";

const LOGROTATE = "/usr/sbin/logrotate";
const ZSTD = "/usr/bin/zstd";

/** It takes five failures. */
const HOST = "203.0.113.9";
const OTHER = "203.0.113.10";

const PACKERS = [
  { name: "gzip", text: "compress", end: "gz" },
  {
    name: "zstd",
    text: `compress\ncompresscmd ${ZSTD}\ncompressext .zst\ncompressoptions -q`,
    end: "zst",
  },
];

for (const { name, text, end } of PACKERS) {
  for (const scanThreads of [1, 2]) {
    Deno.test({
      name:
        `run counts what was packed by ${name} while it was down, with scan_threads = ${scanThreads}`,
      ignore: !isFile(LOGROTATE) || !isFile(ZSTD),
      fn: async () => {
        await using daemon = await startDaemon({
          config: SAMPLE_JAIL,
          scanThreads,
        });
        const { folder, logFile } = daemon;
        const config = `${folder}/rotation.conf`;
        const rotation = `${logFile} {\nrotate 9\ncreate\n${text}\n}\n`;
        Deno.writeTextFileSync(config, rotation, { mode: 0o644 });
        daemon.append(failedPassword(HOST).repeat(2));
        daemon.append(failedPassword(OTHER).repeat(2));
        await countFailures(4);
        await daemon.kill("SIGKILL");
        // Two in the rest of the first file, one in the second, and for one of the hosts one more in the log itself.
        for (const failures of [2, 1]) {
          daemon.append(failedPassword(HOST).repeat(failures));
          daemon.append(failedPassword(OTHER).repeat(failures - 1));
          const words = ["-f", "-s", `${folder}/rotated`, config];
          const { code, err } = await runText(LOGROTATE, words);
          strictEqual(code, 0, err);
        }
        Deno.statSync(`${logFile}.2.${end}`);
        daemon.append(failedPassword(OTHER));
        await daemon.startAgain();
        await daemon.heard(new RegExp(`Ban host.*${HOST}`));
        await countFailures(5);
        deepStrictEqual([...(await daemon.kernelBans()).keys()], [HOST]);
        daemon.append(failedPassword(OTHER));
        await daemon.heard(new RegExp(`Ban host.*${OTHER}`));

        async function countFailures(wanted: number): Promise<void> {
          let failures = 0;
          await until(
            `${wanted} failures are counted`,
            async () => {
              const { out } = await daemon.cli("stats", "--json");
              failures = JSON.parse(out).failures;
              return failures === wanted;
            },
            () => `${failures} failures; ${daemon.said()}`,
          );
          // They are in the state a tenth of a second later.
          await new Promise((resolve) => setTimeout(resolve, 500));
        }
      },
    });
  }
}

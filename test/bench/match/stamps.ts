/**
 * The OpenSSH mix with stamps of syslog and with those of today's rsyslog, by our sshd filter and by the one that an
 * administrator has brought along.
 *
 * @module
 */

import type { Config } from "../../../src/config/types.ts";
import { LAUNCHER } from "../../support/daemon.ts";
import { makeCorpus } from "../corpora/corpus.ts";
import { OPENSSH, OPENSSH_ISO } from "../corpora/openssh.ts";
import { FAIL2BAN_ROOT } from "./baselines.ts";
import { medianOf, type Result, runProcess } from "./measure.ts";
import type { BenchOptions } from "./options.ts";
import { expectedOf, loadJails, runPipeline } from "./ours.ts";
import { SEED } from "./prepare.ts";

const JAIL_LOCAL = `[sshd]
enabled = true
mode = aggressive
backend = polling
logpath = /tmp/log
maxretry = 5
findtime = 10m
bantime = 1h
`;

/** @returns each filter on each log; fail2ban's own where it is there */
export async function runStamps(
  ours: Config,
  options: BenchOptions,
): Promise<readonly Result[]> {
  const imported = await importSshd();
  const configs = [["ours", ours], ["fail2ban's own", imported]] as const;
  const results: Result[] = [];
  for (const [name, config] of configs) {
    if (config === undefined) continue;
    for (const maker of [OPENSSH, OPENSSH_ISO]) {
      const log = makeCorpus(maker, { bytes: options.bytes, seed: SEED });
      const expected = expectedOf(log, ["sshd:aggressive"]);
      const result = await medianOf(
        options.runs,
        () => runPipeline(config, log, expected),
      );
      const stamps = maker === OPENSSH ? "syslog" : "ISO 8601";
      results.push({ ...result, name: `${name}, ${stamps}` });
    }
  }
  return results;
}

/** @returns fail2ban's configuration with its sshd jail, taken over; undefined where there is none */
async function importSshd(): Promise<Config | undefined> {
  const source = `${FAIL2BAN_ROOT}/etc/fail2ban`;
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-bench-" });
  try {
    const copied = await runProcess("cp", ["-r", source, folder]);
    if (copied.code !== 0) return undefined;
    Deno.writeTextFileSync(`${folder}/fail2ban/jail.local`, JAIL_LOCAL);
    const output = `${folder}/fail2deno`;
    const args = ["import", `${folder}/fail2ban`, "-o", output];
    const { code, err } = await runProcess(LAUNCHER, args);
    if (code !== 0) throw new Error(err);
    return loadJails(`${output}/config.toml`, `${output}/filters.d`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

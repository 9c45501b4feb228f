/**
 * What is measured: each scenario makes its logs, checks what is found in them, and prints a table.
 *
 * @module
 */

import { type CorpusMaker, makeCorpus } from "../corpora/corpus.ts";
import { HOSTILE } from "../corpora/hostile.ts";
import { MAIL_LOG, MAIL_PATTERNS } from "../corpora/mail.ts";
import { NGINX_ACCESS } from "../corpora/nginx_access.ts";
import { OPENSSH } from "../corpora/openssh.ts";
import {
  type Log,
  runFail2banRegex,
  runRipgrep,
  runRival,
} from "./baselines.ts";
import { askWhileHostile } from "./control_latency.ts";
import { formatResults, medianOf, type Result } from "./measure.ts";
import type { BenchOptions } from "./options.ts";
import { onSlice, prepare, SEED } from "./prepare.ts";
import {
  expectedOf,
  jailOf,
  loadJails,
  runDryRun,
  runPipeline,
  withConfig,
} from "./ours.ts";
import { runStamps } from "./stamps.ts";

/** A slow rival gets a smaller log; per line it comes to the same. */
const FAIL2BAN_BYTES = 2e6;
/** A tenth of a gigabyte of such lines keeps the daemon busy long enough. */
const CONTROL_BYTES = 100e6;

/** One thing that is measured. */
export interface Scenario {
  readonly name: string;
  readonly summary: string;
  /** Prints what it finds. @throws {AssertionError} where somebody miscounts */
  readonly run: (options: BenchOptions) => Promise<void>;
}

const NGINX_FILTERS = ["nginx-botsearch", "nginx-bad-request", "nginx-exploit"];
const NGINX_JAILS = NGINX_FILTERS.map((filter) => jailOf(filter, `"${filter}"`))
  .join("");
const SSHD_JAIL = jailOf("sshd", '{ name = "sshd", mode = "aggressive" }');

/** In the order in which they are run. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: "access",
    summary: "access log, three nginx filters, the whole dry-run process",
    run: (options) => withConfig(NGINX_JAILS, (file) => access(file, options)),
  },
  {
    name: "openssh",
    summary: "OpenSSH mix, sshd in aggressive mode: read, date, host, tracker",
    run: (options) => withConfig(SSHD_JAIL, (file) => openssh(file, options)),
  },
  {
    name: "mail",
    summary: "mail log, two patterns of one's own",
    run: (options) =>
      withConfig(
        jailOf("mail", JSON.stringify(MAIL_PATTERNS)),
        (file) => mail(file, options),
      ),
  },
  {
    name: "stamps",
    summary: "OpenSSH mix with both kinds of stamps, our filter and fail2ban's",
    run: (options) =>
      withConfig(SSHD_JAIL, async (file) => {
        const results = await runStamps(loadJails(file), options);
        console.log(formatResults(results));
      }),
  },
  {
    name: "jails",
    summary: "OpenSSH mix, 30 jails against one",
    run: thirtyJails,
  },
  {
    name: "hostile",
    summary: "lines made to hurt against an access log, four jails",
    run: (options) =>
      withConfig(SSHD_JAIL + NGINX_JAILS, (file) => hostile(file, options)),
  },
  {
    name: "control",
    summary: "the control socket of a daemon that reads the hostile log",
    run: control,
  },
];

async function access(file: string, options: BenchOptions): Promise<void> {
  const config = loadJails(file);
  const { log, expected, runNaive } = prepare(NGINX_ACCESS, config, {
    filters: NGINX_FILTERS,
    options,
  });
  const ours = await medianOf(
    options.runs,
    () => runDryRun(file, log, expected),
  );
  const ripgrep = await medianOf(
    options.runs,
    () => timed(runRipgrep(config, log, expected.failures)),
  );
  const results = [
    ours,
    runNaive(),
    ...ripgrep.result === undefined ? [] : [ripgrep.result],
    ...await runRivals(log, options),
  ];
  console.log(formatResults(results));
  if (ripgrep.result === undefined) console.log("ripgrep is not installed");
  else {
    tell(
      `${
        (ripgrep.seconds / ours.seconds * 100).toFixed(0)
      } % of ripgrep's speed; the goal is 50 %`,
    );
  }
}

async function openssh(file: string, options: BenchOptions): Promise<void> {
  const filters = ["sshd:aggressive"];
  const config = loadJails(file);
  const { log, expected, runNaive } = prepare(OPENSSH, config, {
    filters,
    options,
  });
  const ours = await medianOf(
    options.runs,
    () => runPipeline(config, log, expected),
  );
  const small = makeCorpus(OPENSSH, { bytes: FAIL2BAN_BYTES, seed: SEED });
  const fail2ban = await runFail2banRegex(
    small,
    expectedOf(small, filters).failures,
  );
  const results = [
    ours,
    runNaive(),
    ...fail2ban === undefined ? [] : [onSlice(fail2ban)],
    ...await runRivals(log, options),
  ];
  console.log(formatResults(results));
  if (fail2ban === undefined) {
    tell("fail2ban-regex is not there: FAIL2DENO_FAIL2BAN names its folder");
  } else {
    tell(
      `fail2ban-regex takes ${
        (perLine(fail2ban) / perLine(ours)).toFixed(1)
      } times as long for a line; the goal is 50`,
    );
  }
}

async function mail(file: string, options: BenchOptions): Promise<void> {
  const config = loadJails(file);
  const filters = ["mail"];
  const { log, expected, runNaive } = prepare(MAIL_LOG, config, {
    filters,
    options,
  });
  console.log(formatResults([
    await medianOf(options.runs, () => runPipeline(config, log, expected)),
    runNaive(),
    ...await runRivals(log, options),
  ]));
}

/** The others look for services that this log does not tell of. */
async function thirtyJails(options: BenchOptions): Promise<void> {
  const corpus = makeCorpus(OPENSSH, { bytes: options.bytes, seed: SEED });
  const expected = expectedOf(corpus, ["sshd:aggressive"]);
  const others = Array.from({ length: 29 }, (_, i) =>
    jailOf(
      `service${i}`,
      JSON.stringify([
        String
          .raw`^ \S+ service${i}\[[0-9]+\]: login failed for \S+ from <HOST>$`,
        String
          .raw`^ \S+ service${i}\[[0-9]+\]: <HOST> sent an unknown command ${i}$`,
      ]),
    )).join("");
  const run = (jails: string, name: string) =>
    withConfig(jails, async (file) => {
      const config = loadJails(file);
      const median = await medianOf(
        options.runs,
        () => runPipeline(config, corpus, expected),
      );
      return { ...median, name };
    });
  const one = await run(SSHD_JAIL, "1 jail");
  const thirty = await run(SSHD_JAIL + others, "30 jails");
  console.log(formatResults([one, thirty]));
  tell(
    `30 jails take ${
      (thirty.seconds / one.seconds).toFixed(2)
    } times as long; the goal is 3 at most`,
  );
}

async function hostile(file: string, options: BenchOptions): Promise<void> {
  const run = async (maker: CorpusMaker, filters: readonly string[]) => {
    const corpus = makeCorpus(maker, { bytes: options.bytes, seed: SEED });
    const result = await medianOf(
      options.runs,
      () => runDryRun(file, corpus, expectedOf(corpus, filters)),
    );
    return { ...result, name: `${maker.name} log` };
  };
  const benign = await run(NGINX_ACCESS, NGINX_FILTERS);
  const hurtful = await run(HOSTILE, []);
  console.log(formatResults([benign, hurtful]));
  tell(
    `the hostile log takes ${
      (hurtful.seconds / benign.seconds).toFixed(1)
    } times as long; the goal is 20 at most`,
  );
}

async function control(options: BenchOptions): Promise<void> {
  const corpus = makeCorpus(HOSTILE, {
    bytes: Math.min(options.bytes, CONTROL_BYTES),
    seed: SEED,
  });
  const nginx = NGINX_JAILS.replaceAll("/tmp/log", "@LOG@");
  const { asked, p50, p99, max } = await askWhileHostile(corpus, nginx);
  tell(
    `asked ${asked} times: answers after ${p50.toFixed(1)} ms at the median, ${
      p99.toFixed(1)
    } ms at 99 %, ${max.toFixed(1)} ms at the most; the goal is 50 ms`,
  );
}

async function runRivals(
  log: Log,
  { rivals, runs }: BenchOptions,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const rival of rivals) {
    results.push(await medianOf(runs, () => runRival(rival, log)));
  }
  return results;
}

/** A contestant that may be missing has a time all the same, for the median. */
async function timed(run: Promise<Result | undefined>) {
  const result = await run;
  return { result, seconds: result?.seconds ?? 0 };
}

function perLine({ seconds, lines }: Result): number {
  return seconds / lines;
}

function tell(text: string): void {
  console.log(`→ ${text}\n`);
}

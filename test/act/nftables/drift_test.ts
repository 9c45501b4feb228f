import { strict as assert } from "node:assert";

import {
  createNftablesDriver,
  type NftablesDriver,
} from "../../../src/act/nftables/nftables_driver.ts";
import type { ActProblem } from "../../../src/act/types.ts";
import { restoreLost } from "../../../src/restore_lost.ts";
import type { Ban } from "../../../src/track/types.ts";
import { type LogFields, type Logger, SILENT } from "../../../src/util/log.ts";
import { until } from "../../support/daemon.ts";
import { testInNamespace } from "../namespace.ts";
import { banOf, jailOf } from "../samples.ts";
import { listChain, listRules, nft } from "./nft.ts";
import { hosts, libc } from "./rig.ts";

/** It takes 30-300 ms; a machine may have other things to do. */
const SOON_MS = 10_000;

interface Warning {
  readonly message: string;
  readonly fields: LogFields;
}

/** A driver with jails `sshd` and `web`, and what is to be in force, as the tracker would know it. */
interface Guarded extends AsyncDisposable {
  readonly driver: NftablesDriver;
  readonly warnings: Warning[];
  /** Bans, in the kernel and in what is to be in force. */
  ban(...bans: Ban[]): void;
  /** Takes the ban back the same way. */
  unban(ban: Ban): void;
  /** Calls of `onLost`. */
  losses(): number;
  /** Hosts in the kernel's sets. */
  inKernel(): string[];
  /** Waits until all that is to be in force is in the kernel. @returns after how many milliseconds */
  whole(): Promise<number>;
}

function guard(): Guarded {
  const active = new Map<string, Ban>();
  const problems: ActProblem[] = [];
  const warnings: Warning[] = [];
  let losses = 0;
  const logger: Logger = {
    ...SILENT,
    warn: (message, fields = {}) => warnings.push({ message, fields }),
  };
  const driver = createNftablesDriver({
    libc,
    logger,
    onProblem: (problem) => problems.push(problem),
    onLost(lost) {
      losses++;
      return restoreLost(lost, {
        records: {
          banOf: (jail, { words, prefix }) =>
            active.get(keyOf({ jail, words, prefix })),
          *bansOf(jail) {
            for (const ban of active.values()) if (ban.jail === jail) yield ban;
          },
        },
        apply: (decisions) => driver.apply(decisions),
      });
    },
  });
  driver.open([jailOf("sshd"), jailOf("web")]);
  const inKernel = () => ["sshd", "web"].flatMap((jail) => hosts(driver, jail));
  return {
    driver,
    warnings,
    ban(...bans) {
      for (const ban of bans) active.set(keyOf(ban), ban);
      driver.apply(bans.map((ban) => ({ kind: "ban", ban })));
    },
    unban(ban) {
      active.delete(keyOf(ban));
      driver.apply([{ kind: "unban", ban, reason: "manual" }]);
    },
    losses: () => losses,
    inKernel,
    async whole() {
      const start = performance.now();
      const wanted = [...active.values()].map(({ host }) => host).sort();
      await until("all bans are back", () => {
        try {
          return JSON.stringify(inKernel().sort()) === JSON.stringify(wanted);
        } catch {
          return false;
        }
      });
      return performance.now() - start;
    },
    async [Symbol.asyncDispose]() {
      await driver.close();
      assert.deepEqual(problems, []);
      assert.equal(nft("list", "tables"), "");
    },
  };
}

function keyOf(
  { jail, words, prefix }: Pick<Ban, "jail" | "words" | "prefix">,
): string {
  return `${jail} ${words.join(" ")}/${prefix}`;
}

function manyBans(count: number): Ban[] {
  return Array.from(
    { length: count },
    (_, i) =>
      i % 2 === 0
        ? banOf("sshd", `10.0.${i >> 8}.${i & 255}`)
        : banOf("web", `2001:db8:0:${i.toString(16)}::/64`),
  );
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

for (const count of [1_000, 10_000]) {
  testInNamespace(
    `the driver has ${count} bans back after a flushed ruleset`,
    async () => {
      await using guarded = guard();
      guarded.ban(...manyBans(count));
      const rules = listRules().sort();
      let longestPause = 0;
      let last = performance.now();
      const meter = setInterval(() => {
        const now = performance.now();
        longestPause = Math.max(longestPause, now - last);
        last = now;
      }, 2);
      const flushed = performance.now();
      await new Deno.Command("nft", { args: ["flush", "ruleset"] }).output();
      await until(
        "the driver says what it did",
        () => guarded.warnings.length > 0,
      );
      const took = performance.now() - flushed;
      clearInterval(meter);
      console.log(
        `${count} bans back after ${took.toFixed(0)} ms, longest pause ${
          longestPause.toFixed(0)
        } ms`,
      );
      await guarded.whole();
      assert(took < SOON_MS, `${took} ms`);
      assert.deepEqual(listRules().sort(), rules);
      const [warning, ...others] = guarded.warnings;
      assert.deepEqual(others, []);
      assert.equal(
        warning?.message,
        "Firewall was changed from outside: repaired",
      );
      assert.equal(warning?.fields.by, "nft");
      assert.equal(warning?.fields.gone, "table");
      assert.equal(warning?.fields.bans, count);
    },
  );
}

/** What is done by nft, and how the warning names it. */
const LOSSES:
  readonly (readonly [commands: readonly string[], gone: RegExp])[] = [
    [["delete table inet fail2deno"], /^table$/],
    [
      [
        "flush chain inet fail2deno jail-sshd",
        "delete set inet fail2deno sshd-v4",
      ],
      /^\d rules of jail-sshd, set sshd-v4$/,
    ],
    [[
      "flush chain inet fail2deno jail-web",
      "delete set inet fail2deno web-v6net64",
    ], /set web-v6net64$/],
    [["flush chain inet fail2deno jail-sshd"], /^\d rules of jail-sshd$/],
    [["flush chain inet fail2deno input"], /^2 rules of input$/],
    [[
      "flush chain inet fail2deno input",
      "delete chain inet fail2deno input",
    ], /^chain input$/],
    [[
      "flush chain inet fail2deno input",
      "flush chain inet fail2deno jail-web",
      "delete chain inet fail2deno jail-web",
    ], /^2 rules of input, chain jail-web$/],
    [
      ["delete element inet fail2deno sshd-v4 { 10.0.0.0 }"],
      /^10.0.0.0 of sshd$/,
    ],
    [
      ["delete element inet fail2deno web-v6net64 { 2001:db8:0:1:: }"],
      /^2001:db8:0:1::\/64 of web$/,
    ],
    [["flush set inet fail2deno sshd-v4"], /^10.0.0.*, .* and 4 more$/],
    [[
      "add table inet fail2deno { flags dormant; }",
    ], /^use of the table$/],
  ];

for (const [commands, gone] of LOSSES) {
  testInNamespace(
    `the driver puts back what "nft ${commands.join("; ")}" took`,
    async () => {
      await using guarded = guard();
      guarded.ban(...manyBans(20));
      const rules = listRules().sort();
      nft(commands.join("; "));
      await until("it says so", () => guarded.warnings.length > 0);
      await guarded.whole();
      assert.deepEqual(listRules().sort(), rules);
      assert.equal(guarded.warnings.length, 1);
      assert.match(String(guarded.warnings[0]?.fields.gone), gone);
    },
  );
}

testInNamespace(
  "the driver sees that a rule of its own has another one in its place",
  async () => {
    await using guarded = guard();
    const handle = /# handle (\d+)$/m.exec(
      nft("-a", "list", "chain", "inet", "fail2deno", "jail-sshd")
        .split("\n").slice(2).join("\n"),
    )?.[1];
    nft(`replace rule inet fail2deno jail-sshd handle ${handle} accept`);
    await until("it says so", () => guarded.warnings.length > 0);
    assert.equal(guarded.warnings[0]?.fields.gone, "rule of jail-sshd");
    assert.deepEqual(listChain("jail-sshd"), [
      "tcp dport 22 ip saddr @sshd-v4 drop",
      "tcp dport 22 ip6 saddr @sshd-v6 drop",
    ]);
  },
);

testInNamespace(
  "the driver takes neither its own work nor elapsed time for drift",
  async () => {
    await using guarded = guard();
    const short = {
      ...banOf("sshd", "192.0.2.9"),
      endSeconds: Date.now() / 1000 + 0.3,
    };
    guarded.ban(...manyBans(1_200), short);
    for (const ban of manyBans(50)) guarded.unban(ban);
    guarded.driver.reload([
      jailOf("sshd", { options: { verdict: "reject" } }),
      jailOf("web"),
      jailOf("more"),
    ]);
    nft(
      "add table inet other; add chain inet other x; delete table inet other",
    );
    await sleep(600);
    assert.deepEqual(guarded.warnings, []);
    assert.equal(guarded.losses(), 0);
    assert(!guarded.inKernel().includes("192.0.2.9"));
  },
);

testInNamespace(
  "the driver leaves alone what others add, and what they take back",
  async () => {
    await using guarded = guard();
    guarded.ban(...manyBans(2));
    nft("add element inet fail2deno sshd-v4 { 198.51.100.1, 198.51.100.2 }");
    nft("add rule inet fail2deno jail-sshd counter");
    nft("delete element inet fail2deno sshd-v4 { 198.51.100.2 }");
    await sleep(100);
    assert.deepEqual(guarded.inKernel(), [
      "10.0.0.0",
      "198.51.100.1",
      "2001:db8:0:1::/64",
    ]);
    assert(listChain("jail-sshd").some((line) => line.startsWith("counter")));
    assert.deepEqual(guarded.warnings, []);
  },
);

testInNamespace(
  "the driver looks through all when the kernel had more to tell than it could take",
  async () => {
    await using guarded = guard();
    guarded.ban(...manyBans(20));
    const elements = Array.from(
      { length: 200_000 },
      (_, i) => `11.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
    );
    const file = Deno.makeTempFileSync();
    Deno.writeTextFileSync(
      file,
      `add table inet other\nadd set inet other x { type ipv4_addr; }\n` +
        `add element inet other x { ${elements.join(",")} }\n` +
        `delete element inet fail2deno sshd-v4 { 10.0.0.0, 10.0.0.2 }\n`,
    );
    // In one go, so that nobody reads meanwhile.
    nft("-f", file);
    Deno.removeSync(file);
    await until("it says so", () => guarded.warnings.length > 0);
    await guarded.whole();
    assert.equal(guarded.warnings[0]?.fields.bans, 2);
    // Who it was stands in the last message, which did not fit.
    assert.equal(guarded.warnings[0]?.fields.by, "");
    nft("delete table inet other");
  },
);

testInNamespace(
  "the driver keeps up with a program that flushes ten times a second, and says so once",
  async () => {
    await using guarded = guard();
    guarded.ban(...manyBans(1_000));
    for (let i = 0; i < 40; i++) {
      nft("flush", "ruleset");
      await sleep(100);
    }
    const repairs = guarded.losses();
    assert(repairs >= 4 && repairs <= 10, `${repairs} repairs in 4 s`);
    const again = guarded.warnings.filter(({ message }) =>
      message.includes("again and again")
    );
    assert.equal(again.length, 1);
    assert(guarded.warnings.length <= 6);
    const took = await guarded.whole();
    assert(took < SOON_MS + 200, `${took} ms`);
  },
);

testInNamespace(
  "close() ends at once, also in the middle of a repair",
  async () => {
    const guarded = guard();
    guarded.ban(...manyBans(10_000));
    nft("flush", "ruleset");
    await until("it began", () => guarded.losses() > 0);
    const start = performance.now();
    await guarded[Symbol.asyncDispose]();
    assert(performance.now() - start < SOON_MS);
  },
);

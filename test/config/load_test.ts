import assert from "node:assert/strict";
import fc from "fast-check";
import type { SourceLook } from "../../src/config/choose_source.ts";
import { type ConfigOptions, loadConfig } from "../../src/config/load.ts";
import { ConfigError, formatProblems } from "../../src/config/problems.ts";
import { MACHINE_FILES } from "../../src/config/read_text.ts";
import type { Config } from "../../src/config/types.ts";
import { parseNetwork } from "../../src/util/address.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";
import { createMemoryFiles, MAIN_FILE } from "./render_case.ts";

const FILTERS = new URL("../../filters/", import.meta.url);

const SAMPLE = SAMPLE_JAIL.replace("@LOG@", "/var/log/auth.log");

function load(text: string, options: Partial<ConfigOptions> = {}): Config {
  return loadConfig({
    file: MAIN_FILE,
    filtersFolders: [],
    ...createMemoryFiles(new Map([[MAIN_FILE, text]])),
    ...options,
  });
}

function problemsOf(run: () => unknown): readonly string[] {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems.map(({ message }) => message);
  }
  assert.fail("no ConfigError");
}

Deno.test("loadConfig() fills in every default of the sample", () => {
  const { global, jails, files, warnings } = load(SAMPLE);
  assert.deepEqual(global, {
    stateDir: "/var/lib/fail2deno",
    socketPath: "/run/fail2deno/control.sock",
    mode: "enforce",
    maxTracked: 65_536,
    scanThreads: 1,
    maxBans: 1_000_000,
    logLevel: "info",
    logFormat: "text",
  });
  assert.deepEqual(files, [MAIN_FILE]);
  assert.deepEqual(warnings, []);
  assert.deepEqual(jails, [{
    name: "sshd",
    enabled: true,
    mode: "enforce",
    logPaths: ["/var/log/auth.log"],
    logBackend: "file",
    journalMatch: [],
    dateFormat: "syslog",
    failPatterns: [
      String.raw`sshd\[\d+\]: Failed password for .* from <HOST>`,
      String.raw`sshd\[\d+\]: Invalid user .* from <HOST>`,
    ],
    ignorePatterns: [],
    maxRetry: 5,
    findTimeSeconds: 600,
    banTimeSeconds: 3600,
    ipv6Prefix: 64,
    escalation: {
      increment: true,
      factor: 1,
      multipliers: [1, 2, 4, 8, 16, 32, 64],
      maxTimeSeconds: 604_800,
    },
    ports: [{ from: 22, to: 22 }],
    protocols: ["tcp"],
    ignoreNetworks: ["127.0.0.0/8", "::1"].map(parseNetwork),
    ignoreSelf: true,
    rebanOnRestart: true,
    backend: {
      kind: "nftables",
      verdict: "drop",
      counter: false,
      hooks: ["input", "forward"],
    },
  }]);
});

Deno.test("loadConfig() bans IPv6 by /64, and one by one with a filter in fail2ban's syntax, unless told otherwise", () => {
  const files = new Map([
    [
      "/filters/theirs.toml",
      'description = "d"\nsyntax = "fail2ban"\nfail = ["^ x <HOST>$"]\n',
    ],
    [
      MAIN_FILE,
      '[jail.own]\nlog_path = "/x"\nfilter = ["x <HOST>"]\n' +
      '[jail.theirs]\nlog_path = "/x"\n' +
      '[jail.wide]\nlog_path = "/x"\nfilter = "theirs"\nipv6_prefix = 56\n',
    ],
  ]);
  const { jails } = load("", {
    filtersFolders: ["/filters"],
    ...createMemoryFiles(files),
  });
  assert.deepEqual(
    jails.map(({ name, ipv6Prefix }) => [name, ipv6Prefix]),
    [["own", 64], ["theirs", 128], ["wide", 56]],
  );
});

Deno.test("loadConfig() reads subnet_bans, and says what it lacks", () => {
  const read = (value: string) => {
    const head = '[jail.a]\nlog_path = "/x"\nfilter = ["x <HOST>"]\n';
    return load(`${head}subnet_bans = ${value}\n`, { strict: true })
      .jails[0]?.subnetBans;
  };
  assert.deepEqual(read("{ hosts = 5 }"), {
    ...{ hosts: 5, prefix: 24, withinSeconds: 3600, banTimeSeconds: 86_400 },
  });
  assert.deepEqual(
    read('{ hosts = 2, prefix = 28, within = "2h", ban_time = -1 }'),
    { hosts: 2, prefix: 28, withinSeconds: 7200, banTimeSeconds: Infinity },
  );
  for (
    const [value, said] of [
      ["{ }", /hosts/],
      ["{ hosts = 1 }", /"?1"?.*expected a whole number from 2 to 256/],
      ["{ hosts = 5, prefix = 16 }", /expected a whole number from 20 to 31/],
      ["{ host = 5 }", /"host".*"hosts"|hosts/],
      ["5", /expected/],
    ] as const
  ) assert.match(problemsOf(() => read(value)).join("\n"), said);
});

Deno.test("loadConfig() reads reset_on_success, and wants a host in it", () => {
  const read = (value: string) => {
    const head = '[jail.a]\nlog_path = "/x"\nfilter = ["x <HOST>"]\n';
    return load(`${head}reset_on_success = ${value}\n`, { strict: true })
      .jails[0]?.successPatterns;
  };
  assert.deepEqual(read("'in <HOST>'"), ["in <HOST>"]);
  assert.deepEqual(read('["in <HOST>", "on <IP4>"]'), [
    "in <HOST>",
    "on <IP4>",
  ]);
  assert.equal(read("[]"), undefined);
  const [problem] = problemsOf(() => read('["in"]'));
  assert.match(problem ?? "", /"in": it names no host/);
});

const NO_LOGS: SourceLook = {
  expand: () => [],
  writtenSeconds: () => undefined,
  lastEntrySeconds: () => undefined,
  nowSeconds: () => 0,
};

Deno.test("loadConfig() without a file watches sshd, by a usual log or the journal", () => {
  const read = (look: Partial<SourceLook>) => {
    const { files, jails: [jail] } = loadConfig({
      filtersFolders: ["/no/such/folder", FILTERS],
      look: { ...NO_LOGS, ...look },
    });
    assert.deepEqual(files, []);
    assert.equal(jail?.name, "sshd");
    assert.ok(jail.failPatterns.length >= 5);
    return jail;
  };
  const log = read({
    expand: (path) => path === "/var/log/secure" ? [path] : [],
    writtenSeconds: () => 1,
  });
  assert.deepEqual([log.logBackend, log.logPaths], [
    "file",
    ["/var/log/secure"],
  ]);
  const journal = read({ lastEntrySeconds: () => NaN });
  assert.deepEqual([journal.logBackend, journal.logPaths], ["systemd", []]);
  assert.match(journal.journalMatch.join(), /ssh\.service \+ _COMM=sshd/);
  const waiting = read({});
  assert.equal(waiting.logPaths.length, 2);
  assert.equal(waiting.auto?.isWaiting, true);
});

Deno.test("loadConfig() takes a jail's journalmatch before its filter's, and all usual logs where nothing is looked at", () => {
  const text =
    '[jail.sshd]\nlog_path = "auto"\njournalmatch = "_COMM=a"\n[jail.b]\nenabled = false\nlog_path = "auto"\n';
  const [jail, disabled] = load(text, {
    strict: true,
    filtersFolders: [FILTERS],
    readText: (path) =>
      path === MAIN_FILE ? text : MACHINE_FILES.readText(path),
    exists: (path) => path === MAIN_FILE || MACHINE_FILES.exists(path),
  }).jails;
  assert.deepEqual(jail?.auto?.journalMatch, ["_COMM=a"]);
  assert.deepEqual(jail.logPaths, ["/var/log/auth.log", "/var/log/secure"]);
  assert.equal(disabled?.auto, undefined);
  assert.deepEqual(disabled?.logPaths, []);
});

Deno.test("loadConfig() asks about no pattern of the program's own filters, unless it is strict", () => {
  const text = '[jail.sshd]\nlog_path = "/a"\nignoreregex = ["z"]\n';
  const asked = (strict: boolean) => {
    const patterns: string[] = [];
    load(text, {
      strict,
      filtersFolders: [FILTERS],
      ownFilters: FILTERS,
      readText: (path) =>
        path === MAIN_FILE ? text : MACHINE_FILES.readText(path),
      exists: (path) => path === MAIN_FILE || MACHINE_FILES.exists(path),
      checkPattern(pattern) {
        patterns.push(pattern);
        return undefined;
      },
    });
    return patterns;
  };
  assert.deepEqual(asked(false), ["z"]);
  assert.ok(asked(true).length > 10);
});

Deno.test("loadConfig() asks about each pattern and puts the answer at its place", () => {
  const asked: string[] = [];
  const run = () =>
    load(
      `[jail.a]\nlog_path = "/a"\nfilter = ["x <HOST>", "y( <HOST>"]\nignoreregex = ["z"]\n`,
      {
        strict: true,
        checkPattern(pattern, kind) {
          asked.push(`${kind} ${pattern}`);
          return pattern.includes("(") ? "Cannot compile it" : undefined;
        },
      },
    );
  assert.throws(run, (error) => {
    assert.ok(error instanceof ConfigError);
    const [problem, ...more] = error.problems;
    assert.deepEqual(more, []);
    assert.equal(problem?.message, "Cannot compile it");
    assert.equal(problem.line, 3);
    assert.equal(problem.column, 23);
    assert.equal(problem.length, 11);
    return true;
  });
  assert.deepEqual(asked, ["fail x <HOST>", "fail y( <HOST>", "ignore z"]);
});

Deno.test("loadConfig() says in words why a file cannot be read", () => {
  const folder = Deno.makeTempDirSync();
  const write = (name: string, bytes: Uint8Array) => {
    Deno.writeFileSync(`${folder}/${name}`, bytes);
    return `${folder}/${name}`;
  };
  try {
    const table: readonly (readonly [string, string])[] = [
      [`${folder}/none.toml`, "there is no such file"],
      [folder, "it is a folder"],
      [write("latin.toml", new Uint8Array([0x61, 0xe9])), "it is not UTF-8"],
      [
        write("long.toml", new Uint8Array(1_048_577).fill(10)),
        "it is larger than 1048576 bytes",
      ],
    ];
    for (const [file, state] of table) {
      assert.deepEqual(
        problemsOf(() => loadConfig({ file, filtersFolders: [] })),
        [
          `Cannot read configuration "${file}": ${state}, expected a TOML file`,
        ],
      );
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test({
  name: "loadConfig() names a file that its permissions do not cover",
  permissions: { read: ["/tmp"] },
  fn() {
    assert.deepEqual(
      problemsOf(() =>
        loadConfig({ file: "/etc/shadow.toml", filtersFolders: [] })
      ),
      [
        'Cannot read configuration "/etc/shadow.toml": it lies outside the program\'s permissions, expected a TOML file',
        'Cannot read configuration "/etc/config.d": it lies outside the program\'s permissions, expected a TOML file',
      ],
    );
  },
});

Deno.test("loadConfig() throws nothing but ConfigError for any mutation of a valid file", () => {
  const valid = `[global]\nmode = "simulate"\n[logging]\nlevel = "info"\n` +
    `[defaults]\nport = ["ssh"]\n${SAMPLE}` +
    `[jail.custom]\nlog_path = "/c"\nfailregex = "<HOST>"\nbantime.factor = 2\n` +
    `[jail.custom.backend.script]\nban_cmd = "a"\nunban_cmd = "b"\n`;
  const piece = fc.constantFrom(
    ..."[]{}\"'=,.#\n\\ -1x_é\u0000",
    "__proto__",
    "constructor",
    "[[jail]]\n",
    "{a={}}",
    "[[1],{}]",
    "2020-01-01",
    "nan",
    "1e400",
    "true",
  );
  const edit = fc.record({
    at: fc.nat(valid.length),
    drop: fc.nat(12),
    insert: fc.oneof(piece, fc.string({ maxLength: 3 })),
  });
  fc.assert(
    fc.property(
      fc.array(edit, { minLength: 1, maxLength: 4 }),
      (edits) => {
        let text = valid;
        for (const { at, drop, insert } of edits) {
          text = text.slice(0, at) + insert + text.slice(at + drop);
        }
        try {
          formatProblems(load(text).warnings);
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
          assert.ok(error.problems.length > 0);
          formatProblems(error.problems);
        }
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("loadConfig() throws nothing but ConfigError for any value of any key", () => {
  const keys = fc.constantFrom(
    ..."enabled mode log_path log_backend journalmatch journal_path journal_files journal_namespace date_format filter ignoreregex max_retry find_time ban_time bantime_increment bantime_factor bantime_multipliers bantime_maxtime port protocol ignoreip ignoreself reban_on_restart backend webhook maxmind bantime failregex logpath banaction"
      .split(" "),
  );
  const values = fc.constantFrom(
    "{}",
    "[]",
    "[[]]",
    "[{}]",
    "[{a=1}]",
    "{a=1}",
    "{name={}}",
    "{nftables=1}",
    "{script={}}",
    "{nftables={hooks=[[]]}}",
    "1979-05-27T07:32:00Z",
    "07:32:00",
    "inf",
    "-1",
    "1.5",
    '""',
    '"\\u0000"',
    '"x"',
    "true",
    '["", 1, true]',
    "99999999999999999999999",
  );
  fc.assert(
    fc.property(keys, values, fc.boolean(), (key, value, isDefault) => {
      const table = isDefault ? "[defaults]" : "[jail.b]";
      const text = `${SAMPLE}${table}\n${key} = ${value}\n`;
      try {
        assert.ok(load(text).jails.length > 0);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
      }
    }),
    { numRuns: 600 },
  );
});

Deno.test("loadConfig() takes a socket that only reads, where the daemon may make one", () => {
  const control = (keys: string) => `${SAMPLE}[control]\n${keys}\n`;
  const path = "/run/fail2deno/monitor.sock";
  const socket = `read_only_socket = "${path}"`;
  assert.deepEqual(load(control(socket)).global.readOnlySocket, { path });
  for (const [written, group] of [['"monitor"', "monitor"], ["7", "7"]]) {
    const { global } = load(control(`${socket}\ngroup = ${written}`));
    assert.deepEqual(global.readOnlySocket, { path, group });
  }
  assert.equal(load(SAMPLE).global.readOnlySocket, undefined);
  for (
    const wrong of [
      'read_only_socket = "/etc/passwd"',
      'read_only_socket = "/run/fail2deno/../x.sock"',
      'read_only_socket = "monitor.sock"',
      `read_only_socket = "/tmp/${"x".repeat(120)}"`,
      `${socket}\ngroup = "a:b"`,
      `${socket}\nmode = "0666"`,
    ]
  ) {
    const problems = problemsOf(() => load(control(wrong), { strict: true }));
    assert.equal(problems.length, 1, problems.join());
  }
});

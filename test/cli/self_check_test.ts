import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { formatFindings } from "../../src/cli/self_check/finding.ts";
import {
  type DaemonAnswer,
  lookAround,
  type Machine,
} from "../../src/cli/self_check/look_around.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { Config } from "../../src/config/types.ts";
import type { DaemonStatus } from "../../src/control/types.ts";
import { createMemoryFiles, MAIN_FILE } from "../config/render_case.ts";
import { LAUNCHER } from "../support/daemon.ts";
import { jailStatusOf } from "../support/jail_status.ts";
import { runText } from "../support/run.ts";
import { withFolder } from "../support/with_folder.ts";

const JAIL = `[jail.web]
log_path = "/var/log/web.log"
filter = ['from <HOST>$']
`;

const configOf = (text: string): Config =>
  loadConfig({
    file: MAIN_FILE,
    filtersFolders: [],
    ...createMemoryFiles(new Map([[MAIN_FILE, text]])),
  });

/** A machine where all is well. */
const GOOD: Machine = {
  findObstacle: () => undefined,
  exists: (path) => !path.includes("fail2ban"),
  paths: {
    probe: () => {},
    isFolder: () => false,
    expand: () => [],
    run: () => {},
  },
};

const ABSENT: DaemonAnswer = { reason: "No daemon answers", isDenied: false };

/** @param state of the log of jail web */
function running(state: "watching" | "waiting" | "failed"): DaemonStatus {
  return {
    version: "1.2.3",
    pid: 7,
    mode: "enforce",
    uptimeSeconds: 1,
    jails: [jailStatusOf("web", { path: "/var/log/web.log", state })],
  };
}

interface Case {
  readonly name: string;
  readonly machine?: Partial<Machine>;
  readonly daemon?: DaemonAnswer;
  /** State, subject and text of the one finding that is not `ok`. */
  readonly finds: RegExp;
  readonly remedy?: RegExp;
}

const CASES: readonly Case[] = [
  {
    name: "rights are missing",
    machine: { findObstacle: () => "CAP_NET_ADMIN is missing" },
    finds: /^missing kernel CAP_NET_ADMIN/,
    remedy: /as root/,
  },
  {
    name: "the kernel has no nf_tables",
    machine: { findObstacle: () => "the kernel has no nf_tables" },
    finds: /^missing kernel the kernel has no nf_tables/,
    remedy: /modprobe nf_tables/,
  },
  {
    name: "a log may not be read",
    machine: {
      paths: {
        ...GOOD.paths,
        probe: () => {
          throw new Deno.errors.PermissionDenied("no");
        },
      },
    },
    finds: /^missing logs Cannot watch log "\/var\/log\/web\.log"/,
  },
  {
    name: "a log is not there yet",
    machine: {
      paths: {
        ...GOOD.paths,
        isFolder: () => true,
        probe: () => {
          throw new Deno.errors.NotFound("no");
        },
      },
    },
    finds: /^note logs Log "\/var\/log\/web\.log" .* is not there yet/,
  },
  {
    name: "a fail2ban runs",
    machine: { exists: () => true },
    finds: /^note fail2ban one seems to run/,
    remedy: /import --bans/,
  },
  {
    name: "no daemon runs",
    daemon: ABSENT,
    finds: /^missing daemon No daemon answers/,
    remedy: /systemctl enable --now fail2deno/,
  },
  {
    name: "the daemon may not be asked",
    daemon: { reason: "Permission denied", isDenied: true },
    finds: /^note daemon Permission denied/,
    remedy: /as root/,
  },
  {
    name: "a jail is not in force",
    daemon: { ...running("watching"), jails: [] },
    finds: /^missing daemon jail web is enabled, and not in force/,
    remedy: /reload/,
  },
  {
    name: "the daemon cannot read a log",
    daemon: running("failed"),
    finds: /^missing daemon jail web: \/var\/log\/web\.log failed/,
  },
  {
    name: "the daemon only simulates",
    daemon: { ...running("watching"), mode: "simulate" },
    finds: /^note daemon 1\.2\.3 runs as process 7 and simulates/,
  },
];

for (
  const { name, machine = {}, daemon, finds, remedy } of CASES
) {
  Deno.test(`lookAround() tells that ${name}`, () => {
    const all = lookAround(configOf(JAIL), {
      machine: { ...GOOD, ...machine },
      daemon: daemon ?? running("watching"),
    });
    const [finding, ...more] = all.filter(({ state }) => state !== "ok");
    ok(finding !== undefined);
    deepStrictEqual(more, []);
    match(`${finding.state} ${finding.subject} ${finding.text}`, finds);
    if (remedy === undefined) strictEqual(finding.remedy, undefined);
    else match(finding.remedy ?? "", remedy);
  });
}

Deno.test("lookAround() asks for the programs of iptables and ipset where a jail uses them", () => {
  const text = `${JAIL}backend = "ipset"\n`;
  const all = lookAround(configOf(text), {
    machine: {
      ...GOOD,
      paths: {
        ...GOOD.paths,
        run: (program) => {
          if (program.endsWith("/ipset")) throw new Deno.errors.NotFound("no");
        },
      },
    },
    daemon: running("watching"),
  });
  const missing = all.filter(({ state }) => state === "missing");
  ok(missing.some(({ text }) => text === "/usr/sbin/ipset cannot be run"));
  ok(all.some(({ text }) => text === "/usr/sbin/iptables-save"));
  ok(!all.some(({ subject }) => subject === "kernel"));
});

Deno.test("formatFindings() lines findings up, escapes them, and puts remedies below", () => {
  strictEqual(
    formatFindings([
      { state: "ok", subject: "kernel", text: "nf_tables can be used" },
      { state: "missing", subject: "logs", text: "a\x1b[2J", remedy: "do it" },
    ]),
    "ok       kernel  nf_tables can be used\n" +
      "missing  logs    a\\x1b[2J\n" +
      "                 do it\n",
  );
});

Deno.test("self-check ends with 1 and says so in JSON where no daemon runs", async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/config.toml`;
    Deno.writeTextFileSync(`${folder}/web.log`, "");
    Deno.writeTextFileSync(
      file,
      `[global]\nsocket_path = "${folder}/none.sock"\n` +
        JAIL.replace("/var/log", folder),
    );
    const words = ["self-check", "--json", "-c", file];
    const { code, out, err } = await runText(LAUNCHER, words);
    strictEqual(code, 1, err);
    const { ok: isOk, findings } = JSON.parse(out);
    strictEqual(isOk, false);
    ok(
      findings.some((finding: { subject: string; state: string }) =>
        finding.subject === "daemon" && finding.state === "missing"
      ),
    );
  });
});

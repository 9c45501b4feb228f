import { deepStrictEqual, match, rejects } from "node:assert/strict";
import {
  planInSandbox,
  readManifest,
} from "../../../src/act/sandbox/ask_once.ts";
import { PluginFileError } from "../../../src/act/sandbox/check_plugin_file.ts";
import type { HandlerError } from "../../../src/act/sandbox/types.ts";
import { ActionError } from "../../../src/act/types.ts";
import type { PlanContext } from "../../../src/act/contract.ts";
import {
  fails,
  IS_ROOT,
  makeTrustedFolder,
  pluginText,
  PROGRAM,
} from "../../support/sandbox_rig.ts";

const OPTIONS = { program: PROGRAM, ownUid: 0 };

const CONTEXT: PlanContext<unknown> = {
  jail: "sshd",
  ports: [{ from: 22, to: 22 }],
  protocols: ["tcp"],
  chain: "f2d-sshd",
  options: { verdict: "drop" },
};

function testFile(
  name: string,
  text: string,
  act: (path: string) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore: !IS_ROOT,
    async fn() {
      const folder = makeTrustedFolder();
      try {
        Deno.writeTextFileSync(`${folder}/x.ts`, text);
        await act(`${folder}/x.ts`);
      } finally {
        Deno.removeSync(folder, { recursive: true });
      }
    },
  });
}

testFile(
  "readManifest() tells what a typed action is",
  `import type { HandlerAction } from "../src/act/contract.ts";
  const action: HandlerAction<{ readonly url: string }> = {
    id: "x", version: "1.2.3", describe: "Does",
    options: { url: { type: "url", describe: "Where to" } },
    permissions: { net: ["{url}"] },
    async ban() {}, async sync() {},
  };
  export default action;`,
  async (path) => {
    deepStrictEqual(await readManifest({ kind: "file", path }, OPTIONS), {
      id: "x",
      version: "1.2.3",
      describe: "Does",
      options: { url: { type: "url", describe: "Where to" } },
      permissions: { net: ["{url}"] },
      kind: "handler",
      methods: ["ban", "sync"],
    });
  },
);

interface Refusal {
  readonly text: string;
  readonly reason: HandlerError["reason"];
  readonly message: RegExp;
  readonly deadlineMs?: number;
}

const REFUSALS: Readonly<Record<string, Refusal>> = {
  "has another name than its file": {
    text: pluginText("y", "async ban() {},"),
    reason: "malformed",
    message: /id: "y", expected the file's "x"/,
  },
  "exports nothing": {
    text: "",
    reason: "threw",
    message: /default export is no action/,
  },
  "does not parse": {
    text: "\n\nexport default {,",
    reason: "threw",
    message: /SyntaxError: .* at plugin:3:\d+$/,
  },
  "reaches out while it is loaded": {
    text: pluginText(
      "x",
      "async ban() {},",
      `await fetch("http://127.0.0.1:9999/");`,
    ),
    reason: "threw",
    message: /Requires net access/,
  },
  "is never loaded": {
    text: "await new Promise(() => {});",
    reason: "deadline",
    message: /no answer after 2 s/,
    deadlineMs: 2000,
  },
  "spins while it is loaded": {
    text: "for (;;);",
    reason: "deadline",
    message: /no answer after 2 s/,
    deadlineMs: 2000,
  },
  "throws from a getter": {
    text: `export default { get id() { throw new Error("got"); } };`,
    reason: "threw",
    message: /got/,
  },
};

for (const [name, refusal] of Object.entries(REFUSALS)) {
  const { text, reason, message, ...options } = refusal;
  testFile(
    `readManifest() refuses an action that ${name}`,
    text,
    (path) =>
      fails(
        readManifest({ kind: "file", path }, { ...OPTIONS, ...options }),
        reason,
        message,
      ),
  );
}

testFile(
  "readManifest() refuses a file that others may write",
  pluginText("x", "async ban() {},"),
  async (path) => {
    Deno.chmodSync(path, 0o666);
    await rejects(
      readManifest({ kind: "file", path }, OPTIONS),
      PluginFileError,
    );
  },
);

const PLAN = `{
  kind: "firewall", hooks: ["input"],
  sets: [{ name: jail + "-v4", family: 4 }],
  rules: [{ set: jail + "-v4", protocol: "tcp", ports, counter: false, verdict: options.verdict }],
}`;

testFile(
  "planInSandbox() returns a plan that is in the grammar",
  pluginText("x", `plan({ jail, ports, options }) { return ${PLAN}; },`),
  async (path) => {
    deepStrictEqual(await planInSandbox(path, CONTEXT, OPTIONS), {
      kind: "firewall",
      hooks: ["input"],
      sets: [{ name: "sshd-v4", family: 4 }],
      rules: [{
        set: "sshd-v4",
        protocol: "tcp",
        ports: [{ from: 22, to: 22 }],
        counter: false,
        verdict: "drop",
      }],
    });
  },
);

/** Each: a change of the plan, and what is said of it. */
const PLANS: Readonly<Record<string, readonly [string, RegExp]>> = {
  "of a foreign table": [
    `({ ...plan, table: "filter" })`,
    /the plan has "table", expected no such key/,
  ],
  "with a foreign set": [
    `({ ...plan, sets: [{ name: "mail-v4", family: 4 }] })`,
    /set "mail-v4", expected one "sshd-v4"/,
  ],
  "with a rule on a foreign set": [
    `({ ...plan, rules: [{ ...plan.rules[0], set: "mail-v4" }] })`,
    /rule on "mail-v4"/,
  ],
  "with what a shell would run": [
    `({ ...plan, sets: [{ name: "sshd-v4; reboot", family: 4 }] })`,
    /set "sshd-v4; reboot"/,
  ],
  "with what nft would run": [
    `({ ...plan, rules: [{ ...plan.rules[0], verdict: "drop; flush ruleset" }] })`,
    /rules\.0\.verdict/,
  ],
  "with ten thousand rules": [
    `({ ...plan, rules: Array(10_000).fill(plan.rules[0]) })`,
    /rules/,
  ],
  "with commands": [
    `({ kind: "command", ban: "reboot", unban: "" })`,
    /kind "command", expected firewall, chain or set/,
  ],
  "that is nothing": ["undefined", /kind, expected what/],
};

for (const [name, [change, message]] of Object.entries(PLANS)) {
  testFile(
    `planInSandbox() refuses a plan ${name}`,
    pluginText(
      "x",
      `plan({ jail, ports, options }) { const plan = ${PLAN}; return ${change}; },`,
    ),
    async (path) => {
      await rejects(planInSandbox(path, CONTEXT, OPTIONS), (error) => {
        if (!(error instanceof ActionError)) throw error;
        match(error.message, message);
        return true;
      });
    },
  );
}

testFile(
  "planInSandbox() refuses a plan of a million rules before it is looked at",
  pluginText(
    "x",
    `plan({ jail, ports, options }) { const plan = ${PLAN}; return { ...plan, rules: Array(1_000_000).fill(plan.rules[0]) }; },`,
  ),
  (path) =>
    rejects(
      planInSandbox(path, CONTEXT, { ...OPTIONS, deadlineMs: 120_000 }),
      (error) => {
        match(
          String(error),
          /characters, expected at most 1048576|ended by|MiB/,
        );
        return true;
      },
    ),
);

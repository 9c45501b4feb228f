/**
 * A real sandbox for tests: files of actions in a folder that only root may write, and a host that runs them.
 *
 * @module
 */

import { rejects } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { createHandlerHost } from "../../src/act/sandbox/handler_host.ts";
import {
  type ActionInstance,
  type HandlerCall,
  HandlerError,
  type HandlerHost,
} from "../../src/act/sandbox/types.ts";
import type { BanEntry } from "../../src/act/contract.ts";
import type { LogFields, Logger } from "../../src/util/log.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const PACKAGED = Deno.env.get("FAIL2DENO_PROGRAM");

/** The source, the bundle when FAIL2DENO_MAIN names it, or the portable file when FAIL2DENO_PROGRAM does. */
export const PROGRAM = {
  path: PACKAGED ?? `${ROOT}scripts/fail2deno`,
  env: {
    FAIL2DENO_DENO: Deno.execPath(),
    FAIL2DENO_MAIN: Deno.env.get("FAIL2DENO_MAIN") ?? `${ROOT}main.ts`,
  },
};

/** Tests need root: nobody else can become nobody, or own a folder below one of root's. */
export const IS_ROOT = Deno.uid() === 0;

/** What is left of a sandbox's capabilities: where the checkout is closed to others, the one to read it all the same. */
export function leftCapabilities(): string {
  // What it unpacks lies where everybody may read it.
  if (PACKAGED !== undefined) return "0000000000000000";
  const { success } = new Deno.Command("setpriv", {
    args: [
      ...["--reuid=65534", "--regid=65534", "--clear-groups"],
      ...["test", "-r", `${ROOT}main.ts`],
    ],
  }).outputSync();
  return success ? "0000000000000000" : "0000000000000004";
}

/** One record of the log. */
export interface LogRecord {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

/** How an action of a test is configured. */
export interface AddOptions {
  readonly net?: readonly string[];
  readonly options?: Readonly<Record<string, string>>;
  /** What stands before it in its file. */
  readonly head?: string | undefined;
}

/** A host under test, and what it said. */
export interface Rig extends AsyncDisposable {
  readonly host: HandlerHost;
  readonly folder: string;
  readonly log: readonly LogRecord[];
  /** Moves the clock on, for whoever rests. */
  pass(milliseconds: number): void;
  /** Writes a file of an action and configures it, beside those that are there. @param code its methods @returns its path */
  add(
    name: string,
    code: string,
    options?: AddOptions,
  ): string;
  /** Calls `ban` with two entries, 1 and 2. */
  ban(
    name: string,
    call?: Partial<HandlerCall>,
  ): ReturnType<HandlerHost["call"]>;
}

/** Long enough for a process to start on a busy machine. */
export const DEADLINE_MS = 60_000;

/** @returns a host without actions */
export function openRig(): Rig {
  const folder = makeTrustedFolder();
  const log: LogRecord[] = [];
  let passedMs = 0;
  const host = createHandlerHost({
    logger: recordInto(log),
    program: PROGRAM,
    ownUid: Deno.uid(),
    nowMs: () => performance.now() + passedMs,
    random: () => 0.5,
  });
  const actions: ActionInstance[] = [];
  return {
    host,
    folder,
    log,
    pass: (milliseconds) => void (passedMs += milliseconds),
    add(name, code, { net = [], head, options = {} } = {}) {
      const path = `${folder}/${name}.ts`;
      Deno.writeTextFileSync(path, pluginText(name, code, head));
      const plugin = { kind: "file", path } as const;
      actions.push({ name, plugin, options, net });
      host.setActions(actions);
      return path;
    },
    ban: (action, call = {}) =>
      host.call({
        action,
        method: "ban",
        batch: [entry(1), entry(2)],
        memory: null,
        nowSeconds: 1_790_000_000,
        deadlineMs: DEADLINE_MS,
        ...call,
      }),
    async [Symbol.asyncDispose]() {
      await host.close();
      Deno.removeSync(folder, { recursive: true });
    },
  };
}

/** A folder that no other user may write, nor one above it; /tmp is none. */
export function makeTrustedFolder(): string {
  return Deno.makeTempDirSync({ dir: "/run", prefix: "fail2deno-test-" });
}

/** Text of an action's file. @param code its methods, after which come no others */
export function pluginText(id: string, code: string, head = ""): string {
  return `${head}
export default {
  id: "${id}",
  version: "1.0.0",
  describe: "Does what a test wants",
  permissions: {},
  ${code}
};
`;
}

/** A ban with this id. */
export function entry(id: number): BanEntry {
  return {
    id,
    jail: "sshd",
    host: `203.0.113.${id}`,
    family: 4,
    prefix: 32,
    bannedAt: 1_790_000_000,
    endsAt: 1_790_003_600,
    failures: 5,
    banCount: 1,
  };
}

/** Expects a HandlerError of that reason. */
export async function fails(
  call: Promise<unknown>,
  reason: HandlerError["reason"],
  message: RegExp = /./,
): Promise<void> {
  await rejects(call, (error) => {
    if (!(error instanceof HandlerError)) throw error;
    if (error.reason !== reason || !message.test(error.message)) {
      throw new Error(
        `Expected ${reason} ${message}, got ${error.reason}: ${error.message}`,
      );
    }
    return true;
  });
}

function recordInto(log: LogRecord[]): Logger {
  const record = (level: string) => (message: string, fields = {}) =>
    void log.push({ level, message, fields });
  return {
    error: record("error"),
    warn: record("warn"),
    info: record("info"),
    debug: record("debug"),
  };
}

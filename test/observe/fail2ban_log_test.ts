import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Fail2banLog } from "../../src/observe/fail2ban_log.ts";
import type { Ban } from "../../src/track/types.ts";
import { SILENT } from "../../src/util/log.ts";
import { withFolder } from "../support/with_folder.ts";

/** Local noon, in whatever zone. */
const NOON = new Date(2026, 4, 6, 12).getTime();

function banOf(changes: Partial<Ban> = {}): Ban {
  return {
    jail: "sshd",
    host: "192.0.2.1",
    words: Uint32Array.of(0, 0, 0xffff, 0xc0000201),
    prefix: 128,
    startSeconds: NOON / 1000,
    endSeconds: NOON / 1000 + 600,
    count: 1,
    failures: 5,
    ...changes,
  };
}

function createLog(): Fail2banLog {
  return new Fail2banLog({
    log: SILENT,
    hasIncrement: (jail) => jail === "sshd",
    now: () => NOON + 7,
  });
}

function linesOf(path: string): string[] {
  const pid = `[${Deno.pid}]`;
  return Deno.readTextFileSync(path).replaceAll(pid, "[1]").split("\n");
}

Deno.test("Fail2banLog tells what fail2ban would tell", async () => {
  await withFolder(async (folder) => {
    const log = createLog();
    const failure = {
      jail: "sshd",
      host: "192.0.2.1",
      timeSeconds: NOON / 1000 - 1,
    };
    log.noteFailure(failure, "counted");
    await log.open(`${folder}/log`);
    log.noteRestored(() => [banOf({ host: "198.51.100.0/24" })]);
    log.noteFailure(failure, "counted");
    log.noteFailure(failure, "ignored");
    log.noteFailure(failure, "banned");
    log.noteDecision({ kind: "ban", ban: banOf() });
    log.noteFailure(failure, "already banned");
    log.noteDecision({ kind: "unban", ban: banOf(), reason: "expired" });
    log.noteDecision({ kind: "ban", ban: banOf({ count: 2 }) });
    log.noteDecision({ kind: "ban", ban: banOf({ count: 2, jail: "web" }) });
    log.noteDecision({ kind: "extend", ban: banOf({ jail: "web" }) });
    await log.close();
    const at = "2026-05-06 12:00:00,007";
    const filter = `${at} fail2ban.filter         [1]: INFO   `;
    const actions = `${at} fail2ban.actions        [1]: NOTICE `;
    const observer = `${at} fail2ban.observer       [1]: NOTICE `;
    const found = `${filter} [sshd] Found 192.0.2.1 - 2026-05-06 11:59:59`;
    deepStrictEqual(linesOf(`${folder}/log`), [
      `${actions} [sshd] Restore Ban 198.51.100.0/24`,
      found,
      found,
      `${actions} [sshd] Ban 192.0.2.1`,
      found,
      `${actions} [sshd] 192.0.2.1 already banned`,
      `${actions} [sshd] Unban 192.0.2.1`,
      `${actions} [sshd] Ban 192.0.2.1`,
      `${observer} [sshd] Increase Ban 192.0.2.1 (2 # 10m -> 2026-05-06 12:10:00)`,
      `${actions} [web] Ban 192.0.2.1`,
      `${observer} [web] Increase Ban 192.0.2.1 (1 # 10m -> 2026-05-06 12:10:00)`,
      "",
    ]);
  });
});

Deno.test("open() goes over to another file, and to none", async () => {
  await withFolder(async (folder) => {
    const log = createLog();
    const ban = () => log.noteDecision({ kind: "ban", ban: banOf() });
    for (const path of [`${folder}/one`, `${folder}/two`, undefined]) {
      await log.open(path);
      ban();
    }
    let isAsked = false;
    log.noteRestored(() => {
      isAsked = true;
      return [];
    });
    await log.close();
    strictEqual(isAsked, false);
    strictEqual(linesOf(`${folder}/one`).length, 2);
    strictEqual(linesOf(`${folder}/two`).length, 2);
  });
});

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { checkState } from "../../../src/store/check_state.ts";
import { withFolder } from "../../support/with_folder.ts";

const CHILD = fileURLToPath(new URL("outbox_life.ts", import.meta.url));
const LIVES = 6;

interface Told {
  readonly method: "ban" | "unban";
  readonly hosts: readonly { readonly id: number; readonly host: string }[];
}

function startLife(folder: string, seed: number, decisions: number) {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "-q", CHILD, folder, `${seed}`, `${decisions}`],
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
}

function readLines<T>(path: string): T[] {
  const text = Deno.readTextFileSync(path);
  // The last line of a life that was killed may be cut.
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as T];
    } catch {
      return [];
    }
  });
}

Deno.test("Delivery tells each decision at least once, whenever the process is killed", () =>
  withFolder(async (folder) => {
    for (let life = 1; life <= LIVES; life++) {
      const child = startLife(folder, life, 100_000);
      // Long enough to begin, and at another moment each time.
      while (countLines(`${folder}/decided`) < life * 150) {
        await new Promise((resolve) => setTimeout(resolve, 7 + 3 * life));
      }
      child.kill("SIGKILL");
      await child.status;
    }
    deepStrictEqual(checkState(`${folder}/state.db`).problems, []);
    strictEqual((await startLife(folder, 99, 0).status).code, 0);

    const told = readLines<Told>(`${folder}/told`);
    const farSide = new Set<string>();
    const ids = new Map<number, string>();
    let again = 0;
    for (const { method, hosts } of told) {
      for (const { id, host } of hosts) {
        if (method === "ban") farSide.add(host);
        else farSide.delete(host);
        const message = `${method} ${host}`;
        strictEqual(ids.get(id) ?? message, message, "an id is one message");
        if (ids.has(id)) again++;
        ids.set(id, message);
      }
    }
    const [bans] = readLines<string[]>(`${folder}/bans`);
    deepStrictEqual([...farSide].sort(), bans);
    ok((bans ?? []).length > 5);
    ok(again > 0, "messages were told again under their ids");
    const { rows, problems } = checkState(`${folder}/state.db`);
    deepStrictEqual(problems, []);
    strictEqual(rows.outbox, 0);
    strictEqual(rows.memory, 1);
  }));

function countLines(path: string): number {
  try {
    return Deno.readTextFileSync(path).split("\n").length;
  } catch {
    return 0;
  }
}

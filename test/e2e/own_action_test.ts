import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { ActionRecord } from "../../src/control/types.ts";
import {
  failedPassword,
  startDaemon,
  type TestDaemon,
  until,
} from "../support/daemon.ts";
import { FarSide } from "../support/daemon_far_side.ts";
import { SAMPLE_JAIL } from "../support/sample_config.ts";
import { inTrustedFolder } from "../support/trusted_folder.ts";

const HANGING = `export default {
  id: "hang", version: "1.0.0", describe: "Never comes back", permissions: {},
  ban() { for (;;); },
};
`;

/** A ban as that action tells it. */
interface Told {
  readonly jail: string;
  readonly host: string;
}

/** The action that the documentation shows. */
function documentedAction(): string {
  const text = Deno.readTextFileSync(
    new URL("../../docs/actions.md", import.meta.url),
  );
  const [, code] = /^```ts\n(\/\/ An action of .*?)^```$/ms.exec(text) ?? [];
  ok(code !== undefined);
  return code;
}

async function actionsOf(daemon: TestDaemon): Promise<readonly ActionRecord[]> {
  const { out } = await daemon.cli("status", "--actions", "--json");
  return JSON.parse(out).actions;
}

Deno.test("an action from the documentation that lies beside the configuration tells of each ban, and one that hangs delays nobody", () =>
  inTrustedFolder(async () => {
    const port = 8322;
    await using daemon = await startDaemon({
      config: ({ folder }) => {
        Deno.mkdirSync(`${folder}/actions`, { mode: 0o755 });
        const put = (name: string, text: string) =>
          Deno.writeTextFileSync(`${folder}/actions/${name}.ts`, text);
        put("tell_team", documentedAction());
        put("hang", HANGING);
        return Promise.resolve(`${SAMPLE_JAIL}
actions = ["hang", "tell_team"]

[action.hang]
every = 0
deadline = 2

[action.tell_team]
every = 0
url = "http://127.0.0.1:${port}/bans"
`);
      },
    });
    await daemon.exec("ip", "link", "set", "lo", "up");
    const { out } = await daemon.cli("action", "list");
    match(
      out,
      /^tell_team +handler +host in url +Tells a server of each ban$/m,
    );
    match(out, /^hang +handler +- +Never comes back$/m);
    await using farSide = new FarSide<readonly Told[]>(daemon, { port });
    for (const host of ["203.0.113.9", "203.0.113.8"]) {
      daemon.append(failedPassword(host).repeat(5));
      await daemon.heard(new RegExp(`Ban host.*${host}`));
      ok((await daemon.kernelBans()).has(host));
      await until(
        `${host} is told`,
        () => farSide.told.flat().some((entry) => entry.host === host),
        () => daemon.said(),
      );
    }
    deepStrictEqual(farSide.told.flat(), [
      { jail: "sshd", host: "203.0.113.9" },
      { jail: "sshd", host: "203.0.113.8" },
    ]);
    // In its status stands what it was told last, and by now that may be that it rests.
    await daemon.heard(/Action failed, try again.*hang.*no answer after 2 s/);
    const told = (await actionsOf(daemon)).find(({ name }) =>
      name === "tell_team"
    );
    strictEqual(told?.delivered, 2);
  }));

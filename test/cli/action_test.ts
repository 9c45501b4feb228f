import {
  deepStrictEqual,
  match,
  ok,
  rejects,
  strictEqual,
} from "node:assert/strict";
import nftables from "../../actions/nftables.ts";
import type {
  HandlerAction,
  NftablesOptions,
  PlanAction,
} from "../../src/act/contract.ts";
import { listActions, type ListedAction } from "../../src/cli/action_list.ts";
import { validatePlan } from "../../src/act/plan.ts";
import { formatPlanPlugin } from "../../src/cli/plan_plugin_template.ts";
import { formatPlugin } from "../../src/cli/plugin_template.ts";
import { callAction, makeEntry, TEST_START } from "../act/contract_calls.ts";
import { takePort } from "../act/far_side/http_far_side.ts";
import { openWebhook } from "../act/far_side/webhook_far_side.ts";
import { runInProcess as run } from "../support/program.ts";
import { withFolder } from "../support/with_folder.ts";

Deno.test("action names its verbs, and the one that was meant", async () => {
  const { code, err } = await run("action", "lits");
  strictEqual(code, 64);
  match(err, /"lits": it is not known, did you mean "list"\?/);
  match((await run("action", "list", "x")).err, /"x" is one word too many/);
});

Deno.test("action list tells what each action of the program may reach", async () => {
  const { code, out } = await run(
    "action",
    "list",
    "-c",
    "/nowhere/config.toml",
  );
  strictEqual(code, 0);
  match(out, /^nftables +plan +- /m);
  match(out, /^abuseipdb +handler +api\.abuseipdb\.com /m);
  match(out, /^cloudflare +handler +api\.cloudflare\.com /m);
  match(out, /^mail +handler +host in host /m);
  match(out, /^webhook +handler +host in url /m);
});

Deno.test("action list names the files beside the configuration", async () => {
  await withFolder(async (folder) => {
    const actions = `${folder}/actions`;
    Deno.mkdirSync(actions);
    for (const name of ["tell_b.ts", "tell_a.js", "Wrong.ts", "notes.txt"]) {
      Deno.writeTextFileSync(`${actions}/${name}`, "");
    }
    const args = ["action", "list", "-c", `${folder}/config.toml`];
    const listed: readonly ListedAction[] = JSON.parse(
      (await run(...args, "--json")).out,
    );
    deepStrictEqual(listed.slice(-2).map(({ id, path }) => [id, path]), [
      ["tell_a", `${actions}/tell_a.js`],
      ["tell_b", `${actions}/tell_b.ts`],
    ]);
    match((await run(...args)).out, /^tell_a +file +\? /m);
  });
});

Deno.test("listActions() tells what a file says of itself, or why it cannot be used", async () => {
  await withFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/actions`);
    for (const name of ["good", "odd"]) {
      Deno.writeTextFileSync(`${folder}/actions/${name}.ts`, "");
    }
    let out = "";
    const context = {
      out: (text: string) => void (out += text),
      err() {},
      isTerminal: false,
      isColored: false,
      isErrColored: false,
      isErrTerminal: false,
      width: 80,
      programFolder: new URL("../../", import.meta.url),
    };
    const options = { config: `${folder}/config.toml` };
    await listActions(
      { words: ["list"], options, lists: {}, context, commands: [] },
      (path) =>
        path.endsWith("/odd.ts")
          ? Promise.reject(new Error("it has no id"))
          : Promise.resolve({
            id: "good",
            kind: "handler",
            version: "1.0.0",
            describe: "Tells",
            permissions: { net: ["a.example:443", "b.example"] },
          }),
    );
    match(out, /^good +handler +a\.example:443, b\.example +Tells$/m);
    match(out, /^odd +file +\? +it has no id$/m);
  });
});

Deno.test("action new writes an action that passes the type check", async () => {
  await withFolder(async (folder) => {
    const { code, out } = await run("action", "new", "tell_team", `${folder}/`);
    strictEqual(code, 0);
    const path = `${folder}/tell_team.ts`;
    strictEqual(out, `${path} is written\n`);
    strictEqual(Deno.readTextFileSync(path), formatPlugin("tell_team"));
    strictEqual((Deno.statSync(path).mode ?? 0) & 0o022, 0);
    for (const args of [["check"], ["lint"], ["fmt", "--check"]]) {
      const { success, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [...args, "--no-config", path],
      }).output();
      ok(success, new TextDecoder().decode(stderr));
    }
  });
});

Deno.test("action new --plan writes an action that plans what the built-in one does, but that it counts", async () => {
  await withFolder(async (folder) => {
    const args = ["action", "new", "--plan", "team_wall", folder];
    strictEqual((await run(...args)).code, 0);
    const path = `${folder}/team_wall.ts`;
    strictEqual(Deno.readTextFileSync(path), formatPlanPlugin("team_wall"));
    for (const args of [["check"], ["lint"], ["fmt", "--check"]]) {
      const { success, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [...args, "--no-config", path],
      }).output();
      ok(success, new TextDecoder().decode(stderr));
    }
    const { default: action }: { default: PlanAction<unknown> } = await import(
      `data:application/typescript,${
        encodeURIComponent(formatPlanPlugin("team_wall"))
      }`
    );
    const options: NftablesOptions = {
      kind: "nftables",
      verdict: "drop",
      counter: true,
      hooks: ["input"],
    };
    for (const ports of [[{ from: 22, to: 22 }], []]) {
      const context = {
        ...{ jail: "sshd", chain: "f2d-sshd", ports },
        protocols: ["tcp", "udp"] as const,
      };
      deepStrictEqual(
        validatePlan(action.plan({ ...context, options }), {
          ...{ action: "team_wall", jail: "sshd" },
        }),
        validatePlan(nftables.plan({ ...context, options }), {
          ...{ action: "nftables", jail: "sshd" },
        }),
      );
    }
  });
});

Deno.test("action new writes over no file", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/mine.ts`;
    Deno.writeTextFileSync(path, "mine");
    const { code, err } = await run("action", "new", "mine", folder);
    strictEqual(code, 65);
    match(err, /mine\.ts": it is there already, expected a new name/);
    strictEqual(Deno.readTextFileSync(path), "mine");
  });
});

Deno.test("action new wants a name that is free, and a folder", async () => {
  for (const name of ["", "A", "1a", "a-b", "../a", "a".repeat(33)]) {
    const { code, err } = await run("action", "new", name, "/tmp");
    strictEqual(code, 64);
    match(err, /Cannot name an action/);
  }
  match(
    (await run("action", "new", "mail", "/tmp")).err,
    /expected another one/,
  );
  const { code, err } = await run("action", "new", "a", "/tmp/not/there");
  strictEqual(code, 65);
  match(err, /its folder is not there/);
});

const PORT = takePort();

Deno.test("the action that docs/actions.md shows tells a server of each ban", async (t) => {
  const text = Deno.readTextFileSync(
    new URL("../../docs/actions.md", import.meta.url),
  );
  const [, code = ""] = /^```ts\n(\/\/ An action of .*?)^```$/ms.exec(text) ??
    [];
  strictEqual(code, formatPlugin("tell_team"), "it is what action new writes");
  const { default: action }: { default: HandlerAction<unknown> } = await import(
    `data:application/typescript,${encodeURIComponent(code)}`
  );
  const clock = { nowSeconds: TEST_START };
  const options = { url: `http://127.0.0.1:${PORT}/bans` };
  const call = { batch: [makeEntry(1), makeEntry(2)], options, clock };
  await t.step("as a batch", async () => {
    await using far = openWebhook(PORT);
    await callAction(action, "ban", call);
    deepStrictEqual(
      far.messages.map(({ path, body }) => [path, JSON.parse(body)]),
      [
        ["/bans", [{ jail: "sshd", host: "45.0.0.1" }, {
          jail: "sshd",
          host: "45.0.0.2",
        }]],
      ],
    );
  });
  await t.step("and fails with the server", async () => {
    const answers = [new Response(null, { status: 500 })];
    await using _far = openWebhook(PORT, { answers });
    await rejects(callAction(action, "ban", call), /the server says 500/);
  });
});

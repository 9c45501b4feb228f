import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { loadPlanned } from "../../src/cli/load_planned.ts";
import type { PlanQuestion } from "../../src/config/action_manifest.ts";
import type { PlannedBackend } from "../../src/config/backend_types.ts";

function questionOf(jail: string): PlanQuestion {
  return { path: "/x.ts", jail, ports: [], protocols: ["tcp"], options: {} };
}

function answerOf({ jail }: PlanQuestion): PlannedBackend {
  return { kind: "nftables", plan: jail };
}

Deno.test("loadPlanned() loads once where nothing is asked", async () => {
  let loads = 0;
  const load = () => Promise.resolve(++loads);
  strictEqual(await loadPlanned(load, () => Promise.reject()), 1);
});

Deno.test("loadPlanned() asks each question once, and loads again with the answers", async () => {
  const asked: string[] = [];
  const jails = Array.from({ length: 9 }, (_, index) => `jail${index}`);
  const plans = await loadPlanned(
    (planOf) =>
      Promise.resolve(
        [...jails, "jail0"].map((jail) => planOf(questionOf(jail))),
      ),
    (question) => {
      asked.push(question.jail);
      return Promise.resolve(answerOf(question));
    },
  );
  deepStrictEqual(asked, jails);
  deepStrictEqual(
    plans,
    [...jails, "jail0"].map((jail) => answerOf(questionOf(jail))),
  );
});

Deno.test("loadPlanned() gives load the error of a question, and goes on with the others", async () => {
  const failure = new Error("no plan");
  const plans = await loadPlanned(
    (planOf) =>
      Promise.resolve(["a", "b"].map((jail) => planOf(questionOf(jail)))),
    (question) =>
      question.jail === "a"
        ? Promise.reject(failure)
        : Promise.resolve(answerOf(question)),
  );
  deepStrictEqual(plans, [failure, answerOf(questionOf("b"))]);
});

Deno.test("loadPlanned() tells what load throws once all is asked", async () => {
  const said: unknown[] = [];
  const loading = loadPlanned((planOf) => {
    said.push(planOf(questionOf("a")));
    return Promise.reject(new Error(`after ${said.length}`));
  }, (question) => Promise.resolve(answerOf(question)));
  await rejects(loading, /after 2/);
  deepStrictEqual(said, [undefined, answerOf(questionOf("a"))]);
});

Deno.test("loadPlanned() ends where each load asks something else", async () => {
  let loads = 0;
  const last = await loadPlanned((planOf) => {
    const plan = planOf(questionOf(`jail${++loads}`));
    return Promise.resolve({ loads, plan });
  }, (question) => Promise.resolve(answerOf(question)));
  deepStrictEqual(last, { loads: 3, plan: undefined });
});

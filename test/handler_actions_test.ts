import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { deliveredActions } from "../src/handler_actions.ts";
import { loadWithActions as load } from "./config/render_case.ts";

function jail(name: string, more: string): string {
  return `[jail.${name}]\nlog_path = "/x"\nfilter = ["<HOST>"]\n${more}\n`;
}

Deno.test("deliveredActions() leaves out jails that simulate or are not enabled", () => {
  const actions = 'actions = ["log"]';
  const text = jail("a", actions) +
    jail("b", `${actions}\nmode = "simulate"`) +
    jail("c", `${actions}\nenabled = false`) +
    jail("d", "");
  const jailsOf = (whole: string) =>
    deliveredActions(load(whole)).map(({ jails }) => jails);
  deepStrictEqual(jailsOf(text), [["a"]]);
  // It stays in the configuration, and is told nothing: nothing is cleaned up for a trial.
  deepStrictEqual(jailsOf(`[global]\nmode = "simulate"\n${text}`), [[]]);
});

Deno.test("deliveredActions() knows which of them can be used", () => {
  const config = load(jail("a", 'actions = ["log", "lgo"]'));
  deepStrictEqual(
    deliveredActions(config).map(({ name, isUsable }) => [name, isUsable]),
    [["log", true], ["lgo", false]],
  );
});

Deno.test("deliveredActions() is none where jails tell nobody", () => {
  strictEqual(deliveredActions(load(jail("a", ""))).length, 0);
});

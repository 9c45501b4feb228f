/**
 * The inside of a sandbox: a worker that loads one action and calls it. Whatever the action does to this realm, it does to
 * itself: the core believes nothing that comes out of here.
 *
 * @module
 */

import { BUILT_INS } from "./built_ins.ts";
import {
  type ActionCode,
  type CallReply,
  type CallRequest,
  MAX_REPLY_LENGTH,
  MAX_TEXT_LENGTH,
} from "./messages.ts";

/** An action as it comes out of its module; nothing of it is known yet. */
type LooseAction = Readonly<Record<string, unknown>>;

/** What a worker is sent: its code, then calls. */
export type WorkerMessage =
  | { readonly code: ActionCode }
  | CallRequest;

/** The part of a worker's global scope that is used; Deno's types for a program do not have it. */
interface Scope {
  readonly name: string;
  onmessage: ((event: MessageEvent<WorkerMessage>) => void) | null;
  postMessage(text: string): void;
}

const METHODS = [
  ...["plan", "ban", "unban", "sync", "cleanup", "feed"] as const,
] as const;

/** They are told of no entries. */
const WITHOUT_BATCH: readonly string[] = ["cleanup", "feed"];

const OPTIONAL: readonly string[] = ["unban", "sync", "cleanup"];

/** How long before the core's deadline an action is told to give up, and at most which part of the time it is. */
const GRACE_MS = 1000;
const GRACE_SHARE = 0.2;

const ANSI =
  // deno-lint-ignore no-control-regex -- escape sequences are what it is there for
  /\x1b\[[0-9;]*m/g;

/** Answers calls until the worker ends. */
export function servePlugin(): void {
  const scope = globalThis as unknown as Scope;
  const post = scope.postMessage.bind(scope);
  sealConsole((said) => post(JSON.stringify({ said, worker: scope.name })));
  let action: Promise<LooseAction> | undefined;
  scope.onmessage = ({ data }) => {
    if ("code" in data) {
      action = load(data.code);
      // Told by the calls; without this it would end the worker.
      action.catch(() => {});
    } else {
      answer(data, action).then((reply) => post(write(reply)));
    }
  };
  post("");
}

/** A line of a console must not get between the messages. */
function sealConsole(tell: (text: string) => void): void {
  const say = (...values: readonly unknown[]) => {
    const said = values.map((value) =>
      typeof value === "string" ? value : Deno.inspect(value)
    );
    tell(said.join(" ").slice(0, MAX_TEXT_LENGTH));
  };
  for (const [name, method] of Object.entries(console)) {
    if (typeof method !== "function") continue;
    Object.defineProperty(console, name, { value: say });
  }
}

async function load(code: ActionCode): Promise<LooseAction> {
  const module = "builtIn" in code
    ? await loadBuiltIn(code.builtIn)
    : await loadText(code.text, code.language);
  const action: unknown = module.default;
  if (typeof action !== "object" || action === null) {
    throw new TypeError("its default export is no action, expected an object");
  }
  return action as LooseAction;
}

async function loadBuiltIn(id: string) {
  const importModule = Object.hasOwn(BUILT_INS, id) ? BUILT_INS[id] : undefined;
  if (importModule === undefined) {
    throw new Error(`Cannot load action "${id}": it is not known`);
  }
  return await importModule();
}

/** A module without a place has nothing to import by a relative path, and every other import is denied. */
async function loadText(text: string, language: string) {
  const url = `data:application/${language};charset=utf-8,${
    encodeURIComponent(text)
  }`;
  try {
    return await import(url);
  } catch (error) {
    throw new Error(describe(error, url), { cause: error });
  }
}

async function answer(
  request: CallRequest,
  loading: Promise<LooseAction> | undefined,
): Promise<CallReply> {
  const { call, method } = request;
  try {
    const action = await loading ?? {};
    const result = method === "describe"
      ? describeAction(action)
      : await callMethod(action, request);
    // What JSON cannot hold is found out here, where a message can still be made of it.
    return { call, result: JSON.parse(JSON.stringify(result ?? {})) };
  } catch (error) {
    return { call, failure: "threw", message: describe(error) };
  }
}

function describeAction(action: LooseAction) {
  const { id, version, describe, options, permissions } = action;
  return {
    ...{ id, version, describe, options, permissions },
    methods: METHODS.filter((name) => typeof action[name] === "function"),
  };
}

async function callMethod(
  action: LooseAction,
  { method, batch, context, deadlineMs, endsAtMs }: CallRequest,
): Promise<unknown> {
  const run = action[method];
  // Nobody needs to know which of these an action has: there is nothing to do.
  if (run === undefined && OPTIONAL.includes(method)) return {};
  if (typeof run !== "function") {
    throw new TypeError(`it has no ${method}()`);
  }
  if (method === "plan") return run.call(action, context);
  const grace = Math.min(GRACE_MS, deadlineMs * GRACE_SHARE);
  const giveUp = new AbortController();
  const timer = setTimeout(() => {
    giveUp.abort(new DOMException("The deadline is over", "TimeoutError"));
  }, Math.max(0, endsAtMs - grace - Date.now()));
  try {
    const whole = { ...context, signal: giveUp.signal };
    return await (WITHOUT_BATCH.includes(method)
      ? run.call(action, whole)
      : run.call(action, batch, whole));
  } finally {
    clearTimeout(timer);
  }
}

function write(reply: CallReply): string {
  const text = JSON.stringify(reply);
  if (text.length <= MAX_REPLY_LENGTH) return text;
  return JSON.stringify({
    call: reply.call,
    failure: "malformed",
    message:
      `its answer has ${text.length} characters, expected at most ${MAX_REPLY_LENGTH}`,
  });
}

/** @param url its own address, which is as long as the action */
function describe(error: unknown, url = "\0"): string {
  const text = error instanceof Error
    ? `${error.name === "Error" ? "" : `${error.name}: `}${error.message}`
    : String(error);
  return text.replaceAll(ANSI, "").replaceAll(url, "plugin")
    // Between what is wrong with a module and where it is stands a drawing of the line.
    .replace(/\n[^]*\n\s*(?=at plugin:)/, " ")
    .slice(0, MAX_TEXT_LENGTH);
}

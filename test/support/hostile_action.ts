/**
 * Actions that do what they must not, in real sandbox processes; each beside a good one that goes on being called.
 *
 * @module
 */

import {
  deepStrictEqual,
  match,
  ok,
  rejects,
  strictEqual,
} from "node:assert/strict";
import { HandlerError } from "../../src/act/sandbox/types.ts";
import { fails, IS_ROOT, openRig, type Rig } from "./sandbox_rig.ts";

/** A bad action and what becomes of its call. */
export interface HostileCase {
  readonly name: string;
  /** Methods of the action. */
  readonly code: string;
  /** What stands before it. */
  readonly head?: string;
  /** Whether it may reach a server, as `options.url`, which has one way that leads to another. */
  readonly net?: true;
  readonly expect: (rig: Rig, t: Deno.TestContext) => Promise<void>;
}

/** Methods of an action that does as it is told. */
export const GOOD =
  `async ban(batch) { return { memory: batch.map(({ id }) => id) }; },`;

/** Calls the bad action while the good one is called again and again. */
export function testHostile(
  { name, code, head, net, expect }: HostileCase,
): void {
  Deno.test({
    name: `HandlerHost goes on beside an action that ${name}`,
    ignore: !IS_ROOT,
    async fn(t) {
      await using rig = openRig();
      rig.add("good", GOOD);
      await using server = net && serve();
      rig.add("bad", code, {
        head,
        ...(server && {
          net: [`127.0.0.1:${server.port}`],
          options: { url: `http://127.0.0.1:${server.port}/` },
        }),
      });
      let isOver = false;
      const good = (async () => {
        let calls = 0;
        do {
          deepStrictEqual(await rig.ban("good"), { memory: [1, 2] });
          calls++;
          await new Promise((resolve) => setTimeout(resolve, 20));
        } while (!isOver);
        return calls;
      })();
      try {
        await expect(rig, t);
      } finally {
        isOver = true;
        ok(await good > 0);
      }
      deepStrictEqual(await rig.ban("good"), { memory: [1, 2] });
      strictEqual(death(rig, "good"), undefined);
    },
  });
}

/** A server that says `here`, and leads `/away` to the same port under a name that was not declared. */
function serve() {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    ({ url }) =>
      url.endsWith("/away")
        ? Response.redirect(`http://localhost:${new URL(url).port}/`)
        : new Response("here"),
  );
  return {
    port: server.addr.port,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Expects that the bad action's call says what became of its attempt. */
export function says(pattern: RegExp): HostileCase["expect"] {
  return async (rig) => {
    const { memory } = await rig.ban("bad");
    match(String(memory), pattern);
  };
}

/** Expects that the process is dead, and rests, and can be called again after that. */
export function dies(message: RegExp): HostileCase["expect"] {
  return async (rig) => {
    await fails(rig.ban("bad"), "died", message);
    await rests(rig);
  };
}

/** Expects one of several ends: which limit is reached first is a matter of luck. */
export async function failsFor(
  rig: Rig,
  reasons: readonly HandlerError["reason"][],
): Promise<void> {
  await rejects(rig.ban("bad"), (error) => {
    ok(error instanceof HandlerError, String(error));
    ok(reasons.includes(error.reason), error.message);
    return true;
  });
}

export async function rests(rig: Rig): Promise<void> {
  await fails(rig.ban("bad"), "resting");
  await until(() => death(rig, "bad") !== undefined);
  rig.pass(1001);
}

function death(rig: Rig, name: string) {
  return rig.log.find(({ message, fields }) =>
    message === "Sandbox died" && fields.sandbox === `${rig.folder}/${name}.ts`
  );
}

export async function until(isTrue: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !isTrue(); i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  ok(isTrue(), isTrue.toString());
}

/** A method that does something and tells how that went. */
export function attempt(deed: string): string {
  return `async ban() {
    try { return { memory: "DONE " + await (async () => { ${deed} })() }; }
    catch (error) { return { memory: String(error) }; }
  },`;
}

import assert from "node:assert/strict";
import {
  isHostName,
  NameResolver,
  type NameResolverOptions,
  type NameTrouble,
} from "../../src/util/name_resolver.ts";
import type { runProgram } from "../../src/util/run_program.ts";
import { runText } from "../support/run.ts";

/** A resolver that remembers its troubles. */
function createResolver(options: Partial<NameResolverOptions> = {}) {
  const troubles: NameTrouble[] = [];
  const resolver = new NameResolver({
    onTrouble: (trouble) => troubles.push(trouble),
    ...options,
  });
  return { resolver, troubles };
}

/** Stands for getent: answers when it is told to. */
function createDesk() {
  const waiting: {
    name: string;
    end: (prints: string, code?: number) => void;
  }[] = [];
  const run: typeof runProgram = (_program, { args }) =>
    new Promise((resolve) => {
      const end = (prints: string, code = 0) =>
        resolve({
          status: code === 0 ? "ok" : "failed",
          code,
          message: `exit code ${code}`,
          prints,
          errors: "",
        });
      waiting.push({ name: args.at(-1) ?? "", end });
    });
  return { waiting, run };
}

Deno.test("NameResolver.resolve() asks the real getent", async () => {
  const { resolver, troubles } = createResolver();
  const local = await resolver.resolve("localhost");
  assert.ok(local.includes("127.0.0.1") || local.includes("::1"), `${local}`);
  assert.deepEqual(await resolver.resolve("no-such-name.invalid"), []);
  assert.deepEqual(troubles, []);
  assert.equal(resolver.counts.asked, 2);
});

Deno.test({
  name: "NameResolver.resolve() reads the hosts file, both families",
  // Name spaces of its own need root.
  ignore: Deno.uid() !== 0,
  fn: readHostsFile,
});

Deno.test("NameResolver.resolve() reads nothing but addresses, each once, so many at most", async () => {
  const desk = createDesk();
  const { resolver, troubles } = createResolver({
    run: desk.run,
    mostAddresses: 2,
  });
  const answer = resolver.resolve("a.example");
  await Promise.resolve();
  desk.waiting[0]?.end(
    "192.0.2.1       STREAM a\n192.0.2.1       DGRAM\nrm -rf STREAM /\n" +
      "fe80::1%eth0 STREAM\n::ffff:192.0.2.9 STREAM\n2001:DB8::1     STREAM\n192.0.2.3 OTHER x\n",
  );
  assert.deepEqual(await answer, ["192.0.2.1", "192.0.2.9"]);
  assert.deepEqual(troubles, [
    { name: "a.example", reason: "1 of its addresses are too many" },
  ]);
  assert.equal(resolver.counts.surplus, 1);
});

Deno.test("NameResolver.resolve() tells failures from names that are not there", async () => {
  const desk = createDesk();
  const { resolver, troubles } = createResolver({ run: desk.run });
  const answers = ["none", "broken"].map((name) => resolver.resolve(name));
  await Promise.resolve();
  desk.waiting[0]?.end("", 2);
  desk.waiting[1]?.end("192.0.2.1 STREAM\n", 3);
  assert.deepEqual(await Promise.all(answers), [[], []]);
  assert.deepEqual(troubles, [{ name: "broken", reason: "exit code 3" }]);
  assert.equal(resolver.counts.failed, 1);
});

Deno.test("NameResolver.resolve() runs some at a time, queues some, and refuses the rest", async () => {
  const desk = createDesk();
  const { resolver, troubles } = createResolver({
    run: desk.run,
    mostRunning: 2,
    mostQueued: 1,
  });
  const answers = ["a", "b", "c", "d"].map((name) => resolver.resolve(name));
  assert.deepEqual(await answers[3], []);
  assert.deepEqual(troubles.map(({ name }) => name), ["d"]);
  assert.deepEqual(desk.waiting.map(({ name }) => name), ["a", "b"]);
  desk.waiting[1]?.end("192.0.2.2 STREAM\n");
  assert.deepEqual(await answers[1], ["192.0.2.2"]);
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(desk.waiting.map(({ name }) => name), ["a", "b", "c"]);
  resolver.close();
  desk.waiting[0]?.end("192.0.2.1 STREAM\n");
  desk.waiting[2]?.end("192.0.2.3 STREAM\n");
  assert.deepEqual(await answers[0], []);
  assert.deepEqual(await answers[2], []);
});

Deno.test("NameResolver.close() ends a lookup that runs", async () => {
  const { resolver } = createResolver({
    run: async (_program, options) => {
      const { runProgram } = await import("../../src/util/run_program.ts");
      return runProgram("/bin/sleep", { ...options, args: ["60"] });
    },
  });
  const answer = resolver.resolve("a");
  setTimeout(() => resolver.close(), 50);
  assert.deepEqual(await answer, []);
});

Deno.test("isHostName() takes names and nothing that the system reads as something else", () => {
  const names = [
    "a",
    "a.b",
    "mail_1.example.com.",
    "xn--a-b.example",
    "3com",
    "1.2.3.4a",
    `${"a".repeat(63)}.b`,
  ];
  for (const name of names) assert.ok(isHostName(name), name);
  const others = [
    "",
    ".",
    "-x",
    "a.-b",
    "a-",
    "a..b",
    "a b",
    "a\nb",
    "a;b",
    "$(id)",
    "ä.de",
    "a/b",
    "127.1",
    "0x7f.1",
    "2130706433",
    "0x",
    "a.0x7F",
    "1.2.3.4",
    "::1",
    `${"a".repeat(64)}`,
    "a.".repeat(127) + "aa",
  ];
  for (const text of others) assert.ok(!isHostName(text), text);
});

async function readHostsFile(): Promise<void> {
  const folder = Deno.makeTempDirSync();
  const script = `
    import { NameResolver } from "${
    import.meta.resolve("../../src/util/name_resolver.ts")
  }";
    const resolver = new NameResolver({ onTrouble: console.error });
    for (const name of Deno.args) console.log(name, ...await resolver.resolve(name));
  `;
  try {
    Deno.writeTextFileSync(`${folder}/script.ts`, script);
    Deno.writeTextFileSync(
      `${folder}/hosts`,
      "192.0.2.7 canonical.example two.example\n2001:db8::7 two.example\n192.0.2.8 one.example\n",
    );
    const command =
      `mount --bind ${folder}/hosts /etc/hosts && ip link set lo up && ` +
      `ip addr add 2001:db8::1/64 dev lo nodad && ip addr add 192.0.2.1/24 dev lo && ` +
      `exec ${Deno.execPath()} run -q --no-config --allow-run=/usr/bin/getent ${folder}/script.ts two.example one.example`;
    const { out, err } = await runText("unshare", [
      ...["-mn", "sh", "-c", command],
    ]);
    assert.deepEqual(
      out.trim().split("\n").map((line) => line.split(" ").sort()),
      [
        ["192.0.2.7", "2001:db8::7", "two.example"],
        ["192.0.2.8", "one.example"],
      ],
      err,
    );
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

import assert from "node:assert/strict";
import { makeTree, type ScratchTree } from "./make_tree.ts";

const SCRIPTS = new URL("../../scripts/", import.meta.url);

/** Says what it was started with, as one line of JSON. */
const MAIN = `
const self = Deno.env.get("FAIL2DENO_SELF") ?? "";
const state = (query: Deno.PermissionDescriptor) => Deno.permissions.querySync(query).state;
console.log(JSON.stringify({
  args: Deno.args, self, exec: Deno.execPath(),
  runSelf: state({ name: "run", command: self }), runOther: state({ name: "run", command: "/bin/ls" }),
  readOther: state({ name: "read", path: "/etc/shadow" }),
  isLinear: new RegExp("a", "l").flags === "l",
  entry: import.meta.url.replace(/.*\\//, ""),
}));
if (Deno.args[0] === "wait") { console.log("waiting"); setInterval(() => {}, 1000); }
`;

const CONFIG = {
  lock: { frozen: true },
  permissions: {
    daemon: {
      read: ["./"],
      run: ["./scripts/fail2deno"],
      env: { allow: ["FAIL2DENO_SELF"] },
    },
  },
};

/** A copy of the launcher in a folder with blanks, with a main.ts that only reports. */
async function makeProgram(): Promise<ScratchTree> {
  const tree = await makeTree({
    "deno.json": JSON.stringify(CONFIG),
    "deno.lock": `{ "version": "5" }`,
    "main.ts": MAIN,
  }, "a tree ");
  await Deno.mkdir(`${tree.root}/scripts`);
  for (const name of ["fail2deno", "flags", "toolchain"]) {
    await Deno.copyFile(new URL(name, SCRIPTS), `${tree.root}/scripts/${name}`);
  }
  return tree;
}

/** Puts this very Deno where the launcher installs the pinned one. */
async function installPinned(root: string): Promise<string> {
  const flags = await Deno.readTextFile(new URL("flags", SCRIPTS));
  const version = /^DENO_VERSION=(.+)$/m.exec(flags)?.[1];
  const path = `${root}/.deno/deno-${version}`;
  await Deno.mkdir(`${root}/.deno`, { recursive: true });
  await Deno.symlink(Deno.execPath(), path);
  return path;
}

/** Makes a folder of commands for PATH: those of a bare machine, and the given scripts. */
async function makePath(
  root: string,
  scripts: Readonly<Record<string, string>> = {},
): Promise<string> {
  const folder = `${root}/bin`;
  await Deno.mkdir(folder);
  const tools =
    "cmp cp mv rm mkdir mktemp readlink flock uname chmod tail env cat ln sleep sh";
  for (const tool of tools.split(" ")) {
    await Deno.symlink(`/usr/bin/${tool}`, `${folder}/${tool}`);
  }
  for (const [name, text] of Object.entries(scripts)) {
    await Deno.writeTextFile(`${folder}/${name}`, text, { mode: 0o755 });
  }
  return folder;
}

interface Launch {
  readonly path: string;
  readonly cwd?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

async function launch(command: string, options: Launch) {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args: [...options.args ?? []],
    cwd: options.cwd ?? "/",
    clearEnv: true,
    env: { HOME: "/nonexistent", PATH: options.path, ...options.env },
  }).output();
  const decoder = new TextDecoder();
  const out = decoder.decode(stdout);
  return { code, out, err: decoder.decode(stderr) };
}

Deno.test("fail2deno runs main.ts with its flags from any folder, by any name, with blanks in paths", async (t) => {
  await using tree = await makeProgram();
  const { root } = tree;
  const pinned = await installPinned(root);
  const path = await makePath(root);
  await Deno.symlink(`${root}/scripts/fail2deno`, `${root}/link to it`);
  await Deno.symlink(`${root}/scripts`, `${root}/bin/folder`);
  const ways: readonly (readonly [string, string, string, string[]])[] = [
    ["by its absolute path", "/", `${root}/scripts/fail2deno`, []],
    ["by a relative path", `${root}/scripts`, "./fail2deno", []],
    ["by sh and its bare name", `${root}/scripts`, "/bin/sh", ["fail2deno"]],
    ["through a symbolic link", "/tmp", `${root}/link to it`, []],
    ["through a linked folder", "/tmp", `${root}/bin/folder/fail2deno`, []],
  ];
  for (const [name, cwd, command, words] of ways) {
    await t.step(name, async () => {
      const args = [...words, "status", "two  blanks", "*", ""];
      const { code, out, err } = await launch(command, { path, cwd, args });
      assert.equal(code, 0, err);
      assert.deepEqual(JSON.parse(out), {
        args: ["status", "two  blanks", "*", ""],
        self: `${root}/scripts/fail2deno`,
        exec: JSON.parse(out).exec,
        runSelf: "granted",
        runOther: "prompt",
        readOther: "prompt",
        isLinear: true,
        entry: "main.ts",
      });
      assert.equal(
        await Deno.realPath(JSON.parse(out).exec),
        await Deno.realPath(pinned),
      );
    });
  }
});

Deno.test("fail2deno says one line when it fetches, and nothing when all is there", async () => {
  await using tree = await makeProgram();
  await installPinned(tree.root);
  const path = await makePath(tree.root);
  const first = await launch(`${tree.root}/scripts/fail2deno`, { path });
  assert.match(first.err, /^fail2deno: fetching dependencies into .*\n$/);
  const second = await launch(`${tree.root}/scripts/fail2deno`, { path });
  assert.equal(second.err, "");
});

Deno.test("fail2deno runs the entry that FAIL2DENO_MAIN names", async () => {
  await using tree = await makeProgram();
  await installPinned(tree.root);
  const bundle = `${tree.root}/dist/bundle.ts`;
  await Deno.mkdir(`${tree.root}/dist`);
  await Deno.writeTextFile(bundle, MAIN);
  const { code, out, err } = await launch(`${tree.root}/scripts/fail2deno`, {
    path: await makePath(tree.root),
    env: { FAIL2DENO_MAIN: bundle },
  });
  assert.equal(code, 0, err);
  assert.equal(JSON.parse(out).entry, "bundle.ts");
});

Deno.test("fail2deno refuses to be a sandbox for anybody but itself", async () => {
  await using tree = await makeProgram();
  const { code, out, err } = await launch(`${tree.root}/scripts/fail2deno`, {
    args: ["plugin-host", "1:1"],
    path: await makePath(tree.root),
  });
  assert.equal(code, 64);
  assert.equal(out, "");
  assert.match(err, /^fail2deno: Cannot run "plugin-host": .*\n$/);
});

Deno.test("fail2deno ends with 69 and a remedy where there is neither Deno nor npm", async () => {
  await using tree = await makeProgram();
  const { code, out, err } = await launch(`${tree.root}/scripts/fail2deno`, {
    path: await makePath(tree.root),
  });
  assert.equal(code, 69);
  assert.equal(out, "");
  assert.match(
    err,
    /^fail2deno: Cannot find Deno 2\.9 .*apt-get install nodejs npm.*\n$/,
  );
});

Deno.test("fail2deno ends with 69 and npm's words where npm fails, and leaves no half installation", async () => {
  await using tree = await makeProgram();
  const path = await makePath(tree.root, {
    npm: "#!/bin/sh\necho 'npm error network down' >&2\nexit 1\n",
  });
  const { code, err } = await launch(`${tree.root}/scripts/fail2deno`, {
    path,
  });
  assert.equal(code, 69);
  assert.match(err, /npm error network down/);
  assert.match(err, /Cannot install Deno .*: npm failed/);
  const left = [...Deno.readDirSync(`${tree.root}/.deno`)].map(({ name }) =>
    name
  );
  assert.deepEqual(left, ["lock"]);
});

/** Installs this very Deno as npm would lay it out, slowly, and counts how often it is called. */
const NPM = `#!/bin/sh
echo called >>"$COUNT"
sleep 0.3
folder=$PWD/node_modules/@deno/linux-x64-glibc
mkdir -p "$folder"
ln -s "${Deno.execPath()}" "$folder/deno"
`;

Deno.test("fail2deno installs once when two start at the same time", async () => {
  await using tree = await makeProgram();
  const path = await makePath(tree.root, { npm: NPM });
  const env = { COUNT: `${tree.root}/count` };
  const command = `${tree.root}/scripts/fail2deno`;
  const results = await Promise.all([
    launch(command, { path, env }),
    launch(command, { path, env }),
  ]);
  for (const { code, out, err } of results) {
    assert.equal(code, 0, err);
    assert.equal(JSON.parse(out).entry, "main.ts");
  }
  assert.equal(await Deno.readTextFile(env.COUNT), "called\n");
});

/** Versions of a `deno` on PATH, and whether it is used. */
const VERSIONS: readonly (readonly [string, boolean])[] = [
  ["2.8.9", false],
  ["1.99.0", false],
  ["not a version", false],
  ["2.9.0", true],
  ["2.10.1", true],
  ["3.0.0", true],
];

for (const [version, isUsed] of VERSIONS) {
  const verb = isUsed ? "uses" : "passes over";
  Deno.test(`fail2deno ${verb} a deno ${version} on PATH`, async () => {
    await using tree = await makeProgram();
    await installPinned(tree.root);
    const path = await makePath(tree.root, {
      deno: `#!/bin/sh
[ "$1" != --version ] || { echo "deno ${version} (stable)"; exit 0; }
[ "$1" != run ] || echo >"${tree.root}/used"
exec "${Deno.execPath()}" "$@"
`,
    });
    const { code, err } = await launch(`${tree.root}/scripts/fail2deno`, {
      path,
    });
    assert.equal(code, 0, err);
    const names = [...Deno.readDirSync(tree.root)].map(({ name }) => name);
    assert.equal(names.includes("used"), isUsed);
  });
}

Deno.test("fail2deno goes past npm's shim to the program, so that signals reach it", async () => {
  await using tree = await makeProgram();
  const { root } = tree;
  const path = await makePath(root);
  const modules = `${root}/node_modules`;
  await Deno.mkdir(`${modules}/deno`, { recursive: true });
  await Deno.mkdir(`${modules}/@deno/linux-x64-glibc`, { recursive: true });
  await Deno.writeTextFile(
    `${modules}/deno/bin.cjs`,
    "#!/usr/bin/env node\nprocess.exit(9);\n",
    { mode: 0o755 },
  );
  await Deno.symlink(Deno.execPath(), `${modules}/@deno/linux-x64-glibc/deno`);
  await Deno.symlink(`${modules}/deno/bin.cjs`, `${root}/bin/deno`);
  const child = new Deno.Command(`${root}/scripts/fail2deno`, {
    args: ["wait"],
    clearEnv: true,
    env: { PATH: path },
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!said.includes("waiting")) {
    const { value, done } = await reader.read();
    assert.ok(!done, said);
    said += value;
  }
  child.kill("SIGTERM");
  assert.equal((await child.status).signal, "SIGTERM");
  await reader.cancel();
});

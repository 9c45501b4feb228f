import assert from "node:assert/strict";
import { makeTree, type ScratchTree } from "./make_tree.ts";

const SCRIPTS = new URL("../../scripts/", import.meta.url);

/** scripts/test as it is, on a project whose checks pass at once and whose unit tests are the given file. */
async function makeProject(test: string): Promise<ScratchTree> {
  const tree = await makeTree({
    "deno.lock": `{ "version": "5" }`,
    "scripts/task": `#!/bin/sh
case $1 in
test) exec "${Deno.execPath()}" test unit_test.ts ;;
e2e | package) echo "ok | 1 passed | 0 failed (1ms)" ;;
sizes) exit "\${SIZES:-0}" ;;
esac
`,
    "scripts/compile": "exit 0\n",
    "scripts/portable": `printf '#!/bin/sh\\n' >"$1" && chmod 755 "$1"\n`,
    "scripts/bare_root": `test ! -e bare_fails && cp "$3" "$2/fail2deno"\n`,
    "scripts/fail2deno": "#!/bin/sh\nexit 0\n",
    "unit_test.ts": test,
  });
  for (const name of ["test", "flags", "toolchain"]) {
    await Deno.copyFile(new URL(name, SCRIPTS), `${tree.root}/scripts/${name}`);
  }
  await Deno.chmod(`${tree.root}/scripts/fail2deno`, 0o755);
  await Deno.mkdir(`${tree.root}/bin`);
  const npm = `#!/bin/sh
folder=$PWD/node_modules/@deno/linux-x64-glibc
mkdir -p "$folder" && ln -s "${Deno.execPath()}" "$folder/deno"
`;
  await Deno.writeTextFile(`${tree.root}/bin/npm`, npm, { mode: 0o755 });
  // Too old, so that the tests run over a fresh installation.
  const deno = "#!/bin/sh\necho deno 1.0.0\n";
  await Deno.writeTextFile(`${tree.root}/bin/deno`, deno, { mode: 0o755 });
  // Otherwise it would install packages on the machine of whoever runs this test as root.
  for (
    const name of [
      "nft",
      "sshd",
      "ssh",
      "ip",
      "ps",
      "unshare",
      "setpriv",
      "script",
    ]
  ) {
    await Deno.symlink("/bin/true", `${tree.root}/bin/${name}`);
  }
  return tree;
}

async function runTests(
  root: string,
  env: Readonly<Record<string, string>> = {},
) {
  const { code, stdout } = await new Deno.Command("/bin/sh", {
    args: [`${root}/scripts/test`],
    env: { CI: "", PATH: `${root}/bin:${Deno.env.get("PATH")}`, ...env },
  }).output();
  const out = new TextDecoder().decode(stdout);
  return { code, out, last: out.trimEnd().split("\n").at(-1) };
}

const GOOD =
  `Deno.test("good", async (t) => { await t.step("a", () => {}); });\n`;
const BAD = `Deno.test("bad", () => { throw new Error("it is bad"); });\n`;
const IGNORED = `Deno.test.ignore("needs a moon", () => {});\n`;

const IS_ROOT = Deno.uid() === 0;

/**
 * Ten checks, the demo and one test of the whole program, twice, and one of the packages, beside the unit tests; as root the
 * bare root too.
 */
const OTHERS = IS_ROOT ? 16 : 15;

Deno.test("scripts/test ends with the sum of checks and tests", async () => {
  await using tree = await makeProject(GOOD + GOOD);
  const { code, last, out } = await runTests(tree.root);
  assert.equal(last, `${OTHERS + 2} passed, 0 failed`, out);
  assert.equal(code, 0);
});

Deno.test("scripts/test counts failed tests and checks, shows them, and ends with 1", async () => {
  await using tree = await makeProject(GOOD + BAD);
  const { code, last, out } = await runTests(tree.root, { SIZES: "3" });
  assert.equal(last, `${OTHERS} passed, 2 failed`, out);
  assert.match(out, /it is bad/);
  assert.match(out, /^FAILED {2}sizes \(exit code 3\)$/m);
  assert.equal(code, 1);
});

Deno.test("scripts/test counts a suite that does not compile as one failure", async () => {
  await using tree = await makeProject(`const x: number = "no";\n${GOOD}`);
  const { code, last, out } = await runTests(tree.root);
  assert.equal(last, `${OTHERS} passed, 1 failed`, out);
  assert.equal(code, 1);
});

Deno.test("scripts/test names a skipped test and passes", async () => {
  await using tree = await makeProject(GOOD + IGNORED);
  const { code, last, out } = await runTests(tree.root);
  assert.equal(last, `${OTHERS + 1} passed, 0 failed, 1 skipped`, out);
  assert.match(out, /^skipped needs a moon/m);
  assert.equal(code, 0);
});

Deno.test({
  name: "scripts/test counts a skipped test as failed in CI as root",
  ignore: !IS_ROOT,
  async fn() {
    await using tree = await makeProject(GOOD + IGNORED);
    const { code, last, out } = await runTests(tree.root, { CI: "true" });
    assert.equal(last, `${OTHERS + 1} passed, 1 failed`, out);
    assert.equal(code, 1);
  },
});

Deno.test({
  name: "scripts/test tries the portable file in a bare root as root",
  ignore: !IS_ROOT,
  async fn() {
    await using tree = await makeProject(GOOD);
    const { out } = await runTests(tree.root);
    assert.match(out, /^ok {6}demo on the portable file in a bare root /m);
    assert.match(out, /whole program on the portable file in a bare root: 1 p/);
    await Deno.writeTextFile(`${tree.root}/bare_fails`, "");
    const { code, last, out: without } = await runTests(tree.root);
    assert.doesNotMatch(without, /on the portable file/);
    // Neither the root, nor the demo and the test in it.
    assert.equal(last, `${OTHERS + 1 - 3} passed, 1 failed`, without);
    assert.equal(code, 1);
  },
});

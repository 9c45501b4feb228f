import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { type RunResult, runText } from "../support/run.ts";

const HEADER = new URL("../../scripts/package/header", import.meta.url);
const IS_ROOT = Deno.uid() === 0;
const NOBODY = ["--reuid=65534", "--regid=65534", "--clear-groups"];

/** A packed file as scripts/portable writes it, whose program only says where it lies and what it was given. */
interface Packed extends AsyncDisposable {
  readonly folder: string;
  readonly file: string;
  /** Where it unpacks for a user. */
  readonly store: string;
  readonly hash: string;
  /** Runs it as nobody, with a home below the folder. */
  run(...words: string[]): Promise<RunResult>;
}

const DENO = "#!/bin/sh\necho deno 2.9.6\n";
const LAUNCHER = `#!/bin/sh\necho "$0" "$@"\n`;

async function pack(): Promise<Packed> {
  // Not below /tmp, which others may write: it would be refused, and a test says so.
  const folder = Deno.makeTempDirSync({
    dir: "/run",
    prefix: "fail2deno-test-",
  });
  Deno.chmodSync(folder, 0o755);
  Deno.mkdirSync(`${folder}/root/scripts`, { recursive: true });
  Deno.writeTextFileSync(`${folder}/root/deno`, DENO, { mode: 0o755 });
  Deno.writeTextFileSync(`${folder}/root/scripts/fail2deno`, LAUNCHER, {
    mode: 0o755,
  });
  const home = `${folder}/home`;
  Deno.mkdirSync(home);
  Deno.chownSync(home, 65534, 65534);
  const file = `${folder}/fail2deno`;
  const hash = await writeFile(folder, file);
  return {
    folder,
    file,
    store: `${home}/.cache/fail2deno/runtime`,
    hash,
    run: (...words) =>
      runText("setpriv", [
        ...NOBODY,
        ...["env", "-i", `HOME=${home}`, "PATH=/usr/bin:/bin", file],
        ...words,
      ]),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

async function writeFile(folder: string, file: string): Promise<string> {
  const header = Deno.readTextFileSync(HEADER);
  const archive = `${folder}/archive`;
  await runText("sh", [
    "-c",
    `tar -C ${folder}/root -cf - . | gzip -n >${archive}`,
  ]);
  const { out } = await runText("sha256sum", [archive]);
  const hash = out.slice(0, 64);
  const text = header.replaceAll("@HASH@", hash)
    .replaceAll("@VERSION@", "1.2.3")
    .replaceAll("@MACHINE@", (await runText("uname", ["-m"])).out.trim())
    .replaceAll("@LINES@", String(header.split("\n").length));
  Deno.writeTextFileSync(file, text, { mode: 0o755 });
  Deno.writeFileSync(file, Deno.readFileSync(archive), { append: true });
  return hash;
}

const names = (folder: string) =>
  [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

const test = (name: string, act: (packed: Packed) => Promise<void>) =>
  Deno.test({
    name,
    // Nobody else can be nobody, nor own a folder below one of root's.
    ignore: !IS_ROOT,
    fn: async () => {
      await using packed = await pack();
      await act(packed);
    },
  });

test("header unpacks once into a user's cache and hands every word on", async (packed) => {
  const { run, store, hash } = packed;
  const expected = `${store}/${hash}/scripts/fail2deno status two  blanks *\n`;
  const first = await run("status", "two  blanks", "*");
  strictEqual(first.out, expected, first.err);
  deepStrictEqual(names(store), [hash]);
  const before = Deno.statSync(`${store}/${hash}`).ino;
  strictEqual((await run("status", "two  blanks", "*")).out, expected);
  strictEqual(Deno.statSync(`${store}/${hash}`).ino, before);
});

test("header called fail2ban-client by a link takes that program's words", async (packed) => {
  const link = `${packed.folder}/fail2ban-client`;
  Deno.symlinkSync(packed.file, link);
  const { out, err } = await runText("setpriv", [
    ...NOBODY,
    ...["env", "-i", `HOME=${packed.folder}/home`, link, "status", "sshd"],
  ]);
  const launcher = `${packed.store}/${packed.hash}/scripts/fail2deno`;
  strictEqual(out, `${launcher} client status sshd\n`, err);
});

test("header of two first runs at the same time leaves one whole program", async (packed) => {
  const results = await Promise.all([1, 2, 3].map(() => packed.run("x")));
  for (const { code, out, err } of results) {
    strictEqual(code, 0, err);
    strictEqual(out, `${packed.store}/${packed.hash}/scripts/fail2deno x\n`);
  }
  deepStrictEqual(names(packed.store), [packed.hash]);
  deepStrictEqual(names(`${packed.store}/${packed.hash}`), ["deno", "scripts"]);
});

test("header refuses a file whose bytes were changed, and leaves nothing", async (packed) => {
  const bytes = Deno.readFileSync(packed.file);
  const last = bytes.length - 9;
  bytes[last] = (bytes[last] ?? 0) ^ 1;
  Deno.writeFileSync(packed.file, bytes);
  const { code, out, err } = await packed.run("x");
  strictEqual(code, 65);
  strictEqual(out, "");
  match(err, /^fail2deno: Cannot unpack ".*": its checksum is wrong, .*\n$/);
  deepStrictEqual(names(packed.store), []);
});

test("header refuses to unpack where others may write, also further up", async (packed) => {
  for (const mode of [0o775, 0o757]) {
    Deno.chmodSync(packed.folder, mode);
    const { code, err } = await packed.run("x");
    strictEqual(code, 77);
    match(err, /^fail2deno: Cannot unpack into ".*": others may write it/);
    deepStrictEqual(names(packed.store), []);
  }
});

test("header refuses a program that others may have changed since", async (packed) => {
  strictEqual((await packed.run("x")).code, 0);
  Deno.chmodSync(`${packed.store}/${packed.hash}`, 0o777);
  const open = await packed.run("x");
  strictEqual(open.code, 77);
  match(open.err, /Cannot run ".*": others may write it/);
  Deno.chmodSync(`${packed.store}/${packed.hash}`, 0o755);
  Deno.chownSync(`${packed.store}/${packed.hash}`, 1234, 1234);
  strictEqual((await packed.run("x")).code, 77);
});

test("header judges the place that a link leads to, and runs what is there", async (packed) => {
  const { store, folder, hash } = packed;
  strictEqual((await packed.run("x")).code, 0);
  Deno.renameSync(store, `${folder}/moved`);
  Deno.symlinkSync(`${folder}/moved`, store);
  const { out } = await packed.run("x");
  strictEqual(out, `${folder}/moved/${hash}/scripts/fail2deno x\n`);
  Deno.chmodSync(`${folder}/moved`, 0o777);
  const { code, err } = await packed.run("x");
  strictEqual(code, 77);
  match(err, /others may write it/);
});

test("header removes versions that nobody runs, and keeps one that runs", async (packed) => {
  Deno.mkdirSync(`${packed.store}/old`, { recursive: true });
  Deno.mkdirSync(`${packed.store}/used`);
  Deno.copyFileSync("/usr/bin/sleep", `${packed.store}/used/deno`);
  await runText("chown", ["-R", "65534:65534", `${packed.folder}/home/.cache`]);
  const used = new Deno.Command("setpriv", {
    args: [...NOBODY, `${packed.store}/used/deno`, "600"],
  }).spawn();
  while (!Deno.readLinkSync(`/proc/${used.pid}/exe`).endsWith("/used/deno")) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const { code, err } = await packed.run("x");
  used.kill("SIGKILL");
  await used.status;
  strictEqual(code, 0, err);
  deepStrictEqual(names(packed.store), [packed.hash, "used"].sort());
});

test("header says what is missing where there is no home to unpack into", async (packed) => {
  const { code, err } = await runText("setpriv", [
    ...NOBODY,
    ...["env", "-i", packed.file, "x"],
  ]);
  strictEqual(code, 77);
  match(
    err,
    /^fail2deno: Cannot unpack into "\/nonexistent\/.*": not writable, expected a first run by root/,
  );
});

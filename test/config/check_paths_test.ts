import assert from "node:assert/strict";
import { checkPaths, MACHINE_PATHS } from "../../src/config/check_paths.ts";
import { loadConfig } from "../../src/config/load.ts";
import { createMemoryFiles, MAIN_FILE } from "./render_case.ts";

function check(path: string, enabled = true) {
  const text =
    `[jail.a]\nenabled = ${enabled}\nlog_path = "${path}"\nfilter = ["<HOST>"]\n` +
    `[jail.b]\nlog_path = "/dev/null"\nfilter = ["<HOST>"]\n`;
  return checkPaths(loadConfig({
    file: MAIN_FILE,
    filtersFolders: [],
    ...createMemoryFiles(new Map([[MAIN_FILE, text]])),
  }));
}

Deno.test("checkPaths() notes that a jail waits for one of its usual logs", () => {
  const filter =
    'description = "x"\nlogs = ["/no/such.log"]\nfail = ["<HOST>"]\n';
  const config = loadConfig({
    file: MAIN_FILE,
    filtersFolders: ["/filters"],
    ...createMemoryFiles(
      new Map([
        [MAIN_FILE, '[jail.x]\nlog_path = "auto"\n'],
        ["/filters/x.toml", filter],
      ]),
    ),
    look: {
      expand: () => [],
      writtenSeconds: () => undefined,
      lastEntrySeconds: () => undefined,
      nowSeconds: () => 0,
    },
  });
  const [problem, ...others] = checkPaths(config);
  assert.deepEqual(others, []);
  assert.deepEqual([problem?.severity, problem?.line, problem?.column], [
    "note",
    2,
    12,
  ]);
  assert.match(
    problem?.message ?? "",
    /^No log is there yet for jail "x": none/,
  );
});

Deno.test("checkPaths() looks at logs and their folders", () => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${folder}/there.log`, "");
    assert.deepEqual(check(`${folder}/there.log`), []);
    assert.deepEqual(check(`${folder}/*.log`), []);
    assert.deepEqual(check(`${folder}/no/such.log`, false), []);
    const table: readonly (readonly [string, string, string | undefined])[] = [
      [
        `${folder}/later.log`,
        `Log "${folder}/later.log" of jail "a" is not there yet: it is waited for`,
        "note",
      ],
      [
        `${folder}/no/such.log`,
        `Cannot watch log "${folder}/no/such.log" of jail "a": there is no folder "${folder}/no", expected an existing one`,
        undefined,
      ],
      [
        `${folder}/*.none`,
        `No log is there yet for "${folder}/*.none" of jail "a": it is waited for`,
        "note",
      ],
      [
        folder,
        `Cannot watch log "${folder}" of jail "a": it is a folder, expected a file`,
        undefined,
      ],
    ];
    for (const [path, message, severity] of table) {
      const [problem, ...more] = check(path);
      assert.deepEqual(more, []);
      assert.equal(problem?.message, message);
      assert.equal(problem.severity, severity);
      assert.deepEqual([problem.line, problem.column], [3, 12]);
      assert.equal(problem.length, path.length + 2);
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("checkPaths() does not wait for the writer of a named pipe", () => {
  const folder = Deno.makeTempDirSync();
  try {
    new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).outputSync();
    assert.deepEqual(check(`${folder}/pipe`), []);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("checkPaths() tells that journalctl is not there", () => {
  const text = '[jail.a]\nlog_backend = "systemd"\nfilter = ["<HOST>"]\n';
  const config = loadConfig({
    file: MAIN_FILE,
    filtersFolders: [],
    ...createMemoryFiles(new Map([[MAIN_FILE, text]])),
  });
  const check = (program: string) =>
    checkPaths(config, {
      ...MACHINE_PATHS,
      run: () => MACHINE_PATHS.run(program),
    });
  assert.deepEqual(check("/bin/true"), []);
  assert.deepEqual(check("/nowhere/journalctl"), [{
    file: MAIN_FILE,
    message:
      'Cannot read the journal for jail "a": /usr/bin/journalctl: there is no such file, expected systemd\'s',
  }]);
});

Deno.test({
  name: "checkPaths() tells a log outside of the program's permissions",
  permissions: { read: ["/dev/null", "/tmp"] },
  fn() {
    const [problem] = check("/var/log/auth.log");
    assert.equal(
      problem?.message,
      'Cannot watch log "/var/log/auth.log" of jail "a": it lies outside the program\'s permissions, expected a file that can be read',
    );
  },
});

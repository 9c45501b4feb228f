import { match, ok, strictEqual } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type RunResult, runText } from "../support/run.ts";
import { withFolder } from "../support/with_folder.ts";

const INSTALL = fileURLToPath(
  new URL("../../scripts/install", import.meta.url),
);
const PROGRAM = "#!/bin/sh\necho fail2deno 1.2.3\n";
const NAME = `fail2deno-1.2.3-linux-${Deno.build.arch}`;

async function sumOf(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

const list = async (text = PROGRAM) =>
  `${await sumOf("x")}  other\n${await sumOf(text)}  ${NAME}\n`;

/** A server of releases. @param files path → text; others are not there */
function serve(files: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      const { pathname } = new URL(request.url);
      asked.push(pathname);
      const text = files[pathname];
      return text === undefined
        ? new Response("no", { status: 404 })
        : new Response(text);
    },
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  return { url, asked, [Symbol.asyncDispose]: () => server.shutdown() };
}

const install = (
  folder: string,
  words: readonly string[],
  releases = "",
): Promise<RunResult> =>
  runText("sh", [INSTALL, "--to", `${folder}/bin`, ...words], {
    FAIL2DENO_RELEASES: releases,
  });

const isThere = (path: string) => {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
};

Deno.test("install fetches the latest release, compares its checksum, and installs it", async () => {
  await using server = serve({
    "/latest/download/VERSION": "1.2.3\n",
    "/download/v1.2.3/SHA256SUMS": await list(),
    [`/download/v1.2.3/${NAME}`]: PROGRAM,
  });
  await withFolder(async (folder) => {
    const { code, out, err } = await install(folder, [], server.url);
    strictEqual(code, 0, err);
    match(out, /^fail2deno 1\.2\.3\nInstalled /);
    strictEqual(
      (Deno.statSync(`${folder}/bin/fail2deno`).mode ?? 0) & 0o777,
      0o755,
    );
  });
});

Deno.test("install fetches the version that is asked for", async () => {
  await using server = serve({
    "/download/v1.2.3/SHA256SUMS": await list(),
    [`/download/v1.2.3/${NAME}`]: PROGRAM,
  });
  await withFolder(async (folder) => {
    const { code, err } = await install(
      folder,
      ["--version", "1.2.3"],
      server.url,
    );
    strictEqual(code, 0, err);
    ok(!server.asked.includes("/latest/download/VERSION"));
  });
});

Deno.test("install leaves what is there where the file was changed on the way", async () => {
  await using server = serve({
    "/latest/download/VERSION": "1.2.3\n",
    "/download/v1.2.3/SHA256SUMS": await list(),
    [`/download/v1.2.3/${NAME}`]: `${PROGRAM}evil\n`,
  });
  await withFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/bin`);
    Deno.writeTextFileSync(`${folder}/bin/fail2deno`, "old");
    const { code, err } = await install(folder, [], server.url);
    strictEqual(code, 65);
    match(err, /its checksum is [0-9a-f]{64}, expected [0-9a-f]{64}/);
    strictEqual(Deno.readTextFileSync(`${folder}/bin/fail2deno`), "old");
  });
});

Deno.test("install works without a network from a file and its checksum", async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/${NAME}`;
    Deno.writeTextFileSync(file, PROGRAM);
    const bare = await install(folder, ["--file", file]);
    strictEqual(bare.code, 65);
    match(bare.err, /no checksum, expected .*\.sha256 or SHA256SUMS beside it/);
    for (const sums of ["SHA256SUMS", `${NAME}.sha256`]) {
      Deno.writeTextFileSync(`${folder}/${sums}`, await list());
      const { code, err } = await install(folder, ["--file", file]);
      strictEqual(code, 0, err);
      Deno.removeSync(`${folder}/${sums}`);
    }
  });
});

/** What is asked for, the exit code, and the complaint. */
const REFUSED:
  readonly (readonly [readonly string[], string, number, RegExp])[] = [
    [["--version"], "", 64, /nothing after --version/],
    [["--colour"], "", 64, /"--colour" is unknown/],
    [[], "http://releases.example.org", 64, /neither https nor this machine/],
    [["--version", "../1"], "http://127.0.0.1:1", 65, /version "\.\.\/1"/],
    [["--file", "/nonexistent"], "", 65, /no such file/],
  ];

for (const [words, releases, expected, complaint] of REFUSED) {
  Deno.test(`install refuses ${words.join(" ")} ${releases}`, async () => {
    await withFolder(async (folder) => {
      const { code, err } = await install(folder, words, releases);
      strictEqual(code, expected, err);
      match(err, complaint);
      ok(!isThere(`${folder}/bin/fail2deno`));
    });
  });
}

Deno.test("install says so where there is no such release", async () => {
  await using server = serve({ "/latest/download/VERSION": "9.9.9\n" });
  await withFolder(async (folder) => {
    const { code, err } = await install(folder, [], server.url);
    strictEqual(code, 69);
    match(err, /Cannot fetch ".*\/v9\.9\.9\/SHA256SUMS"/);
  });
});

/**
 * A real `ssh` on a test's node, which never knows the password, and a look at the server's banner.
 *
 * @module
 */

import { commandOn, type TestNode } from "./netns.ts";

/** Which addresses the two ends use. */
export type Family = "v4" | "v6";

/** What the client ran into; `cut off` came as far as the server and lost it. */
export type Outcome = "denied" | "refused" | "timed out" | "cut off";

/** Who goes where. */
export interface Route {
  readonly from: TestNode;
  readonly to: TestNode;
  readonly family: Family;
}

/** Seconds that a connect may take. */
const CONNECT_SECONDS = 2;
/** Seconds for all of it; a client that is banned in the middle of its login would wait for ever. */
const LOGIN_SECONDS = 8;

/** Options of `ssh`: one wrong password, nothing of the machine's own configuration or keys. */
const SSH_OPTIONS = [
  "NumberOfPasswordPrompts=1",
  "PreferredAuthentications=password",
  "PubkeyAuthentication=no",
  "StrictHostKeyChecking=no",
  "UserKnownHostsFile=/dev/null",
  "GlobalKnownHostsFile=/dev/null",
  `ConnectTimeout=${CONNECT_SECONDS}`,
];

const OUTCOMES: readonly (readonly [RegExp, Outcome])[] = [
  [/: Permission denied \(/, "denied"],
  [/^ssh: connect to .*: Connection refused/m, "refused"],
  [/^ssh: connect to .*: Connection timed out/m, "timed out"],
  [/^Connection (closed|reset) by |: Broken pipe/m, "cut off"],
];
/** Exit code of `timeout`. */
const TOO_LONG = 124;

/**
 * Tries a wrong password once.
 *
 * @param user name to log in as; may hold blanks
 * @returns what came of it
 * @throws {Error} when ssh did not get as far as to connect
 */
export async function logIn(route: Route, user: string): Promise<Outcome> {
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-ssh-" });
  try {
    const askpass = `${folder}/askpass`;
    Deno.writeTextFileSync(askpass, "#!/bin/sh\necho wrong\n", { mode: 0o700 });
    const { code, stderr } = await commandOn(route.from, "timeout", {
      args: [
        ...[`${LOGIN_SECONDS}`, "ssh", "-F", "none"],
        ...SSH_OPTIONS.flatMap((option) => ["-o", option]),
        ...["-l", user, route.to[route.family], "true"],
      ],
      env: { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: "force", LC_ALL: "C" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).output();
    const said = new TextDecoder().decode(stderr);
    if (code === TOO_LONG) return "cut off";
    const found = OUTCOMES.find(([pattern]) => pattern.test(said));
    if (found !== undefined) return found[1];
    throw new Error(`Cannot tell what ssh ran into: exit ${code}, ${said}`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** @returns the first line that the server sends, empty when it cannot be reached */
export async function readBanner(route: Route): Promise<string> {
  return await talk(route, 'IFS= read -r line <&3 && echo "$line"');
}

/** Sends a line where the server expects the client's banner, and waits until the server hangs up. */
export async function sendBanner(route: Route, line: string): Promise<void> {
  await talk(route, 'echo "$2" >&3 && while read -r _ <&3; do :; done', line);
}

/** Runs a script of bash with the connection as descriptor 3 and `words` from `$2` on. */
async function talk(
  route: Route,
  script: string,
  ...words: string[]
): Promise<string> {
  const { stdout } = await commandOn(route.from, "timeout", {
    args: [
      ...[`${CONNECT_SECONDS}`, "bash", "-c"],
      ...[`exec 3<>"/dev/tcp/$1/22" && ${script}`, "talk"],
      ...[route.to[route.family], ...words],
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

import { deepStrictEqual, throws } from "node:assert/strict";
import { readClientWords } from "../../src/cli/client_words.ts";

/** @returns what is sent */
function wordsOf(line: string): unknown {
  const request = readClientWords(line.split(" "));
  return request.kind === "command" ? request.words : request;
}

Deno.test("readClientWords() reads options in front of the command, and none behind it", () => {
  deepStrictEqual(
    readClientWords([
      ...["-c", "/etc/fail2ban", "-s/run/x", "--pidfile=/run/p", "-v", "-q"],
      ...["get", "sshd", "banip", "--with-time", "-c", "x"],
    ]),
    {
      kind: "command",
      typed: ["get", "sshd", "banip", "--with-time", "-c", "x"],
      words: ["get", "sshd", "banip", "--with-time", "-c", "x"],
      config: "/etc/fail2ban",
    },
  );
  deepStrictEqual(wordsOf("-- status"), ["status"]);
});

Deno.test("readClientWords() sends a reload with its options in a list, and no stream", () => {
  const cases: Readonly<Record<string, unknown>> = {
    "reload": ["reload", "--all", [], []],
    "reload --all": ["reload", "--all", [], []],
    "reload --unban sshd": ["reload", "sshd", ["--unban"], []],
    "reload --restart --if-exists a": [
      ...["reload", "a", ["--restart", "--if-exists"], []],
    ],
    "restart sshd": ["reload", "sshd", ["--restart"], []],
    "restart --unban sshd": ["reload", "sshd", ["--restart", "--unban"], []],
  };
  for (const [line, words] of Object.entries(cases)) {
    deepStrictEqual(wordsOf(line), words, line);
  }
});

Deno.test("readClientWords() tells help, versions, tests and durations from commands", () => {
  deepStrictEqual(wordsOf("-h"), { kind: "help" });
  deepStrictEqual(readClientWords([]), { kind: "help" });
  deepStrictEqual(wordsOf("-v -V"), { kind: "short version" });
  deepStrictEqual(wordsOf("--version"), { kind: "version" });
  deepStrictEqual(wordsOf("-c x.toml -t"), { kind: "test", config: "x.toml" });
  deepStrictEqual(wordsOf("--str2sec=1d"), { kind: "seconds", text: "1d" });
});

Deno.test("readClientWords() refuses what it does not know or cannot do", () => {
  const cases: Readonly<Record<string, RegExp>> = {
    "--bogus status": /unknown option/,
    "-d": /expected fail2deno check --explain/,
    "-i": /expected one command a call/,
    "-c": /it has no value/,
    "restart": /expected systemctl restart fail2deno/,
  };
  for (const [line, reason] of Object.entries(cases)) {
    throws(() => wordsOf(line), reason, line);
  }
});

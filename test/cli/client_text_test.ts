import { strictEqual } from "node:assert/strict";
import { formatAnswer, formatRefusal } from "../../src/cli/client_text.ts";
import type { CommandValue } from "../../src/control/types.ts";

/** What fail2ban-client 1.0.2 prints for these values. */
const CASES: readonly (readonly [string, CommandValue, string])[] = [
  ["ping", "pong", "Server replied: pong"],
  ["version", "1.1.0", "1.1.0"],
  ["echo a b", ["a", "b"], "a b"],
  ["start sshd", null, "Jail started"],
  ["stop sshd", null, "Jail stopped"],
  ["flushlogs", "flushed", "logs: flushed"],
  ["reload", "OK", "OK"],
  ["banned", [{ dict: [["a", ["192.0.2.1"]]] }], "[{'a': ['192.0.2.1']}]"],
  ["unban 192.0.2.1", 1, "1"],
  ["get sshd banip", ["1", "2"], "1 2"],
  ["get sshd banip ,", ["1", "2"], "1,2"],
  ["get sshd banip --with-time", ["1", "2"], "1\n2"],
  ["get sshd banip", [], ""],
  ["set sshd banip 192.0.2.1", 1, "1"],
  [
    "get j journalmatch",
    [["A=b", "C=d"], ["E=f"]],
    "Current match filter:\nA=b C=d + E=f",
  ],
  ["get j journalmatch", [], "No journal match filter set"],
  ["get j datepattern", null, "Current date pattern set to: Not set/required"],
  [
    "get j datepattern",
    { tuple: [null, "Default Detectors"] },
    "Current date pattern set to: Default Detectors",
  ],
  [
    "get j datepattern",
    { tuple: ["a", "b"] },
    "Current date pattern set to: a (b)",
  ],
  ["get j ignoreip", [], "No IP address/network is ignored"],
  [
    "set j addignoreip x",
    ["x", "y"],
    "These IP addresses/networks are ignored:\n|- x\n`- y",
  ],
  ["get j logpath", [], "No file is currently monitored"],
  [
    "set j addlogpath /x",
    ["/x", "/y"],
    "Current monitored log file(s):\n|- /x\n`- /y",
  ],
  ["get j actions", [], "No actions for jail j"],
  [
    "get j actions",
    ["a", "b"],
    "The jail j has the following actions:\na, b",
  ],
  ["get j failregex", [], "No regular expression is defined"],
  [
    "set j addignoreregex x",
    ["x", "y"],
    "The following regular expression are defined:\n|- [0]: x\n`- [1]: y",
  ],
  ["get j ignorecommand", false, "False"],
  ["get dbfile", null, "Database currently disabled"],
  ["get dbpurgeage", null, "Database currently disabled"],
  ["get dbmaxmatches", null, "None"],
  ["get logtarget", "STDERR", "Current logging target is:\n`- STDERR"],
  ["set loglevel INFO", "INFO", "Current logging level is 'INFO'"],
  [
    "status",
    [{ tuple: ["Number of jail", 0] }, { tuple: ["Jail list", ""] }],
    "Status\n|- Number of jail:\t0\n`- Jail list:\t",
  ],
  [
    "status j",
    [
      {
        tuple: ["Filter", [
          { tuple: ["Currently failed", 1] },
          { tuple: ["Journal matches", ["a", "b"]] },
        ]],
      },
      { tuple: ["Actions", [{ tuple: ["Banned IP list", []] }]] },
    ],
    "Status for the jail: j\n|- Filter\n|  |- Currently failed:\t1\n|  `- Journal matches:\ta b\n`- Actions\n   `- Banned IP list:\t",
  ],
  ["status j stats", ["inotify", { tuple: [0, 0] }], "['inotify', (0, 0)]"],
];

Deno.test("formatAnswer() prints what fail2ban-client prints", () => {
  for (const [line, value, text] of CASES) {
    strictEqual(formatAnswer(line.split(" "), value), text, line);
  }
});

Deno.test("formatRefusal() makes sentences of exceptions", () => {
  const say = (name: string, message: string) =>
    formatRefusal({ name, message });
  strictEqual(
    say("UnknownJailException", "x"),
    "Sorry but the jail 'x' does not exist",
  );
  strictEqual(
    say("IndexError", "list index out of range"),
    "Sorry but the command is invalid",
  );
  strictEqual(say("ValueError", "no"), "no");
});

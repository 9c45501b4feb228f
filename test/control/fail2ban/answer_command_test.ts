import {
  deepStrictEqual,
  match,
  rejects,
  strictEqual,
} from "node:assert/strict";
import { answerCommand } from "../../../src/control/fail2ban/answer_command.ts";
import { settle } from "../../../src/control/fail2ban/answer_frame.ts";
import { SILENT } from "../../../src/util/log.ts";
import { Fail2banError } from "../../../src/control/fail2ban/fail2ban_error.ts";
import {
  type PickleValue,
  tuple,
} from "../../../src/control/fail2ban/pickle_value.ts";
import { createSampleDesk, type SampleDesk } from "./sample_desk.ts";

/** Asks as a person types. */
async function ask(desk: SampleDesk, line: string): Promise<PickleValue> {
  return await answerCommand(line.split(" "), desk.control);
}

async function refusal({ control }: SampleDesk, line: string): Promise<string> {
  const options = { control, logger: SILENT };
  const answer = await settle(line.split(" "), options);
  return answer instanceof Fail2banError
    ? `${answer.pythonClass}: ${answer.message}`
    : `answered ${answer}`;
}

function statusOf(
  [failed, banned]: readonly [number, number],
  hosts: readonly string[],
): PickleValue {
  return [
    tuple("Filter", [
      tuple("Currently failed", failed),
      tuple("Total failed", failed),
      tuple("File list", ["/tmp/demo.log"]),
    ]),
    tuple("Actions", [
      tuple("Currently banned", banned),
      tuple("Total banned", banned),
      tuple("Banned IP list", hosts),
    ]),
  ];
}

Deno.test("answerCommand() tells of jails and bans in fail2ban's shapes", async () => {
  const desk = createSampleDesk();
  deepStrictEqual(await ask(desk, "status"), [
    tuple("Number of jail", 2),
    tuple("Jail list", "demo, second"),
  ]);
  deepStrictEqual(await ask(desk, "status demo"), statusOf([0, 0], []));
  strictEqual(await ask(desk, "set demo banip 192.0.2.1 2001:db8::1"), 2);
  strictEqual(await ask(desk, "set second banip 192.0.2.1"), 1);
  deepStrictEqual(
    await ask(desk, "status demo"),
    statusOf([0, 2], ["192.0.2.1", "2001:db8::1"]),
  );
  deepStrictEqual(await ask(desk, "status demo stats"), [
    ...["inotify", tuple(0, 0), tuple(2, 2)],
  ]);
  deepStrictEqual(await ask(desk, "banned"), [
    new Map([["demo", ["192.0.2.1", "2001:db8::1"]]]),
    new Map([["second", ["192.0.2.1"]]]),
  ]);
  deepStrictEqual(await ask(desk, "banned 192.0.2.1 192.0.2.9 nobody"), [
    ...[["demo", "second"], [], []],
  ]);
  strictEqual(await ask(desk, "get demo banned 192.0.2.1"), 1);
  deepStrictEqual(await ask(desk, "get demo banned 192.0.2.1 192.0.2.9"), [
    ...[1, 0],
  ]);
  const timed = await ask(desk, "get second banip --with-time");
  match(
    String(timed),
    /^192\.0\.2\.1 \t\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+ -1 = 9999-12-31 23:59:59$/,
  );
  match(
    String(await ask(desk, "get demo banip --with-time")),
    /^192\.0\.2\.1 \t[-\d]+ [:\d]+ \+ 600 = [-\d]+ [:\d]+,2001:db8::1 \t/,
  );
});

Deno.test("answerCommand() bans, frees and counts", async () => {
  const desk = createSampleDesk();
  strictEqual(await ask(desk, "set demo banip 192.0.2.1"), 1);
  strictEqual(await ask(desk, "set demo unbanip 192.0.2.1"), 1);
  strictEqual(await ask(desk, "set demo unbanip 192.0.2.1 nobody"), 0);
  strictEqual(
    await refusal(desk, "set demo unbanip --report-absent 192.0.2.1"),
    "ValueError: not banned: ['192.0.2.1']",
  );
  await ask(desk, "set demo banip 192.0.2.1 192.0.2.2");
  await ask(desk, "set second banip 192.0.2.1");
  strictEqual(await ask(desk, "unban 192.0.2.1"), 2);
  strictEqual(await ask(desk, "unban --all"), 1);
  strictEqual(await ask(desk, "set demo attempt 192.0.2.3"), 1);
  strictEqual(await ask(desk, "set demo attempt 192.0.2.3 one two"), 2);
  deepStrictEqual(await ask(desk, "get demo banip"), ["192.0.2.3"]);
  match(await refusal(desk, "set demo banip nobody"), /^ValueError: .*nobody/);
});

Deno.test("answerCommand() changes a jail until the next reload", async () => {
  const desk = createSampleDesk();
  const changes: readonly (readonly [string, PickleValue])[] = [
    ["bantime 1h", 3600],
    ["bantime -1", -1],
    ["findtime 20m", 1200],
    ["maxretry 4", 4],
    ["ignoreself true", true],
    ["bantime.increment on", true],
    ["bantime.maxtime 2h", 7200],
    ["bantime.overalljails yes", true],
  ];
  for (const [words, value] of changes) {
    strictEqual(await ask(desk, `set demo ${words}`), value);
    strictEqual(
      await ask(desk, `get demo ${words.replace(/ .*/, "")}`),
      value,
    );
  }
  const ignored = ["127.0.0.0/8", "192.0.2.250"];
  deepStrictEqual(
    await ask(desk, "set demo addignoreip 203.0.113.0/24 192.0.2.250"),
    [...ignored, "203.0.113.0/24"],
  );
  strictEqual(await ask(desk, "set demo banip 203.0.113.9"), 0);
  deepStrictEqual(
    await ask(desk, "set demo delignoreip 203.0.113.0/24"),
    ignored,
  );
  strictEqual(await ask(desk, "set demo banip 203.0.113.9"), 1);
  await ask(desk, "set demo delfailregex 0");
  deepStrictEqual(
    await answerCommand(
      ["set", "demo", "addfailregex", "^new <HOST>$", "^other <HOST>$"],
      desk.control,
    ),
    ["^error from <HOST>$", "^new <HOST>$", "^other <HOST>$"],
  );
  deepStrictEqual(
    await ask(desk, "set demo addlogpath /tmp/more.log tail"),
    ["/tmp/demo.log", "/tmp/more.log"],
  );
  deepStrictEqual(await ask(desk, "set demo dellogpath /tmp/demo.log"), [
    "/tmp/more.log",
  ]);
  strictEqual(
    await answerCommand(["reload", "--all", [], []], desk.control),
    "OK",
  );
  strictEqual(await ask(desk, "get demo maxretry"), 3);
  deepStrictEqual(await ask(desk, "get demo logpath"), ["/tmp/demo.log"]);
});

Deno.test("answerCommand() stops a jail, which frees its hosts, and a reload brings it back", async () => {
  const desk = createSampleDesk();
  await ask(desk, "set second banip 192.0.2.1");
  strictEqual(await ask(desk, "stop second"), null);
  deepStrictEqual(await ask(desk, "banned"), [new Map([["demo", []]])]);
  for (const line of ["status second", "start second", "get second bantime"]) {
    strictEqual(await refusal(desk, line), "UnknownJailException: second");
  }
  await ask(desk, "reload second");
  strictEqual(await ask(desk, "start second"), null);
});

Deno.test("answerCommand() reloads one jail or all, and frees hosts where that is wanted", async () => {
  const desk = createSampleDesk(
    '[jail.more]\nlog_path = "/tmp/m"\nfilter = ["<HOST>"]\n',
  );
  await ask(desk, "set demo banip 192.0.2.1");
  await ask(desk, "set second banip 192.0.2.2");
  const reload = async (name: string, ...options: readonly string[]) =>
    await answerCommand(
      ["reload", name, options, [["add", "x"]]],
      desk.control,
    );
  strictEqual(await reload("more", "--restart"), "OK");
  strictEqual(await ask(desk, "unban 192.0.2.9"), 0);
  strictEqual(await reload("demo", "--unban"), "OK");
  deepStrictEqual(await ask(desk, "banned 192.0.2.1 192.0.2.2"), [[], [
    "second",
  ]]);
  strictEqual(await reload("nosuch", "--if-exists"), "OK");
  await rejects(reload("nosuch"), { pythonClass: "UnknownJailException" });
});

Deno.test("answerCommand() answers what the whole server is asked", async () => {
  const desk = createSampleDesk();
  strictEqual(await ask(desk, "ping"), "pong");
  deepStrictEqual(await answerCommand(["ping", 0.1], desk.control), "pong");
  match(String(await ask(desk, "version")), /^\d+\.\d+\.\d+$/);
  deepStrictEqual(await ask(desk, "echo a b"), ["a", "b"]);
  strictEqual(await ask(desk, "flushlogs"), "flushed");
  strictEqual(await ask(desk, "flushlogs"), "rolled over");
  strictEqual(await ask(desk, "get loglevel"), "INFO");
  strictEqual(await ask(desk, "set loglevel info"), "INFO");
  strictEqual(await ask(desk, "set demo idle off"), false);
  strictEqual(await ask(desk, "set demo logencoding UTF-8"), "utf-8");
  strictEqual(await ask(desk, "get dbfile"), null);
});

const REFUSALS: readonly (readonly [string, RegExp])[] = [
  ["bogus", /^Exception: Invalid command$/],
  ["toString", /^Exception: Invalid command$/],
  ["status nosuch", /^UnknownJailException: nosuch$/],
  ["status off", /^UnknownJailException: off$/],
  ["get demo", /^IndexError: list index out of range$/],
  ["set demo maxretry", /^IndexError/],
  ["set demo banip", /^IndexError/],
  ["unban", /^IndexError/],
  ["get demo bogus", /^Exception: Invalid command \(no get action/],
  ["set demo bogus 1", /^Exception: Invalid command \(no set action/],
  ["get demo constructor", /^Exception: Invalid command \(no get action/],
  ["set demo maxretry x", /^ValueError: invalid literal for int\(\).*'x'$/],
  ["set demo maxretry 0", /^ValueError: .*expected a number from 1/],
  ["set demo findtime never", /^ValueError: .*expected a duration/],
  ["set demo bantime 0", /^ValueError: .*expected a duration/],
  ["set demo ignoreself maybe", /^ValueError: .*expected true or false/],
  ["set demo addfailregex ^[$", /^ValueError: /],
  ["set demo addfailregex nohost", /^ValueError: .*HOST/],
  ["set demo delfailregex 2", /^ValueError: .*0 to 1/],
  ["set demo addignoreip a..b", /^ValueError: .*address/],
  ["set demo addlogpath log", /^ValueError: .*absolute path/],
  ["set demo usedns yes", /^ValueError: .*not in fail2ban's syntax/],
  ["set demo idle on", /^ValueError: .*expected enabled, and a reload$/],
  ["set demo addaction x", /^ValueError: .*expected actions or backend/],
  ["set loglevel DEBUG", /^ValueError: .*expected level in \[logging\]/],
  ["stop", /^Exception: .*systemctl stop fail2deno$/],
  ["add demo polling", /^Exception: .*fail2deno import/],
  ["start", /^Exception: .*fail2deno import/],
  ["multi-set demo addfailregex x", /^Exception: .*fail2deno import/],
];

Deno.test("answerCommand() says what it does not do, and what to do instead", async () => {
  const desk = createSampleDesk();
  for (const [line, wanted] of REFUSALS) {
    match(await refusal(desk, line), wanted, line);
  }
  await rejects(answerCommand("ping", desk.control), /no list/);
  await rejects(answerCommand([], desk.control), /out of range/);
  await rejects(answerCommand([["ping"]], desk.control), /expected a text/);
  strictEqual(await ask(desk, "get demo maxretry"), 3);
});

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { isFile } from "../support/is_file.ts";
import {
  EARLIER_BANS,
  readEscalationCases,
} from "../track/escalation_cases.ts";
import { FAIL2BAN_MODULES, PYTHON_MODULES } from "../support/fail2ban.ts";

/** Has fail2ban's own observer lengthen a ban, for each case and each number of earlier bans. */
const CALCULATOR = `
import json, logging, random, sys
logging.disable(logging.CRITICAL)
sys.path.insert(0, sys.argv[1])
from fail2ban.server.jail import Jail
from fail2ban.server.observer import ObserverThread
from fail2ban.server.ticket import BanTicket

random.random = lambda: 0.25

class Database:
    def __init__(self, count): self.count = count
    def getBan(self, *_, **__): return [(self.count, 0, 0)] if self.count else []

class TableJail(Jail):
    def isAlive(self): return True
    @property
    def database(self): return self.known

def seconds(case, count):
    jail = TableJail("table", None)
    jail.known = Database(count)
    for key, value in case["options"].items():
        jail.setBanTimeExtra(key, value)
    return ObserverThread().incrBanTime(jail, case["banTime"], BanTicket("192.0.2.1", 1))

cases, counts = json.loads(sys.argv[2])
print(json.dumps([[seconds(case, count) for count in counts] for case in cases]))
`;

Deno.test({
  name: "readEscalationCases() gives what fail2ban itself computes",
  ignore: !isFile(`${FAIL2BAN_MODULES}/server/observer.py`),
  fn() {
    const cases = readEscalationCases();
    const input = JSON.stringify([cases, EARLIER_BANS]);
    const { code, stdout, stderr } = new Deno.Command("python3", {
      args: ["-c", CALCULATOR, PYTHON_MODULES, input],
    }).outputSync();
    strictEqual(code, 0, new TextDecoder().decode(stderr));
    deepStrictEqual(
      JSON.parse(new TextDecoder().decode(stdout)),
      cases.map(({ seconds }) => seconds),
    );
  },
});

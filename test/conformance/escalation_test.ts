import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { isFile } from "../support/is_file.ts";
import { ESCALATION_CASES } from "../track/escalation_cases.ts";
import { FAIL2BAN_MODULES, PYTHON_MODULES } from "./jail_facts.ts";

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
    jail.setBanTimeExtra("increment", str(case.get("increment", True)).lower())
    for key, value in case["options"].items():
        jail.setBanTimeExtra(key, value)
    return ObserverThread().incrBanTime(jail, case["banTime"], BanTicket("192.0.2.1", 1))

print(json.dumps([{n: seconds(case, int(n)) for n in case["seconds"]} for case in json.loads(sys.argv[2])]))
`;

Deno.test({
  name: "ESCALATION_CASES are what fail2ban itself computes",
  ignore: !isFile(`${FAIL2BAN_MODULES}/server/observer.py`),
  fn() {
    const { code, stdout, stderr } = new Deno.Command("python3", {
      args: [
        "-c",
        CALCULATOR,
        PYTHON_MODULES,
        JSON.stringify(ESCALATION_CASES),
      ],
    }).outputSync();
    strictEqual(code, 0, new TextDecoder().decode(stderr));
    deepStrictEqual(
      JSON.parse(new TextDecoder().decode(stdout)),
      ESCALATION_CASES.map(({ seconds }) => seconds),
    );
  },
});

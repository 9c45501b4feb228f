import { fileURLToPath } from "node:url";
import { deepEqual, equal, match } from "node:assert/strict";
import { LAUNCHER } from "../../support/daemon.ts";
import { runText } from "../../support/run.ts";

const DEED = fileURLToPath(new URL("./namespaces_deed.ts", import.meta.url));
/** The process moves into a namespace for good, so it is a child. */
const WORDS = ["run", "-q", "--cached-only", "-A", DEED, LAUNCHER];

Deno.test("openNamespaces() links attacker and bystander to a server of their own, and ends both", async () => {
  const { out, err } = await runText(Deno.execPath(), WORDS);
  equal(err, "");
  deepEqual(JSON.parse(out), {
    namespaces: 4,
    outcomes: [
      "attacker 192.0.2.1 open",
      "attacker 2001:db8::1 open",
      "bystander 192.0.2.1 open",
      "bystander 2001:db8::1 open",
    ],
    left: [],
  });
});

Deno.test("openNamespaces() says why when it may not", async () => {
  const drop = ["--bounding-set=-sys_admin", "--inh-caps=-sys_admin"];
  const words = [...drop, Deno.execPath(), ...WORDS];
  const { out } = await runText("setpriv", words);
  match(
    JSON.parse(out).reason,
    /network namespaces \(Operation not permitted\)$/,
  );
});

import assert from "node:assert/strict";
import { type Conversion, convertTree } from "../../importer/convert_tree.ts";
import { readTree } from "../../importer/read_tree.ts";
import { MACHINE_TREE } from "../../importer/tree_files.ts";
import {
  verifyJail,
  type VerifyJailOptions,
} from "../../importer/verify_jail.ts";
import type { LogVerification } from "../../importer/verify_types.ts";
import { FAIL2BAN_CONFIG, FAIL2BAN_MODULES } from "../support/fail2ban.ts";
import { makeVerifyTree, NAMES, type VerifyTree } from "./verify_tree.ts";

const ignore = !MACHINE_TREE.exists(`${FAIL2BAN_CONFIG}/jail.conf`) ||
  !MACHINE_TREE.exists(FAIL2BAN_MODULES);

/** Failures in each log. */
const FAILURES: Readonly<Record<string, number>> = {
  sshd: 9,
  postfix: 3,
  "nginx-http-auth": 2,
  guacamole: 2,
  "mongodb-auth": 1,
  mine: 2,
};

async function withTree(
  test: (tree: VerifyTree, conversion: Conversion) => Promise<void>,
): Promise<void> {
  const folder = Deno.makeTempDirSync();
  try {
    const tree = makeVerifyTree(folder);
    const resolved = readTree(tree.config);
    assert.deepEqual(
      resolved.jails.map(({ name }) => name).sort(),
      [
        ...NAMES,
      ].sort(),
    );
    await test(tree, convertTree(resolved, { files: MACHINE_TREE }));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

async function compare(
  name: string,
  { config, program, logs }: VerifyTree,
  options: Pick<VerifyJailOptions, "conversion">,
): Promise<LogVerification> {
  const jail = readTree(config).jails.find((each) => each.name === name);
  assert.ok(jail !== undefined);
  const log = logs[name] ?? "";
  const verification = await verifyJail(jail, {
    ...options,
    folder: config,
    log,
    program,
  });
  assert.equal(verification.state, "compared", JSON.stringify(verification));
  assert.ok("result" in verification);
  return verification.result;
}

Deno.test({
  name: "verifyJail() agrees with Debian's fail2ban-regex on every line",
  ignore,
  fn: () =>
    withTree(async (tree, conversion) => {
      for (const name of NAMES) {
        const result = await compare(name, tree, { conversion });
        assert.deepEqual(result.disagreements, [], name);
        assert.equal(result.onlyOurs + result.onlyFail2ban, 0);
        assert.equal(result.both, FAILURES[name], name);
      }
    }),
});

/** Each makes one imported filter a little wrong. */
const SPOILED: readonly (readonly [string, string, string])[] = [
  ["sshd", "Unable to negotiate", "Unable to negotiated"],
  ["postfix", "SASL", "SASSL"],
  ["nginx-http-auth", "password mismatch", "password"],
  ["guacamole", "max_lines = 2", "max_lines = 1"],
  ["mine", "%Y-%m-%d", "%Y-%d-%m"],
];

Deno.test({
  name: "verifyJail() disagrees when an imported filter was altered",
  ignore,
  fn: () =>
    withTree(async (tree, conversion) => {
      for (const [name, right, wrong] of SPOILED) {
        const spoiled = {
          ...conversion,
          files: new Map(
            [...conversion.files].map(([path, text]) =>
              [path, text.replaceAll(right, wrong)] as const
            ),
          ),
        };
        const result = await compare(name, tree, { conversion: spoiled });
        assert.ok(result.disagreeing > 0, name);
        assert.ok(result.onlyFail2ban > 0, name);
        const [first] = result.disagreements;
        assert.ok(first !== undefined && first.fail2ban.length > 0, name);
      }
    }),
});

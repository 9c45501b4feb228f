import { deepStrictEqual, strictEqual } from "node:assert/strict";
import * as fc from "fast-check";
import { printPython } from "../../src/cli/client_repr.ts";
import { askPython, hasPython } from "../control/fail2ban/python.ts";

Deno.test("printPython() writes a text as it is, and all else as in a program", () => {
  strictEqual(printPython("it's\n"), "it's\n");
  strictEqual(
    printPython([
      ...[null, true, false, -5, 1.5, "a", { tuple: [] }, { tuple: [1] }],
      { tuple: [1, "b"] },
      { dict: [["sshd", ["192.0.2.1"]], ["x", { dict: [] }]] },
    ]),
    "[None, True, False, -5, 1.5, 'a', (), (1,), (1, 'b'), {'sshd': ['192.0.2.1'], 'x': {}}]",
  );
});

Deno.test({
  name: "printPython() quotes texts as Python does",
  ignore: !hasPython,
  async fn() {
    const texts = [
      ...[
        "it's",
        `"`,
        `it's "x"`,
        "\\",
        "\t\r\n\0\x1b\x7f\x85\xa0\xad",
        "é€😀",
      ],
      ...["\u200b\u2028\u2029\u202e\ufeff\u3000", "\ue000", "\u{e0001}"],
      ...fc.sample(
        fc.string({
          unit: fc.nat(0x24f).map((code) => String.fromCharCode(code)),
        }),
        { seed: 1, numRuns: 300 },
      ),
    ];
    const shown = await askPython<readonly string[]>(
      "print(json.dumps([repr([text]) for text in argument]))",
      texts,
    );
    deepStrictEqual(texts.map((text) => printPython([text])), shown);
  },
});

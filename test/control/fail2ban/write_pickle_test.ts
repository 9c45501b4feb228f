import { deepStrictEqual, strictEqual } from "node:assert/strict";
import {
  type PickleValue,
  tuple,
} from "../../../src/control/fail2ban/pickle_value.ts";
import { readPickle } from "../../../src/control/fail2ban/read_pickle.ts";
import {
  writePickle,
  writeRefusal,
} from "../../../src/control/fail2ban/write_pickle.ts";
import { askPython, hasPython } from "./python.ts";
import { bytesOf } from "./samples.ts";

const VALUE: PickleValue = [
  ...[null, true, false, 0, -1, 255, 2 ** 31 - 1, -(2 ** 31), 2 ** 31],
  ...[2 ** 53 - 1, -(2 ** 40), 1.5, 2 ** 60, -0, 2n ** 80n, -(2n ** 80n)],
  ...["", "it's ä €😀\n", bytesOf("\0\xff")],
  tuple(),
  tuple(1),
  tuple(1, [2]),
  tuple(1, 2, 3),
  tuple(1, 2, 3, 4),
  [],
  new Map<string, PickleValue>([["sshd", ["192.0.2.1"]], ["empty", new Map()]]),
];

Deno.test("writePickle() writes what readPickle() reads", () => {
  deepStrictEqual(readPickle(writePickle(VALUE)), VALUE);
});

Deno.test("writePickle() writes lists and tuples by the opcodes of protocol 2 alone", () => {
  deepStrictEqual(
    writePickle(tuple(0, ["a"])),
    bytesOf("\x80\x02J\0\0\0\0](X\x01\0\0\0ae\x86."),
  );
});

Deno.test({
  name: "writePickle() writes what Python reads as the same types",
  ignore: !hasPython,
  async fn() {
    const shown = await askPython<string>(
      "print(json.dumps(repr(pickle.loads(bytes.fromhex(argument)))))",
      writePickle(VALUE).toHex(),
    );
    strictEqual(
      shown,
      "[None, True, False, 0, -1, 255, 2147483647, -2147483648, 2147483648, " +
        "9007199254740991, -1099511627776, 1.5, 1.152921504606847e+18, -0.0, 1208925819614629174706176, " +
        "-1208925819614629174706176, '', \"it's ä €😀\\n\", b'\\x00\\xff', (), (1,), " +
        "(1, [2]), (1, 2, 3), (1, 2, 3, 4), [], {'sshd': ['192.0.2.1'], 'empty': {}}]",
    );
  },
});

Deno.test({
  name: "writeRefusal() writes an exception that Python raises by its class",
  ignore: !hasPython,
  async fn() {
    const shown = await askPython<string>(
      "print(json.dumps(repr(pickle.loads(bytes.fromhex(argument)))))",
      writeRefusal({
        module: "builtins",
        name: "ValueError",
        message: "not banned: ['x']",
      }).toHex(),
    );
    strictEqual(shown, `(1, ValueError("not banned: ['x']"))`);
  },
});

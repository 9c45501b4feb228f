/**
 * Reads pickles of all protocols, 0 to 5, as far as they hold data.
 *
 * Python's own reader carries out what a pickle says, constructors of any class among it. Here a pickle can only put together
 * numbers, texts, lists, tuples and dicts; every other opcode is an error.
 *
 *     \x80\x02 ] ( X \6\0\0\0 status X \4\0\0\0 sshd e .  →  ["status", "sshd"]
 *
 * @module
 */

import { decodeUtf8, PickleBytes, readWhole } from "./pickle_bytes.ts";
import { PickleError } from "./pickle_error.ts";
import { PickleStack } from "./pickle_stack.ts";
import type { PickleValue } from "./pickle_value.ts";

/** What an opcode does. */
type Opcode = (stack: PickleStack, bytes: PickleBytes) => void;

const HIGHEST_PROTOCOL = 5;
const STOP = ".".charCodeAt(0);

/** By the opcode's byte, as pickletools.py of Python has them. */
const OPCODES: Readonly<Record<string, Opcode>> = {
  "\x80": (_, bytes) => requireProtocol(bytes.uint8()),
  // The reader has all bytes already, and no use for frames.
  "\x95": (_, bytes) => void bytes.uint64(),
  "N": (stack) => stack.push(null),
  "\x88": (stack) => stack.push(true),
  "\x89": (stack) => stack.push(false),
  "I": (stack, bytes) => stack.push(readInt(bytes.line())),
  "J": (stack, bytes) => stack.push(bytes.int32()),
  "K": (stack, bytes) => stack.push(bytes.uint8()),
  "M": (stack, bytes) => stack.push(bytes.uint16()),
  "L": (stack, bytes) => stack.push(readWhole(bytes.line().replace(/L$/, ""))),
  "\x8a": (stack, bytes) => stack.push(bytes.long(bytes.uint8())),
  "\x8b": (stack, bytes) => stack.push(bytes.long(bytes.uint32())),
  "F": (stack, bytes) => stack.push(readFraction(bytes.line())),
  "G": (stack, bytes) => stack.push(bytes.float64()),
  "S": (stack, bytes) => stack.push(readQuoted(bytes.line())),
  "T": (stack, bytes) => stack.push(bytes.text(bytes.uint32())),
  "U": (stack, bytes) => stack.push(bytes.text(bytes.uint8())),
  "V": (stack, bytes) => stack.push(readEscaped(bytes.line())),
  "X": (stack, bytes) => stack.push(bytes.text(bytes.uint32())),
  "\x8c": (stack, bytes) => stack.push(bytes.text(bytes.uint8())),
  "\x8d": (stack, bytes) => stack.push(bytes.text(bytes.uint64())),
  "B": (stack, bytes) => stack.push(bytes.take(bytes.uint32())),
  "C": (stack, bytes) => stack.push(bytes.take(bytes.uint8())),
  "\x8e": (stack, bytes) => stack.push(bytes.take(bytes.uint64())),
  "\x96": (stack, bytes) => stack.push(bytes.take(bytes.uint64())),
  "(": (stack) => stack.mark(),
  "]": (stack) => stack.pushList(true),
  "l": (stack) => stack.pushList(false),
  "a": (stack) => stack.append(1),
  "e": (stack) => stack.append(),
  ")": (stack) => stack.pushTuple(0),
  "\x85": (stack) => stack.pushTuple(1),
  "\x86": (stack) => stack.pushTuple(2),
  "\x87": (stack) => stack.pushTuple(3),
  "t": (stack) => stack.pushTuple(),
  "}": (stack) => stack.pushDict(true),
  "d": (stack) => stack.pushDict(false),
  "s": (stack) => stack.setItems(2),
  "u": (stack) => stack.setItems(),
  "p": (stack, bytes) => stack.memoize(Number(readWhole(bytes.line()))),
  "q": (stack, bytes) => stack.memoize(bytes.uint8()),
  "r": (stack, bytes) => stack.memoize(bytes.uint32()),
  "\x94": (stack) => stack.memoize(),
  "g": (stack, bytes) => stack.recall(Number(readWhole(bytes.line()))),
  "h": (stack, bytes) => stack.recall(bytes.uint8()),
  "j": (stack, bytes) => stack.recall(bytes.uint32()),
};

/**
 * Reads one pickle; what follows it is passed over, as Python does.
 *
 * @throws {PickleError} for anything that is no data, is malformed, or has too much of it
 */
export function readPickle(bytes: Uint8Array): PickleValue {
  const rest = new PickleBytes(bytes);
  const stack = new PickleStack();
  for (let code = rest.uint8(); code !== STOP; code = rest.uint8()) {
    const letter = String.fromCharCode(code);
    const opcode = Object.hasOwn(OPCODES, letter) ? OPCODES[letter] : undefined;
    if (opcode === undefined) throw refuse(code);
    opcode(stack, rest);
  }
  return stack.finish();
}

function refuse(code: number): PickleError {
  const hex = code.toString(16).padStart(2, "0");
  return new PickleError(`its opcode 0x${hex} stands for no plain data`);
}

function requireProtocol(protocol: number): void {
  if (protocol <= HIGHEST_PROTOCOL) return;
  throw new PickleError(
    `it is of protocol ${protocol}, expected at most ${HIGHEST_PROTOCOL}`,
  );
}

/** Before protocol 2, truth is written with a digit too many. */
function readInt(line: string) {
  return line === "00" ? false : line === "01" ? true : readWhole(line);
}

function readFraction(line: string): number {
  const special = /^([-+]?)(inf|nan)$/.exec(line);
  if (special !== null) {
    const value = special[2] === "inf" ? Infinity : NaN;
    return special[1] === "-" ? -value : value;
  }
  if (/^[-+]?\d{1,400}(?:\.\d{0,400})?(?:e[-+]?\d{1,4})?$/.test(line)) {
    return Number(line);
  }
  throw new PickleError("a line is no fraction");
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  "\\": "\\",
  "'": "'",
  '"': '"',
};

/** `'it\'s \xc3\xa4'`, as Python 2 shows a text of bytes. */
function readQuoted(line: string): string {
  const quoted = /^(['"])(.*)\1$/s.exec(line)?.[2];
  if (quoted === undefined) throw new PickleError("a text has no quotes");
  const text = quoted.replace(
    /\\(?:x([\da-fA-F]{2})|(.?))/gs,
    (_, hex: string | undefined, letter: string) => {
      if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
      const known = ESCAPES[letter];
      if (known === undefined) throw new PickleError("a text is misquoted");
      return known;
    },
  );
  return decodeUtf8(
    Uint8Array.from(text, (character) => character.charCodeAt(0)),
  );
}

/** `\u20ac` and `\U0001f600`; all else is Latin-1. */
function readEscaped(line: string): string {
  return line.replace(
    /\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8}))/g,
    (_, short: string | undefined, long: string | undefined) => {
      const code = parseInt(short ?? long ?? "", 16);
      if (code > 0x10ffff) {
        throw new PickleError("a text has no such character");
      }
      return String.fromCodePoint(code);
    },
  );
}

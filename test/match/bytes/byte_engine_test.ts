import { equal, ok } from "node:assert/strict";
import { ByteEngine } from "../../../src/match/bytes/byte_engine.ts";
import {
  type BytePattern,
  ByteRoom,
} from "../../../src/match/bytes/byte_room.ts";
import type { ParsedPattern } from "../../../src/match/parsed_pattern.ts";
import { parsePattern } from "../../../src/match/parse_pattern.ts";
import type { Subject } from "../../../src/match/subject.ts";

const PLACE = 60_000;

/** A pattern with a memory of its own. */
function createRig(source: string, isHead = false, room = new ByteRoom()) {
  const memory = new WebAssembly.Memory({ initial: 1 });
  room.open({ memory, place: 1024, length: 32_768 });
  const engine = new ByteEngine({ parsed: parsePattern(source), isHead }, room);
  const all = new Uint8Array(memory.buffer);
  const put = (text: string): Subject => {
    all.set(new TextEncoder().encode(text), PLACE);
    return {
      text,
      from: PLACE,
      to: PLACE + text.length,
      firstUnit: text.charCodeAt(0),
      unitAt: (place) => text.charCodeAt(place),
      source: text,
      offset: 0,
    };
  };
  return { engine, put };
}

/** @returns how many runs it took until the engine told something */
function warmUp(engine: ByteEngine, subject: Subject): number {
  for (let runs = 0; runs < 10_000; runs++) {
    if (engine.takes(subject)) return runs;
    engine.exec(subject);
  }
  return Infinity;
}

Deno.test("exec() says nothing until a pattern has been run often, sooner on long lines", () => {
  const short = createRig("^a(?P<x>b+)c");
  const line = short.put("abbc\n");
  const runs = warmUp(short.engine, line);
  const long = createRig("^a(?P<x>b+)c");
  const longRuns = warmUp(long.engine, long.put(`abbc${"d".repeat(200)}\n`));
  ok(longRuns * 5 < runs && runs < Infinity, `${longRuns} and ${runs} runs`);
  equal(short.engine.exec(line)?.group("x"), "bb");
  equal(short.engine.exec(short.put("abb\n")), null);
});

Deno.test("exec() says nothing of a subject without bytes", () => {
  const { engine, put } = createRig("^a");
  const line = put("a\n");
  warmUp(engine, line);
  const away = { ...line, from: -1, to: -1 };
  equal(engine.takes(away), false);
  equal(engine.exec(away), undefined);
});

Deno.test("exec() leaves a prefix pattern's line to others if its head takes all of it", () => {
  const { engine, put } = createRig("^a+", true);
  warmUp(engine, put("aab\n"));
  equal(engine.exec(put("aab\n"))?.restAt, 2);
  equal(engine.exec(put("aaa\n")), undefined);
});

Deno.test("exec() leaves all lines to others once many took too long", () => {
  const { engine, put } = createRig("^(?:[ab]*a){4}c");
  const hurtful = put(`${"a".repeat(60)}\n`);
  warmUp(engine, hurtful);
  equal(engine.exec(hurtful), undefined);
  equal(engine.exec(put("b\n")), null);
  put(`${"a".repeat(60)}\n`);
  for (let i = 0; i < 100; i++) engine.exec(hurtful);
  equal(engine.takes(hurtful), false);
  equal(engine.exec(put("b\n")), undefined);
});

Deno.test("exec() leaves patterns to others that are not made for bytes", () => {
  const { engine, put } = createRig("^(a)\\1");
  equal(warmUp(engine, put("aa\n")), Infinity);
});

Deno.test("exec() leaves a line to others for which there are too many functions open", () => {
  class FullRoom extends ByteRoom {
    override compile(parsed: ParsedPattern): BytePattern | undefined {
      const pattern = super.compile(parsed);
      const run = () => {
        throw new RangeError("Maximum call stack size exceeded");
      };
      return pattern && { ...pattern, run };
    }
  }
  const { engine, put } = createRig("^a", false, new FullRoom());
  const line = put("a\n");
  warmUp(engine, line);
  equal(engine.takes(line), true);
  equal(engine.exec(line), undefined);
});

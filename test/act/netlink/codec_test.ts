import { strict as assert } from "node:assert";
import fc from "fast-check";

import {
  AttributeReader,
  MessageReader,
  MessageWriter,
} from "../../../src/act/netlink/codec.ts";

Deno.test("MessageWriter writes the bytes that netlink prescribes", () => {
  const writer = new MessageWriter(8);
  writer.beginMessage({
    type: 0x0a0c,
    flags: 0x0401,
    sequence: 0x01020304,
    header: new Uint8Array([1, 0, 0, 0]),
  });
  writer.string(1, "table");
  const nested = writer.beginNested(3);
  writer.u32be(2, 0x16);
  writer.u16be(4, 80);
  writer.u64be(5, 2 ** 32 + 7);
  writer.endNested(nested);
  writer.u8(6, 0xff);
  writer.endMessage();
  writer.addFlags(4);
  // deno-fmt-ignore
  assert.deepEqual([...writer.bytes()], [
    72, 0, 0, 0, 0x0c, 0x0a, 0x05, 0x04, 4, 3, 2, 1, 0, 0, 0, 0,
    1, 0, 0, 0,
    10, 0, 1, 0, 116, 97, 98, 108, 101, 0, 0, 0,
    32, 0, 3, 0x80,
    8, 0, 2, 0, 0, 0, 0, 0x16,
    6, 0, 4, 0, 0, 80, 0, 0,
    12, 0, 5, 0, 0, 0, 0, 1, 0, 0, 0, 7,
    5, 0, 6, 0, 0xff, 0, 0, 0,
  ]);
});

Deno.test("MessageWriter.words() writes big-endian words from an index on", () => {
  const writer = new MessageWriter();
  writer.words(1, new Uint32Array([1, 2, 3, 0xc0000207]), 3);
  assert.deepEqual([...writer.bytes()], [8, 0, 1, 0, 192, 0, 2, 7]);
});

Deno.test("MessageWriter.reset() leaves no old bytes in the padding", () => {
  const writer = new MessageWriter();
  writer.raw(1, new Uint8Array(8).fill(0xaa));
  writer.reset();
  writer.u8(1, 1);
  assert.deepEqual([...writer.bytes()], [5, 0, 1, 0, 1, 0, 0, 0]);
});

Deno.test("MessageWriter refuses what a 16-bit length cannot hold", () => {
  const writer = new MessageWriter();
  assert.throws(() => writer.raw(1, new Uint8Array(65532)), RangeError);
  const nested = writer.beginNested(1);
  for (let i = 0; i < 3; i++) writer.raw(2, new Uint8Array(30000));
  assert.throws(() => writer.endNested(nested), RangeError);
});

interface Leaf {
  readonly kind: "u8" | "u16" | "u32" | "u16be" | "u32be" | "u64be";
  readonly type: number;
  readonly value: number;
}

type Tree =
  | Leaf
  | { readonly kind: "raw"; readonly type: number; readonly value: Uint8Array }
  | { readonly kind: "string"; readonly type: number; readonly value: string }
  | {
    readonly kind: "nested";
    readonly type: number;
    readonly value: readonly Tree[];
  };

const type = fc.integer({ min: 0, max: 0x3fff });

function leaf(kind: Leaf["kind"], max: number): fc.Arbitrary<Tree> {
  const value = fc.nat({ max });
  return fc.record({ kind: fc.constant(kind), type, value });
}

const { tree } = fc.letrec<{ tree: Tree; nested: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    leaf("u8", 0xff),
    leaf("u16", 0xffff),
    leaf("u32", 0x7fffffff),
    leaf("u16be", 0xffff),
    leaf("u32be", 0x7fffffff),
    fc.record({
      kind: fc.constant("u64be" as const),
      type,
      value: fc.maxSafeNat(),
    }),
    fc.record({
      kind: fc.constant("raw" as const),
      type,
      value: fc.uint8Array({ maxLength: 40 }),
    }),
    fc.record({
      kind: fc.constant("string" as const),
      type,
      value: fc.string({ unit: "grapheme", maxLength: 30 })
        .filter((text) => !text.includes("\0") && text.isWellFormed()),
    }),
    tie("nested"),
  ),
  nested: fc.record({
    kind: fc.constant("nested" as const),
    type,
    value: fc.array(tie("tree"), { maxLength: 5 }),
  }),
}));

function write(writer: MessageWriter, trees: readonly Tree[]): void {
  for (const node of trees) {
    if (node.kind === "nested") {
      const start = writer.beginNested(node.type);
      write(writer, node.value);
      writer.endNested(start);
    } else if (node.kind === "raw") writer.raw(node.type, node.value);
    else if (node.kind === "string") writer.string(node.type, node.value);
    else writer[node.kind](node.type, node.value);
  }
}

function check(reader: AttributeReader, trees: readonly Tree[]): void {
  for (const node of trees) {
    assert(reader.next());
    assert.equal(reader.type, node.type);
    if (node.kind === "nested") check(reader.nested(), node.value);
    else if (node.kind === "raw") {
      assert.deepEqual([...reader.bytes()], [...node.value]);
    } else assert.equal(reader[node.kind](), node.value);
  }
  assert(!reader.next());
}

Deno.test("MessageReader reads back whatever MessageWriter wrote", () => {
  const messages = fc.array(
    fc.record({
      type: fc.nat({ max: 0xffff }),
      flags: fc.nat({ max: 0xffff }),
      sequence: fc.nat({ max: 0xffffffff }),
      header: fc.uint8Array({ minLength: 4, maxLength: 4 }),
      attributes: fc.array(tree, { maxLength: 6 }),
    }),
    { maxLength: 4 },
  );
  fc.assert(fc.property(messages, (sent) => {
    const writer = new MessageWriter(4);
    for (const message of sent) {
      writer.beginMessage(message);
      write(writer, message.attributes);
      writer.endMessage();
    }
    const reader = new MessageReader(writer.bytes());
    for (const message of sent) {
      assert(reader.next());
      assert.equal(reader.type, message.type);
      assert.equal(reader.flags, message.flags);
      assert.equal(reader.sequence, message.sequence);
      check(reader.attributes(4), message.attributes);
    }
    assert(!reader.next());
  }));
});

Deno.test("MessageReader comes to an end within any bytes", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    let steps = 0;
    const reader = new MessageReader(bytes);
    while (reader.next()) {
      reader.errorCode();
      const attributes = reader.attributes(4);
      while (attributes.next()) {
        attributes.string();
        const nested = attributes.nested();
        while (nested.next()) steps++;
        assert(++steps < 1000);
      }
    }
  }));
});

Deno.test("AttributeReader refuses a number from too few bytes", () => {
  const reader = new AttributeReader(new Uint8Array([6, 0, 1, 0, 1, 2, 0, 0]));
  assert(reader.next());
  assert.equal(reader.u16(), 0x0201);
  assert.throws(() => reader.u32be(), RangeError);
});

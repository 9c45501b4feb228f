import {
  deepStrictEqual,
  match,
  ok,
  strictEqual,
  throws,
} from "node:assert/strict";
import {
  checkTag,
  describeMaterials,
  findNotes,
} from "../../scripts/release_texts.ts";

const CHANGELOG = `# Changelog

## Unreleased

- New.

## 1.2.3 (2026-11-01)

- One.
- Two.

## 1.2.0

`;

Deno.test("findNotes() gives the version's chapter alone", () => {
  strictEqual(findNotes(CHANGELOG, "1.2.3"), "- One.\n- Two.\n");
  strictEqual(findNotes(CHANGELOG, "Unreleased"), "- New.\n");
});

Deno.test("findNotes() throws where there is no chapter, or nothing in it", () => {
  for (const version of ["1.2", "1.2.0", "9.9.9"]) {
    throws(() => findNotes(CHANGELOG, version), /nothing in CHANGELOG\.md/);
  }
});

Deno.test("checkTag() wants the version of deno.json", () => {
  checkTag("1.2.3", "v1.2.3");
  checkTag("1.2.3", "");
  throws(() => checkTag("1.2.3", "v1.2.4"), /expected tag v1\.2\.3/);
  throws(() => checkTag("1.2.3", "1.2.3"), /expected tag v1\.2\.3/);
});

Deno.test("describeMaterials() names Deno and each package of this project by version and checksum", () => {
  const lock = JSON.parse(
    Deno.readTextFileSync(new URL("../../deno.lock", import.meta.url)),
  );
  const bill = describeMaterials({
    version: "1.2.3",
    lock,
    deno: "2.9.6",
    sums: { x86_64: "ab", aarch64: "cd" },
  }) as {
    components: { name: string; purl: string; hashes: { content: string }[] }[];
  };
  const names = bill.components.map(({ name }) => name);
  deepStrictEqual(names.slice(0, 2), ["deno-x86_64", "deno-aarch64"]);
  for (const name of ["zod", "nodemailer", "toml-eslint-parser"]) {
    ok(names.includes(name), name);
  }
  ok(!names.includes("fast-check"));
  for (const { purl, hashes } of bill.components.slice(2)) {
    match(purl, /^pkg:npm\/(?:%40[^/]+\/)?[^@/]+@\d+\.\d+\.\d+/);
    match(hashes[0]?.content ?? "", /^[0-9a-f]{128}$/);
  }
});

import { deepEqual } from "node:assert/strict";
import { ANY, Opener } from "../../src/match/opener.ts";
import { subjectOf } from "../../src/match/subject.ts";

Deno.test("candidates() gives the patterns that may begin so, in order", () => {
  const opener = new Opener(
    ["F", "C", "", "F", "é", "ü"].map((first) => ({
      firstUnit: first === "" ? ANY : first.charCodeAt(0),
    })),
  );
  const found = (text: string) => opener.candidates(subjectOf(text));
  deepEqual(found("Failed\n"), [0, 2, 3]);
  deepEqual(found("Connection\n"), [1, 2]);
  deepEqual(found("x\n"), [2]);
  deepEqual(found("\n"), [2]);
  // Beyond ASCII the patterns themselves tell.
  deepEqual(found("été\n"), [2, 4, 5]);
});

Deno.test("candidates() gives nothing of no patterns", () => {
  deepEqual(new Opener([]).candidates(subjectOf("a\n")), []);
});

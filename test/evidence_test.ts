import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Evidence } from "../src/evidence.ts";
import type { Failure } from "../src/match/types.ts";
import type { Passage } from "../src/scan/types.ts";
import type { Verdict } from "../src/track/types.ts";
import { type Network, parseNetwork } from "../src/util/address.ts";
import { withFolder } from "./support/with_folder.ts";

function networkOf(text: string): Network {
  const network = parseNetwork(text);
  ok(network !== undefined);
  return network;
}

function createEvidence(): Evidence {
  return new Evidence({
    seed: Uint32Array.of(1, 2),
    countedAs: (jail, host) => jail === "gone" ? undefined : host,
  });
}

function failureOf(
  host: string,
  parts: Partial<Failure>,
): Failure {
  return {
    ...{ jail: "sshd", host, ...networkOf(host), timeSeconds: 1000 },
    ...{ pattern: 0, user: undefined, line: "", offset: -1, byteLength: 0 },
    ...parts,
  };
}

/** Lines of a file, as they were read together. */
function passageOf(path: string): Passage {
  const { dev, ino, size } = Deno.statSync(path);
  return {
    source: path,
    position: {
      ...{ device: dev, inode: ino ?? 0, offset: size },
      head: new Uint8Array(0),
    },
    isResumed: false,
    nowSeconds: 1000,
  };
}

Deno.test("Evidence reads the lines of a file again, and keeps the text of those that stand in none", () =>
  withFolder((folder) => {
    const path = `${folder}/auth.log`;
    Deno.writeTextFileSync(path, "first\nsecond\n");
    const evidence = createEvidence();
    const note = (parts: Partial<Failure>, verdict: Verdict = "counted") =>
      evidence.note(failureOf("192.0.2.7", parts), verdict);
    evidence.enter(passageOf(path));
    note({ offset: 6, byteLength: 7, pattern: 3, line: "not looked at" });
    // A ban of another jail counts here, in the midst of the passage.
    note({ line: "[web] Ban 192.0.2.7" });
    evidence.enter({
      ...{ source: "journal:sshd", isResumed: false, nowSeconds: 1000 },
    });
    note({ line: "from the journal" }, "banned");
    evidence.enter(undefined);
    note({ offset: 0, byteLength: 6, line: "late" });
    const lines = evidence.linesOf("sshd", networkOf("192.0.2.7"));
    deepStrictEqual(lines.map(({ source, text }) => [source, text]), [
      [path, "second"],
      [path, "[web] Ban 192.0.2.7"],
      ["journal:sshd", "from the journal"],
      [undefined, "late"],
    ]);
    strictEqual(lines[0]?.pattern, 3);
    Deno.removeSync(path);
    const [first] = evidence.linesOf("sshd", networkOf("192.0.2.7"));
    deepStrictEqual([first?.source, first?.text], [path, undefined]);
  }));

Deno.test("Evidence forgets nothing of a ban over what is not counted, or is of a jail that is gone", () => {
  const evidence = createEvidence();
  evidence.note(failureOf("192.0.2.7", { line: "why" }), "banned");
  for (let i = 0; i < 100; i++) {
    for (const verdict of ["already banned", "ignored"] as const) {
      evidence.note(failureOf("192.0.2.7", { line: "later" }), verdict);
    }
    evidence.note(failureOf("192.0.2.7", { jail: "gone" }), "counted");
  }
  deepStrictEqual(
    evidence.linesOf("sshd", networkOf("192.0.2.7")).map(({ text }) => text),
    ["why"],
  );
  deepStrictEqual(evidence.linesOf("gone", networkOf("192.0.2.7")), []);
});

Deno.test("Evidence does not ask for a line that it can read again", () =>
  withFolder((folder) => {
    const path = `${folder}/auth.log`;
    Deno.writeTextFileSync(path, "first\n");
    const evidence = createEvidence();
    evidence.enter(passageOf(path));
    const failure = failureOf("192.0.2.7", { offset: 0, byteLength: 6 });
    Object.defineProperty(failure, "line", {
      get: () => {
        throw new Error("asked for");
      },
    });
    evidence.note(failure, "counted");
    const [line] = evidence.linesOf("sshd", networkOf("192.0.2.7"));
    strictEqual(line?.text, "first");
  }));

Deno.test("Evidence knows a bounded number of files: a log that is rotated for ever costs nothing", () =>
  withFolder((folder) => {
    const path = `${folder}/auth.log`;
    Deno.writeTextFileSync(path, "first\n");
    const evidence = createEvidence();
    const passage = passageOf(path);
    for (let i = 0; i < 5000; i++) {
      const position = passage.position && { ...passage.position, device: i };
      evidence.enter({ ...passage, position });
      const host = i < 5 ? "192.0.2.1" : "192.0.2.2";
      const place = { offset: 0, byteLength: 6 };
      evidence.note(failureOf(host, place), "counted");
    }
    const known = evidence.linesOf("sshd", networkOf("192.0.2.1"));
    deepStrictEqual(known.map(({ source }) => source), [
      ...[undefined, undefined, undefined, undefined, undefined],
    ]);
  }));

import assert from "node:assert/strict";
import { checkState } from "../../src/store/check_state.ts";
import { openStore } from "../../src/store/store.ts";
import { StateInUseError } from "../../src/store/state_lock.ts";
import { readState } from "../../src/store/state_reader.ts";
import { vacuumState } from "../../src/store/vacuum_state.ts";
import { SILENT } from "../../src/util/log.ts";
import { banOf, fillState, withStatePath } from "./fixtures.ts";

Deno.test("vacuumState() gives back what went, and keeps the rest", () =>
  withStatePath((path) => {
    const store = openStore({ path, log: SILENT });
    fillState(store);
    store.commit(({ bans }) => {
      for (let n = 0; n < 20_000; n++) {
        const host = `10.0.${n >> 8}.${n & 255}`;
        bans.put(banOf(host, { jail: "gone" }));
      }
    });
    store.commit(({ bans }) => bans.clear(["gone"]));
    assert.throws(() => vacuumState(path), StateInUseError);
    const records = [...readState(path)];
    store.close();
    const { before, after } = vacuumState(path);
    assert.ok(before > 500_000 && after < 100_000, `${before} to ${after}`);
    assert.equal(Deno.statSync(path).size, after);
    assert.deepEqual([...readState(path)], records);
    assert.deepEqual(checkState(path).problems, []);
  }));

Deno.test("vacuumState() leaves what is not ours alone", () =>
  withStatePath((path) => {
    Deno.writeTextFileSync(path, "no database at all\n".repeat(99));
    assert.throws(() => vacuumState(path), /file is not a database/);
    assert.match(Deno.readTextFileSync(path), /^no database at all\n/);
  }));

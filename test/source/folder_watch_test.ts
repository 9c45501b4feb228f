import { ok, strictEqual } from "node:assert/strict";
import {
  createFolderWatches,
  type FolderWatchesOptions,
} from "../../src/source/folder_watch.ts";
import { withFolder } from "../support/with_folder.ts";
import { createRecordingLogger, waitUntil } from "./tail_fixture.ts";

const NAMES = Array.from({ length: 120 }, (_, at) => `${at}.log`);

/** Has every name polled twice. @returns how often each was by then, the first of which hears everything */
async function countPolls(
  options: Pick<FolderWatchesOptions, "watchFs">,
): Promise<readonly number[]> {
  const counts = NAMES.map(() => 0);
  await withFolder(async (folder) => {
    const { log } = createRecordingLogger();
    const watches = createFolderWatches({ log, pollMs: 5, ...options });
    const subscriptions = NAMES.map((name, at) =>
      watches.subscribe(folder, {
        name,
        onHint: () => {},
        onPoll: () => counts[at] = (counts[at] ?? 0) + 1,
      })
    );
    const [first] = subscriptions;
    ok(first);
    first.hearsAll = true;
    await waitUntil(
      () => counts.every((count) => count >= 2),
      () => `polled ${counts}`,
    );
    await Promise.all(subscriptions.map((each) => each.close()));
  });
  return counts;
}

Deno.test("FolderWatches polls listeners in turns where events come, and those who hear everything each time", async () => {
  const [first = 0, ...others] = await countPolls({});
  ok(Math.max(...others) - Math.min(...others) <= 1, `${others}`);
  // 120 take at least two polls and a half.
  ok(first >= 5, `${first} polls, of the others ${others}`);
});

Deno.test("FolderWatches polls all listeners each time where no events come", async () => {
  const counts = await countPolls({
    watchFs: () => {
      throw new Error("no watch");
    },
  });
  strictEqual(new Set(counts).size, 1, `${counts}`);
});

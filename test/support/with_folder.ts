/**
 * A scratch folder for one test.
 *
 * @module
 */

/** Gives `act` a folder, and removes it. */
export async function withFolder(
  act: (folder: string) => Promise<void> | void,
): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-test-" });
  try {
    await act(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

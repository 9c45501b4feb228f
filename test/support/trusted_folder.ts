/**
 * A place for a daemon's folder where actions may lie.
 *
 * @module
 */

/** Only root may write in and above it, as an action's file wants, and the daemon may write there too. */
const TRUSTED = "/var/lib/fail2deno";

/** Runs a test with its daemon's folder where no other user can write. */
export async function inTrustedFolder(
  act: () => Promise<void>,
): Promise<void> {
  const before = Deno.env.get("TMPDIR");
  const isNew = !isThere(TRUSTED);
  Deno.mkdirSync(TRUSTED, { recursive: true });
  Deno.env.set("TMPDIR", TRUSTED);
  try {
    await act();
  } finally {
    if (before === undefined) Deno.env.delete("TMPDIR");
    else Deno.env.set("TMPDIR", before);
    if (isNew) Deno.removeSync(TRUSTED, { recursive: true });
  }
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

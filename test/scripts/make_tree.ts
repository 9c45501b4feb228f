/** A scratch folder that goes when its scope ends. */
export interface ScratchTree extends AsyncDisposable {
  /** Absolute, without symbolic links. */
  readonly root: string;
}

/**
 * Writes a small project into a scratch folder.
 *
 * @param files path → text; a deno.json is added where there is none
 * @param prefix of the folder's name
 */
export async function makeTree(
  files: Readonly<Record<string, string>>,
  prefix = "tree",
): Promise<ScratchTree> {
  const root = await Deno.realPath(await Deno.makeTempDir({ prefix }));
  for (const [path, text] of Object.entries({ "deno.json": "{}", ...files })) {
    const folder = `${root}/${path}`.replace(/\/[^/]*$/, "");
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${root}/${path}`, text);
  }
  return {
    root,
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

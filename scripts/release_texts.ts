/**
 * What a release says of itself: its version, its notes, and its bill of materials.
 *
 *     deno run --allow-read=ROOT scripts/release_texts.ts version|notes|materials ROOT [TAG]
 *
 * @module
 */

/** What is read of deno.lock. */
export interface LockFile {
  /** `name@version` → its entry. */
  readonly npm: Readonly<Record<string, { readonly integrity: string }>>;
}

/** What the bill of materials is made from. */
export interface Materials {
  readonly version: string;
  readonly lock: LockFile;
  /** Deno's version. */
  readonly deno: string;
  /** SHA-256 of Deno by machine. */
  readonly sums: Readonly<Record<string, string>>;
}

/**
 * Finds a version's chapter in the changelog.
 *
 *     ## 1.2.3
 *
 * @returns its text
 * @throws {Error} when there is none, or nothing in it
 */
export function findNotes(changelog: string, version: string): string {
  const chapters = changelog.split(/^## /m).slice(1);
  const chapter = chapters.find((text) => text.split(/\s/, 1)[0] === version);
  const notes = chapter?.slice(chapter.indexOf("\n")).trim() ?? "";
  if (notes !== "") return `${notes}\n`;
  throw new Error(
    `Cannot release "${version}": nothing in CHANGELOG.md, expected a chapter "## ${version}"`,
  );
}

/**
 * Compares the tag with the version.
 *
 * @param tag `v1.2.3`; empty: there is none
 * @throws {Error} when they differ
 */
export function checkTag(version: string, tag: string): void {
  if (tag === "" || tag === `v${version}`) return;
  throw new Error(
    `Cannot release tag "${tag}": deno.json has version ${version}, expected tag v${version}`,
  );
}

/** Packages that only tests use. */
const TESTS_ONLY = /^(?:fast-check|pure-rand|aho-corasick)@/;

/** @returns a CycloneDX document of what lies in the files of a release */
export function describeMaterials(materials: Materials): unknown {
  const { version, lock, deno, sums } = materials;
  const packages = Object.entries(lock.npm)
    .filter(([key]) => !TESTS_ONLY.test(key))
    .map(([key, { integrity }]) => describePackage(key, integrity));
  const runtimes = Object.entries(sums).map(([machine, sum]) => ({
    type: "application",
    name: `deno-${machine}`,
    version: deno,
    purl: `pkg:npm/%40deno/linux-${
      machine === "aarch64" ? "arm64" : "x64"
    }-glibc@${deno}`,
    licenses: [{ license: { id: "MIT" } }],
    hashes: [{ alg: "SHA-256", content: sum }],
  }));
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: {
      component: {
        type: "application",
        name: "fail2deno",
        version,
        licenses: [{ license: { id: "MIT" } }],
      },
    },
    components: [...runtimes, ...packages],
  };
}

/** @param key `@scope/name@1.2.3`, with what it was resolved beside behind `_` */
function describePackage(key: string, integrity: string) {
  const at = key.lastIndexOf("@");
  const name = key.slice(0, at);
  const version = key.slice(at + 1).split("_", 1)[0] ?? "";
  const bytes = Uint8Array.fromBase64(integrity.replace(/^sha512-/, ""));
  return {
    type: "library",
    name,
    version,
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
    hashes: [{ alg: "SHA-512", content: bytes.toHex() }],
  };
}

/** @returns the value of a line `NAME=value` of scripts/flags */
function readFlag(flags: string, name: string): string {
  return new RegExp(`^${name}=(.*)$`, "m").exec(flags)?.[1] ?? "";
}

if (import.meta.main) {
  const [what = "", root = "", tag = ""] = Deno.args;
  const read = (path: string) => Deno.readTextFileSync(`${root}/${path}`);
  const { version } = JSON.parse(read("deno.json"));
  const flags = read("scripts/flags");
  const texts: Readonly<Record<string, () => string>> = {
    version() {
      checkTag(version, tag);
      return version;
    },
    notes: () =>
      findNotes(read("CHANGELOG.md"), tag === "" ? "Unreleased" : version),
    materials: () =>
      JSON.stringify(
        describeMaterials({
          version,
          lock: JSON.parse(read("deno.lock")),
          deno: readFlag(flags, "DENO_VERSION"),
          sums: {
            x86_64: readFlag(flags, "DENO_SHA256_X86_64"),
            aarch64: readFlag(flags, "DENO_SHA256_AARCH64"),
          },
        }),
        null,
        2,
      ),
  };
  console.log(texts[what]?.() ?? "");
}

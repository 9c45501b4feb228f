import { strictEqual, throws } from "node:assert/strict";
import {
  checkPluginFile,
  MAX_PLUGIN_BYTES,
  PluginFileError,
} from "../../../src/act/sandbox/check_plugin_file.ts";
import { IS_ROOT, makeTrustedFolder } from "../../support/sandbox_rig.ts";

const NOBODY = 65534;

interface Case {
  readonly name: string;
  /** Makes things in the folder. @returns the path to look at; default `folder/x.ts` */
  readonly make: (folder: string) => string | void;
  /** Absent: it is taken. */
  readonly refusal?: RegExp;
  /** Default: root. */
  readonly ownUid?: number;
}

const CASES: readonly Case[] = [
  { name: "takes a file of root's", make() {} },
  {
    name: "takes a file of the daemon's user",
    make: (folder) => Deno.chownSync(`${folder}/x.ts`, NOBODY, NOBODY),
    ownUid: NOBODY,
  },
  {
    name: "refuses a file of somebody else's",
    make: (folder) => Deno.chownSync(`${folder}/x.ts`, NOBODY, 0),
    refusal: /x\.ts" belongs to user 65534, expected root$/,
  },
  {
    name: "refuses a file that everybody may write",
    make: (folder) => Deno.chmodSync(`${folder}/x.ts`, 0o646),
    refusal: /x\.ts" can be written by others/,
  },
  {
    name: "refuses a file that its group may write",
    make: (folder) => Deno.chmodSync(`${folder}/x.ts`, 0o664),
    refusal: /x\.ts" can be written by others/,
  },
  {
    name: "refuses a file in a folder that everybody may write",
    make: (folder) => Deno.chmodSync(folder, 0o777),
    refusal: /fail2deno-test-\w+" can be written by others/,
  },
  {
    name: "refuses a file in a folder that is sticky as /tmp is",
    make: (folder) => Deno.chmodSync(folder, 0o1777),
    refusal: /fail2deno-test-\w+" can be written by others/,
  },
  {
    name: "refuses a file in a folder of somebody else's",
    make: (folder) => Deno.chownSync(folder, NOBODY, 0),
    refusal: /fail2deno-test-\w+" belongs to user 65534/,
  },
  {
    name: "refuses a file below a folder that everybody may write",
    make(folder) {
      Deno.mkdirSync(`${folder}/a/b`, { recursive: true });
      Deno.renameSync(`${folder}/x.ts`, `${folder}/a/b/x.ts`);
      Deno.chmodSync(`${folder}/a`, 0o757);
      return `${folder}/a/b/x.ts`;
    },
    refusal: /\/a" can be written by others/,
  },
  {
    name: "takes a link to a file that it would take",
    make: (folder) => link("x.ts", `${folder}/link.ts`),
  },
  {
    name: "refuses a link to a file in a folder that others may write",
    make(folder) {
      Deno.mkdirSync(`${folder}/open`);
      Deno.renameSync(`${folder}/x.ts`, `${folder}/open/x.ts`);
      Deno.chmodSync(`${folder}/open`, 0o777);
      return link(`${folder}/open/x.ts`, `${folder}/link.ts`);
    },
    refusal: /\/open" can be written by others/,
  },
  {
    name: "refuses a link in a folder that others may write",
    make(folder) {
      Deno.mkdirSync(`${folder}/open`);
      Deno.chmodSync(`${folder}/open`, 0o777);
      return link(`${folder}/x.ts`, `${folder}/open/link.ts`);
    },
    refusal: /\/open" can be written by others/,
  },
  {
    name: "refuses a way through an open folder and back",
    make(folder) {
      Deno.mkdirSync(`${folder}/open`);
      Deno.chmodSync(`${folder}/open`, 0o777);
      return `${folder}/open/../x.ts`;
    },
    refusal: /\/open" can be written by others/,
  },
  {
    name: "refuses links in a circle",
    make(folder) {
      link("a.ts", `${folder}/b.ts`);
      return link("b.ts", `${folder}/a.ts`);
    },
    refusal: /too many links/,
  },
  {
    name: "refuses a folder",
    make: (folder) => folder,
    refusal: /no regular file/,
  },
  {
    name: "refuses a fifo, and does not wait for its writer",
    make(folder) {
      new Deno.Command("mkfifo", { args: [`${folder}/fifo.ts`] }).outputSync();
      return `${folder}/fifo.ts`;
    },
    refusal: /no regular file/,
  },
  {
    name: "refuses a device",
    make: () => "/dev/zero",
    refusal: /no regular file/,
  },
  {
    name: "refuses what is not there",
    make: (folder) => `${folder}/y.ts`,
    refusal: /y\.ts": it is not there/,
  },
  {
    name: "refuses a path that depends on the working folder",
    make: () => "x.ts",
    refusal: /expected an absolute path/,
  },
  {
    name: "refuses a file that is too large",
    make: (folder) =>
      Deno.writeTextFileSync(
        `${folder}/x.ts`,
        "x".repeat(MAX_PLUGIN_BYTES + 1),
      ),
    refusal: /larger than 1000000 bytes/,
  },
  {
    name: "refuses a file that is not UTF-8",
    make: (folder) =>
      Deno.writeFileSync(`${folder}/x.ts`, new Uint8Array([0xff])),
    refusal: /not UTF-8/,
  },
];

for (const { name, make, refusal, ownUid = 0 } of CASES) {
  Deno.test({
    name: `checkPluginFile() ${name}`,
    ignore: !IS_ROOT,
    fn() {
      const folder = makeTrustedFolder();
      try {
        Deno.writeTextFileSync(`${folder}/x.ts`, "text");
        const path = make(folder) ?? `${folder}/x.ts`;
        const check = () => checkPluginFile(path, { ownUid });
        if (refusal === undefined) strictEqual(check().text, "text");
        else {
          throws(check, (error) => {
            if (!(error instanceof PluginFileError)) throw error;
            return refusal.test(error.message);
          });
        }
      } finally {
        Deno.removeSync(folder, { recursive: true });
      }
    },
  });
}

Deno.test({
  name:
    "checkPluginFile() passes over the folders above what the program may read",
  ignore: !IS_ROOT,
  permissions: { read: ["/run"], write: ["/run"], run: [] },
  fn() {
    const folder = makeTrustedFolder();
    try {
      Deno.writeTextFileSync(`${folder}/x.ts`, "text");
      strictEqual(
        checkPluginFile(`${folder}/x.ts`, { ownUid: 0 }).text,
        "text",
      );
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
});

/** @returns `path`, which leads to `target` now */
function link(target: string, path: string): string {
  Deno.symlinkSync(target, path);
  return path;
}

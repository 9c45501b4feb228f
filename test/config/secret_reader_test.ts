import { deepStrictEqual, throws } from "node:assert/strict";
import {
  MACHINE_SECRETS,
  secretField,
  type SecretNotes,
} from "../../src/config/secret_reader.ts";
import { withFolder } from "../support/with_folder.ts";

Deno.test("readSecret() of the machine tells whether everybody may read the file", () =>
  withFolder((folder) => {
    const path = `${folder}/key`;
    Deno.writeTextFileSync(path, "hunter2\n");
    for (
      const [mode, isOpen] of [[0o600, false], [0o640, false], [
        0o644,
        true,
      ]] as const
    ) {
      Deno.chmodSync(path, mode);
      deepStrictEqual(MACHINE_SECRETS.readSecret(path), {
        text: "hunter2\n",
        isOpen,
      });
    }
  }));

Deno.test("readSecret() of the machine refuses what is too large to be a key", () =>
  withFolder((folder) => {
    const path = `${folder}/key`;
    Deno.writeTextFileSync(path, "x".repeat(65_537));
    throws(() => MACHINE_SECRETS.readSecret(path), /larger than 65536 bytes/);
  }));

Deno.test("secretField() takes credentials for granted outside of the service, which has them", () => {
  const parse = (isOutside: boolean, folder?: string) => {
    const notes: SecretNotes = {
      ...{ reads: [], texts: [], credentials: [], open: [] },
    };
    const field = secretField("key", {
      builtIns: [],
      manifestOf: () => undefined,
      readSecret: (path) => ({ text: `text of ${path}`, isOpen: true }),
      credentialsFolder: () => folder,
      isOutside,
    }, notes);
    const { success, data } = field.safeParse({ credential: "slack" });
    return [success, data, notes.credentials, notes.open];
  };
  deepStrictEqual(parse(true), [true, "", ["key"], []]);
  deepStrictEqual(parse(false), [false, undefined, ["key"], []]);
  // Nobody else sees that folder, whatever the files' modes.
  const text = "text of /run/credentials/slack";
  deepStrictEqual(parse(false, "/run/credentials"), [true, text, ["key"], []]);
});

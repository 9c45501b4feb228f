/**
 * Reads secrets, which stand in files of their own: `{ file = "/path" }`, or `{ credential = "name" }` of systemd.
 *
 * @module
 */

import { readBoundedText } from "../util/read_bounded_text.ts";
import type { ActionAccess, SecretFile } from "./action_manifest.ts";
import { type Field, parsed, readPath, type Refuse } from "./fields.ts";
import { showText } from "./issues.ts";
import { describeReadError } from "./read_text.ts";

/** No key is longer; a file that is, is another file. */
const MAX_BYTES = 65_536;

/** Which bit of a file's mode lets everybody read it. */
const OTHERS_READ = 0o004;

const WANTED = '{ file = "/path" } or { credential = "name" }';

/** How secrets of the machine are reached. */
export const MACHINE_SECRETS: Pick<
  ActionAccess,
  "readSecret" | "credentialsFolder"
> = {
  readSecret: (path) => ({
    text: readBoundedText(path, { maxBytes: MAX_BYTES }),
    isOpen: ((Deno.statSync(path).mode ?? 0) & OTHERS_READ) !== 0,
  }),
  credentialsFolder: () => Deno.env.get("CREDENTIALS_DIRECTORY"),
};

/** Why a secret must not stand in the configuration itself. */
export const PLAIN_SECRET =
  `it stands in the configuration, where backups and whoever helps you see it, expected ${WANTED}`;

/** What reading secrets leaves beside their texts. */
export interface SecretNotes {
  /** Files that were read. */
  readonly reads: string[];
  /** Texts. */
  readonly texts: string[];
  /** Keys whose secret systemd has. */
  readonly credentials: string[];
  /** Keys whose file everybody may read, with its path. */
  readonly open: { readonly key: string; readonly path: string }[];
}

/** @returns the field of the option `key`, whose value is the secret's text */
export function secretField(
  key: string,
  access: ActionAccess,
  notes: SecretNotes,
): Field<string> {
  return parsed<string>(WANTED, (value, refuse) => {
    const place = readPlace(value, refuse);
    if (place === undefined) return undefined;
    if ("credential" in place) notes.credentials.push(key);
    const path = locate(place, access, refuse);
    if (path === undefined) return "";
    notes.reads.push(path);
    const file = attempt(path, access, refuse);
    if (file === undefined) return "";
    if (file.isOpen && "file" in place) notes.open.push({ key, path });
    const text = file.text.trim();
    if (text === "") {
      refuse("", {
        wanted: `Cannot use secret ${showText(path)}: it is empty`,
      });
    }
    notes.texts.push(text);
    return text;
  });
}

type SecretPlace = { readonly file: string } | { readonly credential: string };

function readPlace(value: unknown, refuse: Refuse): SecretPlace | undefined {
  if (value === null || typeof value !== "object") return undefined;
  const [first, ...others] = Object.entries(value);
  if (first === undefined || others.length > 0) return undefined;
  const [key, text] = first;
  if (typeof text !== "string") return undefined;
  if (key === "file") {
    readPath(
      text,
      (state) => refuse(state, { path: [key], wanted: "an absolute path" }),
    );
    return { file: text };
  }
  if (key !== "credential") return undefined;
  if (/^[\w.-]{1,255}$/.test(text) && !/^\.+$/.test(text)) {
    return { credential: text };
  }
  refuse("it is no name", { path: [key], wanted: "a credential's name" });
  return undefined;
}

function locate(
  place: SecretPlace,
  access: ActionAccess,
  refuse: Refuse,
): string | undefined {
  if ("file" in place) {
    return place.file.startsWith("/") ? place.file : undefined;
  }
  const folder = access.credentialsFolder();
  if (folder !== undefined) return `${folder}/${place.credential}`;
  if (access.isOutside === true) return undefined;
  refuse("", {
    wanted: `Cannot read credential ${
      showText(place.credential)
    }: $CREDENTIALS_DIRECTORY is not set, expected LoadCredential= in the unit of the service`,
  });
  return undefined;
}

function attempt(
  path: string,
  access: ActionAccess,
  refuse: Refuse,
): SecretFile | undefined {
  try {
    return access.readSecret(path);
  } catch (error) {
    refuse("", {
      wanted: `Cannot read secret ${showText(path)}: ${
        describeReadError(error)
      }, expected a file that holds it alone`,
    });
    return undefined;
  }
}

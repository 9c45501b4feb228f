/**
 * A case of the golden folder: a tree, `----------`, and what its import comes to.
 *
 *     == jail.conf                 below /etc/fail2ban; an absolute path is a log that is there
 *     [app]
 *     ----------
 *     == config.toml
 *     [jail.app]
 *     == report
 *     app: exact
 *
 * @module
 */

import { convertTree } from "../../importer/convert_tree.ts";
import { readTree } from "../../importer/read_tree.ts";
import { formatReport } from "../../importer/report.ts";
import { checkPattern } from "../../src/match/check_pattern.ts";
import { createMemoryTree } from "./memory_tree.ts";

/** Divides a case's tree from what it comes to. */
export const DIVIDER = "----------\n";

/** @returns what the import of a case's tree comes to, in the form of the case */
export function renderCase(input: string): string {
  const files = createMemoryTree(readFiles(input));
  const tree = readTree("/etc/fail2ban", { files });
  const conversion = convertTree(tree, { files, checkPattern });
  const texts = [...conversion.files].map(([path, text]) =>
    `== ${path}\n${text}`
  );
  return [...texts, `== report\n${formatReport(conversion)}`].join("");
}

function readFiles(input: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const part of input.split(/^== /m).slice(1)) {
    const end = part.indexOf("\n");
    const name = part.slice(0, end);
    const path = name.startsWith("/") ? name : `/etc/fail2ban/${name}`;
    files[path] = part.slice(end + 1);
  }
  return files;
}

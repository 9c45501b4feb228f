/**
 * `status` as a tree.
 *
 *     Status for the jail: sshd
 *     |- Filter
 *     |  |- Currently failed:	1
 *     |  `- File list:	/var/log/auth.log
 *     `- Actions
 *        `- Currently banned:	0
 *
 * @module
 */

import type { CommandValue } from "../control/types.ts";
import { printPython } from "./client_repr.ts";

/** @returns the tree; what has another shape, as the flavor `stats` has, as Python shows it */
export function formatStatus(
  value: CommandValue,
  words: readonly string[],
): string {
  const branches = Array.isArray(value) ? value.map(toBranch) : [undefined];
  if (!branches.every((branch) => branch !== undefined)) {
    return printPython(value);
  }
  const jail = words[1];
  const heading = jail === undefined || jail === "--all"
    ? "Status"
    : `Status for the jail: ${jail}`;
  return [heading, ...drawBranches(branches)].join("\n");
}

/** A line with what hangs from it. */
interface Branch {
  readonly text: string;
  readonly branches: readonly Branch[];
}

/** From `("Currently failed", 1)`, `("Filter", [ … ])`, or a dict of jails. */
function toBranch(value: CommandValue): Branch | undefined {
  if (value === null || typeof value !== "object") return undefined;
  if ("dict" in value) {
    return {
      text: "Status for the jails:",
      branches: value.dict.map(([jail, status]) => ({
        text: `Jail: ${jail}`,
        branches: toBranches(status) ?? [],
      })),
    };
  }
  if (!("tuple" in value)) return undefined;
  const [name = null, content = null] = value.tuple;
  const branches = toBranches(content);
  if (branches !== undefined && branches.length > 0) {
    return { text: printPython(name), branches };
  }
  const items = Array.isArray(content) ? content : [content];
  return {
    text: `${printPython(name)}:\t${items.map(printPython).join(" ")}`,
    branches: [],
  };
}

/** @returns undefined for what is no list of them */
function toBranches(value: CommandValue): readonly Branch[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const branches = value.map(toBranch);
  return branches.every((branch) => branch !== undefined)
    ? branches
    : undefined;
}

function drawBranches(branches: readonly Branch[]): readonly string[] {
  const last = branches.length - 1;
  return branches.flatMap(({ text, branches }, index) => [
    `${index < last ? "|" : "`"}- ${text}`,
    ...drawBranches(branches).map((line) =>
      `${index < last ? "|" : " "}  ${line}`
    ),
  ]);
}

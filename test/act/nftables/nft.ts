/**
 * Looks at the kernel's tables with nft, the reference.
 *
 * @module
 */

import { strict as assert } from "node:assert";

/** Runs nft in the thread's namespace. @returns what it printed */
export function nft(...args: readonly string[]): string {
  const { success, stdout, stderr } = new Deno.Command("nft", {
    args: [...args],
  }).outputSync();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** @returns the ruleset as nft prints it, without elements, time-outs and indentation */
export function listRules(): string[] {
  return nft("-s", "-t", "list", "ruleset").split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && line !== "}");
}

/** @returns the lines of a chain */
export function listChain(chain: string, table = "fail2deno"): string[] {
  return nft("-s", "list", "chain", "inet", table, chain).split("\n")
    .map((line) => line.trim()).slice(2)
    .filter((line) => line !== "}" && line !== "" && !line.startsWith("type "));
}

/** @returns names of a table's sets */
export function listSets(table = "fail2deno"): string[] {
  const pattern = new RegExp(`^set (\\S+) `);
  const names: string[] = [];
  for (const line of nft("-t", "list", "table", "inet", table).split("\n")) {
    const name = pattern.exec(line.trim())?.[1];
    if (name !== undefined) names.push(name);
  }
  return names.sort();
}

/** One element as `nft -j` shows it. */
export interface NftElement {
  readonly address: string;
  /** Seconds, rounded down; absent for ever. */
  readonly timeout: number | undefined;
}

/** @returns the elements of a set, in the order of their text */
export function listElements(set: string, table = "fail2deno"): NftElement[] {
  const listed: unknown = JSON.parse(
    nft("-j", "list", "set", "inet", table, set),
  );
  const found: NftElement[] = [];
  visit(listed);
  return found.sort((a, b) => a.address < b.address ? -1 : 1);

  function visit(value: unknown): void {
    if (!isRecord(value)) {
      if (Array.isArray(value)) value.forEach(visit);
      return;
    }
    if (Array.isArray(value.elem)) value.elem.forEach(visitElement);
    else Object.values(value).forEach(visit);
  }

  function visitElement(value: unknown): void {
    const element = isRecord(value) ? value.elem : { val: value };
    assert(isRecord(element));
    found.push({
      address: String(element.val),
      timeout: element.timeout === undefined
        ? undefined
        : Number(element.timeout),
    });
  }
}

/** @returns the addresses in a set, in the order of their text */
export function listAddresses(set: string, table?: string): string[] {
  return listElements(set, table).map(({ address }) => address);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The one way to write a filter's file: keys in the order of the schema, one pattern a line, comments above what they are of.
 *
 * @module
 */

import { type AST, parseTOML } from "toml-eslint-parser";

/** Keys of a filter in their order; a blank line stands before those that begin a group. */
const KEYS: readonly (readonly string[])[] = [
  ["description", "seen", "link", "logs", "journal", "ports", "protocol"],
  [
    ...["syntax", "date_format", "date_pattern", "use_dns", "max_lines"],
    ...["format", "time", "message", "host", "forwarded", "user", "match"],
  ],
  ["head", "program", "prefix", "prefix_pattern"],
  ["fail"],
  ["ignore"],
  ["escaped"],
];

/** Keys of samples and modes in their order. */
const TABLE_KEYS = [
  ...["description", "with", "fail"],
  ...["before", "line", "host", "user", "mode", "attacker", "escaped"],
];

/** Lists with one item a line. */
const LONG_LISTS = ["fail", "ignore", "before"];

/** A key with its value, printed, and the comments above it. */
interface Printed {
  readonly key: string;
  readonly text: string;
}

/**
 * Formats the text of a filter's file.
 *
 * @throws {ParseError} when it is no TOML
 */
export function formatFilter(text: string): string {
  const program = parseTOML(text, { tomlVersion: "1.1.0" });
  const comments = new Comments(program.comments);
  const root: Printed[] = [];
  const tables: string[] = [];
  for (const node of program.body[0].body) {
    const above = comments.above(node);
    if (node.type === "TOMLKeyValue") {
      root.push({
        key: printKey(node.key),
        text: above + printEntry(node, comments),
      });
    } else {
      tables.push(above + printTable(node, comments));
    }
  }
  const rest = comments.rest();
  return [...groupsOf(root), ...tables, ...rest === "" ? [] : [rest]]
    .map((part) => `${part.trimEnd()}\n`).join("\n");
}

/** Hands each comment out once: to what stands below it, or beside it. */
class Comments {
  readonly #comments: readonly AST.Comment[];
  #next = 0;

  constructor(comments: readonly AST.Comment[]) {
    this.#comments = comments;
  }

  /** @returns those that begin before the node, one a line */
  above(node: AST.TOMLNode): string {
    return this.#take(({ range }) => range[0] < node.range[0], "");
  }

  /** @returns those that stand in the node's last line or before it */
  until(node: AST.TOMLNode, indent = ""): string {
    return this.#take(({ loc }) => loc.start.line <= node.loc.end.line, indent);
  }

  rest(): string {
    return this.#take(() => true, "");
  }

  #take(isWanted: (comment: AST.Comment) => boolean, indent: string): string {
    let text = "";
    for (;;) {
      const comment = this.#comments[this.#next];
      if (comment === undefined || !isWanted(comment)) return text;
      text += `${indent}# ${comment.value.trim()}`.trimEnd() + "\n";
      this.#next++;
    }
  }
}

function groupsOf(entries: readonly Printed[]): string[] {
  const known = new Set(KEYS.flat());
  const others = entries.map(({ key }) => key).filter((key) => !known.has(key));
  return [...KEYS, others].flatMap((keys) => {
    const group = inOrder(entries, keys);
    return group.length === 0 ? [] : [group.join("")];
  });
}

function inOrder(
  entries: readonly Printed[],
  keys: readonly string[],
): readonly string[] {
  return entries.filter(({ key }) => keys.includes(key))
    .sort((one, other) => keys.indexOf(one.key) - keys.indexOf(other.key))
    .map(({ text }) => text);
}

function printTable(node: AST.TOMLTable, comments: Comments): string {
  const name = node.resolvedKey.filter((step) => typeof step === "string")
    .join(".");
  const head = node.kind === "array" ? `[[${name}]]\n` : `[${name}]\n`;
  const entries = node.body.map((entry) => ({
    key: printKey(entry.key),
    text: comments.above(entry) + printEntry(entry, comments),
  }));
  const others = entries.map(({ key }) => key)
    .filter((key) => !TABLE_KEYS.includes(key)).sort();
  return head + inOrder(entries, [...TABLE_KEYS, ...others]).join("");
}

function printEntry(node: AST.TOMLKeyValue, comments: Comments): string {
  const key = printKey(node.key);
  const isLong = LONG_LISTS.includes(key) && node.value.type === "TOMLArray";
  const value = isLong
    ? printLongList(node.value as AST.TOMLArray, comments)
    : printValue(node.value);
  return `${comments.until(node)}${key} = ${value}\n`;
}

function printLongList(list: AST.TOMLArray, comments: Comments): string {
  if (list.elements.length === 0) return "[]";
  const items = list.elements.map((item) =>
    `${comments.until(item, "  ")}  ${printValue(item)},\n`
  );
  return `[\n${items.join("")}${comments.until(list, "  ")}]`;
}

function printKey({ keys }: AST.TOMLKey): string {
  const parts = keys.map((part) =>
    part.type === "TOMLBare" ? part.name : printText(part.value)
  );
  return parts.join(".");
}

function printValue(node: AST.TOMLContentNode): string {
  switch (node.type) {
    case "TOMLArray":
      return `[${node.elements.map(printValue).join(", ")}]`;
    case "TOMLInlineTable": {
      const entries = node.body.map(({ key, value }) =>
        `${printKey(key)} = ${printValue(value)}`
      );
      return `{ ${entries.join(", ")} }`;
    }
    default:
      return node.kind === "string"
        ? printText(node.value)
        : String(node.value);
  }
}

/** Double quotes where nothing is escaped, single ones for patterns, three of them where both are needed. */
function printText(text: string): string {
  // deno-lint-ignore no-control-regex -- controls have to be escaped
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(text)) return JSON.stringify(text);
  if (!/["\\]/.test(text)) return `"${text}"`;
  if (!text.includes("'")) return `'${text}'`;
  return text.includes("'''") || text.endsWith("'")
    ? JSON.stringify(text)
    : `'''${text}'''`;
}

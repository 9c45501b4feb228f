/**
 * The tags of a filter: `<HOST>` and its kin, and `<F-USER>…</F-USER>`.
 *
 * @module
 */

/** How an expression may be written: V8 knows look-behind, RE2 does not. */
export type Dialect = "v8" | "re2";

/**
 * A tag in a pattern.
 *
 *     <HOST>      { kind: "address", source: "\\[?(?:…(?<ip4>…)|…(?<ip6>…))\\]?", groups: ["ip4", "ip6", undefined] }
 *     <F-USER>    { kind: "open", name: "user" }
 *     <F-ID/>     { kind: "address", source: "(?<fid>\\S+)", groups: ["fid"] }
 *     <DNS>       { kind: "refused", reason: "…" }
 */
export type Tag =
  & {
    /** The tag as written. */
    readonly text: string;
  }
  & (
    | {
      readonly kind: "address";
      /** JavaScript's source. */
      readonly source: string;
      /** Named groups in the order in which Python would number them; undefined has no counterpart here. */
      readonly groups: readonly (string | undefined)[];
    }
    | { readonly kind: "open" | "close"; readonly name: string }
    | { readonly kind: "refused"; readonly reason: string }
  );

/** Groups whose text is taken for the host, in the order in which they are asked. */
export const HOST_GROUPS = ["ip4", "ip6", "host", "fid", "dns"] as const;

const TAG = /<(?:(\/?)F-([A-Z][A-Z0-9_]*)(\/?)|([A-Z][A-Z0-9]*))>/y;

/** Names that mean something over several lines; taking such a hit for a failure would ban the innocent. */
const MULTI_LINE = /^(?:nofail|mlf.*|tuple.*)$/;

const HEX = "[0-9A-Fa-f]";
const QUAD_TAIL = "\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}";
const QUAD = `[0-9]{1,3}${QUAD_TAIL}`;

/** Two colons at least; what lies between is judged by `parseAddress`. */
const GROUPS6 = `${HEX}{0,4}:${HEX}{0,4}:` +
  `(?:[0-9A-Fa-f:]*(?:${HEX}(?:${QUAD_TAIL})?|::)|:)?`;

/**
 * Where an address may begin: not inside of a longer one, so that a greedy `.*` before it leaves all of it.
 * RE2 has only word boundaries for that, and therefore finds no address right behind a letter.
 */
const START4: Record<Dialect, string> = {
  v8: `(?:(?<![0-9A-Fa-f:])::[Ff]{4}:|(?<![0-9]|[0-9]\\.|:[0-9A-Fa-f]{0,4}:))`,
  re2: "(?:\\B::[Ff]{4}:|\\b)",
};
const START6: Record<Dialect, string> = {
  v8: `(?<!${HEX}|(?:^|[^0-9A-Za-z])${HEX}{0,4}:)`,
  re2: "",
};

/**
 * Reads the tag that begins at `offset`.
 *
 * @returns the tag, or undefined where the text there is none and stands for itself
 */
export function readTag(
  pattern: string,
  offset: number,
  dialect: Dialect,
): Tag | undefined {
  TAG.lastIndex = offset;
  const hit = TAG.exec(pattern);
  if (hit === null) return undefined;
  const [text, slash = "", name = "", selfClosing = "", plain] = hit;
  if (plain !== undefined) return readPlainTag(text, plain, dialect);
  const group = groupName(name);
  if (MULTI_LINE.test(group)) {
    return {
      text,
      kind: "refused",
      reason: `${text} needs a memory of earlier lines, which is not there yet`,
    };
  }
  if (selfClosing !== "") return readSelfClosing(text, group);
  return { text, kind: slash === "" ? "open" : "close", name: group };
}

function readPlainTag(
  text: string,
  name: string,
  dialect: Dialect,
): Tag | undefined {
  const ip4 = `${START4[dialect]}(?<ip4>${QUAD})`;
  const ip6 = `${START6[dialect]}(?<ip6>${GROUPS6})`;
  const cidr = "(?<cidr>[0-9]{1,3})";
  switch (name) {
    case "HOST":
      return address(`\\[?(?:${ip4}|${ip6})\\]?`, ["ip4", "ip6", undefined]);
    case "ADDR":
      return address(`\\[?(?:${ip4}|${ip6})\\]?`, ["ip4", "ip6"]);
    case "IP4":
      return address(ip4, ["ip4"]);
    case "IP6":
      return address(ip6, ["ip6"]);
    case "CIDR":
      return address(cidr, ["cidr"]);
    case "SUBNET":
      return address(
        `\\[?(?:${ip4}|${ip6})(?:/${cidr})?\\]?`,
        ["ip4", "ip6", "cidr"],
      );
    case "DNS":
      return refused(
        "<DNS> needs a resolver, which is not there yet, expected <HOST> or <ADDR>",
      );
    case "SKIPLINES":
      return refused(
        "<SKIPLINES> spans several lines, which is not there yet, expected a pattern for one line",
      );
    default:
      return undefined;
  }

  function address(source: string, groups: readonly (string | undefined)[]) {
    return { text, kind: "address", source, groups } as const;
  }
  function refused(reason: string) {
    return { text, kind: "refused", reason } as const;
  }
}

function readSelfClosing(text: string, group: string): Tag {
  const body = group === "fid" ? "\\S+" : group === "fport" ? "\\w+" : "";
  if (body === "") {
    return {
      text,
      kind: "refused",
      reason:
        `${text} has no meaning of its own, expected <F-ID/>, <F-PORT/> or an opening and a closing tag`,
    };
  }
  return {
    text,
    kind: "address",
    source: `(?<${group}>${body})`,
    groups: [group],
  };
}

function groupName(name: string): string {
  const lower = name.toLowerCase();
  if (lower === "id") return "fid";
  return lower === "port" ? "fport" : lower;
}

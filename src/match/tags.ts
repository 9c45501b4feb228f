/**
 * The tags of a filter: `<HOST>` and its kin, and `<F-USER>…</F-USER>`.
 *
 * @module
 */

/** How an expression may be written: V8 knows look-behind, RE2 does not. */
export type Dialect = "v8" | "re2";

/**
 * What `<HOST>` and its kin take.
 *
 * `whole`: an address that is no part of a longer one. `address`: the first text that looks like one, as fail2ban with
 * `usedns = no`. `name`: the same, or a host's name, as fail2ban with any other `usedns`.
 */
export type HostTags = "whole" | "address" | "name";

/**
 * A tag in a pattern.
 *
 *     <HOST>      { kind: "text", source: "\\[?(?:…(?P<ip4>…)|…(?P<ip6>…))\\]?", foreign: 1 }
 *     <F-USER>    { kind: "open", name: "user" }
 *     <F-ID/>     { kind: "text", source: "(?P<fid>\\S+)", foreign: 0 }
 *     <F-X/>      { kind: "refused", reason: "…" }
 */
export type Tag =
  & {
    /** The tag as written. */
    readonly text: string;
  }
  & (
    | {
      readonly kind: "text";
      /** What it stands for, in Python's syntax. */
      readonly source: string;
      /** Groups that Python would count besides. */
      readonly foreign: number;
    }
    | { readonly kind: "open" | "close"; readonly name: string }
    | { readonly kind: "refused"; readonly reason: string }
  );

/** How to read tags. */
export interface TagOptions {
  readonly dialect: Dialect;
  readonly hosts: HostTags;
  /** How many `<SKIPLINES>` came before. */
  readonly skips: number;
}

/** Groups whose text is taken for the host, in the order in which they are asked. */
export const HOST_GROUPS = ["ip4", "ip6", "host", "fid", "dns"] as const;

/** @returns what the first of them caught that took part */
export function firstHost(
  group: (name: string) => string | undefined,
): string | undefined {
  for (const name of HOST_GROUPS) {
    const text = group(name);
    if (text !== undefined) return text;
  }
  return undefined;
}

const TAG = /<(?:(\/?)F-([A-Z][A-Z0-9_]*)(\/?)|([A-Z][A-Z0-9]*))>/y;

/** `<HOST>\.\d+` */
const DOTTED_PORT = /\\\.\(?(?:\?:)?(?:\\d|\[0-9\]|<F-PORT\/>)/y;

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

/** The same for all that looks like an address, valid or not. */
const LOOSE4 = "(?:::[Ff]{4,6}:)?";
const LOOSE_GROUPS6 = `(?:${HEX}{1,4}::?|:){1,7}${HEX}{0,4}`;

const NAME = "(?P<dns>[\\w.^-]*\\w)";
const CIDR = "(?P<cidr>[0-9]{1,3})";

/**
 * Reads the tag that begins at `offset`.
 *
 * @returns the tag, or undefined where the text there is none and stands for itself
 */
export function readTag(
  pattern: string,
  offset: number,
  options: TagOptions,
): Tag | undefined {
  TAG.lastIndex = offset;
  const hit = TAG.exec(pattern);
  if (hit === null) return undefined;
  const [text, slash = "", name = "", selfClosing = "", plain] = hit;
  if (plain !== undefined) return readPlainTag(text, plain, options);
  const group = groupName(name);
  if (selfClosing !== "") return readSelfClosing(text, group);
  return { text, kind: slash === "" ? "open" : "close", name: group };
}

/** @returns whether the source of a tag has a group that catches the host */
export function holdsHostGroup(source: string): boolean {
  return HOST_GROUPS.some((name) => source.includes(`(?P<${name}>`));
}

/** @returns whether a dot and digits stand at `offset` of a pattern: behind a host, a port */
export function isDottedPortAt(pattern: string, offset: number): boolean {
  DOTTED_PORT.lastIndex = offset;
  return DOTTED_PORT.test(pattern);
}

function readPlainTag(
  text: string,
  name: string,
  options: TagOptions,
): Tag | undefined {
  const { hosts } = options;
  const [ip4, ip6] = addressesOf(options);
  const address = `\\[?(?:${ip4}|${ip6})\\]?`;
  switch (name) {
    case "HOST":
      return hosts === "name"
        ? expand(`(?:${address}|${NAME})`)
        // The name is a group for Python, so later ones keep their numbers.
        : expand(address, hosts === "whole" ? 1 : 0);
    case "ADDR":
      return expand(address);
    case "IP4":
      return expand(ip4);
    case "IP6":
      return expand(ip6);
    case "CIDR":
      return expand(CIDR);
    case "SUBNET":
      return expand(`\\[?(?:${ip4}|${ip6})(?:/${CIDR})?\\]?`);
    case "DNS":
      return expand(NAME);
    case "SKIPLINES":
      return expand(`\\n(?P<skiplines${options.skips}>(?:[^\\n]*\\n)*?)`);
    default:
      return undefined;
  }

  function expand(source: string, foreign = 0) {
    return { text, kind: "text", source, foreign } as const;
  }
}

function addressesOf({ hosts, dialect }: TagOptions): [string, string] {
  if (hosts === "whole") {
    return [
      `${START4[dialect]}(?P<ip4>${QUAD})`,
      `${START6[dialect]}(?P<ip6>${GROUPS6})`,
    ];
  }
  return [`${LOOSE4}(?P<ip4>${QUAD})`, `(?P<ip6>${LOOSE_GROUPS6})`];
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
  return { text, kind: "text", source: `(?P<${group}>${body})`, foreign: 0 };
}

function groupName(name: string): string {
  const lower = name.toLowerCase();
  if (lower === "id") return "fid";
  return lower === "port" ? "fport" : lower;
}

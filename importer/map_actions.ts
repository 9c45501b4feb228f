/**
 * From fail2ban's actions to what carries bans out here.
 *
 * @module
 */

import type { ResolvedAction } from "./action.ts";
import { splitWords } from "./options.ts";
import type { OutcomeNote } from "./outcome.ts";
import type { TomlValue } from "./toml_text.ts";

/** What a jail's actions come to. */
export interface MappedActions {
  /** The `backend` key; absent: bans are counted and not carried out. */
  readonly backend?: TomlValue;
  /** The `port` key; empty: all. */
  readonly ports: readonly string[];
  readonly protocols: readonly string[];
  readonly notes: readonly OutcomeNote[];
}

/** Actions of the kernel's own tables. */
const NFTABLES = /^nftables(?:-|$)/;

/** Other ways into the packet filter of the machine. */
const OTHER_FIREWALLS =
  /^(?:(?:iptables|ip6tables|firewallcmd|shorewall|bsd-ipfw|ipfw|ipfilter|npf|pf|ufw|apf|csf|symbiosis-blacklist)(?:-|$)|osx-)/;

/** Actions that tell somebody and ban nobody. */
const MESSENGERS =
  /^(?:abuseipdb|apprise|blocklist_de|complain|dshield|ipthreat|mail|mynetwatchman|sendmail|smtp|xarf)/;

/** Actions that ban at somebody else's. */
const REMOTE =
  /^(?:cloudflare|mikrotik|netscaler|nginx-block-map|nsupdate|hostsdeny|route|dummy)/;

/** All ports, as fail2ban writes them. */
const ALL_PORTS = new Set(["0:65535", "1:65535", "0-65535", "all", "any", ""]);

/** Finds what bans, and says what the other actions would have done. */
export function mapActions(actions: readonly ResolvedAction[]): MappedActions {
  const firewalls = actions.filter(({ file }) =>
    NFTABLES.test(file) || OTHER_FIREWALLS.test(file)
  );
  const others = actions.filter((action) => !firewalls.includes(action));
  if (firewalls.length > 0) {
    return mapFirewalls(firewalls, others.map(describeLoss));
  }
  const [only] = others;
  if (only !== undefined && others.length === 1) {
    const backend = mapScript(only);
    if (backend !== undefined) return backend;
  }
  return {
    ports: [],
    protocols: [],
    notes: others.map((action) => {
      const isMessenger = MESSENGERS.test(action.file);
      return { ...describeLoss(action), isLoss: !isMessenger };
    }),
  };
}

function mapFirewalls(
  actions: readonly ResolvedAction[],
  more: readonly OutcomeNote[],
): MappedActions {
  const notes: OutcomeNote[] = [];
  const foreign = actions.filter(({ file }) => !NFTABLES.test(file));
  if (foreign.length > 0) {
    const files = [...new Set(foreign.map(({ file }) => file))].join(", ");
    notes.push({
      what:
        `${files}: bans stand in a table of fail2deno's own, inet fail2deno, for IPv4 and IPv6 alike`,
    });
  }
  const ports = new Set(actions.flatMap(portsOf));
  const isAll = actions.some((action) => portsOf(action).length === 0);
  const [first] = actions;
  return {
    backend: first === undefined ? "nftables" : {
      nftables: { verdict: verdictOf(first), hooks: [hookOf(first)] },
    },
    ports: isAll ? [] : [...ports],
    protocols: [...new Set(actions.flatMap(protocolsOf))],
    notes: [...notes, ...noteJoined(actions), ...noteLogging(actions), ...more],
  };
}

/** One set of hosts has one set of ports: more is closed than before, never less. */
function noteJoined(actions: readonly ResolvedAction[]): OutcomeNote[] {
  const ports = new Set(actions.map((action) => portsOf(action).join()));
  return ports.size < 2
    ? []
    : [{ what: "Ports and protocols of its actions are joined" }];
}

function noteLogging(actions: readonly ResolvedAction[]): OutcomeNote[] {
  return actions.filter(({ file }) =>
    /-log(?:ging)?$|^iptables-xt_recent/.test(file)
  )
    .map(({ file }) => ({
      what: `${file}: dropped packets are not logged`,
      advice:
        "counter = true in backend counts them, or add a log rule of your own",
    }));
}

function portsOf({ file, values }: ResolvedAction): string[] {
  const type = values.get("type") ?? "";
  if (type === "allports" || file.endsWith("-allports")) return [];
  const words = splitWords(values.get("port") ?? "");
  return words.some((word) => ALL_PORTS.has(word)) ? [] : words;
}

function protocolsOf({ values }: ResolvedAction): string[] {
  return splitWords((values.get("protocol") ?? "tcp").toLowerCase());
}

/** fail2ban's stock actions reject. */
function verdictOf({ values }: ResolvedAction): "drop" | "reject" {
  return /\bdrop\b|\bblackhole\b|\bdeny\b/i.test(values.get("blocktype") ?? "")
    ? "drop"
    : "reject";
}

function hookOf({ values }: ResolvedAction): "input" | "forward" {
  const chain = values.get("chain_hook") ?? values.get("chain") ?? "";
  const named = `${chain} ${values.get("chain") ?? ""}`;
  return /forward|docker/i.test(named) ? "forward" : "input";
}

/** A command for a ban and one for its end, which need nothing but the address. */
function mapScript(action: ResolvedAction): MappedActions | undefined {
  const ban = scriptOf(action.commands.get("actionban"));
  const unban = scriptOf(action.commands.get("actionunban"));
  const start = String(action.commands.get("actionstart") ?? "").trim();
  const isKnown = MESSENGERS.test(action.file);
  if (isKnown || ban === undefined || unban === undefined || start !== "") {
    return undefined;
  }
  return {
    backend: { script: { ban_cmd: ban, unban_cmd: unban } },
    ports: [],
    protocols: [],
    notes: [{ what: `${action.file}: its commands are run as they are` }],
  };
}

/** @returns the command with our placeholder, or undefined where it is empty or needs more than the address */
function scriptOf(command: string | boolean | undefined): string | undefined {
  const text = String(command ?? "").trim();
  const own = text.replaceAll("<ip>", "<IP>");
  const isForeign = /<(?!IP>)[\w/?=.-]+>/.test(own);
  return text === "" || isForeign ? undefined : own;
}

function describeLoss({ file }: ResolvedAction): OutcomeNote {
  if (MESSENGERS.test(file)) {
    return {
      what: `Action ${file} is not carried over: no messages are sent`,
      advice: "read fail2deno list-bans, or the daemon's log, instead",
    };
  }
  if (REMOTE.test(file)) {
    return {
      what: `Action ${file} is not carried over: it has no counterpart yet`,
      advice:
        "write its commands as backend = { script = { ban_cmd, unban_cmd } }",
    };
  }
  return {
    what:
      `Action ${file} is not carried over: it is unknown, and its commands need more than an address`,
    advice:
      "write its commands as backend = { script = { ban_cmd, unban_cmd } }",
  };
}

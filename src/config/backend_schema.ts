/**
 * The key `backend`: a word, or a table that holds one backend with its options.
 *
 * @module
 */

import * as z from "zod/mini";
import { PLUGIN_BACKEND_FIELDS } from "./action_schema.ts";
import {
  choice,
  closed,
  type Field,
  flag,
  noted,
  parsed,
  type Refuse,
  text,
  whole,
} from "./fields.ts";
import {
  type Backend,
  type ChainBackend,
  REJECT_TYPES,
  REJECT_TYPES_V6,
} from "./backend_types.ts";

/** What a jail asks for. */
export interface BackendChoice {
  readonly backend: Backend;
  /** `nftables-allports`, `iptables-allports`: whatever `port` says. */
  readonly isAllPorts: boolean;
}

const HOOKS = ["input", "forward"] as const;

const VERDICT = noted(z._default(choice(["drop", "reject"]), "drop"), {
  takes: '"drop", "reject"',
  otherwise: '"drop"',
  says: "What becomes of a banned host's packets.",
});

const NFTABLES_FIELDS = {
  verdict: VERDICT,
  counter: noted(z._default(flag(), false), {
    takes: "true, false",
    otherwise: "false",
    says: "Whether the rule counts packets and bytes.",
  }),
  hooks: noted(
    z._default(
      z.array(choice(HOOKS), "a list of hooks").check(
        z.minLength(1, 'at least one of "input", "forward"'),
      ),
      [...HOOKS],
    ),
    {
      takes: 'list of "input", "forward"',
      otherwise: "both",
      says: "Whether packets to the machine, or through it, are met.",
    },
  ),
};

/** As iptables takes them, and nothing that it would read as an option. */
const CHAIN_NAME = /^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,27}$/;
const MAX_CHAINS = 8;
/** Chains of packets that come from elsewhere; in others a ban would never be met, and iptables refuses REJECT there. */
const NO_WAY_IN = new Set(["OUTPUT", "POSTROUTING", "PREROUTING"]);

const CHAINS = parsed<readonly string[]>(
  `a chain such as "INPUT" or "DOCKER-USER", or a list of up to ${MAX_CHAINS}`,
  (value, refuse) => {
    const names: unknown[] = Array.isArray(value) ? value : [value];
    if (names.length > MAX_CHAINS) return undefined;
    for (const [index, name] of names.entries()) {
      const path = Array.isArray(value) ? { path: [index] } : {};
      if (typeof name !== "string") return undefined;
      if (!CHAIN_NAME.test(name)) {
        refuse("it is no name of a chain", path);
      } else if (name.startsWith("f2d-")) {
        refuse("it is one of fail2deno's own", path);
      } else if (NO_WAY_IN.has(name)) {
        refuse("no packet to be banned comes there", path);
      }
    }
    return names.length === 0 ? undefined : [...new Set(names.map(String))];
  },
);

const CHAIN_FIELDS = {
  verdict: VERDICT,
  reject_with: noted(
    z._default(choice(REJECT_TYPES), "icmp-port-unreachable"),
    {
      takes: REJECT_TYPES.map((word) => `"${word}"`).join(", "),
      otherwise: '"icmp-port-unreachable"',
      says: "The answer to rejected IPv4 packets; tcp-reset with ports of TCP.",
    },
  ),
  reject_with_v6: noted(
    z._default(choice(REJECT_TYPES_V6), "icmp6-port-unreachable"),
    {
      takes: REJECT_TYPES_V6.map((word) => `"${word}"`).join(", "),
      otherwise: '"icmp6-port-unreachable"',
      says: "The answer to rejected IPv6 packets.",
    },
  ),
  chain: noted(z._default(CHAINS, ["INPUT"]), {
    takes: '"INPUT", "FORWARD", "DOCKER-USER", another chain, or list of them',
    otherwise: '"INPUT"',
    says: "Whose packets are met; one that is not there yet is waited for.",
  }),
  variant: noted(z._default(choice(["auto", "nft", "legacy"]), "auto"), {
    takes: '"auto", "nft", "legacy"',
    otherwise: '"auto" (what the system calls iptables)',
    says: "Which iptables; one for all jails.",
  }),
};

const IPSET_FIELDS = {
  ...CHAIN_FIELDS,
  max_elements: noted(z._default(whole(1024, 16_777_216), 65_536), {
    takes: "1024-16777216",
    otherwise: "65536",
    says: "Hosts that a set of one address family takes at most.",
  }),
};

const SCRIPT_FIELDS = {
  ban_cmd: noted(text("a command line"), {
    takes: "command line",
    says: "Run by /bin/sh for a ban; <IP> and <JAIL> stand for the two.",
  }),
  unban_cmd: noted(text("a command line"), {
    takes: "command line",
    says: "Run by /bin/sh for its end.",
  }),
};

/** Fields of each backend's table, for the reference. */
export const BACKEND_FIELDS: Readonly<
  Record<Backend["kind"], Readonly<Record<string, Field>>>
> = {
  nftables: NFTABLES_FIELDS,
  iptables: CHAIN_FIELDS,
  ipset: IPSET_FIELDS,
  script: SCRIPT_FIELDS,
  plugin: PLUGIN_BACKEND_FIELDS,
};

const NFTABLES = z.pipe(
  closed(NFTABLES_FIELDS),
  z.transform((options): Backend => ({
    kind: "nftables",
    verdict: options.verdict,
    counter: options.counter,
    hooks: HOOKS.filter((hook) => options.hooks.includes(hook)),
  })),
);

const IPTABLES = z.pipe(
  closed(CHAIN_FIELDS),
  z.transform((options): Backend => ({
    kind: "iptables",
    ...toChainBackend(options),
  })),
);

const IPSET = z.pipe(
  closed(IPSET_FIELDS),
  z.transform((options): Backend => ({
    kind: "ipset",
    ...toChainBackend(options),
    maxElements: options.max_elements,
  })),
);

const SCRIPT = z.pipe(
  closed(SCRIPT_FIELDS),
  z.transform((options): Backend => ({
    kind: "script",
    banCommand: options.ban_cmd,
    unbanCommand: options.unban_cmd,
  })),
);

/** Its options are known by the plugin alone. */
const PLUGIN: Field<BackendChoice> = z.pipe(
  z.looseObject(PLUGIN_BACKEND_FIELDS),
  z.transform(({ plugin = "", file = plugin }): BackendChoice => ({
    backend: { kind: "plugin", plugin: file },
    isAllPorts: false,
  })),
);

const WANTED =
  '"nftables", "iptables", "ipset" or a table { script = { ban_cmd, unban_cmd } }';

/** Each with its defaults. fail2ban's names of actions mean what they mean there; an ending `-allports` closes all ports. */
const WORDS: ReadonlyMap<string, Field<Backend>> = new Map<
  string,
  Field<Backend>
>([
  ["nftables", NFTABLES],
  ["nftables-multiport", NFTABLES],
  ["nftables-allports", NFTABLES],
  ["iptables", IPTABLES],
  ["iptables-multiport", IPTABLES],
  ["iptables-allports", IPTABLES],
  ["ipset", IPSET],
  ["ipset-allports", IPSET],
  ["iptables-ipset", IPSET],
  ["iptables-ipset-proto4", IPSET],
  ["iptables-ipset-proto6", IPSET],
  ["iptables-ipset-proto6-allports", IPSET],
]);

/** Firewalls that have no backend of their own. */
const FOREIGN =
  /^(?:iptables|ip6tables|ipset|firewalld|firewallcmd|ufw|pf|ipfw|shorewall)\b/;

/** fail2ban's words for where lines come from, which stand under the same key there. */
const LOG_BACKENDS = new Set(["auto", "polling", "pyinotify", "systemd"]);

/** The field. */
export const BACKEND: Field<BackendChoice> = z.pipe(
  z.unknown(),
  z.transform((value, context): BackendChoice => {
    const result = schemaFor(value).safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) {
      // The inner schema's issues are those of this value; zod asks for the input beside them.
      context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
    }
    return z.NEVER;
  }),
);

function schemaFor(value: unknown): Field<BackendChoice> {
  const isTable = value !== null && typeof value === "object" &&
    !Array.isArray(value);
  if (!isTable) return WORD;
  const isPlugin = Object.keys(PLUGIN_BACKEND_FIELDS)
    .some((key) => Object.hasOwn(value, key));
  return isPlugin ? PLUGIN : TABLE;
}

const WORD = parsed<BackendChoice>(WANTED, (value, refuse) => {
  if (typeof value !== "string") return undefined;
  const schema = WORDS.get(value);
  if (schema === undefined) {
    refuseWord(value, refuse);
    return undefined;
  }
  const isAllPorts = value.endsWith("-allports");
  return { backend: schema.parse({}), isAllPorts };
});

const TABLE: Field<BackendChoice> = z.pipe(
  z.pipe(
    z.unknown(),
    closed({
      nftables: z.optional(NFTABLES),
      iptables: z.optional(IPTABLES),
      ipset: z.optional(IPSET),
      script: z.optional(SCRIPT),
    }),
  ),
  z.transform((table, context): BackendChoice => {
    const [backend, another] = Object.values(table)
      .filter((each) => each !== undefined);
    if (another !== undefined) {
      context.issues.push({
        code: "custom",
        input: undefined,
        message: "one of them",
        params: { state: "it names two backends" },
      });
    }
    if (backend !== undefined) return { backend, isAllPorts: false };
    context.issues.push({
      code: "custom",
      input: undefined,
      message: WANTED,
      params: { state: "it is empty" },
    });
    return z.NEVER;
  }),
);

function refuseWord(word: string, refuse: Refuse): void {
  if (FOREIGN.test(word)) {
    refuse("it has no backend of its own", {
      wanted: '"nftables", "iptables" or "ipset"',
    });
  } else if (LOG_BACKENDS.has(word)) {
    refuse("it says where lines come from", {
      wanted: `${WANTED} (and log_backend = "file" or "systemd")`,
    });
  } else if (word === "script") {
    refuse("it needs its commands", {
      wanted: "a table { script = { ban_cmd, unban_cmd } }",
    });
  } else refuse("it is not known");
}

function toChainBackend(
  options: z.infer<z.ZodMiniObject<typeof CHAIN_FIELDS>>,
): ChainBackend {
  return {
    verdict: options.verdict,
    rejectWith: options.reject_with,
    rejectWithV6: options.reject_with_v6,
    chains: options.chain,
    variant: options.variant,
  };
}

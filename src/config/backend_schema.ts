/**
 * The key `backend`: a word, or a table that holds one backend with its options.
 *
 * @module
 */

import * as z from "zod/mini";
import {
  choice,
  closed,
  type Field,
  flag,
  noted,
  parsed,
  type Refuse,
  text,
} from "./fields.ts";
import type { Backend } from "./types.ts";

/** What a jail asks for. */
export interface BackendChoice {
  readonly backend: Backend;
  /** `nftables-allports`: whatever `port` says. */
  readonly isAllPorts: boolean;
}

const HOOKS = ["input", "forward"] as const;

const NFTABLES_FIELDS = {
  verdict: noted(z._default(choice(["drop", "reject"]), "drop"), {
    takes: '"drop", "reject"',
    otherwise: '"drop"',
    says: "What becomes of a banned host's packets.",
  }),
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
  Record<"nftables" | "script", Readonly<Record<string, Field>>>
> = { nftables: NFTABLES_FIELDS, script: SCRIPT_FIELDS };

const NFTABLES = z.pipe(
  closed(NFTABLES_FIELDS),
  z.transform((options): Backend => ({
    kind: "nftables",
    verdict: options.verdict,
    counter: options.counter,
    hooks: HOOKS.filter((hook) => options.hooks.includes(hook)),
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

const WANTED = '"nftables" or a table { script = { ban_cmd, unban_cmd } }';

const WORDS: ReadonlyMap<string, BackendChoice> = new Map([
  ["nftables", choose(false)],
  ["nftables-multiport", choose(false)],
  ["nftables-allports", choose(true)],
]);

/** Firewalls that will have a backend of their own. */
const LATER =
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
  return isTable ? TABLE : WORD;
}

const WORD = parsed<BackendChoice>(WANTED, (value, refuse) => {
  if (typeof value !== "string") return undefined;
  const known = WORDS.get(value);
  if (known === undefined) refuseWord(value, refuse);
  return known;
});

const TABLE: Field<BackendChoice> = z.pipe(
  z.pipe(
    z.unknown(),
    closed({
      nftables: z.optional(NFTABLES),
      script: z.optional(SCRIPT),
      iptables: z.optional(later("iptables")),
      ipset: z.optional(later("ipset")),
    }),
  ),
  z.transform(({ nftables, script }, context): BackendChoice => {
    if (nftables !== undefined && script !== undefined) {
      context.issues.push({
        code: "custom",
        input: undefined,
        message: "one of them",
        params: { state: "it names two backends" },
      });
    }
    const backend = nftables ?? script;
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

function later(name: string): Field<never> {
  return parsed<never>('backend = "nftables"', (_value, refuse) => {
    refuse(`the backend ${name} is not there yet`);
    return undefined;
  });
}

function refuseWord(word: string, refuse: Refuse): void {
  if (LATER.test(word)) {
    refuse("it is not there yet", { wanted: '"nftables"' });
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

function choose(isAllPorts: boolean): BackendChoice {
  return {
    backend: {
      kind: "nftables",
      verdict: "drop",
      counter: false,
      hooks: [...HOOKS],
    },
    isAllPorts,
  };
}

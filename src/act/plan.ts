/**
 * Turns a jail into a plan that is safe to carry out.
 *
 * @module
 */

import * as z from "zod/mini";

import ipset from "../../actions/ipset.ts";
import iptables from "../../actions/iptables.ts";
import nftables from "../../actions/nftables.ts";
import script from "../../actions/script.ts";
import { needPlan } from "../config/backend_driver.ts";
import { REJECT_TYPES, REJECT_TYPES_V6 } from "../config/backend_types.ts";
import type {
  ChainLayout,
  ChainPlan,
  CommandPlan,
  FirewallPlan,
  FirewallSet,
  Plan,
  PlanContext,
  SetPlan,
} from "./contract.ts";
import { ownName } from "./own_name.ts";
import { ActionError, type ActJail } from "./types.ts";

/** The alphabet of jail names: nothing that a shell, nft or a terminal would take for more than a letter. */
const JAIL_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

const MAX_RULES = 32;
/** As many as a single rule's constant set may hold; more is surely a mistake. */
const MAX_PORTS = 1024;
/** Chains of others that lead to a jail's. */
const MAX_PARENTS = 8;
/** As many as ipset takes in a set, 16 million, are far more than are ever banned. */
const MAX_ELEMENTS = 16_777_216;
/** A chain that iptables takes, and nothing that it would read as an option. */
const CHAIN_NAME = /^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,27}$/;
const MAX_COMMAND_LENGTH = 16384;

const port = z.int().check(z.gte(1), z.lte(65535));

const portRange = z.strictObject({ from: port, to: port }).check(
  z.refine((range) => range.from <= range.to, { error: "from is above to" }),
);

const packets = {
  protocol: z.optional(z.enum(["tcp", "udp", "sctp", "dccp"])),
  ports: z.array(portRange).check(z.maxLength(MAX_PORTS)),
};

type Packets = z.infer<z.ZodMiniObject<typeof packets>>;

const portsHaveProtocol = z.refine<Packets>(
  (value) => value.ports.length === 0 || value.protocol !== undefined,
  { error: "ports need a protocol" },
);

const rule = z.strictObject({
  ...packets,
  set: z.string(),
  counter: z.boolean(),
  verdict: z.enum(["drop", "reject"]),
}).check(portsHaveProtocol);

const set = z.strictObject({
  name: z.string(),
  family: z.union([z.literal(4), z.literal(6)]),
});

const firewallPlan = z.strictObject({
  kind: z.literal("firewall"),
  hooks: z.array(z.enum(["input", "forward"]))
    .check(z.minLength(1), z.maxLength(2)),
  sets: z.array(set).check(z.minLength(1), z.maxLength(2)),
  rules: z.array(rule).check(z.minLength(1), z.maxLength(MAX_RULES)),
});

const chainLayout = {
  chain: z.string(),
  parents: z.array(z.string().check(z.regex(CHAIN_NAME)))
    .check(z.minLength(1), z.maxLength(MAX_PARENTS)),
  matches: z.array(z.strictObject(packets).check(portsHaveProtocol))
    .check(z.minLength(1), z.maxLength(MAX_RULES)),
  verdict: z.enum(["DROP", ...REJECT_TYPES]),
  verdictV6: z.enum(["DROP", ...REJECT_TYPES_V6]),
  variant: z.enum(["auto", "nft", "legacy"]),
};

const chainPlan = z.strictObject({ ...chainLayout, kind: z.literal("chain") });

const setPlan = z.strictObject({
  ...chainLayout,
  kind: z.literal("set"),
  sets: z.array(set).check(z.length(2)),
  maxElements: z.int().check(z.gte(1), z.lte(MAX_ELEMENTS)),
});

// A NUL would end the command before its time.
const command = z.string().check(
  z.maxLength(MAX_COMMAND_LENGTH),
  z.refine((text) => !text.includes("\0"), { error: "holds a NUL" }),
);

const commandPlan = z.strictObject({
  kind: z.literal("command"),
  ban: command.check(z.minLength(1)),
  unban: command,
});

const plan = z.discriminatedUnion("kind", [
  firewallPlan,
  chainPlan,
  setPlan,
  commandPlan,
]);

/**
 * Plans for a jail that bans by the firewall.
 *
 * @throws {ActionError} when the jail's action plans something that is not its to plan
 */
export function planFirewall(jail: ActJail): FirewallPlan {
  const planned = planFor(jail);
  if (planned.kind !== "firewall") throw mismatch(jail, "nftables");
  return planned;
}

/**
 * Plans for a jail that bans by iptables, with ipset or without.
 *
 * @throws {ActionError} when the jail's action plans something that is not its to plan
 */
export function planChain(jail: ActJail): ChainPlan | SetPlan {
  const planned = planFor(jail);
  if (planned.kind === "chain" || planned.kind === "set") return planned;
  throw mismatch(jail, "iptables");
}

/**
 * Plans for a jail that bans by commands.
 *
 * @throws {ActionError} when the jail's action plans something that is not its to plan
 */
export function planCommands(jail: ActJail): CommandPlan {
  const planned = planFor(jail);
  if (planned.kind !== "command") throw mismatch(jail, "script");
  return planned;
}

/** What a plugin planned when it was loaded goes through the same gate once more. */
function planFor(jail: ActJail): Plan {
  const { backend, name } = jail;
  const base = planContext({ ...jail, jail: name });
  const origin = { action: backend.kind, jail: name };
  switch (backend.kind) {
    case "nftables":
      return validatePlan(nftables.plan({ ...base, options: backend }), origin);
    case "iptables":
      return validatePlan(iptables.plan({ ...base, options: backend }), origin);
    case "ipset":
      return validatePlan(ipset.plan({ ...base, options: backend }), origin);
    case "script":
      return validatePlan(script.plan({ ...base, options: backend }), origin);
    case "plugin":
      return validateCustomPlan(needPlan(backend).plan, {
        ...origin,
        action: backend.plugin,
      });
  }
}

/** What an action of the administrator's own may plan. */
export type CustomPlan = Exclude<Plan, CommandPlan>;

/** Where a plan comes from and whose it is. */
export interface PlanOrigin {
  /** The action's id. */
  readonly action: string;
  /** The jail's name. */
  readonly jail: string;
}

/**
 * Accepts a plan only if it is in the grammar and names nothing but the jail's own sets.
 *
 * @param value whatever the action returned
 * @throws {ActionError} otherwise
 */
export function validatePlan(value: unknown, origin: PlanOrigin): Plan {
  if (!JAIL_NAME.test(origin.jail)) {
    throw refusal(origin, `jail "${origin.jail}", expected ${JAIL_NAME}`);
  }
  const parsed = plan.safeParse(value);
  if (!parsed.success) {
    throw refusal(origin, describeIssue(parsed.error.issues[0]));
  }
  checkOwnership(parsed.data, origin);
  return parsed.data;
}

/**
 * Accepts a plan of the administrator's own action: no commands, since these would be run by a shell, outside of any grammar.
 *
 * @param value whatever the action returned
 * @throws {ActionError} otherwise
 */
export function validateCustomPlan(
  value: unknown,
  origin: PlanOrigin,
): CustomPlan {
  const planned = validatePlan(value, origin);
  if (planned.kind !== "command") return planned;
  throw refusal(
    origin,
    'kind "command", expected firewall, chain or set; commands stand in backend = { script = … }',
  );
}

/** Tells what an action is asked about a jail. */
export function planContext(
  { jail, ports, protocols }: Omit<PlanContext<unknown>, "chain" | "options">,
): Omit<PlanContext<unknown>, "options"> {
  return { jail, chain: ownName(jail), ports, protocols };
}

/** In words for whoever writes a plan action: zod's own are not in the program. */
function describeIssue(issue: z.core.$ZodIssue | undefined): string {
  const place = issue?.path.join(".") || "the plan";
  switch (issue?.code) {
    case "unrecognized_keys":
      return `${place} has "${issue.keys.join('", "')}", expected no such key`;
    case "invalid_value":
      return `${place}, expected one of ${issue.values.join(", ")}`;
    case "invalid_type":
      return `${place}, expected ${issue.expected}`;
    case "too_big":
      return `${place}, expected at most ${issue.maximum}`;
    case "too_small":
      return `${place}, expected at least ${issue.minimum}`;
    case "custom":
      return `${place}: ${issue.message}`;
    default:
      return `${place}, expected what the contract says`;
  }
}

function checkOwnership(planned: Plan, origin: PlanOrigin): void {
  switch (planned.kind) {
    case "firewall":
      checkSets(planned.sets, { ...origin, owner: origin.jail });
      return checkNames(planned, origin);
    case "set":
      checkSets(planned.sets, { ...origin, owner: ownName(origin.jail) });
      return checkChain(planned, origin);
    case "chain":
      return checkChain(planned, origin);
  }
}

function checkChain(planned: ChainLayout, origin: PlanOrigin): void {
  const expected = ownName(origin.jail);
  if (planned.chain !== expected) {
    throw refusal(origin, `chain "${planned.chain}", expected "${expected}"`);
  }
  const verdicts = [planned.verdict, planned.verdictV6];
  const isTcp = planned.matches.every(({ protocol }) => protocol === "tcp");
  if (verdicts.includes("tcp-reset") && !isTcp) {
    throw refusal(origin, "tcp-reset, expected ports of TCP alone");
  }
}

function checkSets(
  sets: readonly FirewallSet[],
  origin: PlanOrigin & { readonly owner: string },
): void {
  const names = new Set<string>();
  for (const set of sets) {
    const expected = `${origin.owner}-v${set.family}`;
    if (set.name !== expected || names.has(set.name)) {
      throw refusal(origin, `set "${set.name}", expected one "${expected}"`);
    }
    names.add(set.name);
  }
}

function checkNames(planned: FirewallPlan, origin: PlanOrigin): void {
  const names = new Set(planned.sets.map(({ name }) => name));
  for (const { set } of planned.rules) {
    if (!names.has(set)) {
      throw refusal(origin, `rule on "${set}", expected one of its sets`);
    }
  }
}

function mismatch(jail: ActJail, action: string): ActionError {
  return refusal({ action, jail: jail.name }, "of another action");
}

function refusal(origin: PlanOrigin, why: string): ActionError {
  return new ActionError(
    `Cannot use plan for jail "${origin.jail}": ${why}`,
    { action: origin.action, phase: "open", reason: "refused" },
  );
}

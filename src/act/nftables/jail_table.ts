/**
 * Our table in the kernel: set up, changed and read over one socket.
 *
 * @module
 */

import type { Ban } from "../../track/types.ts";
import {
  classifyErrno,
  ERRNO,
  explainErrno,
  explainFailure,
  NetlinkError,
  type NetlinkFailure,
} from "../netlink/errors.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { ActionError, type ActProblem, type FoundBan } from "../types.ts";
import { Batch } from "./batch.ts";
import { type Damage, findDamage } from "./damage.ts";
import { writeBans, writeNewBans, writeRemoval } from "./elements.ts";
import {
  countRules,
  type JailLayout,
  layOutJail,
  type TransitionOptions,
  writeSlotRules,
  writeTransition,
} from "./layout.ts";
import { findElement } from "./find_element.ts";
import { listSlot, type SetElement } from "./list_set.ts";
import type { Operation } from "./operations.ts";
import {
  prefixOf,
  type Slot,
  type SlotKey,
  slotKeyOf,
  slotOf,
} from "./slot.ts";
import { readTable, type TableState } from "./table_state.ts";

/** Another program may change the table between our look at it and our change. */
const MAX_ATTEMPTS = 3;
const RACES: ReadonlySet<number> = new Set([
  ERRNO.ENOENT,
  ERRNO.EEXIST,
  ERRNO.EBUSY,
]);

const NONE: ReadonlySet<string> = new Set();

/** A jail as it is wanted. */
export type JailPlan = Pick<JailLayout, "name" | "plan">;

/** See the module. */
export class JailTable {
  readonly #socket: NetlinkSocket;
  readonly #batch: Batch;
  #jails: ReadonlyMap<string, JailLayout> = new Map();

  /** Touches nothing yet. */
  constructor(socket: NetlinkSocket, table: string) {
    this.#socket = socket;
    this.#batch = new Batch(table);
  }

  /** Of the table, in the family inet. */
  get name(): string {
    return this.#batch.table;
  }

  /** Their present plans, by name. */
  get jails(): ReadonlyMap<string, JailPlan> {
    return this.#jails;
  }

  /**
   * Goes over to these jails in one transaction.
   *
   * @returns what was there before
   * @throws {ActionError} when the kernel refuses; nothing has changed then
   */
  setUp(
    plans: readonly JailPlan[],
    options: TransitionOptions & { readonly phase: ActProblem["phase"] },
  ): TableState {
    for (let attempt = 1;; attempt++) {
      const from = this.#read(options.phase);
      const jails = plans.map((plan) => layOutJail(plan, from));
      this.#batch.begin();
      writeTransition(this.#batch, { from, jails, options });
      const [failure] = this.#send();
      if (failure === undefined) {
        this.#jails = new Map(jails.map((jail) => [jail.name, jail]));
        return from;
      }
      if (attempt < MAX_ATTEMPTS && RACES.has(failure.errno)) continue;
      throw actionError(failure.errno, {
        phase: options.phase,
        what: `set up table "${this.name}"`,
        words: explainFailure(failure),
      });
    }
  }

  /**
   * Looks whether somebody else took something out of the table.
   *
   * @returns what is gone; `undefined` where all is there
   * @throws {ActionError} when the kernel does not tell
   */
  findDamage(): Damage | undefined {
    return findDamage(this.#read("ban"), [...this.#jails.values()]);
  }

  /**
   * Sets up again what somebody else took away, without the bans.
   *
   * @param chains that lost a rule by the kernel's word, though they may have as many as they should
   * @returns what was gone; `undefined` where all was there
   * @throws {ActionError} when the kernel refuses; nothing has changed then
   */
  repair(chains: ReadonlySet<string>): Damage | undefined {
    const wanted = [...this.#jails.values()];
    const ours = countRules(wanted);
    const replaced = [...chains].filter((chain) => ours.has(chain));
    const damage = this.findDamage() ??
      (replaced.length > 0 ? toDamage(replaced) : undefined);
    if (damage === undefined) return undefined;
    this.setUp(wanted, { unchanged: NONE, emptied: NONE, phase: "ban" });
    return damage;
  }

  /**
   * Asks the kernel.
   *
   * @returns the bans that the kernel has for a jail, single hosts first
   * @throws {NetlinkError} when it does not tell
   */
  list(jail: string): FoundBan[] {
    return (this.#jails.get(jail)?.slots ?? []).flatMap((slot) =>
      this.#listSlot(slot).map((element) => ({
        jail,
        prefix: prefixOf(slot),
        ...element,
      }))
    );
  }

  /**
   * Asks the kernel about one ban.
   *
   * @returns seconds that are left of it, 0 where it is not there
   * @throws {NetlinkError} when it does not tell
   */
  remainingOf({ jail, words, prefix }: Ban): number {
    const slot = slotOf(jail, slotKeyOf(words, prefix));
    const batch = this.#batch;
    const element = findElement(this.#socket, { batch, slot, words });
    return element?.remainingSeconds ?? 0;
  }

  /**
   * Looks whether a set exists for the ban, or can be made.
   *
   * @returns whether bans of that host can be carried out for its jail
   */
  hasPlaceFor(ban: Ban): boolean {
    const { family } = slotKeyOf(ban.words, ban.prefix);
    const sets = this.#jails.get(ban.jail)?.plan.sets ?? [];
    return sets.some((set) => set.family === family);
  }

  /**
   * Carries all out in one transaction, or nothing. Sets for networks of a new length are made in the same one.
   *
   * @param operations each with a place, see `hasPlaceFor`
   * @returns why it was refused; empty when it was not
   * @throws {NetlinkError} when the socket fails
   */
  change(
    operations: readonly Operation[],
    nowSeconds: number,
  ): readonly NetlinkFailure[] {
    const groups = groupBySlot(operations, this.#jails);
    this.#batch.begin();
    for (const { jail, slot, isNew } of groups) {
      if (!isNew) continue;
      this.#batch.addSet(slot);
      writeSlotRules(this.#batch, jail, slot);
    }
    for (const group of groups) {
      writeGroup(this.#batch, group, nowSeconds);
    }
    const failures = this.#send();
    if (failures.length === 0) this.#adopt(groups);
    return failures;
  }

  /** Removes the table and all in it; it is fine when there is none. */
  tearDown(): NetlinkFailure | undefined {
    this.#batch.begin();
    this.#batch.deleteTable();
    const [failure] = this.#send();
    return failure?.errno === ERRNO.ENOENT ? undefined : failure;
  }

  #adopt(groups: Iterable<Group>): void {
    let jails: Map<string, JailLayout> | undefined;
    for (const { jail, slot, isNew } of groups) {
      if (!isNew) continue;
      jails ??= new Map(this.#jails);
      const present = jails.get(jail.name) ?? jail;
      jails.set(jail.name, { ...present, slots: [...present.slots, slot] });
    }
    if (jails !== undefined) this.#jails = jails;
  }

  #listSlot(slot: Slot): readonly SetElement[] {
    return listSlot(this.#socket, { batch: this.#batch, slot });
  }

  #send(): readonly NetlinkFailure[] {
    const { bytes, lastSequence } = this.#batch.finish();
    return this.#socket.request(bytes, lastSequence);
  }

  #read(phase: ActProblem["phase"]): TableState {
    try {
      return readTable(this.#socket, this.#batch);
    } catch (error) {
      throw toActionError(error, phase);
    }
  }
}

/**
 * Turns a netlink error into a driver's.
 *
 * @returns the error with what to do about it, as the callers of a driver expect it
 */
export function toActionError(
  error: unknown,
  phase: ActProblem["phase"],
): unknown {
  if (!(error instanceof NetlinkError)) return error;
  // The first question a kernel without nf_tables is asked is one it calls invalid.
  const errno = error.errno === ERRNO.EINVAL
    ? ERRNO.EPROTONOSUPPORT
    : error.errno;
  return actionError(errno, {
    phase,
    what: "use the kernel's nf_tables",
    words: errno === 0 ? error.message : explainErrno(errno),
    cause: error,
  });
}

function actionError(
  errno: number,
  { phase, what, words, cause }: {
    readonly phase: ActProblem["phase"];
    readonly what: string;
    readonly words: string;
    readonly cause?: unknown;
  },
): ActionError {
  const reason = classifyErrno(errno);
  const advice = reason === "permission"
    ? "; run as root, or give the service AmbientCapabilities=CAP_NET_ADMIN"
    : "";
  return new ActionError(`Cannot ${what}: ${words}${advice}`, {
    action: "nftables",
    phase,
    reason,
    cause,
  });
}

function toDamage(chains: readonly string[]): Damage {
  return { gone: chains.map((chain) => `rule of ${chain}`), jails: NONE };
}

/** What is to be done to one set. */
interface Group {
  readonly jail: JailLayout;
  readonly slot: Slot;
  /** Whether the set is still to be made. */
  readonly isNew: boolean;
  readonly bans: Readonly<Record<Operation["mode"], Ban[]>>;
}

function groupBySlot(
  operations: readonly Operation[],
  jails: ReadonlyMap<string, JailLayout>,
): readonly Group[] {
  const groups: Group[] = [];
  for (const { mode, decision: { ban } } of operations) {
    const jail = jails.get(ban.jail);
    if (jail === undefined) continue;
    const key = slotKeyOf(ban.words, ban.prefix);
    let group = findGroup(groups, jail, key);
    if (group === undefined) {
      const slot = slotOf(jail.name, key);
      const isNew = jail.slots.every(({ name }) => name !== slot.name);
      group = { jail, slot, isNew, bans: { put: [], add: [], remove: [] } };
      groups.push(group);
    }
    group.bans[mode].push(ban);
  }
  return groups;
}

/** They are few: looking through them takes less than making a name to look up. */
function findGroup(
  groups: readonly Group[],
  jail: JailLayout,
  { family, bits }: SlotKey,
): Group | undefined {
  for (const group of groups) {
    const { slot } = group;
    const isSame = slot.family === family && slot.bits === bits;
    if (isSame && group.jail === jail) return group;
  }
  return undefined;
}

function writeGroup(
  batch: Batch,
  { slot, bans }: Group,
  nowSeconds: number,
): void {
  if (bans.remove.length > 0) writeRemoval(batch, { slot, bans: bans.remove });
  if (bans.put.length > 0) {
    writeBans(batch, { slot, bans: bans.put, nowSeconds });
  }
  if (bans.add.length > 0) {
    writeNewBans(batch, { slot, bans: bans.add, nowSeconds });
  }
}

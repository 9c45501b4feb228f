/**
 * What configuration needs to know of action modules; the rest of what they say is in the contract of act.
 *
 * @module
 */

import type { PlannedBackend } from "./backend_types.ts";
import type { ActionConfig, JailConfig, OptionValue } from "./types.ts";

/** What a module says of itself. */
export interface ActionManifest {
  /** The same as its file's name. */
  readonly id: string;
  /** Absent or handler: it is told of bans. plan: it is asked once, for a firewall. */
  readonly kind?: "handler" | "plan";
  /** What it can do; absent: not known here. */
  readonly methods?: readonly string[];
  /** Absent: it takes none. */
  readonly options?: Readonly<Record<string, OptionRule>>;
  readonly permissions: {
    /** `host`, `host:port`; `{name}` stands for what the option of that name says. */
    readonly net?: readonly string[];
  };
}

/** What an option of a module may be. */
export interface OptionRule {
  /**
   * duration: `"10m"` or seconds; arrives as seconds.
   * secret: `{ file = "/path" }` or `{ credential = "name" }` (systemd's); arrives as its text, and is never shown.
   * url: http or https. host: a name or an address, with or without a port.
   */
  readonly type:
    | "string"
    | "strings"
    | "integer"
    | "integers"
    | "boolean"
    | "duration"
    | "url"
    | "host"
    | "secret"
    | "choice";
  /** Whether it must be given; default false. */
  readonly required?: boolean;
  /** As it arrives when it is not given; absent: the option is then absent. */
  readonly default?: OptionValue;
  /** Of a choice. */
  readonly choices?: readonly string[];
  /** Of integers, also in lists, and of durations in seconds. */
  readonly min?: number;
  /** Of integers, also in lists, and of durations in seconds. */
  readonly max?: number;
}

/** Where modules and secrets come from; without it actions are passed over. */
export interface ActionAccess {
  /** Ids of the modules that are with the program. */
  readonly builtIns: readonly string[];
  /** @returns what the module says of itself, or why it cannot be used; undefined where there is none */
  manifestOf(place: ActionConfig["plugin"]): ActionManifest | Error | undefined;
  /** @returns what a plan action plans, or why it does not; undefined: it was not asked yet. Absent: there are none */
  planOf?(question: PlanQuestion): PlannedBackend | Error | undefined;
  /** @throws when it cannot be read */
  readSecret(path: string): SecretFile;
  /** Folder of the service's credentials; undefined where systemd gave none. */
  credentialsFolder(): string | undefined;
  /** Whether this is not the service itself: where it has no credentials, they count as there. */
  readonly isOutside?: boolean;
}

/** What a plan action is asked. */
export interface PlanQuestion extends Pick<JailConfig, "ports" | "protocols"> {
  /** Path of its file. */
  readonly path: string;
  /** The jail's name. */
  readonly jail: string;
  readonly options: ActionConfig["options"];
}

/** A file with a secret. */
export interface SecretFile {
  readonly text: string;
  /** Whether everybody on the machine may read it. */
  readonly isOpen: boolean;
}

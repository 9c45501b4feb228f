/**
 * What configuration needs to know of action modules. The contract of act says the same in full; a stage is not seen here.
 *
 * @module
 */

import type { ActionConfig, OptionValue } from "./types.ts";

/** What a module says of itself. */
export interface ActionManifest {
  /** The same as its file's name. */
  readonly id: string;
  /** Absent or handler: it is told of bans. plan: it is asked once, for a firewall. */
  readonly kind?: "handler" | "plan";
  /** Absent: it takes none. */
  readonly options?: Readonly<Record<string, OptionRule>>;
  readonly permissions: {
    /** `host`, `host:port`; `{name}` stands for what the option of that name says. */
    readonly net?: readonly string[];
  };
}

/** One option of a module. */
export interface OptionRule {
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
  readonly required?: boolean;
  readonly default?: OptionValue;
  /** Of a choice. */
  readonly choices?: readonly string[];
  /** Of integers, and of durations in seconds. */
  readonly min?: number;
  /** Of integers, and of durations in seconds. */
  readonly max?: number;
}

/** Where modules and secrets come from; without it actions are passed over. */
export interface ActionAccess {
  /** Ids of the modules that are with the program. */
  readonly builtIns: readonly string[];
  /** @returns what the module says of itself, or why it cannot be used; undefined where there is none */
  manifestOf(place: ActionConfig["plugin"]): ActionManifest | Error | undefined;
  /** @throws when it cannot be read */
  readSecret(path: string): SecretFile;
  /** Folder of the service's credentials; undefined where systemd gave none. */
  credentialsFolder(): string | undefined;
  /** Whether this is not the service itself: where it has no credentials, they count as there. */
  readonly isOutside?: boolean;
}

/** A file with a secret. */
export interface SecretFile {
  readonly text: string;
  /** Whether everybody on the machine may read it. */
  readonly isOpen: boolean;
}

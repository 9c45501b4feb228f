/**
 * From what a module says of its options to the fields that read them.
 *
 * @module
 */

import * as z from "zod/mini";
import { parseNetwork } from "../util/address.ts";
import { formatDuration } from "../util/duration.ts";
import { isHostName } from "../util/name_resolver.ts";
import type { OptionRule } from "./action_manifest.ts";
import {
  choice,
  duration,
  type Field,
  flag,
  parsed,
  text,
  whole,
} from "./fields.ts";
import { lines, WEBHOOK } from "./jail_values.ts";

/**
 * Makes the field of an option that is no secret.
 *
 * @returns the field, with its default; absent where it need not be given
 */
export function optionField(rule: OptionRule): Field {
  const field = fieldOf(rule);
  if (rule.default !== undefined) return z._default(field, rule.default);
  return rule.required === true ? field : z.optional(field);
}

function fieldOf(rule: OptionRule): Field {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = rule;
  switch (rule.type) {
    case "string":
    case "secret":
      return text("a text");
    case "strings":
      return lines("a list of texts");
    case "integer":
      return whole(min, max);
    case "integers":
      return z.array(whole(min, max), "a list of whole numbers");
    case "boolean":
      return flag();
    case "duration":
      return bounded(rule);
    case "url":
      return WEBHOOK;
    case "host":
      return HOST;
    case "choice":
      return choice(rule.choices ?? []);
  }
}

function bounded({ min = 0, max = Infinity }: OptionRule): Field<number> {
  const seconds = duration({ forEver: false, least: min });
  if (max === Infinity) return seconds;
  return z.pipe(
    seconds,
    z.transform((value, context) => {
      if (value <= max) return value;
      context.issues.push({
        code: "custom",
        input: value,
        message: `at most ${formatDuration(max)}`,
        params: { state: "it is too long" },
      });
      return z.NEVER;
    }),
  );
}

const HOST: Field<string> = parsed<string>(
  "a name or an address, with or without a port",
  (value, refuse) => {
    if (typeof value !== "string") return undefined;
    if (splitHost(value) === undefined) refuse("it is no host");
    return value;
  },
);

/** A host and its port. */
export interface HostAndPort {
  /** IPv6 in brackets. */
  readonly host: string;
  /** Absent where the text names none. */
  readonly port?: string;
}

/**
 * Takes a host apart.
 *
 *     mail.example:587 → mail.example, 587    2001:db8::1 → [2001:db8::1]    [2001:db8::1]:25 → [2001:db8::1], 25
 *
 * @returns undefined for what is none
 */
export function splitHost(text: string): HostAndPort | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text);
  const [, bracketed, plain = bracketed ?? text, port] = match ?? [];
  const network = parseNetwork(plain);
  const isAddress = network !== undefined && network.prefix === 128;
  if (!isAddress && (bracketed !== undefined || !isHostName(plain))) {
    return undefined;
  }
  if (port !== undefined && !(Number(port) >= 1 && Number(port) <= 65_535)) {
    return undefined;
  }
  const host = plain.includes(":") ? `[${plain}]` : plain;
  return port === undefined ? { host } : { host, port };
}

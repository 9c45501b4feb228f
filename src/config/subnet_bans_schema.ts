/**
 * The key `subnet_bans`.
 *
 * @module
 */

import * as z from "zod/mini";
import { closed, duration, type Field, noted, whole } from "./fields.ts";
import type { SubnetBans } from "./types.ts";

const FIELDS = {
  hosts: noted(whole(2, 256), {
    takes: "2-256",
    otherwise: "none, it has to be there",
    says: "Banned hosts of one network that get the network banned.",
  }),
  prefix: noted(z._default(whole(20, 31), 24), {
    takes: "20-31",
    otherwise: "24",
    says: "Length of the network.",
  }),
  within: noted(z._default(duration({ forEver: false, least: 1 }), 3600), {
    takes: "duration",
    otherwise: '"1h"',
    says: "The time in which the bans have to begin.",
  }),
  ban_time: noted(z._default(duration({ forEver: true, least: 1 }), 86_400), {
    takes: "duration, -1 for ever",
    otherwise: '"1d"',
    says: "How long the network is banned.",
  }),
};

/** Fields of `subnet_bans`, for the reference. */
export const SUBNET_BANS_FIELDS: Readonly<Record<string, Field>> = FIELDS;

/** `subnet_bans`. */
export const SUBNET_BANS: Field<SubnetBans> = z.pipe(
  closed(FIELDS),
  z.transform(({ hosts, prefix, within, ban_time }): SubnetBans => ({
    hosts,
    prefix,
    withinSeconds: within,
    banTimeSeconds: ban_time,
  })),
);

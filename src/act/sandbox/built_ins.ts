/**
 * The handler actions that are part of the program, each loaded when it is wanted.
 *
 * @module
 */

/** By id; the module's default export is the action. */
export const BUILT_INS: Readonly<
  Record<string, () => Promise<{ readonly default: unknown }>>
> = {
  abuseipdb: () => import("../../../actions/abuseipdb.ts"),
  cloudflare: () => import("../../../actions/cloudflare.ts"),
  mail: () => import("../../../actions/mail.ts"),
  webhook: () => import("../../../actions/webhook.ts"),
};

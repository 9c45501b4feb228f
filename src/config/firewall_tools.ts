/**
 * Where the programs of iptables and ipset lie. Only these may be run, by these very paths.
 *
 * @module
 */

/** Which of the two iptables: the one that the system has chosen, or one by name. */
export type IptablesVariant = "auto" | "nft" | "legacy";

/** Programs of one address family. */
export interface IptablesTools {
  /** Reads rules from its standard input. */
  readonly restore: string;
  /** Prints all rules. */
  readonly save: string;
}

/** The program that keeps sets of hosts. */
export const IPSET = "/usr/sbin/ipset";

/** @returns the programs of a variant and an address family */
export function iptablesTools(
  variant: IptablesVariant,
  family: 4 | 6,
): IptablesTools {
  const name = family === 4 ? "iptables" : "ip6tables";
  const prefix = variant === "auto" ? name : `${name}-${variant}`;
  return {
    restore: `/usr/sbin/${prefix}-restore`,
    save: `/usr/sbin/${prefix}-save`,
  };
}

/** @returns all programs that a variant consists of */
export function programsOf(variant: IptablesVariant): readonly string[] {
  return ([4, 6] as const).flatMap((family) => {
    const { restore, save } = iptablesTools(variant, family);
    return [restore, save];
  });
}

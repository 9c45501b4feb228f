/**
 * Who plays in the demo, and where they live.
 *
 * Addresses are those that RFC 5737 and RFC 3849 keep for documentation. The IPv6 ones lie in three /64 networks, since a
 * jail may ban by prefix.
 *
 * @module
 */

/** Address family. */
export type IpVersion = 4 | 6;

/** The processes beside the server. */
export type Role = "attacker" | "bystander";

/** One address of each family. */
export type Addresses = Readonly<Record<IpVersion, string>>;

/** The port that is attacked and guarded. */
export const PORT = 22;

/** Addresses of all that play. */
export const CAST: Readonly<Record<"server" | Role, Addresses>> = {
  server: { 4: "192.0.2.1", 6: "2001:db8::1" },
  attacker: { 4: "192.0.2.66", 6: "2001:db8:0:66::66" },
  bystander: { 4: "192.0.2.77", 6: "2001:db8:0:77::77" },
};

/** @returns `host:port`, with brackets around IPv6 */
export function formatEndpoint(host: string): string {
  return host.includes(":") ? `[${host}]:${PORT}` : `${host}:${PORT}`;
}

/**
 * Which addresses are somebody's on the internet.
 *
 * @module
 */

/** IANA's special-purpose registry for IPv4, and all from 224.0.0.0 on. */
const SPECIAL_V4 = new RegExp(
  "^(?:" + [
    "0|10|127|22[4-9]|2[3-5]\\d",
    "100\\.(?:6[4-9]|[7-9]\\d|1[01]\\d|12[0-7])",
    "169\\.254|172\\.(?:1[6-9]|2\\d|3[01])",
    "192\\.168|192\\.0\\.[02]|192\\.88\\.99",
    "198\\.1[89]|198\\.51\\.100|203\\.0\\.113",
  ].join("|") + ")\\.",
);

/** Within 2000::/3: 2001::/23, 2001:db8::/32, 2002::/16, 3fff::/20. */
const SPECIAL_V6 =
  /^(?:2001:(?:1?[0-9a-f]{0,2}|db8):|2002:|3fff:[0-9a-f]{0,3}:)/;

/** Where all global addresses of IPv6 are. */
const GLOBAL_V6 = /^[23][0-9a-f]{3}:/;

/** @param address in its shortest form, without a prefix length */
export function isPublicAddress(address: string): boolean {
  return address.includes(":")
    ? GLOBAL_V6.test(address) && !SPECIAL_V6.test(address)
    : !SPECIAL_V4.test(address);
}

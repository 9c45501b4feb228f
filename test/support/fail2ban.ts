/**
 * Where Debian's fail2ban is, for tests that compare with it.
 *
 * @module
 */

/** Debian's fail2ban: unpacked where FAIL2DENO_FAIL2BAN says, as scripts/test does, else the installed one. */
const ROOT = Deno.env.get("FAIL2DENO_FAIL2BAN") ?? "";

/** Its configuration. */
export const FAIL2BAN_CONFIG = `${ROOT}/etc/fail2ban`;

/** Its programs. */
export const FAIL2BAN_PROGRAMS = `${ROOT}/usr/bin`;

/** Where Python finds them. */
export const PYTHON_MODULES = `${ROOT}/usr/lib/python3/dist-packages`;

/** Its own modules. */
export const FAIL2BAN_MODULES = `${PYTHON_MODULES}/fail2ban`;

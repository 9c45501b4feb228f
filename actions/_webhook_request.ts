/**
 * The parts of a webhook's request that the administrator chooses.
 *
 * @module
 */

/** Where to, and with which headers. */
export interface RequestOptions {
  readonly url: string;
  /** What follows the URL. */
  readonly path?: string;
  /** `Name: value`. */
  readonly headers: readonly string[];
  /** The same, one a line. */
  readonly secret_headers?: string;
}

/** @throws {Error} when the path makes another server of it */
export function locateServer({ url, path = "" }: RequestOptions): URL {
  const whole = URL.parse(url + path.trim());
  // A secret that began with ".evil.example" would make another host of the URL's.
  if (whole === null || whole.origin !== new URL(url).origin) {
    throw new Error(
      "Cannot use path: it is secret, expected the rest of a URL that begins with url",
    );
  }
  return whole;
}

/** @throws {Error} when one is no header; it is not shown */
export function readHeaders(
  { headers, secret_headers = "" }: RequestOptions,
): Readonly<Record<string, string>> {
  const lines = [...headers, ...secret_headers.split(/\r?\n/)];
  const pairs = lines.filter((line) => line.trim() !== "").map((line) => {
    const [, name, value] = /^([\w-]+):\s*(.*)$/.exec(line.trim()) ?? [];
    if (name === undefined || value === undefined) {
      throw new Error(
        'Cannot send a header: it is not shown, expected "Name: value"',
      );
    }
    return [name, value];
  });
  return Object.fromEntries(pairs);
}

/** @returns HMAC-SHA256 in hexadecimal digits */
export async function signText(text: string, key: string): Promise<string> {
  const encoder = new TextEncoder();
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey(
    "raw",
    encoder.encode(key.trim()),
    hmac,
    false,
    ["sign"],
  );
  const bytes = await crypto.subtle.sign(
    "HMAC",
    imported,
    encoder.encode(text),
  );
  return new Uint8Array(bytes).toHex();
}

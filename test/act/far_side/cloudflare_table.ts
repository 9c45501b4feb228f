/**
 * What the tests' Cloudflare keeps.
 *
 * @module
 */

/** An access rule, or an item of a list. */
export interface CloudflareRow {
  readonly id: string;
  readonly host: string;
  readonly note: string;
  readonly mode: string;
}

/** Rows by id; a host is there once. */
export class CloudflareTable {
  readonly #rows = new Map<string, CloudflareRow>();
  readonly #ids = new Map<string, string>();

  /** @param rows that are there from the start */
  constructor(rows: readonly Omit<CloudflareRow, "id">[]) {
    for (const row of rows) this.put(row);
  }

  /** All, in the order of their coming. */
  rows(): readonly CloudflareRow[] {
    return [...this.#rows.values()];
  }

  /** Whether there is one of this host. */
  hasHost(host: string): boolean {
    return this.#ids.has(host);
  }

  /** The row of an id. */
  get(id: string): CloudflareRow | undefined {
    return this.#rows.get(id);
  }

  /** Adds a row, or writes over the host's. @returns its id */
  put(row: Omit<CloudflareRow, "id">): string {
    const id = this.#ids.get(row.host) ?? crypto.randomUUID();
    this.#ids.set(row.host, id);
    this.#rows.set(id, { ...row, id });
    return id;
  }

  /** Takes a row out. @returns whether it was there */
  remove(id: string): boolean {
    this.#ids.delete(this.#rows.get(id)?.host ?? "");
    return this.#rows.delete(id);
  }
}

/** An answer that all is well. */
export function acceptCloudflare(
  result: unknown,
  result_info: unknown = {},
): Response {
  return Response.json({ success: true, errors: [], result, result_info });
}

/** An answer that something is not. */
export function refuseCloudflare(
  status: number,
  code: number,
  message: string,
): Response {
  const body = { success: false, errors: [{ code, message }], result: null };
  return Response.json(body, { status });
}

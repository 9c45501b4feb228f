/**
 * Mail servers that mean no good, or are broken.
 *
 * @module
 */

import type { OpenedFarSide } from "../contract_suite.ts";
import type { TestCertificate } from "./certificate.ts";
import { closeQuietly } from "./smtp_far_side.ts";

/** Where they are. */
export interface HostileSmtpPlace {
  readonly port: number;
  readonly certificate: TestCertificate;
  readonly options: Readonly<Record<string, unknown>>;
}

type Line = string | "for ever" | "nothing";

/** What each says, one text for each that it hears, and the first without having heard anything. */
const TALKS: Readonly<Record<string, readonly Line[]>> = {
  "silent": ["nothing"],
  "endless": ["for ever"],
  "no mail server": ["HTTP/1.1 400 Bad Request\r\n\r\n"],
  "busy": ["421 too many connections\r\n"],
  "endless after the greeting": ["220 hi\r\n", "for ever"],
  "silent after EHLO": ["220 hi\r\n", "nothing"],
};

/** What those say besides who should go over to TLS. */
const PLAIN_TALKS: typeof TALKS = {
  "injecting behind STARTTLS": [
    "220 hi\r\n",
    "250-hi\r\n250 STARTTLS\r\n",
    "220 go\r\n250 AUTH PLAIN\r\n",
    "nothing",
  ],
  "without TLS": ["220 hi\r\n", "250 hi\r\n", "454 no TLS here\r\n"],
};

/** All of them for ContractSubject. */
export function openHostileSmtp(
  { port, certificate, options }: HostileSmtpPlace,
): Readonly<Record<string, () => OpenedFarSide>> {
  const where = { hostname: "127.0.0.1", port };
  const isPlain = options.tls !== "implicit";
  const listen = () =>
    isPlain ? Deno.listen(where) : Deno.listenTls({ ...where, ...certificate });
  const talks = { ...TALKS, ...(isPlain ? PLAIN_TALKS : {}) };
  return Object.fromEntries(
    Object.entries(talks).map((
      [name, lines],
    ) => [name, () => openTalker(listen(), { lines, options })]),
  );
}

function openTalker(
  listener: Deno.Listener,
  { lines, options }: {
    readonly lines: readonly Line[];
    readonly options: OpenedFarSide["options"];
  },
): OpenedFarSide {
  const open = new Set<Deno.Conn>();
  const heard: string[] = [];
  const work = (async () => {
    for await (const connection of listener) {
      open.add(connection);
      talk(connection, lines, heard).catch(() => {});
    }
  })().catch(() => {});
  return {
    options,
    // A login or a mail that came to such a server is what must not be.
    hosts: () => heard.filter((text) => /AUTH|MAIL/.test(text)),
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of open) closeQuietly(connection);
      await work;
    },
  };
}

async function talk(
  connection: Deno.Conn,
  lines: readonly Line[],
  heard: string[],
): Promise<void> {
  const buffer = new Uint8Array(4096);
  const say = (text: string) =>
    connection.write(new TextEncoder().encode(text));
  for (const line of lines) {
    while (line === "for ever") await say("220-".padEnd(4096, "x"));
    if (line !== "nothing") await say(line);
    const count = await connection.read(buffer);
    if (count === null) return;
    heard.push(new TextDecoder().decode(buffer.subarray(0, count)));
  }
}

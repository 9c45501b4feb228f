/**
 * Where the mail server is, by the action's options.
 *
 * @module
 */

/** How others are kept out: from the first byte, from the first word on, or not. */
export type MailTls = "implicit" | "starttls" | "none";

/** The part of the action's options that concerns the server. */
export interface ServerOptions {
  /** `host`, `host:port` or `[v6]:port`. */
  readonly host: string;
  readonly tls: MailTls;
  /** Certificate as PEM that the server's is signed by. */
  readonly ca?: string;
  readonly user?: string;
  readonly password?: string;
}

/** Where the server is, and who asks it. */
export interface MailServer extends Omit<ServerOptions, "host"> {
  readonly hostname: string;
  readonly port: number;
}

const PORTS = { implicit: 465, starttls: 587, none: 25 };

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;

/** @throws {Error} when it would go unencrypted to another machine */
export function readMailServer({ host, ...rest }: ServerOptions): MailServer {
  const [, v6, name = "", port] =
    /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(host) ?? [];
  const hostname = v6 ?? name;
  if (rest.tls === "none" && !LOOPBACK.test(hostname)) {
    throw new Error(
      `Cannot send mail to "${host}" without TLS: it is not this machine, expected tls = "starttls" or "implicit"`,
    );
  }
  return {
    ...rest,
    hostname,
    port: port === undefined ? PORTS[rest.tls] : Number(port),
  };
}

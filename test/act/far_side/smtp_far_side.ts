/**
 * A mail server: SMTP (RFC 5321) with TLS from the first byte or by STARTTLS, and a login.
 *
 * @module
 */

import type { TestCertificate } from "./certificate.ts";

/** A mail that it took. */
export interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and text, as they came over the wire, without the dots that protect dots. */
  readonly content: string;
  /** `name password`; empty: nobody has logged in. */
  readonly login: string;
  readonly isEncrypted: boolean;
}

/** How it is. */
export interface SmtpFarSideOptions {
  readonly certificate: TestCertificate;
  readonly tls: "implicit" | "starttls" | "none";
  /** For what comes after STARTTLS: Deno cannot take a connection over, so it is passed on. */
  readonly innerPort: number;
  /** `name password` that it wants. */
  readonly login?: string;
  /** What it answers to a verb in place of what it should. */
  readonly answers?: Readonly<Record<string, string>>;
}

/** A mail server that runs. */
export interface SmtpFarSide extends AsyncDisposable {
  readonly mails: readonly TakenMail[];
  /** Everything that came before TLS. */
  readonly plainText: readonly string[];
}

const HOSTNAME = "127.0.0.1";

/** Starts it. A mail whose id it has taken already is taken, and left. */
export function openSmtp(
  port: number,
  options: SmtpFarSideOptions,
): SmtpFarSide {
  const { certificate, tls, innerPort } = options;
  const mails: TakenMail[] = [];
  const plainText: string[] = [];
  const desk = new ConnectionDesk();
  const secure = { hostname: HOSTNAME, ...certificate };
  const speak = (isEncrypted: boolean, greeting: string) => (one: Deno.Conn) =>
    new SmtpSession(one, {
      ...options,
      isEncrypted,
      take,
      hear: (line) => void (isEncrypted || plainText.push(line)),
    }).run(greeting);
  const greeting = options.answers?.["greeting"] ?? "220 mail.example.org";
  if (tls === "implicit") {
    desk.listen(Deno.listenTls({ ...secure, port }), speak(true, greeting));
  } else {
    desk.listen(
      Deno.listen({ hostname: HOSTNAME, port }),
      speak(false, greeting),
    );
    desk.listen(
      Deno.listenTls({ ...secure, port: innerPort }),
      speak(true, ""),
    );
  }
  return {
    mails,
    plainText,
    [Symbol.asyncDispose]: () => desk.close(),
  };

  function take(mail: TakenMail): void {
    const id = messageId(mail.content);
    if (mails.some(({ content }) => messageId(content) === id)) return;
    mails.push(mail);
  }
}

/** All that is open, so that it can be closed. */
class ConnectionDesk {
  readonly #open = new Set<Disposable>();
  readonly #work = new Set<Promise<void>>();

  listen<Connection extends Deno.Conn>(
    listener: Deno.Listener<Connection>,
    serve: (connection: Connection) => Promise<void>,
  ): void {
    this.#open.add(listener);
    this.#track((async () => {
      for await (const connection of listener) {
        this.#open.add(connection);
        this.#track(serve(connection).finally(() => this.#close(connection)));
      }
    })());
  }

  async close(): Promise<void> {
    for (const one of this.#open) this.#close(one);
    await Promise.allSettled(this.#work);
  }

  #track(job: Promise<void>): void {
    // A connection that breaks is what many tests are about.
    const quiet = job.catch(() => {});
    this.#work.add(quiet);
    quiet.finally(() => this.#work.delete(quiet));
  }

  #close(one: Disposable): void {
    this.#open.delete(one);
    closeQuietly(one);
  }
}

interface SessionOptions extends SmtpFarSideOptions {
  readonly isEncrypted: boolean;
  readonly take: (mail: TakenMail) => void;
  readonly hear: (line: string) => void;
}

/** One connection. */
class SmtpSession {
  readonly #connection: Deno.Conn;
  readonly #options: SessionOptions;
  readonly #lines: AsyncGenerator<string>;
  #from = "";
  #to: string[] = [];
  #login = "";

  constructor(connection: Deno.Conn, options: SessionOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#lines = readLines(connection);
  }

  async run(greeting: string): Promise<void> {
    if (greeting !== "") await this.#say(greeting);
    for await (const line of this.#lines) {
      this.#options.hear(line);
      const [verb = ""] = line.split(" ");
      const other = this.#options.answers?.[verb];
      await this.#say(other ?? this.#answer(verb, line));
      if (other !== undefined) continue;
      if (verb === "DATA") await this.#takeContent();
      if (verb === "QUIT") return;
      if (verb === "STARTTLS" && this.#offersTls()) return await this.#passOn();
    }
  }

  #answer(verb: string, line: string): string {
    const { login } = this.#options;
    const address = /<(.*)>/.exec(line)?.[1] ?? "";
    switch (verb) {
      case "EHLO":
        return this.#describe();
      case "STARTTLS":
        return this.#offersTls() ? "220 go ahead" : "502 not known";
      case "AUTH": {
        const [, name, password] = atob(line.split(" ")[2] ?? "").split("\0");
        const isRight = `${name} ${password}` === login;
        this.#login = isRight ? `${name} ${password}` : "";
        return isRight ? "235 welcome" : "535 wrong password";
      }
      case "MAIL":
        this.#from = address;
        this.#to = [];
        return login === undefined || this.#login !== ""
          ? "250 ok"
          : "530 log in first";
      case "RCPT":
        this.#to.push(address);
        return "250 ok";
      case "DATA":
        return "354 go ahead";
      case "QUIT":
        return "221 bye";
      default:
        return "502 not known";
    }
  }

  #offersTls(): boolean {
    return this.#options.tls === "starttls" && !this.#options.isEncrypted;
  }

  #describe(): string {
    const { login } = this.#options;
    if (this.#offersTls()) return "250-mail.example.org\r\n250 STARTTLS";
    return login === undefined
      ? "250 mail.example.org"
      : "250-mail.example.org\r\n250 AUTH PLAIN";
  }

  async #takeContent(): Promise<void> {
    const { isEncrypted } = this.#options;
    const content = await readContent(this.#lines);
    const envelope = { from: this.#from, to: this.#to, login: this.#login };
    this.#options.take({ ...envelope, content, isEncrypted });
    await this.#say("250 taken");
  }

  async #passOn(): Promise<void> {
    const inner = await Deno.connect({
      hostname: HOSTNAME,
      port: this.#options.innerPort,
    });
    await Promise.allSettled([
      this.#connection.readable.pipeTo(inner.writable),
      inner.readable.pipeTo(this.#connection.writable),
    ]);
    closeQuietly(inner);
  }

  async #say(text: string): Promise<void> {
    await this.#connection.write(new TextEncoder().encode(`${text}\r\n`));
  }
}

/** Closes what may be closed already. */
export function closeQuietly(one: Disposable): void {
  try {
    one[Symbol.dispose]();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

function messageId(content: string): string {
  return /^Message-ID: (.*)$/mi.exec(content)?.[1] ?? "";
}

async function readContent(
  lines: AsyncGenerator<string>,
): Promise<string> {
  const content: string[] = [];
  while (true) {
    const { value, done } = await lines.next();
    if (done === true || value === ".") return content.join("\n");
    content.push(value.replace(/^\./, ""));
  }
}

/** Reads no more than it must: what follows STARTTLS is not its own. */
async function* readLines(connection: Deno.Conn): AsyncGenerator<string> {
  const buffer = new Uint8Array(65536);
  const decoder = new TextDecoder();
  let text = "";
  while (true) {
    const end = text.indexOf("\r\n");
    if (end >= 0) {
      yield text.slice(0, end);
      text = text.slice(end + 2);
      continue;
    }
    const count = await connection.read(buffer);
    if (count === null) return;
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
  }
}

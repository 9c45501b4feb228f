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
  const { certificate, tls, innerPort, login, answers = {} } = options;
  const mails: TakenMail[] = [];
  const plainText: string[] = [];
  const open = new Set<Disposable>();
  const work = new Set<Promise<void>>();
  const secure = { hostname: HOSTNAME, ...certificate };
  if (tls === "implicit") {
    listen(Deno.listenTls({ ...secure, port }), (one) => speak(one, true));
  } else {
    listen(
      Deno.listen({ hostname: HOSTNAME, port }),
      (one) => speak(one, false),
    );
    listen(
      Deno.listenTls({ ...secure, port: innerPort }),
      (one) => speak(one, true, ""),
    );
  }
  return {
    mails,
    plainText,
    async [Symbol.asyncDispose]() {
      for (const one of open) dispose(one);
      await Promise.allSettled(work);
    },
  };

  function listen<Connection extends Deno.Conn>(
    listener: Deno.Listener<Connection>,
    serve: (connection: Connection) => Promise<void>,
  ): void {
    open.add(listener);
    track((async () => {
      for await (const connection of listener) {
        open.add(connection);
        track(serve(connection).finally(() => dispose(connection)));
      }
    })());
  }

  function track(job: Promise<void>): void {
    // A connection that breaks is what many tests are about.
    const quiet = job.catch(() => {});
    work.add(quiet);
    quiet.finally(() => work.delete(quiet));
  }

  function dispose(one: Disposable): void {
    open.delete(one);
    try {
      one[Symbol.dispose]();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async function speak(
    connection: Deno.Conn,
    isEncrypted: boolean,
    greeting = "220 mail.example.org ESMTP",
  ): Promise<void> {
    const lines = readLines(connection);
    const say = (text: string) =>
      connection.write(new TextEncoder().encode(`${text}\r\n`));
    if (greeting !== "") await say(answers["greeting"] ?? greeting);
    let mail = { from: "", to: [] as string[] };
    let user = "";
    for await (const line of lines) {
      if (!isEncrypted) plainText.push(line);
      const [verb = "", ...rest] = line.split(" ");
      const other = answers[verb.toUpperCase()];
      if (other !== undefined) await say(other);
      else if (verb === "EHLO") {
        const offers = tls === "starttls" && !isEncrypted
          ? ["STARTTLS"]
          : login === undefined
          ? []
          : ["AUTH PLAIN"];
        const all = ["mail.example.org", ...offers, "8BITMIME"];
        await say(
          all.map((one, at) => `250${at + 1 < all.length ? "-" : " "}${one}`)
            .join("\r\n"),
        );
      } else if (verb === "STARTTLS" && tls === "starttls") {
        await say("220 go ahead");
        return await passOn(connection);
      } else if (verb === "AUTH") {
        user = atob(rest[1] ?? "").split("\0").slice(1).join(" ");
        await say(user === login ? "235 welcome" : "535 wrong password");
        if (user !== login) user = "";
      } else if (verb === "MAIL") {
        const isWelcome = login === undefined || user !== "";
        mail = { from: /<(.*)>/.exec(line)?.[1] ?? "", to: [] };
        await say(isWelcome ? "250 ok" : "530 log in first");
      } else if (verb === "RCPT") {
        mail.to.push(/<(.*)>/.exec(line)?.[1] ?? "");
        await say("250 ok");
      } else if (verb === "DATA") {
        await say("354 go ahead");
        const content = await readContent(lines);
        take({ ...mail, content, login: user, isEncrypted });
        await say("250 taken");
      } else if (verb === "QUIT") {
        await say("221 bye");
        return;
      } else await say("502 not known");
    }
  }

  function take(mail: TakenMail): void {
    const id = messageId(mail.content);
    if (mails.some(({ content }) => messageId(content) === id)) return;
    mails.push(mail);
  }

  async function passOn(connection: Deno.Conn): Promise<void> {
    const inner = await Deno.connect({ hostname: HOSTNAME, port: innerPort });
    open.add(inner);
    await Promise.allSettled([
      connection.readable.pipeTo(inner.writable),
      inner.readable.pipeTo(connection.writable),
    ]);
    dispose(inner);
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

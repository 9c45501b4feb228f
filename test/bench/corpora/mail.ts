/**
 * A mail server's log: postfix and dovecot, one line in twenty a failed login.
 *
 * @module
 */

import type { CorpusMaker, MadeLine } from "./corpus.ts";
import type { Random } from "./random.ts";
import { makeHost, Stamper, syslogStamp } from "./stamps.ts";

/** Patterns for this corpus, for there is no filter for mail among ours. */
export const MAIL_PATTERNS: readonly string[] = [
  String
    .raw`postfix/smtpd\[[0-9]+\]: warning: [^ ]*\[<HOST>\]: SASL LOGIN authentication failed: `,
  String
    .raw`dovecot: imap-login: Disconnected \(auth failed, [0-9]+ attempts in [0-9]+ secs\): user=[^ ]*, method=PLAIN, rip=<HOST>, `,
];

const MAIL = ["mail"];
const NONE: readonly string[] = [];

/** `{H}` is the host, `{N}` a number. */
const FAILURES: readonly string[] = [
  "postfix/smtpd[{N}]: warning: unknown[{H}]: SASL LOGIN authentication failed: UGFzc3dvcmQ6",
  "dovecot: imap-login: Disconnected (auth failed, 3 attempts in 9 secs): user=<info>, method=PLAIN, rip={H}, lip=198.51.100.2, TLS, session=<{N}>",
];

const NOISE: readonly string[] = [
  "postfix/smtpd[{N}]: connect from mail.example.org[{H}]",
  "postfix/smtpd[{N}]: disconnect from mail.example.org[{H}] ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7",
  "postfix/smtpd[{N}]: 4XyZ{N}: client=mail.example.org[{H}]",
  "postfix/cleanup[{N}]: 4XyZ{N}: message-id=<20260301.{N}@mail.example.org>",
  "postfix/qmgr[{N}]: 4XyZ{N}: from=<anna@example.org>, size=4821, nrcpt=1 (queue active)",
  "postfix/lmtp[{N}]: 4XyZ{N}: to=<ben@example.net>, relay=box[private/dovecot-lmtp], delay=0.21, delays=0.12/0.01/0.03/0.05, dsn=2.0.0, status=sent (250 2.0.0 <ben@example.net> Saved)",
  "postfix/qmgr[{N}]: 4XyZ{N}: removed",
  "postfix/anvil[{N}]: statistics: max connection rate 3/60s for (smtp:{H}) at Mar  1 00:00:00",
  "dovecot: imap-login: Login: user=<ben>, method=PLAIN, rip={H}, lip=198.51.100.2, mpid={N}, TLS, session=<{N}>",
  "dovecot: imap(ben)<{N}>: Disconnected: Logged out in=97 out=1204 deleted=0 expunged=0 trashed=0 hdr_count=1 hdr_bytes=310 body_count=0 body_bytes=0",
  "dovecot: lmtp(ben@example.net)<{N}>: msgid=<20260301.{N}@mail.example.org>: saved mail to INBOX",
];

/** 1 GB is about 7.5 million lines, of two days. */
export const MAIL_LOG: CorpusMaker = {
  name: "mail",
  version: 1,
  linesPerSecond: 40,
  makeLine: (random, second) => makeLine(random, stamper.at(second)),
};

const stamper = new Stamper(syslogStamp);

function makeLine(random: Random, stamp: string): MadeLine {
  const isFailure = random.below(20) === 0;
  const host = isFailure
    ? makeHost(random, 4, 1000)
    : makeHost(random, 202, 5000);
  const text = random.pick(isFailure ? FAILURES : NOISE)
    .replaceAll(
      /\{[HN]\}/g,
      (mark) => mark === "{H}" ? host : String(1024 + random.below(60_000)),
    );
  return {
    text: `${stamp} box ${text}`,
    failures: isFailure ? MAIL : NONE,
    host,
  };
}

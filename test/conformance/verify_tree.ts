import {
  FAIL2BAN_CONFIG,
  FAIL2BAN_PROGRAMS,
  PYTHON_MODULES,
} from "../support/fail2ban.ts";

/** A folder with Debian's configuration, logs, and a fail2ban-regex that runs from where it was unpacked. */
export interface VerifyTree {
  /** The configuration. */
  readonly config: string;
  /** The program. */
  readonly program: string;
  /** Where the logs are, by jail. */
  readonly logs: Readonly<Record<string, string>>;
}

/** Jails whose filters find failures by what other lines say, by several lines, or by one. */
export const JAILS = {
  sshd: "filter = sshd[mode=aggressive]",
  postfix: "filter = postfix[mode=aggressive]",
  "nginx-http-auth": "",
  guacamole: "",
  "mongodb-auth": "",
  /** Has a pattern and date of its own, so no filter of the tree says all of it. */
  mine: String.raw`filter = nginx-http-auth
failregex = %(known/failregex)s
            ^\s*\[own\] 100%% "<F-USER>[^"]*</F-USER>" # <HOST>$
datepattern = ^%%Y-%%m-%%d %%H:%%M:%%S`,
} as const;

/** Names of the jails. */
export const NAMES = Object.keys(JAILS);

const LINES: Readonly<Record<string, readonly string[]>> = {
  sshd: [
    "D box sshd[1]: Connection from 192.0.2.1 port 7 on 192.0.2.200 port 22",
    "D box sshd[1]: Failed password for invalid user a from b from 192.0.2.1 port 7 ssh2",
    "D box sshd[1]: Failed password for root from 192.0.2.1 port 7 ssh2",
    "D box sshd[2]: Failed publickey for root from 2001:DB8::1 port 7 ssh2",
    "D box sshd[2]: Accepted publickey for root from 2001:db8::1 port 7 ssh2",
    "# D box sshd[3]: Failed password for root from 192.0.2.3 port 7 ssh2",
    "",
    "D box sshd[3]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=host.example user=root",
    "D box sshd[4]: Received disconnect from 192.0.2.4: 3: com.jcraft.jsch.JSchException: Auth fail",
    "D box sshd[5]: Unable to negotiate with 192.0.2.5 port 7: no matching cipher found. Their offer: aes\r",
    "D box sshd[6]: Did not receive identification string from 192.0.2.6 port 7",
    "D box sshd[7]: Failed password for \u0001\u202e\ufffd é from 192.0.2.7 port 7 ssh2",
    "D box sshd[8]: Failed password for ['192.0.2.99',\t1.0,\t{}], from 192.0.2.8 port 7 ssh2",
    "D box sshd[9]: maximum authentication attempts exceeded for root from 192.0.2.9 port 7 ssh2 [preauth]",
    "D box sshd[9]: Connection closed by 192.0.2.9 port 7 [preauth]",
    "Failed password for root from 192.0.2.10 port 7 ssh2",
    "D box cron[1]: (root) CMD (true)",
  ],
  postfix: [
    "D box postfix/smtpd[1]: NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 554 5.7.1 <a@b.example>: Relay access denied; from=<x@y.example> to=<a@b.example> proto=SMTP helo=<z>",
    "D box postfix/smtpd[1]: warning: unknown[192.0.2.2]: SASL LOGIN authentication failed: UGFzc3dvcmQ6",
    "D box postfix/smtpd[1]: warning: unknown[192.0.2.2]: SASL LOGIN authentication failed: Connection lost to authentication server",
    "D box postfix/smtpd[1]: lost connection after AUTH from unknown[2001:db8::2]",
    "D box postfix/smtpd[1]: connect from unknown[192.0.2.3]",
  ],
  "nginx-http-auth": [
    'Y [error] 1#1: *1 user "a": password mismatch, client: 192.0.2.1, server: _, request: "GET / HTTP/1.1", host: "x"',
    'Y [error] 1#1: *1 user "a" was not found in "/f", client: 192.0.2.2, server: _, request: "GET / HTTP/1.1", host: "x"',
    'Y [error] 1#1: *1 open() "/x" failed, client: 192.0.2.3, server: _, request: "GET / HTTP/1.1", host: "x"',
  ],
  guacamole: [
    "apr 16, 2013 8:32:28 AM org.slf4j.impl.JCLLoggerAdapter warn",
    'WARNING: Authentication attempt from 192.0.2.1 for user "x" failed.',
    "apr 16, 2013 8:32:29 AM org.slf4j.impl.JCLLoggerAdapter warn",
    "INFO: all is well",
    'WARNING: Authentication attempt from 192.0.2.2 for user "y" failed.',
  ],
  "mongodb-auth": [
    "M [conn1] Failed to authenticate a@b with mechanism MONGODB-CR: AuthenticationFailed UserNotFound",
    "M [conn2] note: noprealloc may hurt performance",
    "M [conn1] end connection 192.0.2.1:53276 (0 connections now open)",
    "M [conn2] end connection 192.0.2.2:53276 (0 connections now open)",
  ],
  mine: [
    'Z [own] 100% "a" # 192.0.2.1',
    'Z [own] 100% "a" , 192.0.2.2',
    'Z [error] 1#1: *1 user "a": password mismatch, client: 192.0.2.3, server: _, request: "GET / HTTP/1.1", host: "x"',
  ],
};

/** What the letter at a line's beginning stands for. */
const STAMPS: Readonly<Record<string, string>> = {
  D: "Nov 20 19:08:03",
  Y: "2026/11/20 19:08:03",
  M: "2026-11-20T19:08:03.441+0100",
  Z: "2026-11-20 19:08:03",
};

/** Makes it all in a folder; every jail is enabled. */
export function makeVerifyTree(folder: string): VerifyTree {
  const config = `${folder}/fail2ban`;
  copy(FAIL2BAN_CONFIG, config);
  Deno.removeSync(`${config}/jail.d`, { recursive: true });
  const logs: Record<string, string> = {};
  let local = "";
  for (const [name, more] of Object.entries(JAILS)) {
    const log = `${folder}/${name}.log`;
    logs[name] = log;
    const lines = (LINES[name] ?? []).map((line) =>
      `${line.replace(/^(# )?([DYMZ])(?= )/, putStamp)}\n`
    );
    Deno.writeTextFileSync(log, lines.join(""));
    local +=
      `[${name}]\nenabled = true\nbackend = auto\n${more}\nlogpath = ${log}\n`;
  }
  Deno.writeTextFileSync(`${config}/jail.local`, local);
  const program = `${folder}/fail2ban-regex`;
  Deno.writeTextFileSync(
    program,
    `#!/bin/sh\nPYTHONPATH='${PYTHON_MODULES}' exec /usr/bin/python3 '${FAIL2BAN_PROGRAMS}/fail2ban-regex' "$@"\n`,
    { mode: 0o755 },
  );
  return { config, program, logs };
}

function putStamp(_: string, comment: string | undefined, letter: string) {
  return `${comment ?? ""}${STAMPS[letter] ?? letter}`;
}

function copy(from: string, to: string): void {
  Deno.mkdirSync(to);
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (isDirectory) copy(`${from}/${name}`, `${to}/${name}`);
    else Deno.copyFileSync(`${from}/${name}`, `${to}/${name}`);
  }
}

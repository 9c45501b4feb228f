import {
  deepStrictEqual,
  match,
  ok,
  rejects,
  strictEqual,
} from "node:assert/strict";
import mail from "../../actions/mail.ts";
import {
  callAction,
  deliver,
  makeEntry,
  MIXED_BATCH,
  TEST_START,
} from "../act/contract_calls.ts";
import { testContract } from "../act/contract_suite.ts";
import { makeCertificate } from "../act/far_side/certificate.ts";
import { takePort } from "../act/far_side/http_far_side.ts";
import { openHostileSmtp } from "../act/far_side/hostile_smtp.ts";
import {
  openSmtp,
  type SmtpFarSideOptions,
} from "../act/far_side/smtp_far_side.ts";

const PORT = takePort();
const INNER_PORT = takePort();
const CERTIFICATE = makeCertificate("IP:127.0.0.1");
const OTHER_CERTIFICATE = makeCertificate("DNS:mail.example.org");
const PERMISSIONS = { net: [`127.0.0.1:${PORT}`, `127.0.0.1:${INNER_PORT}`] };
const PASSWORD = "secret of tests";
const OPTIONS = {
  host: `127.0.0.1:${PORT}`,
  ca: CERTIFICATE.cert,
  from: "fail2deno@example.org",
  to: ["admin@example.org", "team@example.net"],
  user: "bob",
  password: `${PASSWORD}\n`,
};

for (const tls of ["starttls", "implicit"] as const) {
  const options = { ...OPTIONS, tls };
  testContract({
    name: `mail (${tls})`,
    action: mail,
    ports: [PORT, INNER_PORT],
    open() {
      const far = open({ tls });
      return Object.assign(far, {
        options,
        hosts: () => far.mails.flatMap(({ content }) => hostsIn(content)),
      });
    },
    hostile: openHostileSmtp({ port: PORT, certificate: CERTIFICATE, options }),
    refuses: () => false,
    shown: 500,
    secrets: [PASSWORD, btoa(`\0bob\0${PASSWORD}`)],
  });
}

for (const tls of ["starttls", "implicit", "none"] as const) {
  Deno.test(`mail.ban() sends one digest for all, logged in (${tls})`, {
    permissions: PERMISSIONS,
  }, async () => {
    const clock = { nowSeconds: TEST_START };
    await using far = open({ tls });
    await callAction(mail, "ban", {
      batch: MIXED_BATCH.slice(0, 2),
      options: { ...OPTIONS, tls, subject: "{count} of {jails} – {other}" },
      clock,
    });
    const [one, ...more] = far.mails;
    deepStrictEqual(more, []);
    strictEqual(one?.from, "fail2deno@example.org");
    deepStrictEqual(one?.to, ["admin@example.org", "team@example.net"]);
    strictEqual(one?.login, `bob ${PASSWORD}`);
    strictEqual(one?.isEncrypted, tls !== "none");
    match(one?.content ?? "", /^Subject: =\?UTF-8\?/m);
    match(
      one?.content ?? "",
      /^Message-ID: <fail2deno\.ban-1-[0-9a-f]{16}@example\.org>$/m,
    );
    match(
      one?.content ?? "",
      /^2026-06-09T10:13:15Z {2}sshd {2}45\.0\.0\.1 {2}5 failures, until 2026-06-09T11:13:15Z$/m,
    );
    match(
      one?.content ?? "",
      /^2026-06-09T10:13:15Z {2}nginx {2}45\.0\.0\.2 {2}5 failures, for ever$/m,
    );
    const early = tls === "none"
      ? []
      : ["EHLO", "STARTTLS"].slice(0, tls === "starttls" ? 2 : 0);
    if (tls !== "none") {
      deepStrictEqual(far.plainText.map((line) => line.split(" ")[0]), early);
    }
  });
}

Deno.test(
  "mail.ban() sends nothing unencrypted unless told to, and then to this machine only",
  { permissions: PERMISSIONS },
  async () => {
    const clock = { nowSeconds: TEST_START };
    await using far = open({ tls: "none" });
    const batch = [makeEntry(1)];
    await rejects(
      callAction(mail, "ban", { batch, options: OPTIONS, clock }),
      /STARTTLS|TLS/,
    );
    deepStrictEqual(far.mails, []);
    ok(
      !far.plainText.some((line) => /AUTH|MAIL/.test(line)),
      far.plainText.join(),
    );
    const options = { ...OPTIONS, tls: "none", host: "mail.example.org" };
    await rejects(
      callAction(mail, "ban", { batch, options, clock }),
      /Cannot send mail to "mail.example.org" without TLS/,
    );
  },
);

Deno.test("mail.ban() hands its login to no server of another name", {
  permissions: PERMISSIONS,
}, async () => {
  const clock = { nowSeconds: TEST_START };
  const certificate = OTHER_CERTIFICATE;
  for (const tls of ["starttls", "implicit"] as const) {
    await using far = open({ tls, certificate });
    await rejects(
      callAction(mail, "ban", {
        batch: [makeEntry(1)],
        options: { ...OPTIONS, tls, ca: certificate.cert },
        clock,
      }),
      /certificate|altnames|NotValidForName/i,
    );
    deepStrictEqual(far.mails, []);
    ok(!far.plainText.some((line) => /AUTH|MAIL/.test(line)));
  }
});

for (const tls of ["starttls", "implicit"] as const) {
  Deno.test(`mail.ban() trusts no certificate that it does not know (${tls})`, {
    permissions: PERMISSIONS,
  }, async () => {
    const clock = { nowSeconds: TEST_START };
    await using far = open({ tls });
    const { ca: _ca, ...options } = OPTIONS;
    await rejects(
      callAction(mail, "ban", {
        batch: [makeEntry(1)],
        options: { ...options, tls },
        clock,
      }),
      /certificate|UnknownIssuer/i,
    );
    deepStrictEqual(far.mails, []);
  });
}

Deno.test("mail.ban() sends no digest sooner than `digest_every`", {
  permissions: PERMISSIONS,
}, async () => {
  const clock = { nowSeconds: TEST_START };
  await using far = open({ tls: "starttls" });
  const call = { options: { ...OPTIONS, digest_every: 900 }, clock };
  const first = await callAction(mail, "ban", {
    ...call,
    batch: [makeEntry(1)],
  });
  const memory = first.memory ?? null;
  clock.nowSeconds += 60;
  const second = await callAction(mail, "ban", {
    ...call,
    batch: [makeEntry(2), makeEntry(3)],
    memory,
  });
  deepStrictEqual(
    second.retry?.map(({ id, afterSeconds }) => [id, afterSeconds]),
    [[2, 840], [3, 840]],
  );
  strictEqual(far.mails.length, 1);
  await deliver(mail, "ban", {
    ...call,
    batch: [makeEntry(2), makeEntry(3), makeEntry(4)],
    memory,
  });
  strictEqual(far.mails.length, 2);
  deepStrictEqual(hostsIn(far.mails[1]?.content ?? ""), [
    "45.0.0.2",
    "45.0.0.3",
    "45.0.0.4",
  ]);
});

Deno.test(
  "mail.unban() tells of ends if told to",
  { permissions: PERMISSIONS },
  async () => {
    const clock = { nowSeconds: TEST_START };
    await using far = open({ tls: "starttls" });
    const call = { batch: [makeEntry(1)], clock };
    await deliver(mail, "unban", { ...call, options: OPTIONS });
    strictEqual(far.mails.length, 0);
    await deliver(mail, "unban", {
      ...call,
      options: { ...OPTIONS, unbans: true },
    });
    deepStrictEqual(hostsIn(far.mails[0]?.content ?? ""), ["45.0.0.1"]);
  },
);

Deno.test("mail wants addresses and a subject that can stand in a header", {
  permissions: PERMISSIONS,
}, async () => {
  const clock = { nowSeconds: TEST_START };
  const batch = [makeEntry(1)];
  for (
    const address of [
      "a@b\r\nBcc: c@d",
      "a",
      "a@b, c@d",
      "<a@b>",
      "A B <a@b>",
      '"a"@b',
      "a@b ",
      "",
    ]
  ) {
    for (const part of [{ from: address }, { to: [address] }]) {
      await rejects(
        callAction(mail, "ban", {
          batch,
          options: { ...OPTIONS, ...part },
          clock,
        }),
        /Cannot use mail address/,
      );
    }
  }
  await rejects(
    callAction(mail, "ban", {
      batch,
      options: { ...OPTIONS, subject: "a\r\nBcc: c@d" },
      clock,
    }),
    /Cannot use subject/,
  );
});

Deno.test("mail lets nothing in an entry forge a header or a line", {
  permissions: PERMISSIONS,
}, async () => {
  const clock = { nowSeconds: TEST_START };
  await using far = open({ tls: "implicit" });
  const batch = [
    makeEntry(1, { jail: "a\r\nBcc: c@d\r\n.\r\nMAIL FROM:<x@y>" }),
  ];
  await callAction(mail, "ban", {
    batch,
    options: { ...OPTIONS, tls: "implicit" },
    clock,
  });
  strictEqual(far.mails.length, 1);
  ok(!/^(Bcc|MAIL)/m.test(far.mails[0]?.content ?? ""));
});

Deno.test("mail tells a refusal from what can be mended", {
  permissions: PERMISSIONS,
}, async () => {
  const clock = { nowSeconds: TEST_START };
  const batch = [makeEntry(1)];
  const call = { batch, options: OPTIONS, clock };
  const answer = (answers: SmtpFarSideOptions["answers"]) =>
    open({ tls: "starttls", ...(answers === undefined ? {} : { answers }) });
  {
    await using _far = answer({ RCPT: "550 no such user" });
    const { refused } = await callAction(mail, "ban", call);
    match(refused?.[0]?.why ?? "", /550 no such user/);
  }
  {
    await using _far = answer({ RCPT: "451 later" });
    await rejects(callAction(mail, "ban", call), /451 later/);
  }
  {
    await using _far = answer({ AUTH: "535 wrong password" });
    await rejects(callAction(mail, "ban", call), /535 wrong password/);
  }
});

function open(
  part: Pick<SmtpFarSideOptions, "tls"> & Partial<SmtpFarSideOptions>,
) {
  return openSmtp(PORT, {
    certificate: CERTIFICATE,
    innerPort: INNER_PORT,
    login: `bob ${PASSWORD}`,
    ...part,
  });
}

function hostsIn(content: string): readonly string[] {
  return [...textOf(content).matchAll(/^2026\S+ {2}\S+ {2}(\S+)/gm)].map((
    [, host = ""],
  ) => host);
}

/** Long lines come as quoted-printable. */
function textOf(content: string): string {
  return content.replaceAll("=\n", "").replaceAll("=3D", "=");
}

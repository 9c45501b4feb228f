import { match, ok } from "node:assert/strict";
import { failedPassword, startDaemon } from "../support/daemon.ts";

const JAILS = `[logging]
level = "debug"

[defaults]
max_retry = 2

[jail.latin]
log_path = "@DIR@/latin.log"
log_encoding = "latin1"
filter = ['^ app: Zugriff für <F-USER>\\S+</F-USER> verweigert, <HOST>$']

[jail.sshd]
log_path = ["@DIR@/little.log", "@DIR@/big.log", "@LOG@"]
`;

/** @returns the text in UTF-16, one character after another */
function encodeWide(text: string, isLittle: boolean): Uint8Array {
  const bytes = new Uint8Array(2 * text.length);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) {
    view.setUint16(2 * at, text.charCodeAt(at), isLittle);
  }
  return bytes;
}

/** @returns one byte for each character up to U+00FF */
function encodeLatin(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

Deno.test("run reads logs in latin1 and in UTF-16, and bytes that mean nothing", async () => {
  await using daemon = await startDaemon({ config: JAILS });
  const append = (name: string, bytes: Uint8Array) =>
    Deno.writeFileSync(`${daemon.folder}/${name}`, bytes, { append: true });

  const now = new Date().toISOString();
  append(
    "latin.log",
    encodeLatin(
      `${now} app: Zugriff für Jürgen verweigert, 203.0.113.1\n`.repeat(2),
    ),
  );
  await daemon.heard(/Ban host.*203\.0\.113\.1/);

  const mark = "\ufeff";
  append("little.log", encodeWide(mark + failedPassword("203.0.113.2"), true));
  append("little.log", encodeWide(failedPassword("203.0.113.2", "Ċž"), true));
  await daemon.heard(/Ban host.*203\.0\.113\.2/);
  append("big.log", encodeWide(mark + failedPassword("203.0.113.3"), false));
  append("big.log", encodeWide(failedPassword("203.0.113.3"), false));
  await daemon.heard(/Ban host.*203\.0\.113\.3/);

  append("auth.log", encodeLatin("nothing \xff\xfe\x80\n"));
  append(
    "auth.log",
    encodeLatin(failedPassword("203.0.113.4", "J\xfcrgen\x80")),
  );
  append("auth.log", encodeLatin(failedPassword("203.0.113.4", "\xe2\x28")));
  await daemon.heard(/Ban host.*203\.0\.113\.4/);
  ok((await daemon.kernelBans("sshd")).size === 3);
  match((await daemon.cli("status")).out, /sshd +watching /);
});

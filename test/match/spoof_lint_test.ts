import assert from "node:assert/strict";
import { lintSpoofing } from "../../src/match/spoof_lint.ts";

const SAFE = [
  "Invalid user .* from <HOST> port \\d+$",
  "Invalid user .* from <HOST>(?: port \\d+)?\\s*$",
  "from <HOST>(?: port \\d+$|$)",
  "^\\s*\\S+ sshd\\[\\d+\\]: Invalid user \\S+ from <HOST>",
  '^<HOST> \\S+ \\S+ \\[\\] "POST /wp-login.*$',
  "^<HOST>",
  "<F-USER>.*</F-USER> from <HOST>$",
  "no host at all",
];

const UNSAFE = [
  "sshd\\[\\d+\\]: Failed password for .* from <HOST>",
  "Invalid user \\S+ from <HOST>",
  "^.*<HOST>",
  "^.{1,64}<HOST>",
  "^(?:\\S+ )*<HOST>",
  '^"[^"]*" <HOST>',
  "from <HOST> .*$",
  "from <HOST>(?: port \\d+|$)",
  "^Invalid user <F-USER>.*</F-USER> from <HOST>",
];

for (const pattern of SAFE) {
  Deno.test(`lintSpoofing() accepts ${pattern}`, () => {
    assert.equal(lintSpoofing(pattern), undefined);
  });
}

for (const pattern of UNSAFE) {
  Deno.test(`lintSpoofing() warns of ${pattern}`, () => {
    assert.match(lintSpoofing(pattern) ?? "", /take text of an attacker/);
  });
}

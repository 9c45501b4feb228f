import assert from "node:assert/strict";
import { parseFilterFile } from "../../src/config/filter_file.ts";
import { checkFilters } from "../../scripts/check_filters.ts";
import type { FilterText } from "../../scripts/filter_jail.ts";
import { checkFilter } from "../../scripts/filter_rules.ts";

const PATTERN =
  `'^ box app: login of <F-USER>\\S+</F-USER> from <HOST> failed$'`;

/** A filter that keeps all rules. */
const SOUND = `description = "App: failed logins"
seen = ["App 1.0"]
link = "https://example.org/log"
logs = ["/var/log/app.log"]
ports = ["http"]

fail = [
  ${PATTERN},
]

[[hit]]
line = "Nov 20 19:08:01 box app: login of bob from 192.0.2.1 failed"
host = "192.0.2.1"
user = "bob"
attacker = ["bob"]

${
  ["192.0.2.2", "192.0.2.3", "192.0.2.4", "2001:db8::5"].map((host) =>
    `[[hit]]
line = "Nov 20 19:08:02 box app: login of bob from ${host} failed"
host = "${host}"

`
  ).join("")
}${
  ["done", "waits", "ends"].map((word) =>
    `[[miss]]
line = "Nov 20 19:20:00 box app: login of bob from 192.0.2.1 ${word}"
`
  ).join("\n")
}`;

function filterOf(text: string): FilterText {
  return { text, filter: parseFilterFile(text, "app.toml") };
}

function break_(from: string | RegExp, to: string): string {
  const broken = SOUND.replace(from, () => to);
  assert.notEqual(broken, SOUND);
  return broken;
}

/** Files that break one rule each, with what is said of them. */
const BROKEN: readonly (readonly [RegExp, string])[] = [
  [/lacks seen/, break_('seen = ["App 1.0"]\n', "")],
  [/lacks link/, break_("https://example.org/log", "see there")],
  [/lacks logs and journal/, break_('logs = ["/var/log/app.log"]\n', "")],
  [/lacks ports.*or a reason/, break_('ports = ["http"]\n', "")],
  [
    /lacks mode\.more\.description/,
    break_("[[hit]]", `[mode.more]\n\n[[hit]]`),
  ],
  [/has 4 hits/, break_(/\[\[hit\]\]\n.*192\.0\.2\.2 .*\n.*\n\n/, "")],
  [/has 2 misses/, break_(/\[\[miss\]\]\n.*waits"\n\n/, "")],
  [
    /an address for documentation/,
    break_(
      /from 192\.0\.2\.2 failed"\nhost = "192\.0\.2\.2"/,
      'from 10.0.0.2 failed"\nhost = "10.0.0.2"',
    ),
  ],
  [
    /for no failure, expected one of 192\.0\.2\.3/,
    break_("from 192.0.2.3 failed", "from 192.0.2.3 fails"),
  ],
  [
    /expected one of 192\.0\.2\.3/,
    break_('host = "192.0.2.3"', 'host = "192.0.2.33"').replace(
      '192.0.2.33"',
      '192.0.2.3"',
    ).replace("from 192.0.2.3 failed", "from 192.0.2.9 failed"),
  ],
  [/user "eve"/, break_('user = "bob"', 'user = "eve"')],
  [
    /expected no failure in mode normal/,
    break_("from 192.0.2.1 waits", "from 192.0.2.1 failed"),
  ],
  [
    /has no hit for the pattern/,
    break_(`${PATTERN},`, `${PATTERN},\n  '^ box app: bad host <HOST>$',`),
  ],
  [
    /no hit with an IPv6 address/,
    break_(/2001:db8::5/g, "192.0.2.5")
      .replaceAll("2001:db8::5", "192.0.2.5"),
  ],
  [/0 forged lines/, break_('attacker = ["bob"]\n', "")],
  [/reads the date of no hit/, SOUND.replaceAll(/Nov 20 19:\d\d:\d\d/g, "")],
  [
    /in the engine bounded/,
    break_("failed$',", "failed(?!x)$',"),
  ],
  [
    /has no literal/,
    break_(
      PATTERN,
      `'^ \\S+ \\S+ \\w+ \\w+ <F-USER>\\S+</F-USER> \\w+ <HOST> f?a?i?l?e?d?$'`,
    ),
  ],
  [
    /can take text of an attacker/,
    break_(
      "<F-USER>\\S+</F-USER> from <HOST> failed$",
      "<F-USER>.+</F-USER> from <HOST> failed",
    ),
  ],
  [
    /can be made to ban somebody else/,
    break_(
      "<F-USER>\\S+</F-USER> from <HOST> failed$",
      "<F-USER>.+?</F-USER> from <HOST> failed",
    ),
  ],
  [
    /keeps all of the rule date/,
    break_("[[hit]]", '[allow]\ndate = "none"\n\n[[hit]]'),
  ],
  [
    /has no reason in allow\.ports/,
    break_('ports = ["http"]\n', "").replace(
      "[[hit]]",
      '[allow]\nports = " "\n\n[[hit]]',
    ),
  ],
  [/is not formatted/, break_("[[miss]]", "\n[[miss]]")],
];

Deno.test("checkFilter() has nothing to say of a sound filter", () => {
  assert.deepEqual(checkFilter(filterOf(SOUND)), []);
});

for (const [message, text] of BROKEN) {
  Deno.test(`checkFilter() says ${message.source}`, () => {
    const problems = checkFilter(filterOf(text));
    assert.ok(
      problems.some((problem) => message.test(problem)),
      problems.join("\n"),
    );
  });
}

Deno.test("checkFilter() takes a reason for what a filter cannot keep", () => {
  const text = break_('ports = ["http"]\n', "")
    .replace("[[hit]]", '[allow]\nports = "it listens everywhere"\n\n[[hit]]');
  assert.deepEqual(checkFilter(filterOf(text)), []);
});

Deno.test("checkFilters() tells that the page is not up to date", () => {
  assert.deepEqual(checkFilters([filterOf(SOUND)]), []);
  const [problem = ""] = checkFilters([filterOf(SOUND)], "# Old\n");
  assert.match(problem, /docs\/filters\.md is not up to date/);
});

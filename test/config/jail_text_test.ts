import assert from "node:assert/strict";
import { parseFilterFile } from "../../src/config/filter_file.ts";
import { jailText } from "../../src/config/jail_text.ts";
import { createMemoryFiles } from "./render_case.ts";

const FILTER = parseFilterFile(
  `description = "App: failed logins"
fail = ['no <HOST>$']
logs = ["/var/log/app.log", "/srv/app-*.log"]
journal = ["_SYSTEMD_UNIT=app.service"]
ports = ["http", "8000:8100"]
protocol = ["tcp", "udp"]
[mode.more]
fail = ['non <HOST>$']
`,
  "app.toml",
);

function textWith(...paths: string[]): string {
  const files = createMemoryFiles(new Map(paths.map((path) => [path, ""])));
  return jailText(FILTER, { files });
}

Deno.test("jailText() takes the first usual log that is there", () => {
  assert.equal(
    textWith("/srv/app-1.log", "/var/log/journal"),
    `# App: failed logins
[jail.app]
filter = "app"
log_path = "/srv/app-*.log"
port = ["http", "8000:8100"]
protocol = ["tcp", "udp"]
max_retry = 5
find_time = "10m"
ban_time = "1h"
`,
  );
});

Deno.test("jailText() takes the journal where no usual log is there", () => {
  assert.match(
    textWith("/run/systemd/journal/socket"),
    /^log_backend = "systemd"\njournalmatch = \["_SYSTEMD_UNIT=app.service"\]$/m,
  );
});

Deno.test("jailText() says so where there is neither", () => {
  assert.match(textWith(), /^# None .*\nlog_path = "\/var\/log\/app.log"$/m);
});

Deno.test("jailText() names the mode", () => {
  const files = createMemoryFiles(new Map());
  assert.match(
    jailText(FILTER, { files, mode: "more" }),
    /^filter = \{ name = "app", mode = "more" \}$/m,
  );
});

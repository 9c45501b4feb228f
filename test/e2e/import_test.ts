import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { LAUNCHER, startDaemon } from "../support/daemon.ts";
import { runText } from "../support/run.ts";

/** Stands for the daemon's log, whose path the import cannot know yet. */
const LOG = "/var/log/fail2deno-import-test.log";

/** A fail2ban of our own: the host stands in the line that opens a connection, the failures in later ones. */
const TREE: Readonly<Record<string, string>> = {
  "fail2ban.conf": "[Definition]\nloglevel = INFO\n",
  "jail.conf": `[DEFAULT]
maxretry = 5
findtime = 10m
bantime = 1h
action = nftables
filter = %(__name__)s
[app]
port = 8080
logpath = ${LOG}
`,
  "jail.local": "[app]\nenabled = true\nmaxretry = 3\n",
  "filter.d/app.conf": String.raw`[Definition]
prefregex = ^ app\[<F-MLFID>\d+</F-MLFID>\]: <F-CONTENT>.+</F-CONTENT>$
failregex = ^<F-NOFAIL>connection</F-NOFAIL> from <HOST>$
            ^login of <F-USER>\S+</F-USER> failed$
datepattern = ^%%Y/%%m/%%d %%H:%%M:%%S
`,
  "action.d/nftables.conf":
    "[Definition]\nactionban = nft add element <ip>\nactionunban = nft delete element <ip>\n",
};

Deno.test("import makes a configuration with which run bans as fail2ban would", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "fail2deno-test-" });
  try {
    writeTree(`${folder}/fail2ban`);
    const result = await runText(LAUNCHER, [
      ...["import", `${folder}/fail2ban`, "--output", `${folder}/out`],
    ]);
    strictEqual(result.code, 0, result.out + result.err);
    match(result.out, /app: (exact|adapted)/);
    await replay(
      Deno.readTextFileSync(`${folder}/out/config.toml`),
      Deno.readTextFileSync(`${folder}/out/filters.d/app.toml`),
    );
    const again = await runText(LAUNCHER, [
      ...["import", `${folder}/fail2ban`, "--output", `${folder}/out`],
    ]);
    ok(again.code !== 0, "files that are there were overwritten");
    match(again.err, /--force/);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

async function replay(config: string, filter: string): Promise<void> {
  await using daemon = await startDaemon({
    config: config.replaceAll(LOG, "@LOG@"),
    files: { "filters.d/app.toml": filter },
  });
  daemon.append(line("app[7]: connection from 203.0.113.9"));
  daemon.append(line("app[8]: connection from 203.0.113.10"));
  daemon.append(line("app[7]: login of root failed").repeat(2));
  daemon.append(line("app[8]: login of root failed"));
  daemon.append(line("app[7]: login of admin failed"));
  await daemon.heard(/Ban host.*203\.0\.113\.9.*jail=app/);
  deepStrictEqual([...(await daemon.kernelBans("app")).keys()], [
    "203.0.113.9",
  ]);
}

/** With the time of now in the format of the filter's date pattern. */
function line(text: string): string {
  const now = new Date();
  const two = (value: number) => String(value).padStart(2, "0");
  return `${now.getFullYear()}/${two(now.getMonth() + 1)}/${
    two(now.getDate())
  } ${now.toTimeString().slice(0, 8)} ${text}\n`;
}

function writeTree(root: string): void {
  for (const [path, text] of Object.entries(TREE)) {
    const file = `${root}/${path}`;
    Deno.mkdirSync(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(file, text);
  }
}

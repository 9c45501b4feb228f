import { deepStrictEqual, strictEqual } from "node:assert/strict";
import {
  chooseSource,
  type SourceLook,
  type UsualSource,
} from "../../src/config/choose_source.ts";
import { expandGlob } from "../../src/util/expand_glob.ts";

const NOW = 1_795_000_000;
const DAY = 86_400;

/** Days since the last write by path, `undefined` for an empty file, and days since the last entry of the journal. */
interface Machine {
  readonly files?: Readonly<Record<string, number | undefined>>;
  /** NaN: the journal has no such entry; absent: there is none. */
  readonly journal?: number;
}

const SSHD: UsualSource = {
  logPaths: ["/var/log/auth.log", "/var/log/secure"],
  journalMatch: ["_COMM=sshd"],
};

const NGINX: UsualSource = {
  logPaths: ["/var/log/nginx/error.log", "/var/log/nginx/*error.log"],
  journalMatch: ["_SYSTEMD_UNIT=nginx.service"],
};

const NO_JOURNAL: UsualSource = { ...NGINX, journalMatch: [] };

function lookAt({ files = {}, journal }: Machine): SourceLook {
  const paths = Object.keys(files);
  const since = (days: number) => NOW - days * DAY;
  return {
    expand: (pattern) =>
      expandGlob(pattern, {
        exists: (path) => paths.includes(path),
        listFolder: (folder) =>
          paths.filter((path) => path.startsWith(`${folder}/`))
            .map((path) => path.slice(folder.length + 1)),
      }),
    writtenSeconds(path) {
      const days = files[path];
      return days === undefined ? undefined : since(days);
    },
    lastEntrySeconds: () => journal === undefined ? undefined : since(journal),
    nowSeconds: () => NOW,
  };
}

/** Name, service, machine, what is read: paths, `journal`, or `waits`. */
const CASES: readonly (readonly [string, UsualSource, Machine, string])[] = [
  [
    "Debian 12 without rsyslog",
    SSHD,
    { journal: 0 },
    "journal",
  ],
  [
    "Debian 12 with rsyslog",
    SSHD,
    { files: { "/var/log/auth.log": 0 }, journal: 0 },
    "/var/log/auth.log",
  ],
  [
    "a log that was rotated a moment ago",
    SSHD,
    {
      files: { "/var/log/auth.log": undefined, "/var/log/auth.log.1": 1 },
      journal: 0,
    },
    "/var/log/auth.log",
  ],
  [
    "a log that was rotated with its date",
    SSHD,
    {
      files: { "/var/log/secure": undefined, "/var/log/secure-20261122": 4 },
      journal: 0,
    },
    "/var/log/secure",
  ],
  [
    "a log that an upgrade has left",
    SSHD,
    { files: { "/var/log/auth.log": 400 }, journal: 0 },
    "journal",
  ],
  [
    "a log that somebody has made, empty",
    SSHD,
    { files: { "/var/log/auth.log": undefined }, journal: NaN },
    "journal",
  ],
  [
    "nothing but a journal without entries",
    SSHD,
    { journal: NaN },
    "journal",
  ],
  [
    "Red Hat's log beside Debian's old one",
    SSHD,
    { files: { "/var/log/auth.log": 30, "/var/log/secure": 2 } },
    "/var/log/secure",
  ],
  [
    "two logs in use",
    SSHD,
    { files: { "/var/log/auth.log": 6, "/var/log/secure": 1 } },
    "/var/log/auth.log",
  ],
  [
    "a log of a quiet month, newer than the journal",
    NGINX,
    { files: { "/var/log/nginx/error.log": 30 }, journal: 60 },
    "/var/log/nginx/error.log",
  ],
  [
    "logs of virtual hosts only",
    NGINX,
    { files: { "/var/log/nginx/a.error.log": 1 }, journal: 60 },
    "/var/log/nginx/*error.log",
  ],
  [
    "a service that was just installed",
    NGINX,
    { files: { "/var/log/nginx/error.log": undefined }, journal: NaN },
    "/var/log/nginx/error.log",
  ],
  [
    "an empty log, and no journal",
    SSHD,
    { files: { "/var/log/secure": undefined } },
    "/var/log/secure",
  ],
  ["nothing", SSHD, {}, "waits"],
  ["a journal that the service does not log to", NO_JOURNAL, {
    journal: 0,
  }, "waits"],
];

for (const [name, usual, machine, expected] of CASES) {
  Deno.test(`chooseSource() chooses ${expected} for ${name}`, () => {
    const look = lookAt(machine);
    const { logPaths, reason, isWaiting } = chooseSource(usual, look);
    const [path = "journal"] = logPaths;
    strictEqual(isWaiting ? "waits" : path, expected);
    if (isWaiting) deepStrictEqual(logPaths, usual.logPaths);
    else strictEqual(logPaths.length, path === "journal" ? 0 : 1);
    // A reload is no change because time has passed.
    const later = { ...look, nowSeconds: () => NOW + 60 };
    strictEqual(chooseSource(usual, later).reason, reason);
  });
}

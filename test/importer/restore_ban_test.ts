import assert from "node:assert/strict";
import { type JailBanTimes, restoreBan } from "../../importer/restore_ban.ts";

const NOW = 1_800_000_000;

const PLAIN: JailBanTimes = {
  banTimeSeconds: 600,
  increments: false,
  maxTimeSeconds: 604_800,
};
const GROWING: JailBanTimes = { ...PLAIN, increments: true };

interface Case {
  readonly name: string;
  readonly jail: JailBanTimes;
  /** Seconds before now. */
  readonly age: number;
  readonly banTime: number;
  /** Seconds from now on; undefined where the ban is over. */
  readonly left: number | undefined;
}

const FOR_EVER: JailBanTimes = { ...PLAIN, banTimeSeconds: Infinity };
const WITHOUT_LIMIT: JailBanTimes = { ...GROWING, maxTimeSeconds: Infinity };

const CASES: readonly Case[] = [
  { name: "runs on", jail: PLAIN, age: 100, banTime: 600, left: 500 },
  { name: "is over", jail: PLAIN, age: 600, banTime: 600, left: undefined },
  { name: "was shorter", jail: PLAIN, age: 100, banTime: 300, left: 200 },
  { name: "was longer", jail: PLAIN, age: 100, banTime: 3600, left: 500 },
  {
    name: "was longer, and is older than one of now",
    jail: PLAIN,
    age: 700,
    banTime: 3600,
    left: undefined,
  },
  { name: "was for ever", jail: PLAIN, age: 100, banTime: -1, left: 500 },
  {
    name: "is for ever",
    jail: FOR_EVER,
    age: 1e8,
    banTime: -1,
    left: Infinity,
  },
  {
    name: "ends where the jail now bans for ever",
    jail: FOR_EVER,
    age: 100,
    banTime: 600,
    left: 500,
  },
  { name: "has grown", jail: GROWING, age: 700, banTime: 9600, left: 8900 },
  {
    name: "has grown beyond the limit",
    jail: GROWING,
    age: 100,
    banTime: 2_000_000,
    left: 604_700,
  },
  {
    name: "was for ever, and the jail has a limit",
    jail: GROWING,
    age: 100,
    banTime: -1,
    left: 604_700,
  },
  {
    name: "was for ever, and the jail has none",
    jail: WITHOUT_LIMIT,
    age: 1e8,
    banTime: -1,
    left: Infinity,
  },
  { name: "kept no time", jail: GROWING, age: 100, banTime: -2, left: 500 },
  {
    name: "kept no time, and is over",
    jail: GROWING,
    age: 700,
    banTime: -2,
    left: undefined,
  },
  {
    name: "starts in the future",
    jail: PLAIN,
    age: -50,
    banTime: 600,
    left: 650,
  },
];

for (const { name, jail, age, banTime, left } of CASES) {
  Deno.test(`restoreBan() is right when a ban ${name}`, () => {
    const end = restoreBan(
      { startSeconds: NOW - age, banTimeSeconds: banTime },
      { jail, nowSeconds: NOW },
    );
    assert.equal(end === undefined ? end : end - NOW, left);
  });
}

/**
 * How long fail2ban's bans are: options as it writes them, and what its own code makes of them.
 *
 * @module
 */

/** One set of options. */
export interface EscalationCase {
  readonly why: string;
  /** Seconds; -1 is for ever. */
  readonly banTime: number;
  /** Values of `bantime.factor` and so on. */
  readonly options: Readonly<
    Partial<
      Record<
        "factor" | "formula" | "multipliers" | "maxtime" | "rndtime",
        string
      >
    >
  >;
  /** Default true. */
  readonly increment?: boolean;
  /** By the number of earlier bans, with 0.25 for every random number. */
  readonly seconds: Readonly<Record<number, number>>;
}

/** Computed by Debian's fail2ban 1.0.2; test/conformance/escalation_test.ts computes them again. */
export const ESCALATION_CASES: readonly EscalationCase[] = [
  {
    why: "no increment",
    banTime: 600,
    options: { multipliers: "1 5 30" },
    increment: false,
    seconds: { 0: 600, 1: 600, 2: 600, 3: 600, 5: 600, 10: 600, 25: 600 },
  },
  {
    why: "doubling",
    banTime: 600,
    options: {},
    seconds: {
      0: 600,
      1: 1200,
      2: 2400,
      3: 4800,
      5: 19200,
      10: 614400,
      25: 629145600,
    },
  },
  {
    why: "doubling, a factor",
    banTime: 600,
    options: { factor: "2" },
    seconds: {
      0: 600,
      1: 2400,
      2: 4800,
      3: 9600,
      5: 38400,
      10: 1228800,
      25: 1258291200,
    },
  },
  {
    why: "a small factor never shortens the doubling",
    banTime: 600,
    options: { factor: "0.25" },
    seconds: {
      0: 600,
      1: 600,
      2: 600,
      3: 1200,
      5: 4800,
      10: 153600,
      25: 157286400,
    },
  },
  {
    why: "a factor that is arithmetic",
    banTime: 600,
    options: { factor: "2.0 / 2.885385" },
    seconds: {
      0: 600,
      1: 831.7780816078271,
      2: 1663.5561632156541,
      3: 3327.1123264313082,
      5: 13308.449305725233,
      10: 425870.37778320746,
      25: 436091266.85000443,
    },
  },
  {
    why: "doubling up to the longest",
    banTime: 600,
    options: { maxtime: "5h" },
    seconds: {
      0: 600,
      1: 1200,
      2: 2400,
      3: 4800,
      5: 18000,
      10: 18000,
      25: 18000,
    },
  },
  {
    why: "the longest is shorter than the first",
    banTime: 600,
    options: { maxtime: "5m" },
    seconds: { 0: 600, 1: 300, 2: 300, 3: 300, 5: 300, 10: 300, 25: 300 },
  },
  {
    why: "doubling, and some by chance",
    banTime: 600,
    options: { rndtime: "8m" },
    seconds: {
      0: 600,
      1: 1320,
      2: 2520,
      3: 4920,
      5: 19320,
      10: 614520,
      25: 629145720,
    },
  },
  {
    why: "chance goes beyond the longest",
    banTime: 600,
    options: { maxtime: "1h", rndtime: "100" },
    seconds: { 0: 600, 1: 1225, 2: 2425, 3: 3625, 5: 3625, 10: 3625, 25: 3625 },
  },
  {
    why: "multipliers of jail.conf",
    banTime: 600,
    options: { multipliers: "1 2 4 8 16 32 64" },
    seconds: {
      0: 600,
      1: 1200,
      2: 2400,
      3: 4800,
      5: 19200,
      10: 38400,
      25: 38400,
    },
  },
  {
    why: "steep multipliers of jail.conf",
    banTime: 60,
    options: { multipliers: "1 5 30 60 300 720 1440 2880" },
    seconds: {
      0: 60,
      1: 300,
      2: 1800,
      3: 3600,
      5: 43200,
      10: 172800,
      25: 172800,
    },
  },
  {
    why: "multipliers and a factor",
    banTime: 600,
    options: { multipliers: "1 2 4 8", factor: "1.5" },
    seconds: { 0: 600, 1: 1800, 2: 3600, 3: 7200, 5: 7200, 10: 7200, 25: 7200 },
  },
  {
    why: "multipliers and a small factor",
    banTime: 600,
    options: { multipliers: "1 2 4", factor: "0.1" },
    seconds: { 0: 600, 1: 120, 2: 240, 3: 240, 5: 240, 10: 240, 25: 240 },
  },
  {
    why: "multipliers up to the longest",
    banTime: 600,
    options: { multipliers: "1 5 30 60", maxtime: "2h" },
    seconds: { 0: 600, 1: 3000, 2: 7200, 3: 7200, 5: 7200, 10: 7200, 25: 7200 },
  },
  {
    why: "one multiplier",
    banTime: 600,
    options: { multipliers: "3" },
    seconds: { 0: 600, 1: 1800, 2: 1800, 3: 1800, 5: 1800, 10: 1800, 25: 1800 },
  },
  {
    why: "the first multiplier is never used",
    banTime: 600,
    options: { multipliers: "9 2" },
    seconds: { 0: 600, 1: 1200, 2: 1200, 3: 1200, 5: 1200, 10: 1200, 25: 1200 },
  },
  {
    why: "multipliers go before a formula",
    banTime: 600,
    options: { multipliers: "1 2", formula: "ban.Time * 7" },
    seconds: { 0: 600, 1: 1200, 2: 1200, 3: 1200, 5: 1200, 10: 1200, 25: 1200 },
  },
  {
    why: "multipliers, the longest, chance",
    banTime: 600,
    options: { multipliers: "1 2 99", maxtime: "1h", rndtime: "1m" },
    seconds: { 0: 600, 1: 1215, 2: 3615, 3: 3615, 5: 3615, 10: 3615, 25: 3615 },
  },
  {
    why: "the formula of jail.conf",
    banTime: 600,
    options: {
      formula:
        "ban.Time * (1<<(ban.Count if ban.Count<20 else 20)) * banFactor",
    },
    seconds: {
      0: 600,
      1: 1200,
      2: 2400,
      3: 4800,
      5: 19200,
      10: 614400,
      25: 629145600,
    },
  },
  {
    why: "the steep formula of jail.conf",
    banTime: 600,
    options: {
      formula:
        "ban.Time * math.exp(float(ban.Count+1)*banFactor)/math.exp(1*banFactor)",
    },
    seconds: {
      0: 600,
      1: 1630.9690970754273,
      2: 4433.43365935839,
      3: 12051.3221539126,
      5: 89047.89546154597,
      10: 13215879.47688403,
      25: 43202939602431.53,
    },
  },
  {
    why: "the steep formula with its factor",
    banTime: 600,
    options: {
      formula:
        "ban.Time * math.exp(float(ban.Count+1)*banFactor)/math.exp(1*banFactor)",
      factor: "2.0 / 2.885385",
    },
    seconds: {
      0: 600,
      1: 1200.0014649367868,
      2: 2400.0058597507245,
      3: 4800.017579262904,
      5: 19200.11719522909,
      10: 614407.5005175527,
      25: 20133273648.023743,
    },
  },
  {
    why: "the steep formula up to the longest",
    banTime: 600,
    options: {
      formula:
        "ban.Time * math.exp(float(ban.Count+1)*banFactor)/math.exp(1*banFactor)",
      maxtime: "1w",
    },
    seconds: {
      0: 600,
      1: 1630.9690970754273,
      2: 4433.43365935839,
      3: 12051.3221539126,
      5: 89047.89546154597,
      10: 604800,
      25: 604800,
    },
  },
  {
    why: "linear",
    banTime: 600,
    options: { formula: "ban.Time * (ban.Count + 1)" },
    seconds: {
      0: 600,
      1: 1200,
      2: 1800,
      3: 2400,
      5: 3600,
      10: 6600,
      25: 15600,
    },
  },
  {
    why: "squares",
    banTime: 600,
    options: { formula: "ban.Time * ban.Count**2 * banFactor", factor: "3" },
    seconds: {
      0: 600,
      1: 1800,
      2: 7200,
      3: 16200,
      5: 45000,
      10: 180000,
      25: 1125000,
    },
  },
  {
    why: "whole division",
    banTime: 601,
    options: { formula: "ban.Time * 7 // 2 // ban.Count" },
    seconds: { 0: 601, 1: 2103, 2: 1051, 3: 701, 5: 601, 10: 601, 25: 601 },
  },
  {
    why: "true division",
    banTime: 601,
    options: { formula: "ban.Time * 7 / 2 / ban.Count" },
    seconds: {
      0: 601,
      1: 2103.5,
      2: 1051.75,
      3: 701.1666666666666,
      5: 601,
      10: 601,
      25: 601,
    },
  },
  {
    why: "a remainder",
    banTime: 600,
    options: { formula: "ban.Time * (1 + ban.Count % 3)" },
    seconds: { 0: 600, 1: 1200, 2: 1800, 3: 600, 5: 1800, 10: 1200, 25: 1200 },
  },
  {
    why: "a shorter result is the ban time",
    banTime: 600,
    options: { formula: "ban.Time - 60 * ban.Count" },
    seconds: { 0: 600, 1: 600, 2: 600, 3: 600, 5: 600, 10: 600, 25: 600 },
  },
  {
    why: "a constant",
    banTime: 600,
    options: { formula: "86400" },
    seconds: {
      0: 600,
      1: 86400,
      2: 86400,
      3: 86400,
      5: 86400,
      10: 86400,
      25: 86400,
    },
  },
  {
    why: "powers beyond 64 bits",
    banTime: 600,
    options: {
      formula: "ban.Time * (3**(20 * ban.Count) // 3**(20 * ban.Count - 1))",
    },
    seconds: { 0: 600, 1: 1800, 2: 1800, 3: 1800, 5: 1800, 10: 1800, 25: 1800 },
  },
  {
    why: "nested conditions",
    banTime: 600,
    options: {
      formula:
        "3600 if ban.Count == 1 else 86400 if ban.Count <= 3 else 7 * 86400",
    },
    seconds: {
      0: 600,
      1: 3600,
      2: 86400,
      3: 86400,
      5: 604800,
      10: 604800,
      25: 604800,
    },
  },
  {
    why: "a chain of comparisons",
    banTime: 600,
    options: { formula: "86400 if 1 < ban.Count <= 3 else 3600" },
    seconds: {
      0: 600,
      1: 3600,
      2: 86400,
      3: 86400,
      5: 3600,
      10: 3600,
      25: 3600,
    },
  },
  {
    why: "and, or, not",
    banTime: 600,
    options: {
      formula:
        "86400 if not ban.Count < 2 and (ban.Count == 2 or ban.Count > 5) else 3600",
    },
    seconds: {
      0: 600,
      1: 3600,
      2: 86400,
      3: 3600,
      5: 3600,
      10: 86400,
      25: 86400,
    },
  },
  {
    why: "min and max",
    banTime: 600,
    options: { formula: "min(ban.Time * max(ban.Count, 3), 86400)" },
    seconds: {
      0: 600,
      1: 1800,
      2: 1800,
      3: 1800,
      5: 3000,
      10: 6000,
      25: 15000,
    },
  },
  {
    why: "roots",
    banTime: 600,
    options: {
      formula: "ban.Time * math.sqrt(ban.Count) * banFactor",
      factor: "2",
    },
    seconds: {
      0: 600,
      1: 1200,
      2: 1697.0562748477141,
      3: 2078.460969082653,
      5: 2683.281572999748,
      10: 3794.7331922020553,
      25: 6000,
    },
  },
  {
    why: "logarithms",
    banTime: 600,
    options: {
      formula:
        "ban.Time * (1 + math.log(ban.Count, 2)) + math.log10(ban.Count)",
    },
    seconds: {
      0: 600,
      1: 600,
      2: 1200.301029995664,
      3: 1551.4546216874132,
      5: 1993.8558269367531,
      10: 2594.1568569324177,
      25: 3387.7116538735063,
    },
  },
  {
    why: "pow, int, round",
    banTime: 600,
    options: {
      formula: "int(math.pow(ban.Time, 1.2)) + round(ban.Count / 2) * 60",
    },
    seconds: { 0: 600, 1: 2156, 2: 2216, 3: 2276, 5: 2276, 10: 2456, 25: 2876 },
  },
  {
    why: "floor and ceil",
    banTime: 600,
    options: {
      formula:
        "math.floor(ban.Time * ban.Count / 7) + math.ceil(ban.Time * ban.Count / 7)",
    },
    seconds: { 0: 600, 1: 600, 2: 600, 3: 600, 5: 857, 10: 1715, 25: 4285 },
  },
  {
    why: "a shift by a fraction has no result",
    banTime: 600,
    options: { formula: "ban.Time * (1 << banFactor)", factor: "2.5" },
    seconds: { 0: 600, 1: 600, 2: 600, 3: 600, 5: 600, 10: 600, 25: 600 },
  },
  {
    why: "a division by zero has no result",
    banTime: 600,
    options: { formula: "ban.Time * 10 / (ban.Count - 2)" },
    seconds: { 0: 600, 1: 600, 2: 600, 3: 6000, 5: 2000, 10: 750, 25: 600 },
  },
  {
    why: "a right shift",
    banTime: 600,
    options: { formula: "(ban.Time << 8) >> ban.Count" },
    seconds: {
      0: 600,
      1: 76800,
      2: 38400,
      3: 19200,
      5: 4800,
      10: 600,
      25: 600,
    },
  },
  {
    why: "signs and powers",
    banTime: 600,
    options: { formula: "-2**2 * -ban.Time * ban.Count + - -60" },
    seconds: {
      0: 600,
      1: 2460,
      2: 4860,
      3: 7260,
      5: 12060,
      10: 24060,
      25: 60060,
    },
  },
  {
    why: "a formula, the longest, chance",
    banTime: 3600,
    options: {
      formula: "ban.Time * ban.Count * 10",
      maxtime: "1d",
      rndtime: "30m",
    },
    seconds: {
      0: 3600,
      1: 36450,
      2: 72450,
      3: 86850,
      5: 86850,
      10: 86850,
      25: 86850,
    },
  },
  {
    why: "for ever stays for ever",
    banTime: -1,
    options: { multipliers: "1 2 4" },
    seconds: { 0: -1, 1: -1, 2: -1, 3: -1, 5: -1, 10: -1, 25: -1 },
  },
  {
    why: "a day, doubling up to five weeks",
    banTime: 86400,
    options: { maxtime: "5w" },
    seconds: {
      0: 86400,
      1: 172800,
      2: 345600,
      3: 691200,
      5: 2764800,
      10: 3024000,
      25: 3024000,
    },
  },
];

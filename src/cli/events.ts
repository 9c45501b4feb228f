/**
 * `fail2deno events [JAIL]`.
 *
 * @module
 */

import type { ControlEvent, EventKind } from "../control/events.ts";
import { EVENT_KINDS } from "../control/requests.ts";
import { escapeText } from "../util/escape.ts";
import { EXIT } from "../util/exit_codes.ts";
import { suggest } from "../util/suggest.ts";
import { type Command, type Invocation, UsageError } from "./command.ts";
import { openDaemon } from "./setup.ts";
import { type Style, styleOf, type Tone } from "./style.ts";
import { untilInterrupted } from "./watch.ts";

/** Shows what happens as it happens. */
export const EVENTS: Command = {
  name: "events",
  summary: "Show failures, bans, unbans and warnings as they happen",
  details: "Until Ctrl-C. Who reads too slowly is told how many were left out.",
  arguments: [{ form: "[jail]", summary: "only this jail's", takes: "jail" }],
  options: [{
    form: "--kind <kind>...",
    summary:
      "failure, ban, extend, unban or warning; several by several --kind (default: all)",
    takes: EVENT_KINDS,
  }],
  examples: [
    { line: "fail2deno events", summary: "everything" },
    {
      line: "fail2deno events sshd --kind ban --kind unban",
      summary: "who comes and goes in one jail",
    },
    {
      line: "fail2deno events --json | jq -r .host",
      summary: "for programs: one JSON object a line",
    },
  ],
  json: "a `ControlEvent` a line",
  asksDaemon: true,
  run: showEvents,
};

async function showEvents(invocation: Invocation) {
  const { words: [jail], lists, options, context } = invocation;
  const kinds = (lists.kind ?? EVENT_KINDS).map(readKind);
  const daemon = await openDaemon(invocation);
  const style = styleOf(context);
  await untilInterrupted(async (signal) => {
    for await (const event of daemon.events({ kinds, jail, signal })) {
      context.out(
        options.json === true
          ? `${JSON.stringify(event)}\n`
          : formatEvent(event, style),
      );
    }
  });
  return EXIT.ok;
}

function readKind(word: string): EventKind {
  const kind = EVENT_KINDS.find((known) => known === word);
  if (kind !== undefined) return kind;
  const close = suggest(word, EVENT_KINDS);
  throw new UsageError(
    `Cannot show events of kind "${escapeText(word, 40)}": not known, ${
      close === undefined
        ? `expected one of ${EVENT_KINDS.join(", ")}`
        : `did you mean "${close}"?`
    }`,
  );
}

const TONES: Readonly<Record<ControlEvent["kind"], Tone>> = {
  failure: "faint",
  ban: "bad",
  extend: "bad",
  unban: "good",
  warning: "warn",
  lost: "warn",
};

/** @returns one line: `19:08:03 ban      sshd  203.0.113.9  until 2026-…, 5 failures` */
export function formatEvent(event: ControlEvent, style: Style): string {
  const time = event.time.slice(11, 19);
  const kind = style.paint(TONES[event.kind], event.kind.padEnd(8));
  const where = "jail" in event
    ? `${escapeText(event.jail, 64)}  ${escapeText(event.host, 64)}  `
    : "";
  return `${time} ${kind} ${where}${describe(event)}\n`;
}

function describe(event: ControlEvent): string {
  switch (event.kind) {
    case "failure": {
      const user = event.user === null
        ? ""
        : `, user ${escapeText(event.user, 64)}`;
      return `${event.verdict}${user}`;
    }
    case "ban":
    case "extend": {
      const until = event.end === null ? "for ever" : `until ${event.end}`;
      return `${until}, ${event.failures} failures, ban number ${event.count}`;
    }
    case "unban":
      return event.reason;
    case "warning":
      return [
        event.message,
        ...Object.entries(event.fields).map(([name, value]) =>
          `${name}=${escapeText(String(value), 200)}`
        ),
      ].join(" ");
    case "lost":
      return `${event.events} events were left out: read faster`;
  }
}

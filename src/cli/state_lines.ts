/**
 * A state as JSON Lines: one object a line, which `kind` tells apart.
 *
 *     {"kind":"state","version":1,"time":"2026-01-02T03:04:05.678Z"}
 *     {"kind":"ban","jail":"sshd","host":"192.0.2.7","start":1767323045.5,"end":null,"count":1,"failures":5}
 *     {"kind":"count","jail":"sshd","host":"192.0.2.7","count":1,"until":null}
 *     {"kind":"failures","jail":"sshd","host":"2001:db8::/64","times":[1767323001,1767323044]}
 *     {"kind":"position","path":"/var/log/auth.log","files":[{"device":1,"inode":2,"offset":3,"head":"SmFu"}]}
 *     {"kind":"cursor","jail":"web","cursor":"s=0b;i=5d1;b=7c;m=1;t=2;x=3","time":1767323044.5}
 *     {"kind":"message","action":"team","id":1767323045500000,"method":"ban","jail":"sshd","host":"192.0.2.7",
 *      "start":1767323045.5,"end":null,"count":1,"failures":5}
 *     {"kind":"memory","action":"team","memory":{"quota":999}}
 *     {"kind":"history","jail":"sshd","host":"192.0.2.7","start":1767323045.5,"end":null,"count":1,"failures":5}
 *
 * @module
 */

import type { StateRecord } from "../store/state_record.ts";
import type { StoredBan } from "../track/types.ts";
import { formatNetwork } from "../util/address.ts";

/** Of the format, told by its first line. */
export const LINES_VERSION = 1;

/** @returns the first line */
export function formatHeader(time: Date): string {
  const header = { kind: "state", version: LINES_VERSION, time };
  return `${JSON.stringify(header)}\n`;
}

/** @returns a record as its line */
export function formatRecord(record: StateRecord): string {
  return `${JSON.stringify(toPlain(record))}\n`;
}

function toPlain(record: StateRecord): unknown {
  const { kind } = record;
  switch (record.kind) {
    case "ban":
    case "history":
      return { kind, ...toPlainBan(record.ban) };
    case "count": {
      const { jail, host, count, untilSeconds = Infinity } = record.count;
      const until = toNullable(untilSeconds);
      return { kind, jail, host: formatNetwork(host), count, until };
    }
    case "failures": {
      const { jail, host, times } = record.failures;
      return { kind, jail, host: formatNetwork(host), times: [...times] };
    }
    case "cursor": {
      const { jail, cursor, timeSeconds: time } = record.cursor;
      return { kind, jail, cursor, time };
    }
    case "message": {
      const { action, id, method, ban } = record.message;
      return { kind, action, id, method, ...toPlainBan(ban) };
    }
    case "memory":
      return { kind, ...record.memory };
    case "position": {
      const { path, files } = record.position;
      const plain = files.map(({ head, device, inode, offset }) => ({
        ...{ device, inode, offset },
        head: head.toBase64(),
      }));
      return { kind, path, files: plain };
    }
  }
}

function toPlainBan(ban: StoredBan) {
  const { jail, host, startSeconds, endSeconds, count, failures } = ban;
  return {
    jail,
    host: formatNetwork(host),
    start: startSeconds,
    end: toNullable(endSeconds),
    count,
    failures,
  };
}

/** For ever is null. */
function toNullable(seconds: number): number | null {
  return seconds === Infinity ? null : seconds;
}

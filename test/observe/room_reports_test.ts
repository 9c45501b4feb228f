import assert from "node:assert/strict";
import { RoomReports } from "../../src/observe/room_reports.ts";
import type { UnbanReason } from "../../src/track/types.ts";
import { type LogFields, SILENT } from "../../src/util/log.ts";
import { unban } from "../act/samples.ts";

Deno.test("RoomReports.note() warns once a minute of bans that made room, and tells how many it held back", () => {
  const said: (LogFields | undefined)[] = [];
  const reports = new RoomReports({
    ...SILENT,
    warn: (_message, fields) => said.push(fields),
  });
  const note = (reason: UnbanReason, nowSeconds: number) =>
    reports.note(unban("sshd", "192.0.2.7", reason), nowSeconds);
  note("expired", 1000);
  for (let i = 0; i < 100; i++) note("room", 1000 + i / 100);
  note("room", 1061);
  const fields = { host: "192.0.2.7", jail: "sshd" };
  assert.deepEqual(said, [fields, { ...fields, unsaid: 99 }]);
});

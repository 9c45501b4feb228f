import { strict as assert } from "node:assert";

import { MessageWriter } from "../../../src/act/netlink/codec.ts";
import {
  ERRNO,
  explainFailure,
  NetlinkError,
} from "../../../src/act/netlink/errors.ts";
import {
  NETLINK_NETFILTER,
  NETLINK_ROUTE,
  NLM_F,
  openNetlink,
} from "../../../src/act/netlink/socket.ts";
import { openLibc } from "../../../src/util/libc.ts";
import { testInNamespace } from "../namespace.ts";

const libc = openLibc();

const RTM_GETLINK = 18;
const RTM_NEWLINK = 16;
const NFT_MSG_GETTABLE = 0x0a01;
const IFLA_IFNAME = 3;
const IFINFOMSG_BYTES = 16;

Deno.test("openNetlink() says what is missing when the kernel lacks the protocol", () => {
  assert.throws(() => openNetlink(libc, 31), (error) => {
    assert(error instanceof NetlinkError);
    assert.equal(error.errno, ERRNO.EPROTONOSUPPORT);
    assert.match(error.message, /^Cannot open netlink socket "31": Protocol/);
    return true;
  });
});

testInNamespace("request() brings a dump's answers and ends with it", () => {
  const socket = openNetlink(libc, NETLINK_ROUTE);
  const writer = new MessageWriter();
  writer.beginMessage({
    type: RTM_GETLINK,
    flags: NLM_F.REQUEST | NLM_F.DUMP,
    sequence: 7,
    header: new Uint8Array(IFINFOMSG_BYTES),
  });
  writer.endMessage();
  const names: string[] = [];
  const failures = socket.request(writer.bytes(), 7, (message) => {
    assert.equal(message.type, RTM_NEWLINK);
    const attributes = message.attributes(IFINFOMSG_BYTES);
    while (attributes.next()) {
      if (attributes.type === IFLA_IFNAME) names.push(attributes.string());
    }
  });
  socket.close();
  assert.deepEqual(failures, []);
  assert(names.includes("lo"));
});

testInNamespace(
  "request() returns the kernel's refusal and leaves nothing behind it",
  () => {
    const socket = openNetlink(libc, NETLINK_NETFILTER);
    const writer = new MessageWriter();
    for (const sequence of [1, 2]) {
      writer.reset();
      writer.beginMessage({
        type: NFT_MSG_GETTABLE,
        flags: NLM_F.REQUEST | NLM_F.ACK,
        sequence,
        header: new Uint8Array([1, 0, 0, 0]),
      });
      writer.string(1, "missing");
      writer.endMessage();
      const failures = socket.request(writer.bytes(), sequence);
      assert.equal(failures.length, 1);
      assert.equal(failures[0]?.sequence, sequence);
      assert.equal(failures[0]?.errno, ERRNO.ENOENT);
      assert.match(explainFailure(failures[0]), /^No such table/);
    }
    socket.close();
  },
);

Deno.test("explainFailure() adds the kernel's own words", () => {
  const failure = { sequence: 1, errno: ERRNO.EPERM, text: "x", offset: -1 };
  assert.equal(
    explainFailure(failure),
    "Operation not permitted: CAP_NET_ADMIN is missing (x)",
  );
  assert.equal(explainFailure({ ...failure, errno: 9, text: "" }), "Error 9");
});

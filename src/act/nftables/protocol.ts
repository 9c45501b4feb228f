/**
 * Numbers of the kernel's nf_tables interface, by the names of linux/netfilter/nf_tables.h.
 *
 * @module
 */

/** Subsystem of a message type: `(subsystem << 8) | message`. */
const NFNL_SUBSYS_NFTABLES = 10;

/** @returns the type of a netlink message */
function messageType(message: number): number {
  return (NFNL_SUBSYS_NFTABLES << 8) | message;
}

/** Multicast group of `NetlinkSocket.join`: every change of every table. */
export const NFNLGRP_NFTABLES = 7;

/** Message types. */
export const NFT_MSG = {
  BATCH_BEGIN: 0x10,
  BATCH_END: 0x11,
  NEWTABLE: messageType(0),
  GETTABLE: messageType(1),
  DELTABLE: messageType(2),
  NEWCHAIN: messageType(3),
  GETCHAIN: messageType(4),
  DELCHAIN: messageType(5),
  NEWRULE: messageType(6),
  GETRULE: messageType(7),
  DELRULE: messageType(8),
  NEWSET: messageType(9),
  GETSET: messageType(10),
  DELSET: messageType(11),
  NEWSETELEM: messageType(12),
  GETSETELEM: messageType(13),
  DELSETELEM: messageType(14),
  NEWGEN: messageType(15),
} as const;

/** nfgenmsg: family, version 0, resource id (big-endian). */
export const NFGEN_BYTES = 4;
/** nfgenmsg of the family inet, which holds IPv4 and IPv6. */
export const INET_HEADER: Uint8Array = new Uint8Array([1, 0, 0, 0]);
/** nfgenmsg around a batch: the resource is the subsystem. */
export const BATCH_HEADER: Uint8Array = new Uint8Array([
  0,
  0,
  0,
  NFNL_SUBSYS_NFTABLES,
]);

/** Of meta nfproto. */
export const NFPROTO = { IPV4: 2, IPV6: 10 } as const;

/** Of lists: expressions, elements. */
export const NFTA_LIST_ELEM = 1;

/** Attribute of NEWGEN: the name of the program that made the change. */
export const NFTA_GEN_PROC_NAME = 3;

/** Attribute that names the table, in messages about chains, rules, sets and elements. */
export const NFTA_ANY_TABLE = 1;

/** Attributes of a table. */
export const NFTA_TABLE = { NAME: 1, FLAGS: 2 } as const;

/** Flag of a table whose rules are switched off. */
export const NFT_TABLE_F_DORMANT = 1;

/** Attributes of a chain. */
export const NFTA_CHAIN = {
  TABLE: 1,
  NAME: 3,
  HOOK: 4,
  POLICY: 5,
  TYPE: 7,
} as const;

/** Attributes of NFTA_CHAIN.HOOK. */
export const NFTA_HOOK = { HOOKNUM: 1, PRIORITY: 2 } as const;

/** Numbers of the hooks for NFTA_HOOK.HOOKNUM. */
export const NF_HOOK = { input: 1, forward: 2 } as const;
/** Verdict and policy. */
export const NF_VERDICT = { DROP: 0, ACCEPT: 1, JUMP: -3 } as const;

/** Attributes of a rule. */
export const NFTA_RULE = { TABLE: 1, CHAIN: 2, EXPRESSIONS: 4 } as const;

/** Attributes of a set. */
export const NFTA_SET = {
  TABLE: 1,
  NAME: 2,
  FLAGS: 3,
  KEY_TYPE: 4,
  KEY_LEN: 5,
  DESC: 9,
  ID: 10,
} as const;

/** Attribute of NFTA_SET.DESC: most elements. */
export const NFTA_SET_DESC_SIZE = 1;

/** Flags of a set. */
export const NFT_SET = {
  ANONYMOUS: 1,
  CONSTANT: 2,
  INTERVAL: 4,
  TIMEOUT: 16,
} as const;

/** Key types as nft numbers them; the kernel keeps them for nft's sake only. */
export const KEY_TYPE = { IPV4: 7, IPV6: 8, PORT: 13 } as const;

/** Attributes of a message of elements. */
export const NFTA_SET_ELEM_LIST = {
  TABLE: 1,
  SET: 2,
  ELEMENTS: 3,
  SET_ID: 4,
} as const;

/** Attributes of an element. */
export const NFTA_SET_ELEM = {
  KEY: 1,
  FLAGS: 3,
  TIMEOUT: 4,
  EXPIRATION: 5,
} as const;

/** Flag of an element: the gap after an interval begins here. */
export const NFT_SET_ELEM_INTERVAL_END = 1;

/** Attributes of a value. */
export const NFTA_DATA = { VALUE: 1, VERDICT: 2 } as const;
/** Attributes of NFTA_DATA.VERDICT. */
export const NFTA_VERDICT = { CODE: 1, CHAIN: 2 } as const;
/** Attributes of an expression. */
export const NFTA_EXPR = { NAME: 1, DATA: 2 } as const;
/** Attributes of the expression immediate: a constant into a register. */
export const NFTA_IMMEDIATE = { DREG: 1, DATA: 2 } as const;
/** Attributes of the expression bitwise: `register & mask ^ xor`. */
export const NFTA_BITWISE = {
  SREG: 1,
  DREG: 2,
  LEN: 3,
  MASK: 4,
  XOR: 5,
} as const;
/** Attributes of the expression cmp. */
export const NFTA_CMP = { SREG: 1, OP: 2, DATA: 3 } as const;
/** Operators of cmp. */
export const NFT_CMP = { EQ: 0, LTE: 3, GTE: 5 } as const;
/** Attributes of the expression lookup. */
export const NFTA_LOOKUP = { SET: 1, SREG: 2, SET_ID: 4 } as const;
/** Attributes of the expression payload: bytes of the packet. */
export const NFTA_PAYLOAD = { DREG: 1, BASE: 2, OFFSET: 3, LEN: 4 } as const;
/** Headers that payload counts from. */
export const NFT_PAYLOAD = { NETWORK: 1, TRANSPORT: 2 } as const;
/** Attributes of the expression meta. */
export const NFTA_META = { DREG: 1, KEY: 2 } as const;
/** Keys of meta. */
export const NFT_META = { NFPROTO: 15, L4PROTO: 16 } as const;
/** Attributes of the expression reject. */
export const NFTA_REJECT = { TYPE: 1, ICMP_CODE: 2 } as const;
/** `reject with icmpx port-unreachable`: right for both families. */
export const NFT_REJECT = { ICMPX: 2, ICMPX_PORT_UNREACHABLE: 1 } as const;

/** The register that decides, and the one that values go through. */
export const NFT_REG = { VERDICT: 0, ONE: 1 } as const;

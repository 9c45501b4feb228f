"""Runs a program under a filter of system calls, as systemd would: seccomp.py NAMES FAMILIES PROGRAM [WORD...]

NAMES are the calls that are allowed and FAMILIES the kinds of sockets, each separated by commas; all else fails with EPERM.
"""

import ctypes
import errno
import os
import sys

ALLOW = 0x7FFF0000
ERRNO = 0x00050000
EQUAL = 4
SOCKET = b"socket"
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10, "AF_NETLINK": 16}


class Comparison(ctypes.Structure):
    _fields_ = [
        ("arg", ctypes.c_uint),
        ("op", ctypes.c_int),
        ("value", ctypes.c_uint64),
        ("mask", ctypes.c_uint64),
    ]


def main(names, families, program):
    library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_rule_add_array.argtypes = [
        ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.POINTER(Comparison),
    ]
    library.seccomp_load.argtypes = [ctypes.c_void_p]
    context = library.seccomp_init(ERRNO | errno.EPERM)
    known = 0
    for name in names:
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number < 0 or name.encode() == SOCKET:
            continue
        known += 1
        if library.seccomp_rule_add_array(context, ALLOW, number, 0, None) != 0:
            sys.exit(f"cannot allow {name}")
    if known < 100:
        sys.exit(f"only {known} calls known")
    number = library.seccomp_syscall_resolve_name(SOCKET)
    for family in families:
        comparison = Comparison(0, EQUAL, FAMILIES[family], 0)
        if library.seccomp_rule_add_array(context, ALLOW, number, 1, ctypes.byref(comparison)) != 0:
            sys.exit(f"cannot allow {family}")
    if library.seccomp_load(context) != 0:
        sys.exit("cannot load the filter")
    os.execvp(program[0], program)


main(sys.argv[1].split(","), sys.argv[2].split(","), sys.argv[3:])

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which calls of the kernel a cell may make, as filters that the kernel reads: one for a fresh cell, one for a warm parent, one for its child.

A call that is not in a list fails. A filter can be joined by a narrower one and never be taken off (T12). It starts nothing and
holds no file. See spec/media.md.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Mapping, Sequence

MACHINE = "x86_64"

# Numbers of x86_64. What every decoder needs once it is loaded: bytes, memory, the clock, and its own end.
WORK = {
    "read": 0, "write": 1, "close": 3, "fstat": 5, "lseek": 8, "mmap": 9, "mprotect": 10, "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14,
    "rt_sigreturn": 15, "sched_yield": 24, "mremap": 25, "madvise": 28, "getpid": 39, "exit": 60, "gettid": 186, "futex": 202, "sched_getaffinity": 204,
    "clock_gettime": 228, "exit_group": 231, "set_robust_list": 273, "getrandom": 318, "rseq": 334,
}  # fmt: skip
# Besides, what an interpreter needs to start and to load: its own files, which are all that is there.
START = {
    "stat": 4, "lstat": 6, "pread64": 17, "readv": 19, "writev": 20, "access": 21, "dup": 32, "execve": 59, "wait4": 61, "uname": 63, "fcntl": 72,
    "getcwd": 79, "readlink": 89, "gettimeofday": 96, "sysinfo": 99, "getuid": 102, "getgid": 104, "geteuid": 107, "getegid": 108, "sigaltstack": 131,
    "arch_prctl": 158, "getdents64": 217, "set_tid_address": 218, "restart_syscall": 219, "openat": 257, "newfstatat": 262, "readlinkat": 267,
    "prlimit64": 302, "statx": 332, "faccessat2": 439,
}  # fmt: skip
# Besides, what a warm parent needs: to be handed open files, to place them in its child, and to narrow the child's filter.
HAND_OVER = {"dup2": 33, "recvmsg": 47, "seccomp": 317}
ALLOWED = {**WORK, **START}
CLONE, CLONE3, THREAD = 56, 435, 0x10000
# What the C library asks for when a process forks, to the bit: no new namespace, no shared memory.
FORK = 0x01200011
ARCH_X86_64 = 0xC000003E
LOAD, EQUAL, HAS, ANSWER = 0x20, 0x15, 0x45, 0x06
ALLOW, KILL, FAIL = 0x7FFF0000, 0x80000000, 0x00050000
EPERM, ENOSYS = 1, 38
NUMBER, ARCH, FIRST_ARGUMENT = 0, 4, 16
SECCOMP, SET_MODE_FILTER = HAND_OVER["seccomp"], 1
Step = tuple[int, int, int, int]
# A decoder of ours cannot do without a thread. What hides its flags is said not to be there; the C library then asks with
# the call whose flags can be read. Each jump that is taken goes over the answers that do not fit.
THREADS: tuple[Step, ...] = ((EQUAL, 4, 0, CLONE3), (EQUAL, 0, 2, CLONE), (LOAD, 0, 0, FIRST_ARGUMENT), (HAS, 2, 0, THREAD))
FORKS: tuple[Step, ...] = ((EQUAL, 5, 0, CLONE3), (EQUAL, 0, 3, CLONE), (LOAD, 0, 0, FIRST_ARGUMENT), (EQUAL, 3, 0, FORK), (HAS, 2, 0, THREAD))


def calls(threads: bool = False) -> bytes:
    """Return the filter of a fresh cell; ``threads`` allows threads, and still no process."""
    return _filter(ALLOWED, THREADS if threads else ())


def parent_calls() -> bytes:
    """Return the filter of a warm parent, which forks; threads are there for those of its children that may have them."""
    return _filter({**ALLOWED, **HAND_OVER}, FORKS)


def child_calls(threads: bool = False) -> bytes:
    """Return the filter of a warm parent's child: nothing is opened, started or loaded any more."""
    return _filter(WORK, THREADS if threads else ())


def narrow(filter_bytes: bytes) -> None:
    """Put a filter over this process, for good. Raises OSError."""
    held = ctypes.create_string_buffer(filter_bytes, len(filter_bytes))
    program = struct.pack("HxxxxxxP", len(filter_bytes) // 8, ctypes.addressof(held))
    library = ctypes.CDLL(None, use_errno=True)
    if library.syscall(SECCOMP, SET_MODE_FILTER, 0, program) != 0:
        raise OSError(ctypes.get_errno(), "the filter of calls was not taken")


def _filter(allowed: Mapping[str, int], begun: Sequence[Step]) -> bytes:
    steps: list[Step] = [(LOAD, 0, 0, ARCH), (EQUAL, 1, 0, ARCH_X86_64), (ANSWER, 0, 0, KILL), (LOAD, 0, 0, NUMBER)]
    # Each test jumps over the tests that are left, and over the two failing answers, to the good one.
    left = len(allowed) + len(begun) + 1
    steps += [(EQUAL, left - place, 0, number) for place, number in enumerate(allowed.values())]
    steps += [*begun, (ANSWER, 0, 0, FAIL | EPERM), (ANSWER, 0, 0, FAIL | ENOSYS), (ANSWER, 0, 0, ALLOW)]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)

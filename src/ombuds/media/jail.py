# SPDX-License-Identifier: AGPL-3.0-or-later
"""The walls of a cell: what bubblewrap shows it of the machine, and which calls of the kernel it may make.

It sees the runtime of Python, the system's libraries, one decoder and this room's files, all of them read-only, under
names that tell nothing of the member's machine; no home, no network, no other process, no device (T12). A call that is not
in the list fails. It starts nothing itself. See spec/media.md.
"""

from __future__ import annotations

import platform
import struct
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from ombuds.media.kinds import Kind

BUBBLEWRAP = ("/usr/bin/bwrap", "/usr/local/bin/bwrap")
MACHINE = "x86_64"
PACKAGES = {
    "render": ("PIL", "pillow.libs"),
    "heif": ("PIL", "pillow.libs", "pillow_heif", "pillow_heif.libs", "_pillow_heif*.so"),
    "pack": ("PIL", "pillow.libs"),
    "document": ("pypdfium2", "pypdfium2_raw", "pypdfium2_cfg"),
}
HERE = Path(__file__).parent
PYTHON, SHELF = "/python", "/shelf"
ALONE = (
    "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try", "--uid", "65534", "--gid", "65534",
    "--hostname", "cell", "--new-session", "--die-with-parent", "--cap-drop", "ALL", "--clearenv", "--setenv", "PYTHONHOME", PYTHON,
    "--setenv", "PYTHONPATH", SHELF, "--setenv", "LD_LIBRARY_PATH", f"{PYTHON}/lib", "--setenv", "LC_ALL", "C.UTF-8",
)  # fmt: skip

# Numbers of x86_64. What is not here fails: sockets, new processes and threads, tracing, mounting, signals to others.
# One decoder cannot do without a thread, and may have threads.
ALLOWED = {
    "read": 0, "write": 1, "close": 3, "stat": 4, "fstat": 5, "lstat": 6, "lseek": 8, "mmap": 9, "mprotect": 10, "munmap": 11, "brk": 12,
    "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "pread64": 17, "readv": 19, "writev": 20, "access": 21, "sched_yield": 24, "mremap": 25,
    "madvise": 28, "dup": 32, "getpid": 39, "execve": 59, "exit": 60, "wait4": 61, "uname": 63, "fcntl": 72, "getcwd": 79, "readlink": 89,
    "gettimeofday": 96, "sysinfo": 99, "getuid": 102, "getgid": 104, "geteuid": 107, "getegid": 108, "sigaltstack": 131, "arch_prctl": 158, "gettid": 186,
    "futex": 202, "sched_getaffinity": 204, "getdents64": 217, "set_tid_address": 218, "restart_syscall": 219, "clock_gettime": 228, "exit_group": 231,
    "openat": 257, "newfstatat": 262, "readlinkat": 267, "set_robust_list": 273, "prlimit64": 302, "getrandom": 318, "statx": 332, "rseq": 334,
    "faccessat2": 439,
}  # fmt: skip
CLONE, CLONE3, THREAD = 56, 435, 0x10000
ARCH_X86_64 = 0xC000003E
LOAD, EQUAL, HAS, ANSWER = 0x20, 0x15, 0x45, 0x06
ALLOW, KILL, FAIL = 0x7FFF0000, 0x80000000, 0x00050000
EPERM, ENOSYS = 1, 38
NUMBER, ARCH, FIRST_ARGUMENT = 0, 4, 16


def bubblewrap() -> str | None:
    """Return where the program that builds the walls is, or nothing."""
    return next((path for path in BUBBLEWRAP if Path(path).is_file()), None)


def known_machine() -> bool:
    """Whether the numbers of the kernel's calls are known for this machine."""
    return sys.platform == "linux" and platform.machine() == MACHINE


def calls(threads: bool = False) -> bytes:
    """Return the filter over the kernel's calls, as the kernel reads it; ``threads`` allows threads, and still no process."""
    steps = [(LOAD, 0, 0, ARCH), (EQUAL, 1, 0, ARCH_X86_64), (ANSWER, 0, 0, KILL), (LOAD, 0, 0, NUMBER)]
    # What hides its flags is said not to be there; the C library then asks with the call whose flags can be read.
    begun = [(EQUAL, 4, 0, CLONE3), (EQUAL, 0, 2, CLONE), (LOAD, 0, 0, FIRST_ARGUMENT), (HAS, 2, 0, THREAD)] if threads else []
    # Each test jumps over the tests that are left, and over the two failing answers, to the good one.
    left = len(ALLOWED) + len(begun) + 1
    steps += [(EQUAL, left - place, 0, number) for place, number in enumerate(ALLOWED.values())]
    steps += [*begun, (ANSWER, 0, 0, FAIL | EPERM), (ANSWER, 0, 0, FAIL | ENOSYS), (ANSWER, 0, 0, ALLOW)]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def walls(kind: Kind, filter_fd: int) -> list[str]:
    """Return bubblewrap's arguments for a cell with the decoder of one kind."""
    shown = [argument for there, inside in _shown(kind) for argument in ("--ro-bind", str(there), inside)]
    return [*ALONE, *shown, "--chdir", "/", "--remount-ro", "/", "--seccomp", str(filter_fd)]


def program(kind: Kind, page: int) -> list[str]:
    """Return the command that is run inside."""
    # Without site, bytecode and the folder of the script: nothing is read but what is shown.
    return [f"{PYTHON}/bin/python3", "-S", "-s", "-B", "-P", "-m", f"ombuds.media.{kind.program}", kind.name, str(page)]


def _shown(kind: Kind) -> Iterator[tuple[Path, str]]:
    many = sysconfig.get_config_var("MULTIARCH") or ""
    for folder in ("/lib64", "/usr/lib64", *((f"/lib/{many}", f"/usr/lib/{many}") if many else ())):
        if Path(folder).is_dir():
            yield Path(folder), folder
    yield Path(sys.executable).resolve(), f"{PYTHON}/bin/python3"
    yield Path(sysconfig.get_path("stdlib")), f"{PYTHON}/lib/python{sysconfig.get_python_version()}"
    for library in Path(sysconfig.get_config_var("LIBDIR") or "/nowhere").glob("libpython3*.so*"):
        yield library, f"{PYTHON}/lib/{library.name}"
    for package in PACKAGES[kind.program]:
        for found in Path(sysconfig.get_path("platlib")).glob(package):
            yield found, f"{SHELF}/{found.name}"
    yield HERE.parent / "__init__.py", f"{SHELF}/ombuds/__init__.py"
    yield HERE, f"{SHELF}/ombuds/media"

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A child of a warm cell that means harm: each thing that it tries fails, it ends with its file, and the next file works."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from signal import SIGKILL
from time import monotonic, sleep

import pytest

from ombuds.media.answer import LONGEST, read
from ombuds.media.badge import PHOTOGRAPH, Badges
from ombuds.media.cell import NoPicture, believed
from ombuds.media.jail import warm_program
from ombuds.media.warm import Warm
from tests.media.cells import WITHOUT_BUBBLEWRAP, WITHOUT_NAMESPACES, in_place, marked, on_another_machine
from tests.media.corpus import halves, photo, saved

# The parent is the true one; the child, in the place of a decoder, does what its file says.
PROGRAM = """
import os, sys, socket, resource, ctypes, mmap, threading
from ombuds.media.answer import Drawn, Finding, line, parts
from ombuds.media.hatch import hatch
before, lock = [], threading.Lock()
libc = ctypes.CDLL(None, use_errno=True)
def called(*numbers):
    libc.syscall(*numbers)
    return ctypes.get_errno()
def answer(asked, content):
    try:
        got = eval(content)
    except BaseException as wrong:
        got = wrong
    return parts(Drawn(outcome="broken", findings=(Finding("comment", line(repr(got)) or "nothing"),)))
hatch(answer, with_threads=("threads",))
"""
COMMAND = in_place(PROGRAM, PHOTOGRAPH)
SPIN, SLEEP, TALK = b"[0 for _ in iter(int, 1)]", b"lock.acquire() and lock.acquire()", b"[os.write(1, bytes(65536)) for _ in iter(int, 1)]"


@pytest.fixture(scope="module")
def cell() -> Iterator[Warm]:
    """One warm cell for the whole file: what one test does to a child must not be felt by the next."""
    warm = Warm(PHOTOGRAPH, COMMAND)
    yield warm
    warm.close()


def tries(cell: Warm, code: str, asked: str = "alone") -> str:
    """Let a child try something, and return what it got."""
    return read(cell.run(asked, code.encode())).findings[0].value


DENIED = {
    "a connection": "socket.socket(socket.AF_INET)",
    "a socket of the machine": "socket.socket(socket.AF_UNIX)",
    "a child": "os.fork()",
    "a program": "os.execv('/python/bin/python3', ['python3', '-c', ''])",
    "the list of users": "open('/etc/passwd').read()",
    "a file of its own walls": "open('/shelf/ombuds/media/answer.py').read()",
    "a file beside the program": "open('/shelf/ombuds/media/inside.py', 'a')",
    "a list of files": "os.listdir('/')",
    "a folder": "os.mkdir('/y')",
    "a signal to its parent": "os.kill(os.getpid() - 1, 9)",
}


@pytest.mark.parametrize("name", DENIED)
def test_a_child_gets_nothing(cell: Warm, name: str) -> None:
    """What a child tries beyond reading its file and answering is refused by the kernel."""
    assert tries(cell, DENIED[name]).startswith("PermissionError")


BOUND = {
    "its old limits": ("resource.setrlimit(resource.RLIMIT_AS, (1 << 40, 1 << 40))", ("PermissionError", "ValueError")),
    "a change of its file": ("os.write(0, b'y')", ("OSError(27", "PermissionError")),
    "much memory": ("len(bytearray(600 * 1024 * 1024))", ("MemoryError",)),
    "memory beside the interpreter's": ("mmap.mmap(-1, 600 * 1024 * 1024)", ("OSError(12",)),
}


@pytest.mark.parametrize("name", BOUND)
def test_a_child_has_its_limits(cell: Warm, name: str) -> None:
    """A child takes no more than its share, and cannot raise it."""
    attempt, refusals = BOUND[name]
    assert tries(cell, attempt).startswith(refusals)


CALLS = {
    "open": 2, "socket": 41, "sendmsg": 46, "recvmsg": 47, "clone": 56, "fork": 57, "execve": 59, "wait4": 61, "kill": 62, "ptrace": 101, "prctl": 157,
    "mount": 165, "tgkill": 234, "openat": 257, "unshare": 272, "dup3": 292, "prlimit": 302, "setns": 308, "process_vm_writev": 311, "seccomp": 317,
    "memfd_create": 319, "bpf": 321, "io_uring": 425, "clone3": 435,
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("asked", ["alone", "threads"])
def test_the_kernel_refuses_a_child(cell: Warm, name: str, asked: str) -> None:
    """A call that is not in the child's list fails in the kernel; a child that may have threads begins no process either."""
    assert tries(cell, f"called({CALLS[name]}, 0, 0, 0, 0, 0)", asked) == ("38" if name == "clone3" and asked == "threads" else "1")


def test_a_child_has_three_open_files(cell: Warm) -> None:
    """The parent's socket, over which files are handed, is not there to be used, and nothing else is."""
    assert tries(cell, "[number for number in range(32) if not called(5, number, ctypes.create_string_buffer(256)) or ctypes.get_errno() != 9]") == "[0, 1, 2]"


def test_a_child_learns_nothing_of_the_file_before(cell: Warm) -> None:
    """What one child keeps in its memory is gone with it."""
    tries(cell, "before.append('canary')")
    assert tries(cell, "before") == "[]"


def test_the_parent_reads_no_file(cell: Warm) -> None:
    """A child finds its file unread from the first byte: its parent has only handed it over."""
    # The greeting is what a child says before it reads; this one says how far its file was read by then.
    told = "write_out = os.write\nos.write = lambda to, what: write_out(to, what + b'%d;' % os.lseek(0, 0, 1) if what.startswith(b'ombuds') else what)\n"
    warm = Warm(PHOTOGRAPH, in_place(PROGRAM.replace("hatch(answer", told + "hatch(answer"), PHOTOGRAPH))
    try:
        assert warm.run("alone", b"1").startswith(b"0;")
    finally:
        warm.close()


ENDS: dict[str, tuple[bytes, Callable[[Warm, bytes], object]]] = {
    "breaks down": (b"ctypes.string_at(0)", lambda cell, code: believed(cell.run("alone", code))),
    "ends at once": (b"os._exit(0)", lambda cell, code: believed(cell.run("alone", code))),
    "is out of memory": (b"[bytearray(1 << 20) for _ in iter(int, 1)]", lambda cell, code: believed(cell.run("alone", code))),
    "spins": (SPIN, lambda cell, code: cell.run("alone", code, 1.0)),
    "sleeps": (SLEEP, lambda cell, code: cell.run("alone", code, 1.0)),
    "talks for ever": (TALK, lambda cell, code: believed(cell.run("alone", code))),
}


@pytest.mark.parametrize("name", ENDS)
def test_a_child_that_ends_badly_is_a_refusal(cell: Warm, name: str) -> None:
    """A child that breaks, spins, sleeps or talks for ever is a refusal of its file, in bounded time."""
    code, asks = ENDS[name]
    began = monotonic()
    with pytest.raises(NoPicture, match="^(stopped|spent|broken)"):
        asks(cell, code)
    assert monotonic() - began < 8


@pytest.mark.parametrize("name", ENDS)
def test_the_next_file_works(cell: Warm, name: str) -> None:
    """After a child that ended badly, the next one answers as if nothing had been."""
    code, asks = ENDS[name]
    with pytest.raises(NoPicture):
        asks(cell, code)
    assert tries(cell, "6 * 7") == "42"


def test_a_child_that_works_too_long_is_ended_by_the_kernel() -> None:
    """A child that takes more of the processor than is allowed is ended without the clock, and its parent goes on."""
    bound = "import ombuds.media.inside as inside\ninside.LIMITS = ((resource.RLIMIT_CPU, 1),)\nhatch(answer"
    warm = Warm(PHOTOGRAPH, in_place(PROGRAM.replace("hatch(answer", bound), PHOTOGRAPH))
    try:
        first = int(tries(warm, "os.getpid()"))
        with pytest.raises(NoPicture, match="^spent"):
            warm.run("alone", SPIN, 60)
        assert int(tries(warm, "os.getpid()")) == first + 2
    finally:
        warm.close()


def test_of_an_endless_answer_little_is_kept(cell: Warm) -> None:
    """Of an endless answer only as much is heard as the longest true one has."""
    assert len(cell.run("alone", TALK)) == LONGEST + 1


def test_a_dead_parent_is_replaced() -> None:
    """When the parent was ended between two files, the second file works."""
    mark = f"mark-{os.getpid()}-replaced"
    warm = Warm(PHOTOGRAPH, [*COMMAND, mark])
    try:
        tries(warm, "1")
        for number in marked(mark):
            with suppress(ProcessLookupError):
                os.kill(number, SIGKILL)
        assert tries(warm, "6 * 7") == "42"
    finally:
        warm.close()


def test_a_parent_is_renewed_now_and_then() -> None:
    """After 256 files another parent begins, so that nobody learns by trying how its children lie in memory."""
    warm = Warm(PHOTOGRAPH, COMMAND)
    try:
        seen = [int(tries(warm, "os.getpid()")) for _ in range(257)]
        assert seen == [*range(seen[0], seen[0] + 256), seen[0]]
    finally:
        warm.close()


def test_nothing_is_left_running() -> None:
    """When a warm cell is closed, no process of it is left, and none of a child that slept."""
    mark = f"mark-{os.getpid()}-left"
    warm = Warm(PHOTOGRAPH, [*COMMAND, mark])
    with pytest.raises(NoPicture, match="^spent"):
        warm.run("alone", SLEEP, 0.5)
    tries(warm, "1")
    warm.close()
    until = monotonic() + 5
    while marked(mark) and monotonic() < until:
        sleep(0.02)
    assert marked(mark) == []


def test_the_walls_stand_while_threads_come_and_go() -> None:
    """A warm cell that a thread started serves others when that thread has ended."""
    warm = Warm(PHOTOGRAPH, COMMAND)
    try:
        seen: list[int] = []
        for _ in range(3):
            with ThreadPoolExecutor(1) as pool:
                seen.append(int(pool.submit(tries, warm, "os.getpid()").result()))
        # One parent counts its children upwards; another one would begin anew.
        assert sorted(seen) == seen and len(set(seen)) == 3
    finally:
        warm.close()


def test_the_true_program_shows_the_next_file_as_the_first() -> None:
    """The same photograph gives the same points before and after a damaged one."""
    warm = Warm(PHOTOGRAPH, warm_program(PHOTOGRAPH))
    try:
        before = warm.run("JPEG", photo())
        warm.run("JPEG", photo()[:900])
        assert warm.run("JPEG", photo()) == before
    finally:
        warm.close()


def test_two_lanes_serve_many_threads() -> None:
    """Eight threads with two lanes each get the picture of their own file."""
    badges = Badges(lanes=2)
    files = [saved(halves(20 + 2 * n, 20), "PNG") for n in range(8)]
    try:
        with ThreadPoolExecutor(8) as pool:
            assert [drawn.width for drawn in pool.map(badges.cleaned, files)] == [20 + 2 * n for n in range(8)]
    finally:
        badges.close()


ASK = """
from ombuds.media.badge import Badges
from ombuds.media.cell import NoPicture
try:
    Badges().cleaned(b'\\xff\\xd8\\xff\\xe0')
except NoPicture as wrong:
    print(wrong)
"""


def test_without_bubblewrap_nothing_is_drawn() -> None:
    """On a machine without bubblewrap no warm cell is started and no photograph is taken."""
    assert "bubblewrap is missing" in on_another_machine(ASK, *WITHOUT_BUBBLEWRAP)


def test_without_user_namespaces_nothing_is_drawn() -> None:
    """On a machine that forbids user namespaces no warm cell is started and no photograph is taken."""
    assert "user namespaces" in on_another_machine(ASK, *WITHOUT_NAMESPACES)

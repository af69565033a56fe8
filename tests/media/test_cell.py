# SPDX-License-Identifier: AGPL-3.0-or-later
"""A program in a cell that means harm: each thing that it tries is seen to fail, and the desk's side ends it."""

from __future__ import annotations

import os
from pathlib import Path
from time import monotonic, sleep

import pytest

from ombuds.media.answer import GREETING, LONGEST, read
from ombuds.media.cell import NoPicture, run
from ombuds.media.kinds import HEIF, JPEG, KINDS, PDF, Kind
from tests.media.cells import WITHOUT_BUBBLEWRAP, WITHOUT_NAMESPACES, in_place, marked, on_another_machine
from tests.rules.tree import ROOT

# The evil program begins as the true one does, limits and greeting first, and then is told to try something.
FRAME = """
import os, sys, socket, resource, ctypes, mmap
from ombuds.media.answer import Drawn, Finding, line
from ombuds.media.inside import serve
def attempt(job):
    {lines}
def draw(job):
    try:
        got = attempt(job)
    except BaseException as wrong:
        got = wrong
    return Drawn(outcome="broken", findings=(Finding("comment", line(repr(got)) or "nothing"),))
serve(draw, {processes})
"""


def command(code: str, kind: Kind = JPEG) -> list[str]:
    """What starts another program in the place of a fresh cell's own."""
    return [*in_place(code, kind), kind.name, "1"]


def tries(*lines: str, kind: Kind = JPEG) -> str:
    """Let a program in a cell try something, and return what it got."""
    code = FRAME.format(lines="\n    ".join(lines), processes=4 if kind.threads else 0)
    return read(run(kind, command(code, kind), b"x", 15)).findings[0].value


DENIED = {
    "a connection": ("socket.create_connection(('127.0.0.1', 80), 1)", "PermissionError"),
    "a socket of the machine": ("socket.socket(socket.AF_UNIX)", "PermissionError"),
    "a child": ("os.fork()", "PermissionError"),
    "a program": ("os.posix_spawn('/python/bin/python3', ['python3', '-c', ''], {})", "PermissionError"),
    "the list of users": ("open('/etc/passwd').read()", "FileNotFoundError"),
    "the home": (f"os.listdir({str(Path.home())!r})", "FileNotFoundError"),
    "the project": (f"os.listdir({str(ROOT)!r})", "FileNotFoundError"),
    "other processes": ("os.listdir('/proc')", "FileNotFoundError"),
    "devices": ("os.listdir('/dev')", "FileNotFoundError"),
    "a temporary file": ("open('/tmp/x', 'w')", "FileNotFoundError"),
    "a file at the root": ("open('/x', 'w')", "OSError(30"),
    "a file beside the program": ("open('/shelf/ombuds/media/inside.py', 'a')", "OSError(30"),
    "a folder": ("os.mkdir('/y')", "PermissionError"),
    "a signal to its first process": ("os.kill(1, 9)", "PermissionError"),
    "its old limits": ("resource.setrlimit(resource.RLIMIT_AS, (1 << 40, 1 << 40))", "ValueError"),
    "much memory": ("len(bytearray(600 * 1024 * 1024))", "MemoryError"),
    "many files": ("[os.open('/python/bin/python3', os.O_RDONLY) for _ in range(64)]", "OSError(24"),
}


@pytest.mark.parametrize("name", DENIED)
def test_a_cell_gets_nothing(name: str) -> None:
    """What a program in a cell tries beyond reading its file and answering fails."""
    attempt, refusal = DENIED[name]
    assert tries(f"return {attempt}").startswith(refusal)


# Calls of the kernel by their numbers on x86_64, past everything that Python would check before.
CALLS = {
    "socket": 41, "clone": 56, "fork": 57, "ptrace": 101, "mount": 165, "unshare": 272, "setns": 308, "memfd_create": 319, "bpf": 321, "io_uring": 425,
    "clone3": 435,
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("kind", [JPEG, HEIF], ids=["without threads", "with threads"])
def test_the_kernel_refuses(name: str, kind: Kind) -> None:
    """A call that is not in the list fails in the kernel, whatever library makes it; a cell with threads begins no process either."""
    asked = tries("libc = ctypes.CDLL(None, use_errno=True)", f"libc.syscall({CALLS[name]}, 0, 0, 0, 0, 0)", "return ctypes.get_errno()", kind=kind)
    assert asked == ("38" if name == "clone3" and kind.threads else "1")


def test_a_cell_sees_little() -> None:
    """The whole of a cell's file system is the runtime, the libraries and one decoder."""
    assert set(tries("return ' '.join(sorted(os.listdir('/')))").strip("'").split()) <= {"lib", "lib64", "python", "shelf", "usr"}


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_a_cell_has_one_decoder(kind: Kind) -> None:
    """A cell for documents has no picture decoder, and the other way round."""
    seen = tries("return ' '.join(sorted(os.listdir('/shelf')))", kind=kind)
    assert ("pypdfium2" in seen, "PIL" in seen, "pillow_heif" in seen) == (kind is PDF, kind is not PDF, kind is HEIF)


def test_a_cell_knows_no_name() -> None:
    """A cell learns neither the machine's name, nor who runs the desk, nor anything of the desk's environment."""
    assert tries("return os.uname().nodename, os.getuid(), sorted(os.environ)") == (
        "('cell', 65534, ['LC_ALL', 'LD_LIBRARY_PATH', 'PWD', 'PYTHONHOME', 'PYTHONPATH'])"
    )


def test_a_cell_has_three_open_files() -> None:
    """No open file of the desk, and not the filter's, is there to be used."""
    held = tries("found = []", "for number in range(3, 16):", "    try: found.append(os.fstat(number))", "    except OSError: pass", "return found")
    assert held == "[]"


def test_the_file_cannot_be_changed() -> None:
    """A cell cannot write into the bytes that the desk lent it."""
    assert tries("os.lseek(0, 0, 0)", "return os.write(0, b'y')").startswith(("PermissionError", "OSError"))


def test_a_cell_that_spins_is_ended() -> None:
    """A program that counts for ever is stopped by the clock, and the wait ends with it."""
    began = monotonic()
    with pytest.raises(NoPicture, match="^spent"):
        run(JPEG, command(FRAME.format(lines="while True: pass", processes=0)), b"x", 1.5)
    assert monotonic() - began < 5


def test_a_cell_that_works_too_long_is_ended() -> None:
    """A program that takes more of the processor than is allowed is stopped by the kernel, before the clock does it."""
    lines = "resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\n    while True: pass"
    with pytest.raises(NoPicture, match="^spent"):
        run(JPEG, command(FRAME.format(lines=lines, processes=0)), b"x", 60)


def test_a_cell_that_waits_is_ended() -> None:
    """A program that does nothing and keeps its end of the line open is stopped by the clock."""
    with pytest.raises(NoPicture, match="^spent"):
        run(JPEG, command(FRAME.format(lines="import threading; threading.Lock().acquire() and threading.Event().wait()", processes=0)), b"x", 1.5)


def test_a_cell_that_talks_for_ever_is_not_heard_out() -> None:
    """Of an endless answer only as much is kept as the longest true one has, and the program is ended."""
    began = monotonic()
    said = run(JPEG, command(FRAME.format(lines="while True: os.write(1, bytes(65536))", processes=0)), b"x", 15)
    assert len(said) == LONGEST + 1 and monotonic() - began < 10


def test_nothing_is_left_running() -> None:
    """When a cell was ended, no process of it is left."""
    mark = f"mark-{os.getpid()}"
    with pytest.raises(NoPicture, match="^spent"):
        run(JPEG, [*command(FRAME.format(lines="while True: pass", processes=0)), mark], b"x", 1)
    until = monotonic() + 5
    while marked(mark) and monotonic() < until:
        sleep(0.02)
    assert marked(mark) == []


def test_a_cell_that_does_not_start_is_no_refusal_of_the_file() -> None:
    """A program that ends before its greeting is told as a trouble of the machine, not of the file."""
    with pytest.raises(NoPicture, match="^cell"):
        run(JPEG, command("print('no greeting')"), b"x")


def test_the_greeting_comes_before_the_file() -> None:
    """A cell greets while not one byte of its file was read."""
    code = "import os; os.write(1, b'ombuds-cell/1\\n'); os.write(1, str(os.lseek(0, 0, 1)).encode())"
    assert run(JPEG, command(code), b"hostile") == b"0" and GREETING == b"ombuds-cell/1\n"


ASK = "from ombuds.media.cell import NoPicture, draw\ntry: draw(b'%PDF-1.7')\nexcept NoPicture as wrong: print(wrong)"


def test_without_bubblewrap_nothing_is_opened() -> None:
    """On a machine without bubblewrap the desk says so and opens nothing."""
    assert "bubblewrap is missing" in on_another_machine(ASK, *WITHOUT_BUBBLEWRAP)


def test_without_user_namespaces_nothing_is_opened() -> None:
    """On a machine that forbids user namespaces the desk says so and opens nothing."""
    assert "user namespaces" in on_another_machine(ASK, *WITHOUT_NAMESPACES)

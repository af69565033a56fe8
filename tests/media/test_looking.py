# SPDX-License-Identifier: AGPL-3.0-or-later
"""The door to the detector believes nothing: a detector that breaks, spins, talks or lies gives no boxes, and the next picture is looked at."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from signal import SIGKILL
from time import monotonic

import pytest

from ombuds.media.answer import AnswerWrong, Drawn
from ombuds.media.cell import NoPicture
from ombuds.media.looking import DETECT, Detection
from ombuds.media.order import Box
from ombuds.media.seen import BROKEN, HEAD, LINE, MOST_SEEN, SPENT, Seen, failed, read, write
from tests.media.cells import in_place, marked

SIZE = (40, 30)
FACE, TEXT = Seen("face", Box(2, 3, 10, 12)), Seen("text", Box(0, 0, 40, 30))

# The parent is the true one; the child, in the place of the models, does what the points of its picture say.
PROGRAM = """
import os, ctypes, threading, mmap
from ombuds.media import seen
from ombuds.media.order import Box
from ombuds.media.hatch import hatch
lock = threading.Lock()
def answer(asked, content):
    return (eval(content[4:].rstrip(b"\\0")),)
hatch(answer, memory=300 * 1024 * 1024)
"""


def telling(code: str) -> Drawn:
    """A picture whose points are a few words of a program."""
    return Drawn(*SIZE, code.encode().ljust(SIZE[0] * SIZE[1] * 3, b"\0"))


@pytest.fixture(scope="module")
def detection() -> Iterator[Detection]:
    """One warm cell for the whole file, with another program in it."""
    made = Detection(command=in_place(PROGRAM, DETECT), here=True)
    yield made
    made.close()


GOOD = "seen.write([seen.Seen('face', Box(2, 3, 10, 12))])"


def test_an_answer_comes_back_as_it_was_written() -> None:
    """Both sides mean the same boxes."""
    assert read(write([FACE, TEXT]), *SIZE) == (FACE, TEXT)


def test_more_boxes_than_there_may_be_are_not_written() -> None:
    """Of very many boxes the first ones are handed back."""
    assert read(write([TEXT, *[FACE] * 500]), *SIZE) == (TEXT, *[FACE] * (MOST_SEEN - 1))


@pytest.mark.parametrize("outcome", [SPENT, BROKEN])
def test_a_failure_is_no_empty_list(outcome: int) -> None:
    """That nothing was found out is another answer than that there is nothing."""
    assert read(failed(outcome), *SIZE) is None and read(write([]), *SIZE) == ()


def line(what: int, x: int, y: int, wide: int, high: int) -> bytes:
    """An answer with one box."""
    return HEAD.pack(1, 0, 1) + LINE.pack(what, x, y, wide, high)


WRONG = {
    "nothing": b"",
    "half a head": b"\1\0",
    "another version": b"\2\0\0",
    "an outcome that there is not": b"\1\3\0",
    "a box less than it says": HEAD.pack(1, 0, 2) + LINE.pack(0, 0, 0, 1, 1),
    "a box more than it says": HEAD.pack(1, 0, 0) + LINE.pack(0, 0, 0, 1, 1),
    "half a box": line(0, 0, 0, 1, 1)[:-1],
    "boxes of a failure": HEAD.pack(1, 1, 1) + LINE.pack(0, 0, 0, 1, 1),
    "too many boxes": HEAD.pack(1, 0, 200) + LINE.pack(0, 0, 0, 1, 1) * 200,
    "a kind that there is not": line(2, 0, 0, 1, 1),
    "a box without width": line(0, 0, 0, 0, 1),
    "a box without height": line(0, 0, 0, 1, 0),
    "a box beyond the right edge": line(0, 39, 0, 2, 1),
    "a box beyond the lower edge": line(1, 0, 29, 1, 2),
    "a box of the largest numbers": line(1, 65535, 65535, 65535, 65535),
    "a text": b"a face, top left",
    "megabytes": bytes(1 << 20),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_answer_that_is_none_is_refused(name: str) -> None:
    """What is no list of boxes inside the picture is not believed."""
    with pytest.raises(AnswerWrong):
        read(WRONG[name], *SIZE)


ENDS = {
    "breaks down": "ctypes.string_at(0)",
    "ends at once": "os._exit(0)",
    "talks nonsense": "os.write(1, b'x' * 100) and os._exit(1)",
    "is out of memory": "[mmap.mmap(-1, 1 << 24) for _ in iter(int, 1)]",
    "spins": "[0 for _ in iter(int, 1)]",
    "sleeps": "lock.acquire() and lock.acquire()",
    "talks for ever": "[os.write(1, bytes(65536)) for _ in iter(int, 1)]",
    "names a box beside the picture": repr(line(0, 39, 29, 9, 9)),
    "says that it ran out of memory": "seen.failed(1)",
    "says that it broke": "seen.failed(2)",
    "opens a file": "open('/shelf/ch_PP-OCRv4_det_infer.onnx', 'rb').read()",
    "begins a process": "os.fork()",
}


@pytest.mark.parametrize("name", ENDS)
def test_a_detector_that_ends_badly_gives_no_boxes(detection: Detection, name: str) -> None:
    """A detector that does this is heard no longer than a few seconds, and the next picture is looked at."""
    began = monotonic()
    with pytest.raises(NoPicture, match="^(stopped|spent)"):
        detection.look(telling(ENDS[name]), 1.0)
    assert detection.look(telling(GOOD), 5.0) == (FACE,) and monotonic() - began < 10


def test_a_detector_that_was_killed_is_started_again() -> None:
    """When its parent is ended from outside between two pictures, the second is looked at all the same."""
    made = Detection(command=in_place(PROGRAM + "# killed-from-outside", DETECT), here=True)
    try:
        made.look(telling(GOOD), 5.0)
        for process in marked("killed-from-outside"):
            os.kill(process, SIGKILL)
        assert made.look(telling(GOOD), 5.0) == (FACE,)
    finally:
        made.close()


def no_cell() -> str:
    """Stand for a machine that builds no walls."""
    raise NoPicture("cell", "bubblewrap is missing")


def test_without_walls_nothing_is_started() -> None:
    """A machine that builds no cells looks for nothing, rather than without walls."""
    with pytest.raises(NoPicture, match="^cell"):
        Detection(walled=no_cell, here=True).look(telling(GOOD))


def test_without_the_extra_nothing_is_started(tmp_path: Path) -> None:
    """An installation without the extra says so, and its cell is never built."""
    begun = tmp_path / "begun"

    def walled() -> str:
        begun.touch()
        return no_cell()

    with pytest.raises(NoPicture, match="^cell: detection is not installed"):
        Detection(walled=walled, here=False).look(telling(GOOD))
    assert not begun.exists()


def test_a_box_takes_nine_bytes() -> None:
    """The written form is the one that the specification names."""
    assert write([FACE]) == struct.pack(">BBBBHHHH", 1, 0, 1, 0, 2, 3, 10, 12)

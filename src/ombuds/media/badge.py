# SPDX-License-Identifier: AGPL-3.0-or-later
"""A campaign's pictures: a photograph becomes clean points, and points with boxes become the files that are published (T12, T13).

The one door of this room for the server's campaign and for the desk. Two kinds of warm cells stand behind it: in one a child
draws each hostile file, in the other a child finishes points that were drawn, and never a file. What comes back is looked at
by the rules of readers before anybody gets it. What a person can recognise in a picture it cannot judge (T14). See spec/media.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from queue import LifoQueue

from ombuds.core.errors import Malformed
from ombuds.core.pictures import shape_of
from ombuds.media.answer import Drawn, Finding
from ombuds.media.cell import NoPicture, Reason, believed, builder
from ombuds.media.compared import BOTH, Compared, read
from ombuds.media.compared import asked as both
from ombuds.media.jail import warm_program
from ombuds.media.kinds import HEAD, PHOTOGRAPHS, Kind, kind_of
from ombuds.media.likeness import likeness
from ombuds.media.looking import Detection
from ombuds.media.order import LARGE, LENGTHS, MOST_LARGE, MOST_SMALL, PAIR, SEED_BYTES, SMALL, Box, sizes, small_of, write
from ombuds.media.seen import MOST_SEEN, Seen
from ombuds.media.silhouettes import COUNT
from ombuds.media.warm import Warm

__all__ = [
    "MOST_BYTES", "MOST_SEEN", "Badges", "Box", "Compared", "Covered", "Detection",
    "Drawn", "Finding", "Finished", "NoPicture", "Reason", "Seen", "likeness", "told",
]  # fmt: skip
"""What goes through the door: whoever works on campaigns' pictures imports this file of the room and no other."""

PHOTOGRAPH = Kind("PHOTOGRAPH", "photograph", ())
FINISH = Kind("FINISH", "finish", ())
MOST_BYTES = 25 * 1024 * 1024
JPEG_BEGINS = b"\xff\xd8"
# What leads to a person or a place, the worst first.
TELLING = (
    "place", "location", "serial", "owner", "author", "person", "copyright", "description", "date", "changed", "camera", "thumbnail", "comment", "xmp",
    "software",
)  # fmt: skip


@dataclass(frozen=True)
class Finished:
    """One picture as it is published: the same pixels large and small, each in two kinds; width and height are those of the large."""

    large_jpeg: bytes
    large_webp: bytes
    small_jpeg: bytes
    small_webp: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Covered:
    """A picture that was finished before, with more of it covered: its two files, and the size of the large one, which stays."""

    large: bytes
    small: bytes
    width: int
    height: int


class Badges:
    """The warm cells of one program; ``lanes`` says how many work at once, ``walled`` names what builds walls. Nothing is started before the first file."""

    def __init__(self, lanes: int = 1, walled: Callable[[], str] = builder) -> None:
        self._cells = [Warm(kind, warm_program(kind), walled) for kind in (PHOTOGRAPH, FINISH) for _ in range(lanes)]
        # The last one that was used comes first: what nobody needs is not even started.
        self._drawing, self._finishing = LifoQueue[Warm](), LifoQueue[Warm]()
        for place, cell in enumerate(self._cells):
            (self._drawing if place < lanes else self._finishing).put(cell)

    def cleaned(self, content: bytes) -> Drawn:
        """Return what a photograph shows, upright and at most 1,600 points a side, and what it would have told. Raises NoPicture."""
        if len(content) > MOST_BYTES:
            raise NoPicture("large")
        kind = kind_of(content[:HEAD])
        if kind not in PHOTOGRAPHS or kind is None:
            raise NoPicture("kind")
        with _lane(self._drawing) as cell:
            return believed(cell.run(kind.name, content))

    def silhouette(self, number: int) -> Drawn:
        """Return a drawn badge as points. Raises ValueError, NoPicture."""
        if not 0 <= number < COUNT:
            raise ValueError("no such drawn badge")
        with _lane(self._finishing) as cell:
            return believed(cell.run(str(number), b""))

    def finished(self, drawn: Drawn, boxes: Sequence[Box], seed: bytes) -> Finished:
        """Return the files that are published; the same points, boxes and seed give the same bytes. Raises ValueError, NoPicture."""
        order = write(drawn, tuple(boxes), seed)
        with _lane(self._finishing) as cell:
            return _checked(cell.run("finish", order))

    def covered(self, content: bytes, boxes: Callable[[int, int], Sequence[Box]]) -> Covered:
        """Return a finished picture with boxes filled, which its size decides; the same file and boxes give the same bytes. Raises ValueError, NoPicture."""
        drawn = self.cleaned(content)
        order = write(drawn, tuple(boxes(drawn.width, drawn.height)), bytes(SEED_BYTES))
        with _lane(self._finishing) as cell:
            return _pair(cell.run("cover", order), drawn.width, drawn.height)

    def compared(self, large: bytes, small: bytes) -> Compared:
        """Return the likeness of a post's photograph, and how far its two files differ. Raises NoPicture, also where one cannot be decoded."""
        with _lane(self._drawing) as cell:
            said = cell.run(BOTH, both(large, small))
        try:
            return read(said)
        except ValueError:
            raise NoPicture("broken") from None

    def close(self) -> None:
        """End the warm cells."""
        for cell in self._cells:
            cell.close()


def told(drawn: Drawn) -> tuple[Finding, ...]:
    """Return what the file would have told of a person or a place, the worst first."""
    return tuple(finding for name in TELLING for finding in drawn.findings if finding.name == name)


@contextmanager
def _lane(free: LifoQueue[Warm]) -> Iterator[Warm]:
    cell = free.get()
    try:
        yield cell
    finally:
        free.put(cell)


def _checked(said: bytes) -> Finished:
    """Return four files that hold pixels and nothing else, each of its size. Raises NoPicture."""
    if len(said) < LENGTHS.size or LENGTHS.size + sum(lengths := LENGTHS.unpack_from(said)) != len(said):
        raise NoPicture("stopped")
    files, at = list[bytes](), LENGTHS.size
    for length in lengths:
        files.append(said[at : at + length])
        at += length
    try:
        shapes = [_shape(file) for file in files]
    except (Malformed, IndexError):
        raise NoPicture("stopped") from None
    places = [sizes(side).index(shape) if shape in sizes(side) else -1 for side, shape in zip((LARGE, LARGE, SMALL, SMALL), shapes, strict=True)]
    if len(set(places)) != 1 or places[0] < 0 or max(map(len, files[:2])) > MOST_LARGE or max(map(len, files[2:])) > MOST_SMALL:
        raise NoPicture("stopped")
    return Finished(files[0], files[1], files[2], files[3], *shapes[0])


def _pair(said: bytes, width: int, height: int) -> Covered:
    """Return two files that hold pixels and nothing else, each of its size. Raises NoPicture."""
    if len(said) < PAIR.size or PAIR.size + sum(lengths := PAIR.unpack_from(said)) != len(said) or lengths[0] > MOST_LARGE or lengths[1] > MOST_SMALL:
        raise NoPicture("stopped")
    large, small = said[PAIR.size : PAIR.size + lengths[0]], said[PAIR.size + lengths[0] :]
    try:
        shapes = _shape(large), _shape(small)
    except (Malformed, IndexError):
        raise NoPicture("stopped") from None
    if not (large[:2] == small[:2] == JPEG_BEGINS) or shapes != ((width, height), small_of(width, height)):
        raise NoPicture("stopped")
    return Covered(large, small, width, height)


def _shape(file: bytes) -> tuple[int, int]:
    if file[:4] != b"RIFF":
        shape = shape_of(file)
        return shape.width, shape.height
    # The plain form alone: one part, which holds pixels; no extended header, and so no place for anything else.
    size, length = int.from_bytes(file[4:8], "little"), int.from_bytes(file[16:20], "little")
    if file[8:16] != b"WEBPVP8 " or size + 8 != len(file) or length + length % 2 + 20 != len(file) or file[23:26] != b"\x9d\x01\x2a":
        raise Malformed("a picture with more in it than pixels")
    return int.from_bytes(file[26:28], "little") & 0x3FFF, int.from_bytes(file[28:30], "little") & 0x3FFF

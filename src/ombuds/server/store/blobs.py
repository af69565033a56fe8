# SPDX-License-Identifier: AGPL-3.0-or-later
"""The folder of sealed parts: each at most 4 MiB, named by a random id, written once and read in pieces.

A part is on the disk when `close` returns. Its time is the midnight of its day, and so are the times of the folders, so
that they tell no hour; when a file was made, the file system says by itself, and no program can set that (T01). It does not
know whose a part is: the table of parts does, and tick deletes those that nobody owns. See spec/store.md.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from io import FileIO
from pathlib import Path

from ombuds.core.errors import NotHere, StoreFull
from ombuds.core.keys import Id

PIECE = 256 * 1024
NAME = re.compile(r"[0-9a-f]{32}\Z")
SECONDS_OF_A_DAY = 24 * 60 * 60


class PartWriter:
    """One part being written."""

    def __init__(self, path: Path, day: date) -> None:
        """Begin the file. Raises StoreFull."""
        self._path = path
        self._day = day
        with _told():
            _make_shelf(path.parent)
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)

    def write(self, piece: bytes | memoryview) -> None:
        """Append a piece. Raises StoreFull."""
        rest = memoryview(piece)
        with _told():
            while rest:
                rest = rest[os.write(self._file, rest) :]

    def close(self) -> None:
        """Bring the part to the disk, file and folder. Raises StoreFull."""
        with _told():
            try:
                os.utime(self._file, (_midnight(self._day),) * 2)
                os.fsync(self._file)
            finally:
                # A disk that refused the last bytes gets its handle back all the same.
                os.close(self._file)
                self._file = -1
            _blur(self._path.parent)
            _sync_folder(self._path.parent)

    def abandon(self) -> None:
        """Forget what was written so far."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        with suppress(OSError):
            self._path.unlink()
            _blur(self._path.parent)


class Blobs:
    """All parts of one store."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def open(self, part: Id, day: date) -> PartWriter:
        """Begin a new part. Raises NotHere for a name that is no id, StoreFull."""
        return PartWriter(self._path(part), day)

    def read(self, part: Id) -> Iterator[bytes]:
        """Return a part in pieces; a missing one raises NotHere before the first."""
        try:
            source = FileIO(self._path(part))
        except OSError:
            raise NotHere("a stored piece is missing") from None
        return _pieces(source)

    def size(self, part: Id) -> int:
        """Return how many bytes a part has. Raises NotHere."""
        try:
            return self._path(part).stat().st_size
        except OSError:
            raise NotHere("a stored piece is missing") from None

    def delete(self, part: Id) -> None:
        """Delete a part; one that is not here is deleted already."""
        path = self._path(part)
        with suppress(FileNotFoundError):
            path.unlink()
            _blur(path.parent)

    def older_than(self, day: date) -> Iterator[Id]:
        """List the parts whose day is before this one, in no order that tells anything."""
        limit = _midnight(day)
        for shelf in self._folder.iterdir():
            for path in shelf.iterdir():
                with suppress(FileNotFoundError):
                    if NAME.match(path.name) and path.stat().st_mtime < limit:
                        yield path.name

    def _path(self, part: Id) -> Path:
        if not NAME.match(part):
            raise NotHere
        return self._folder / part[:2] / part


def _pieces(source: FileIO) -> Iterator[bytes]:
    with source:
        while piece := source.read(PIECE):
            yield piece


@contextmanager
def _told() -> Iterator[None]:
    """Turn a full disk into what a person can read."""
    try:
        yield
    except OSError as wrong:
        if wrong.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise StoreFull from None
        raise


def _midnight(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def _make_shelf(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=0o700, exist_ok=True)
        _blur(folder.parent)
        # Else a power cut could take the whole new shelf, and with it a part that was brought to the disk.
        _sync_folder(folder.parent)


def _blur(folder: Path) -> None:
    """Set a folder's time back to the midnight before it: it would tell when the last part came or went."""
    time = folder.stat().st_mtime
    os.utime(folder, (time - time % SECONDS_OF_A_DAY,) * 2)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

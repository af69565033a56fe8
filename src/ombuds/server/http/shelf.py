# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files of one form on their way into the store: each is sealed in pieces and only sealed bytes reach the disk.

A finished part goes to the disk in a second thread while the next one is sealed; when `end` returns, every part of the
file is on the disk. Until a row acknowledges them they belong to nobody: `abandon` deletes them at once, and after a crash
tick does. It does not know who can open them; the sealer that is handed in does. See spec/server.md; T10.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import date

from ombuds.core.attachments import FileNote, FileParts, FileSealer, Piece
from ombuds.core.errors import StoreFull
from ombuds.core.keys import Id
from ombuds.server.store.blobs import Blobs, PartWriter


class Shelf:
    """The sealed files of one form."""

    def __init__(self, blobs: Blobs, day: date) -> None:
        self._blobs = blobs
        self._day = day
        self._sealer: FileSealer | None = None
        self._open: PartWriter | None = None
        self._closer: ThreadPoolExecutor | None = None
        self._closing: Future[None] | None = None
        self._stored: list[Id] = []
        self.files: list[tuple[FileNote, FileParts]] = []

    def begin(self, sealer: FileSealer) -> None:
        """Begin a file."""
        self._sealer = sealer

    def write(self, content: bytes | memoryview) -> None:
        """Take the next bytes of the file. Raises StoreFull."""
        if self._sealer is not None:
            self._store(self._sealer.write(content))

    def end(self, name: str, media_type: str) -> None:
        """End the file; it is on the disk then. Raises StoreFull."""
        sealer, self._sealer = self._sealer, None
        if sealer is not None:
            pieces, note, parts = sealer.finish(name, media_type)
            self._store(pieces)
            self._wait()
            self.files.append((note, parts))

    def acknowledge(self) -> None:
        """Let the files go: a row on the disk owns them now."""
        self._stored.clear()

    def abandon(self) -> None:
        """Delete everything that was stored for this form and is not acknowledged."""
        self._sealer = None
        # Nothing may be written any more when the files are deleted; what it failed of does not matter now.
        with suppress(StoreFull, OSError):
            self._wait()
        if self._open is not None:
            self._open.abandon()
            self._open = None
        for part in self._stored:
            self._blobs.delete(part)
        self._stored.clear()
        self.files.clear()

    def _store(self, pieces: list[Piece]) -> None:
        for piece in pieces:
            if self._open is None:
                self._open = self._blobs.open(piece.part, self._day)
                self._stored.append(piece.part)
            if piece.content:
                self._open.write(piece.content)
            if piece.done:
                writer, self._open = self._open, None
                self._close(writer)

    def _close(self, writer: PartWriter) -> None:
        # One part at most waits for the disk, so that a slow disk slows the visitor down and fills no memory.
        self._wait()
        self._closer = self._closer or ThreadPoolExecutor(1)
        self._closing = self._closer.submit(writer.close)

    def _wait(self) -> None:
        closing, self._closing = self._closing, None
        if closing is not None:
            closing.result()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Seals files on this machine while they are read, and uploads the sealed parts with a bar that shows how far it is.

A file is never in memory as a whole, and nothing is written to this machine's disk. Parts that no report acknowledges
are swept by the server. See spec/sealing.md, spec/cli.md.
"""

from __future__ import annotations

import mimetypes
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from ombuds.cli.door import Door
from ombuds.core.age import sealed_size
from ombuds.core.attachments import FileNote, FileParts, FileSealer, Piece, rung
from ombuds.core.errors import NotHere
from ombuds.host.files import safe_name

BLOCK = 1024 * 1024
UNKNOWN_TYPE = "application/octet-stream"


class Uploading:
    """The files of one report or message on their way."""

    def __init__(self, door: Door, files: Sequence[Path]) -> None:
        self._door, self._files = door, files
        self._part = bytearray()

    def run(self, sealer_of: Callable[[], FileSealer]) -> list[tuple[FileNote, FileParts]]:
        """Seal and upload every file. Raises NotHere, RemoteSilent, RemoteRefused, StoreFull."""
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(binary_units=True), TimeRemainingColumn())
        console = Console(stderr=True)
        # A description can hold nothing that steers a terminal: the names of files are not shown at all.
        with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
            task = progress.add_task("sealing and sending", total=sum(sealed_size(rung(size_of(file))) for file in self._files))
            return [self._one(file, sealer_of(), progress, task) for file in self._files]

    def _one(self, file: Path, sealer: FileSealer, progress: Progress, task: TaskID) -> tuple[FileNote, FileParts]:
        with _opened(file) as content:
            while block := content.read(BLOCK):
                self._send(sealer.write(block), progress, task)
        media_type = mimetypes.guess_type(file.name)[0] or UNKNOWN_TYPE
        pieces, note, parts = sealer.finish(safe_name(file.name), media_type)
        self._send(pieces, progress, task)
        return note, parts

    def _send(self, pieces: list[Piece], progress: Progress, task: TaskID) -> None:
        for piece in pieces:
            self._part += piece.content
            if piece.done:
                content, self._part = bytes(self._part), bytearray()
                self._door.put_sealed(piece.part, content)
                progress.advance(task, len(content))


def size_of(file: Path) -> int:
    """Return a file's size. Raises NotHere for what is no file that can be read."""
    with _opened(file) as content:
        return content.seek(0, 2)


def _opened(file: Path) -> BinaryIO:
    try:
        return file.open("rb")
    except OSError:
        raise NotHere(f"no file {file}") from None

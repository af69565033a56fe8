# SPDX-License-Identifier: AGPL-3.0-or-later
"""A form with files, parsed while it arrives: text is held in memory within bounds, files go on to whoever takes them.

A report's go to a shelf that seals them, piece by piece; a campaign's photograph goes into memory, up to its limit. No byte of
a file is ever written plain or put into a temporary file. A form over a limit, or cut half way, keeps nothing of its files;
what was typed before is still there, so that it can be given back. It does not say what the fields mean. Source: RFC 7578.
See spec/server.md; T08, T10.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Protocol

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool

from ombuds.core.errors import Malformed, OmbudsError, TooLarge
from ombuds.host.files import safe_name
from ombuds.server.config import Settings
from ombuds.server.http.fields import MOST_FIELDS, Fields

BATCH = 1024 * 1024
# A refused body is read on this far, so that a browser sees the answer and not a broken connection.
DRAINED = 64 * 1024 * 1024
# Bytes of all parts' headers together: names of fields and files are held, so they are bounded like text.
MOST_HEADERS = 1024 * 1024
# Bytes of text that are held for one form: enough for the longest text in any script, and for its short fields.
BYTES_OF_A_CHARACTER = 4
SPARE_TEXT = 64 * 1024
MEDIA_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}\Z", re.ASCII)
# How a browser names a text field; whatever is written in another way is read by the library.
PLAIN_FIELD = re.compile(rb'form-data; name="([a-z0-9_-]{1,60})"\Z')
UNKNOWN_TYPE = "application/octet-stream"

Begin = Callable[[Fields], None]


class Taking(Protocol):
    """Where the files of a form go, one after the other: to the disk, sealed, or into memory."""

    def write(self, content: bytes | memoryview) -> None:
        """Take the next bytes of a file. Raises StoreFull, TooLarge, StoreBusy."""

    def end(self, name: str, media_type: str) -> None:
        """End the file. Raises StoreFull."""

    def abandon(self) -> None:
        """Give up whatever was taken."""


@dataclass(frozen=True)
class Limits:
    """How much one form may hold."""

    body: int
    text: int
    files: int

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The limits that the settings name."""
        return cls(settings.largest_upload, settings.largest_text * BYTES_OF_A_CHARACTER + SPARE_TEXT, settings.most_files)


class Arriving:
    """One form on its way in: feed it pieces, then `finish`."""

    def __init__(self, content_type: str, limits: Limits, shelf: Taking, begin: Begin) -> None:
        """Prepare for a body of this type. Raises Malformed."""
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if kind != b"multipart/form-data" or not 0 < len(boundary) <= 200:
            raise Malformed("not a form with files")
        self._limits, self._shelf, self._begin = limits, shelf, begin
        self._values: dict[str, list[str]] = {}
        self._size = self._text = self._parts = self._files = 0
        self._headers = 0
        self._ended = self._overrun = False
        self._refusal: OmbudsError | None = None
        self._part = _Part()
        self._header: tuple[bytearray, bytearray] = (bytearray(), bytearray())
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._on_part_begin,
                "on_part_data": self._on_content,
                "on_part_end": self._on_part_end,
                "on_header_field": self._on_header_field,
                "on_header_value": self._on_header_value,
                "on_header_end": self._on_header_end,
                "on_headers_finished": self._on_headers_finished,
                "on_end": self._on_end,
            },
        )

    @property
    def fields(self) -> Fields:
        """The text fields that have come so far."""
        return Fields({name: tuple(values) for name, values in self._values.items()})

    @property
    def has_files(self) -> bool:
        """Whether a file has begun to arrive."""
        return self._files > 0

    @property
    def given_up(self) -> bool:
        """Whether the form is refused and enough of it was read for the answer to arrive."""
        return self._refusal is not None and self._size > self._limits.body + DRAINED

    def feed(self, piece: bytes) -> None:
        """Take the next piece of the body; a refusal is kept for `finish`, so that later text fields are still read."""
        self._size += len(piece)
        if self._size > self._limits.body:
            self.refuse(TooLarge())
        if self._overrun:
            return  # Only read on, so that the answer arrives: parsing more would cost what the sender chooses.
        try:
            self._parser.write(piece)
        except FormParserError:
            self.refuse(Malformed("not a form with files"))

    def finish(self, piece: bytes) -> None:
        """Take the last piece. Raises TooLarge, Malformed for a body that was cut, StoreFull, and what ``begin`` raises."""
        self.feed(piece)
        if self._refusal is None and not self._ended:
            self.refuse(Malformed("the form was cut short"))
        if self._refusal is not None:
            raise self._refusal

    def refuse(self, refusal: OmbudsError) -> None:
        """Give the files up and remember why; the first reason counts."""
        if self._refusal is None:
            self._refusal = refusal
        self._shelf.abandon()

    def _try(self, step: Callable[[], None]) -> None:
        # A full disk, say. It must not break the parser off: fields behind the file, such as who is left out, are read on.
        try:
            step()
        except OmbudsError as refusal:
            self.refuse(refusal)

    def _on_part_begin(self) -> None:
        self._part = _Part()
        self._parts += 1
        if self._parts > self._limits.files + MOST_FIELDS:
            self._overrun = True
            self.refuse(TooLarge())

    def _on_header_field(self, content: bytes, start: int, end: int) -> None:
        self._header[0].extend(content[start:end])

    def _on_header_value(self, content: bytes, start: int, end: int) -> None:
        self._header[1].extend(content[start:end])

    def _on_header_end(self) -> None:
        name, value = (bytes(half) for half in self._header)
        self._headers += len(name) + len(value)
        if self._headers > MOST_HEADERS:
            self._overrun = True
            self.refuse(TooLarge())
            return
        self._header = (bytearray(), bytearray())
        self._part.read_header(name.lower(), value)

    def _on_headers_finished(self) -> None:
        # A file field in which nothing was chosen arrives as a file without a name.
        if not self._part.is_file or not self._part.file_name or self._refusal is not None:
            return
        self._files += 1
        if self._files > self._limits.files:
            self.refuse(TooLarge())
            return
        self._try(lambda: self._begin(self.fields))

    def _on_content(self, content: bytes, start: int, end: int) -> None:
        if self._part.is_file:
            if self._refusal is None:
                self._try(lambda: self._shelf.write(memoryview(content)[start:end]))
            return
        self._text += end - start
        if self._text > self._limits.text:
            self.refuse(TooLarge())
        else:
            self._part.text += content[start:end]

    def _on_part_end(self) -> None:
        part = self._part
        if not part.is_file:
            self._values.setdefault(part.name, []).append(part.text.decode("utf-8", "replace"))
        elif part.file_name and self._refusal is None:
            self._try(lambda: self._shelf.end(safe_name(part.file_name), part.media_type))

    def _on_end(self) -> None:
        self._ended = True


class _Part:
    """One part of a form: its name, and its text, or the name and type of its file."""

    def __init__(self) -> None:
        self.name = ""
        self.is_file = False
        self.file_name = ""
        self.media_type = UNKNOWN_TYPE
        self.text = bytearray()

    def read_header(self, name: bytes, value: bytes) -> None:
        """Take one header line."""
        if name == b"content-disposition":
            plain = PLAIN_FIELD.match(value)
            if plain is not None:
                self.name = plain[1].decode("utf-8", "replace")
                return
            _, options = parse_options_header(value)
            self.name = options.get(b"name", b"").decode("utf-8", "replace")
            self.is_file = b"filename" in options
            # Browsers write a quotation mark in a file name as %22.
            self.file_name = options.get(b"filename", b"").decode("utf-8", "replace").replace("%22", '"')
        elif name == b"content-type":
            said = value.decode("ascii", "replace").partition(";")[0].strip().lower()
            self.media_type = said if MEDIA_TYPE.match(said) else UNKNOWN_TYPE


async def read_on(pieces: AsyncIterator[bytes], arriving: Arriving, batch: int = BATCH) -> bytes:
    """Feed the body as it comes, in a worker thread, and return what is left for the handler's own thread. Raises what ``pieces`` raises."""
    held, size = [], 0
    working: asyncio.Task[None] | None = None
    try:
        async for chunk in pieces:
            held.append(chunk)
            size += len(chunk)
            if size < batch:
                continue
            # The next batch comes in while this one is sealed; never more than two are in memory.
            if working is not None:
                await working
            if arriving.given_up:
                return b""
            working = asyncio.create_task(run_in_threadpool(arriving.feed, b"".join(held)))
            held, size = [], 0
    finally:
        # Whoever cleans up after a broken visit must not meet a thread that still writes.
        if working is not None:
            await working
    return b"".join(held)

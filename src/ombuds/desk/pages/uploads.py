# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads a form with files in pieces: fields first, then one file after the other, none of them ever whole in memory or on the disk.

The browser's name of a file is shown and never used as a path (T10, T12). It seals nothing: the verb that takes the files
does. See spec/desk.md.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import anyio.from_thread
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from ombuds.core.errors import Malformed, TooLarge
from ombuds.desk.pages.forms import LARGEST, Form, one_line_end
from ombuds.host.files import safe_name

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

UNKNOWN_TYPE = "application/octet-stream"
LONGEST_TYPE = 100


@dataclass(frozen=True, repr=False)
class Upload:
    """One part of a form: a field, or a file with its name. The content can be read once, before the next part."""

    field: str
    name: str | None
    type: str
    content: Iterator[bytes]


def chunks_of(request: Request, here: Callable[[], None]) -> Iterator[bytes]:
    """Yield the body of a request, from the thread that works on it; ``here`` is told at each piece. Raises Malformed."""
    stream = request.stream()
    while True:
        try:
            chunk = anyio.from_thread.run(_next_chunk, stream)
        except ClientDisconnect:
            raise Malformed("the form broke off") from None
        if chunk is None:
            return
        here()
        yield chunk


async def _next_chunk(stream: AsyncGenerator[bytes, None]) -> bytes | None:
    return await anext(stream, None)


def boundary_of(request: Request) -> bytes:
    """Return what stands between the parts of a form with files. Raises Malformed."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise Malformed("not a form with files")
    return options[b"boundary"]


def fields_first(parts: Iterator[Upload]) -> tuple[Form, Iterator[Upload]]:
    """Return the fields before the first file, and the files. Raises Malformed, TooLarge."""
    fields: list[tuple[str, str]] = []
    for part in parts:
        if part.name is not None:
            return Form(tuple(fields)), _files(part, parts)
        fields.append((part.field, one_line_end(_whole(part).decode("utf-8", "replace"))))
    return Form(tuple(fields)), iter(())


def _files(first: Upload, rest: Iterator[Upload]) -> Iterator[Upload]:
    yield first
    for part in rest:
        # A field after the files decides nothing any more.
        if part.name is not None:
            yield part


def _whole(part: Upload) -> bytes:
    content = bytearray()
    for piece in part.content:
        content += piece
        if len(content) > LARGEST:
            raise TooLarge
    return bytes(content)


class Parts:
    """The parts of a form with files, in order, read from the body as they are asked for."""

    def __init__(self, chunks: Iterator[bytes], boundary: bytes) -> None:
        self._chunks = chunks
        self._events: deque[tuple[str, bytes]] = deque()
        self._parser = MultipartParser(boundary, self._callbacks())
        self._inside = False

    def __iter__(self) -> Iterator[Upload]:
        """Yield the parts. Raises Malformed."""
        headers: dict[bytes, bytes] = {}
        name = b""
        while (event := self._next()) is not None:
            kind, content = event
            if kind == "begin":
                headers, self._inside = {}, True
            elif kind == "header_field":
                name = content.lower()
            elif kind == "header_value":
                headers[name] = headers.get(name, b"") + content
            elif kind == "headers_finished":
                part = _part(headers, self._content())
                yield part
                for _ in part.content:
                    pass  # whoever did not want it

    def _content(self) -> Iterator[bytes]:
        while self._inside and (event := self._next()) is not None:
            if event[0] == "data":
                yield event[1]
            elif event[0] == "end":
                self._inside = False

    def _next(self) -> tuple[str, bytes] | None:
        while not self._events:
            chunk = next(self._chunks, None)
            if chunk is None:
                self._finish()
                return None
            try:
                self._parser.write(chunk)
            except FormParserError:
                raise Malformed("not a form with files") from None
        return self._events.popleft()

    def _finish(self) -> None:
        if self._inside:
            raise Malformed("the form broke off")

    def _callbacks(self) -> MultipartCallbacks:
        def note(kind: str) -> Callable[[], None]:
            return lambda: self._events.append((kind, b""))

        def take(kind: str) -> Callable[[bytes, int, int], None]:
            return lambda content, start, end: self._events.append((kind, bytes(content[start:end])))

        return {
            "on_part_begin": note("begin"),
            "on_part_data": take("data"),
            "on_part_end": note("end"),
            "on_header_field": take("header_field"),
            "on_header_value": take("header_value"),
            "on_header_end": note("header_end"),
            "on_headers_finished": note("headers_finished"),
        }


def _part(headers: dict[bytes, bytes], content: Iterator[bytes]) -> Upload:
    _, options = parse_options_header(headers.get(b"content-disposition", b""))
    field = options.get(b"name", b"").decode("utf-8", "replace")
    kind = "".join(c for c in headers.get(b"content-type", b"").decode("latin-1") if c.isprintable())[:LONGEST_TYPE]
    if b"filename" not in options:
        return Upload(field, None, "", content)
    given = options[b"filename"].decode("utf-8", "replace")
    return Upload(field, safe_name(given) if given else "", kind or UNKNOWN_TYPE, content)

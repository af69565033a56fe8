# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads what a form of the desk holds, and refuses a form that does not carry the mark of this start (T33).

Line ends become one kind. Forms with files are read in pieces by uploads.py. It judges no field. See spec/desk.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request

from ombuds.core.errors import Malformed, TooLarge
from ombuds.core.keys import same
from ombuds.desk.pages.room import Room

LARGEST = 4 * 1024 * 1024
MOST_FIELDS = 5000
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, repr=False)
class Form:
    """The fields of a form, in order."""

    fields: tuple[tuple[str, str], ...] = ()

    def one(self, name: str) -> str:
        """Return a field's first value, or nothing."""
        return next((value for key, value in self.fields if key == name), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a field."""
        return tuple(value for key, value in self.fields if key == name)

    def marked(self, room: Room) -> bool:
        """Whether the form was made by this start of the desk."""
        return same(self.one("token").encode(), room.keys.form.encode())


async def read_form(request: Request) -> Form:
    """Read a form without files. Raises Malformed, TooLarge."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in ("", FORM):
        raise Malformed("not a form")
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > LARGEST:
            raise TooLarge
    return parse(bytes(content).decode("utf-8", "replace"))


def parse(text: str) -> Form:
    """Read the fields of a form or of an address. Raises Malformed."""
    try:
        fields = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace")
    except ValueError:
        raise Malformed("too many fields") from None
    return Form(tuple((name, one_line_end(value)) for name, value in fields))


def one_line_end(text: str) -> str:
    """Return a text with the line ends that people write, not those that browsers send."""
    return text.replace("\r\n", "\n").replace("\r", "\n")

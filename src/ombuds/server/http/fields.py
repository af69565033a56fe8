# SPDX-License-Identifier: AGPL-3.0-or-later
"""The text fields of a form, bounded before they are read, and the small forms without files.

Nothing typed is ever put into an address, a cookie or a log (T08). Forms with files are read by multipart.py. See
spec/server.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from anyio import fail_after
from starlette.requests import Request

from ombuds.core.errors import Malformed, StoreBusy, TooLarge
from ombuds.core.keys import Id, random_id

SMALL_FORM = 64 * 1024
MOST_FIELDS = 100
# A form that is on its way for longer is taken for one that never ends: a quarter of a megabyte at 1 KB a second takes four minutes (T20).
FORM_SECONDS = 600.0
# How many bytes a browser may make of one character.
WIDEST = 12
NONCE = 32
LONGEST_TICKET = 100


@dataclass(frozen=True, repr=False)
class Fields:
    """What was typed, by the field's name; a name may stand several times."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """Return the first value of a field, or an empty text; lines end in one way."""
        return self.values.get(name, ("",))[0].replace("\r\n", "\n").replace("\r", "\n")

    def every(self, name: str) -> tuple[str, ...]:
        """Return all values of a field."""
        return self.values.get(name, ())


async def read_fields(request: Request, longest: int = 0, most: int = MOST_FIELDS, seconds: float = FORM_SECONDS) -> Fields:
    """Read a small form, with a text of so many characters in it if one is wanted, and so many fields. Raises TooLarge, Malformed, StoreBusy."""
    body = bytearray()
    try:
        with fail_after(seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > SMALL_FORM + longest * WIDEST:
                    raise TooLarge
    except TimeoutError:
        raise StoreBusy from None
    return fields_of(bytes(body), most)


def fields_of(body: bytes, most: int = MOST_FIELDS) -> Fields:
    """Return the fields of a form that is here whole, so many at most. Raises Malformed."""
    try:
        values = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=most)
    except ValueError:
        raise Malformed("too many fields") from None
    return Fields({name: tuple(all_values) for name, all_values in values.items()})


def ticket_of(fields: Fields) -> str:
    """Return the form's ticket as it was brought; whoever gives a form back gives it back with it."""
    return fields.one("ticket")[:LONGEST_TICKET]


def nonce_of(fields: Fields) -> Id:
    """Return the form's nonce, or a fresh one if it brought none."""
    nonce = fields.one("nonce")
    return nonce if len(nonce) == NONCE and not nonce.strip("0123456789abcdef") else random_id()

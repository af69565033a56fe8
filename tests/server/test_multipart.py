# SPDX-License-Identifier: AGPL-3.0-or-later
"""A form that costs: what its sender chooses to send is bounded before it is parsed or held (T20)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ombuds.core.age import Identity
from ombuds.core.attachments import FileSealer
from ombuds.core.errors import TooLarge
from ombuds.server.http.multipart import Arriving, Limits
from ombuds.server.http.shelf import Shelf
from tests.server.institution import Institution

PART = b"--b\r\ncontent-disposition: form-data; name=\"%b\"\r\n\r\n\r\n"
MIB = 1024 * 1024


@pytest.fixture
def arriving(here: Institution) -> Iterator[Arriving]:
    """A form on its way in, with the usual limits."""
    recipient = Identity.generate().recipient
    shelf = Shelf(here.parts.store.blobs, here.calendar.day)
    yield Arriving("multipart/form-data; boundary=b", Limits(64 * MIB, MIB, 300), shelf, lambda _fields: shelf.begin(FileSealer(recipient)))


def test_tiny_parts_without_end_are_not_parsed_on(arriving: Arriving) -> None:
    """Of a form with a hundred thousand parts, no more are looked at than a form may have."""
    for _ in range(100):
        arriving.feed(PART % (b"x" * 1000) * 1000)
    with pytest.raises(TooLarge):
        arriving.finish(b"--b--\r\n")
    assert len(arriving.fields.every("x" * 1000)) < 1000


def test_long_names_are_bounded_like_text(arriving: Arriving) -> None:
    """Field names of more than a mebibyte together are refused and not held."""
    for number in range(300):
        arriving.feed(PART % (b"%d" % number + b"n" * 3900))
    with pytest.raises(TooLarge):
        arriving.finish(b"--b--\r\n")

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A post that a browser sealed opens on a desk, and nothing that a browser should not seal is sealed (T10, T20)."""

from __future__ import annotations

import base64

import msgspec
import pytest

from ombuds.core.effort import BITS, bits_of
from ombuds.core.encoding import encode
from ombuds.core.keys import hash_of
from ombuds.core.posts import Pending, PostPicture, open_post
from tests.core import builders as b
from tests.core import campaigns as c
from tests.core.pictures import JPEG
from tests.web.browser import given, told

INSTANCE = b.desk_of().charter.instance_id
PHOTO = msgspec.structs.replace(c.post_of(), kind="photo", badge=None, picture=PostPicture(hash_of(JPEG), hash_of(JPEG), 8, 8), shows="A badge on a table.")


def _sealed(pending: Pending) -> bytes:
    return base64.b64decode(given("post", pending=encode(pending).decode(), recipient=c.TERMS.recipient))


@pytest.mark.parametrize("pending", [c.pending_of(), msgspec.structs.replace(c.pending_of(), post=PHOTO, files=(JPEG, JPEG))], ids=["badge", "photo"])
def test_a_desk_opens_what_a_browser_sealed(pending: Pending) -> None:
    """A post that a browser sealed opens on a desk as what its supporter confirmed."""
    assert open_post(_sealed(pending), c.MODERATION, INSTANCE, c.CONTENT) == pending


def test_sentences_of_any_length_are_sealed_to_one_size() -> None:
    """Posts with a short and with a long sentence have the same size when a browser sealed them."""
    long = msgspec.structs.replace(c.pending_of(), post=msgspec.structs.replace(c.post_of(), sentence="x" * 280))
    assert len(_sealed(long)) == len(_sealed(c.pending_of()))


def test_a_browser_does_not_seal_another_picture() -> None:
    """A file that is not the one that its post names is not sealed."""
    wrong = msgspec.structs.replace(c.pending_of(), post=PHOTO, files=(JPEG, JPEG[:-1]))
    assert told("post", pending=encode(wrong).decode(), recipient=c.TERMS.recipient).fails == "ContentChanged"


def test_a_browser_works_for_its_post() -> None:
    """The number that a browser finds stands for the effort that a server asks for."""
    name, content = "a" * 32, "b" * 64
    assert bits_of(name, content, given("spend", name=name, content=content, bits=BITS)) >= BITS

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What in a published text would be signed and agreed to, and be seen by nobody who looks at its page.

It refuses addresses that no page links to, Markdown that is drawn as nothing (definitions of references, titles of links,
the words beside a fence of code), and characters without width or that turn the direction of a line. It is strict rather
than clever: some harmless texts are refused too, with the name of the field (T05, T24). See spec/publication.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from ombuds.core.errors import Malformed

# Those that pages take out before they show a text.
UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# mailto: a desk names where the press and others write to it.
LINKED = re.compile(r"(?:https?://|mailto:)\S+")
DEFINITION = re.compile(r"\]:")
LINK = re.compile(r"\]\((?!(?:https?://|mailto:)(?:[^\s<>()\\]|\([^\s<>()\\]*\))+\))")
FENCE = re.compile(r"(?:`{3,}+|~{3,}+)[^\S\n]*\S")


def check_addresses(field: str, urls: Iterator[str]) -> None:
    """Check that each address is one that pages link to. Raises Malformed, with the field."""
    for url in urls:
        if url and not LINKED.fullmatch(url):
            raise Malformed(f"{field}: an address begins with https://, http:// or mailto: and has no spaces")


def check_body(field: str, body: str) -> None:
    """Check that Markdown draws all of its words. Raises Malformed, with the field."""
    if DEFINITION.search(body):
        raise Malformed(f"{field}: a definition of a reference is shown to nobody; write the link where it stands")
    if LINK.search(body):
        raise Malformed(f"{field}: a link has an address that begins with https:// or http:// and nothing else")
    if FENCE.search(body):
        raise Malformed(f"{field}: words beside a fence of code are shown to nobody")


def check_seen(part: object) -> None:
    """Check that no text in any field has a character that nobody sees. Raises Malformed, with the field."""
    for field, text in _texts(part, ""):
        if UNSEEN.search(text):
            raise Malformed(f"{field}: a character without width, or one that turns the direction of a line")


def _texts(part: object, field: str) -> Iterator[tuple[str, str]]:
    if isinstance(part, str):
        yield field, part
    elif isinstance(part, tuple):
        for each in part:
            yield from _texts(each, field)
    elif isinstance(part, msgspec.Struct):
        for each in part.__struct_fields__:
            yield from _texts(getattr(part, each), each)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pieces of which published values are made: how long each may be, and the same thing said in several languages.

It says nothing about which piece stands where; content.py and campaign.py do. See spec/publication.md.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

Language = Annotated[str, msgspec.Meta(min_length=2, max_length=35)]
Name = Annotated[str, msgspec.Meta(max_length=300)]
Sentence = Annotated[str, msgspec.Meta(max_length=2_000)]
Passage = Annotated[str, msgspec.Meta(max_length=20_000)]
Address = Annotated[str, msgspec.Meta(max_length=2_000)]


class Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a publication: frozen, and without unknown fields."""


class Said(Struct, frozen=True):
    """Something that is said in one language."""

    language: Language
    text: Passage


Words = Annotated[tuple[Said, ...], msgspec.Meta(max_length=20)]
"""The same thing in each language of the publication, in their order."""


def in_language(says: tuple[Said, ...], language: str) -> str:
    """Return what is said in one language; nothing if it is not said."""
    return next((each.text for each in says if each.language == language), "")

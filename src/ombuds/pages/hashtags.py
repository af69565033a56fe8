# SPDX-License-Identifier: AGPL-3.0-or-later
"""How networks cut a hashtag: what of it each of them links, and a form that every one of them leaves whole.

X, Mastodon and Telegram publish which characters stand in a tag; of others nothing certain is known, so that the strictest
reading stands for them: letters, digits and underscores alone. Nothing is asked of any network. See spec/pages.md.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType

from msgspec import Struct

from ombuds.pages.languages import mark

# Beside letters, marks, digits and the underscore.
OF_X = frozenset("\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\u00b7")
OF_TELEGRAM = frozenset("\u200c\u00b7")
OF_MASTODON = frozenset("\u00b7\u30fb\u200c")
SINHALA = range(0x0D80, 0x0E00)
# Combining classes of signs without which a word can still be read: Hebrew and Arabic points, accents.
POINTS, ACCENTS = range(10, 37), 200


class Cut(Struct, frozen=True, kw_only=True):
    """What one network makes of a tag: what it links, and what is left behind it as plain text."""

    network: str
    linked: str
    left: str


class Tag(Struct, frozen=True, kw_only=True):
    """A tag with what every network makes of it; ``better`` is a form that survives, empty if it does already or none is found."""

    text: str
    cuts: tuple[Cut, ...] = ()
    better: str = ""

    @property
    def whole(self) -> bool:
        """Whether every network links the tag to its end."""
        return all(cut.linked and not cut.left for cut in self.cuts)


def looked_at(text: str) -> Tag:
    """Return a tag with what networks make of it, and a form that survives."""
    bare = text.strip().lstrip("#").strip()
    tag = Tag(text=bare, cuts=tuple(_cut(network, may, bare) for network, may in NETWORKS.items()))
    if tag.whole:
        return tag
    form = survivor(bare)
    return tag if form == bare else Tag(text=bare, cuts=tag.cuts, better=form)


def survivor(text: str) -> str:
    """Return a form of a tag that every network leaves whole, or nothing if none is found."""
    made, fresh = "", False
    for letter in unicodedata.normalize("NFC", text.strip().lstrip("#")):
        kind = unicodedata.category(letter)
        if kind[0] == "L" or kind == "Nd" or letter == "_":
            made += letter.upper() if fresh and made else letter
            fresh = False
        elif kind[0] == "M" and not _is_sign(letter):
            made += letter  # a vowel of the word: without it this is another word
        elif kind[0] != "M" and not _joins(letter):
            fresh = True
    form = unicodedata.normalize("NFC", made)
    return form if form and all(_cut("", may, form).linked == form for may in NETWORKS.values()) else ""


def _cut(network: str, may: Callable[[str], bool], tag: str) -> Cut:
    end = next((place for place, letter in enumerate(tag) if not may(letter)), len(tag))
    linked = tag[:end]
    # Digits alone are a number, and no network links them.
    if not any(unicodedata.category(letter)[0] == "L" for letter in linked):
        return Cut(network=network, linked="", left=tag)
    return Cut(network=network, linked=linked, left=tag[end:])


def _is_sign(letter: str) -> bool:
    place = unicodedata.combining(letter)
    return place in POINTS or place >= ACCENTS


def _joins(letter: str) -> bool:
    """Whether a sign stands inside of a word, and not between two."""
    return letter in "'\u2019\u02bc`\u00b4\u200c\u200d"


def _strict(letter: str) -> bool:
    kind = unicodedata.category(letter)
    return kind[0] == "L" or kind == "Nd" or letter == "_"


def _x(letter: str) -> bool:
    return _strict(letter) or unicodedata.category(letter)[0] == "M" or letter in OF_X


def _mastodon(letter: str) -> bool:
    return _strict(letter) or unicodedata.category(letter)[0] == "M" or unicodedata.category(letter) == "Pc" or letter in OF_MASTODON


def _telegram(letter: str) -> bool:
    return _strict(letter) or letter in OF_TELEGRAM or ord(letter) in SINHALA


NETWORKS: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {"X": _x, "Mastodon": _mastodon, "Telegram": _telegram, mark("Elsewhere, read most strictly"): _strict}
)
"""Which characters stand in a tag, by network."""

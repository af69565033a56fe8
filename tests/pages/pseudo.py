# SPDX-License-Identifier: AGPL-3.0-or-later
"""A language that nobody speaks: every sentence of ours accented, longer by two fifths, and in brackets.

What stands outside of the brackets never passed a catalogue, and a page that holds these sentences has room for those of
most languages. It is made while the tests run and ships nowhere. See spec/pages.md.
"""

from __future__ import annotations

import re
from typing import Any, cast

from babel.support import NullTranslations

from ombuds.pages.languages import NAMES, Language

LONGER = 0.4
_ACCENTED = str.maketrans("aceginorsuyzACEGINORSUYZ", "áçéĝíñóŕšúýžÁÇÉĜÍÑÓŔŠÚÝŽ")
_PLACE = re.compile(r"(%\(\w+\)s|%%)")
_SIZE = re.compile(r"[\d.,]+ (byte|bytes|kB|MB|GB|TB)\b")
_INSIDE = re.compile(r"⟦[^⟦⟧]*⟧")


class Pseudo(NullTranslations):
    """The sentences of this language."""

    def gettext(self, message: str) -> str:
        """The sentence in this language."""
        return spoken(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The plural in this language."""
        return spoken(msgid1 if n == 1 else msgid2)


def language() -> Language:
    """The language itself, with the days and numbers of English."""
    return Language("en", cast(Any, Pseudo()))


def spoken(sentence: str) -> str:
    """Return a sentence in this language, with its places for values as they are."""
    pieces = [piece if _PLACE.fullmatch(piece) else piece.translate(_ACCENTED) for piece in _PLACE.split(sentence)]
    plain = len(_PLACE.sub("", sentence))
    # Made of words as long as ours, so that it may be broken into lines as a translation may.
    more = ("~~~~~ " * plain)[: round(plain * LONGER)].rstrip()
    return f"⟦{''.join(pieces)} {more}⟧" if more else f"⟦{''.join(pieces)}⟧"


def outside(text: str) -> str:
    """Return what never passed a catalogue, without the names of languages and without sizes."""
    for name in NAMES.values():
        text = text.replace(name, "")
    return _INSIDE.sub("", _SIZE.sub("", text))

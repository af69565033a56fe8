# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes hostile text safe to look at (T24).

HTML is escaped elsewhere, by the templates. This file is about characters that deceive the eye: controls become visible
marks, characters that turn the direction of a line or have no width are taken out, and text of unknown direction is
kept inside an isolate so that it cannot reorder what stands beside it. It changes what is shown, never what is kept.
See spec/pages.md.
"""

from __future__ import annotations

import unicodedata

from markupsafe import Markup, escape

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_CONTROL_PICTURES = 0x2400
_JOINERS = "\u200c\u200d"  # Persian, Hindi and emoji are misspelt without them


def shown(text: str) -> str:
    """Return text with controls made visible and deceiving characters taken out. Tabs and line ends stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text.replace("\r\n", "\n"))


def isolated(text: str) -> Markup:
    """Return the shown text, escaped, inside <bdi> so that its direction stays its own."""
    return Markup("<bdi>") + escape(shown(text)) + Markup("</bdi>")


def paragraphs(text: str) -> Markup:
    """Return plain text as escaped paragraphs, each with a direction of its own; single line ends stay line ends."""
    blocks = [block.strip("\n") for block in shown(text).split("\n\n")]
    made = (Markup('<p dir="auto">') + _lines(block) + Markup("</p>") for block in blocks if block.strip())
    return Markup("\n").join(made)


def _lines(block: str) -> Markup:
    return Markup("<br>").join(block.split("\n"))


def _shown(character: str) -> str:
    if character in "\n\t" or character in _JOINERS:
        return character
    code = ord(character)
    if code < 0x20:
        return chr(_CONTROL_PICTURES + code)
    kind = unicodedata.category(character)
    if code == 0x7F or kind == "Cc":
        return _REPLACEMENT
    # Cf holds the direction marks and overrides, zero-width spaces and the invisible tag letters; Zl and Zp are
    # line ends that only some programs know; Cs cannot be written as UTF-8 at all.
    if kind == "Cf":
        return ""
    if kind in ("Zl", "Zp"):
        return "\n"
    return _REPLACEMENT if kind == "Cs" else character

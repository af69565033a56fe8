# SPDX-License-Identifier: AGPL-3.0-or-later
"""Makes hostile text safe to look at (T24).

HTML is escaped elsewhere, by the templates. This file is about characters that deceive the eye: controls become visible
marks, characters that turn the direction of a line or have no width are taken out, and text of unknown direction is
kept inside an isolate so that it cannot reorder what stands beside it. It changes what is shown, never what is kept.
See spec/pages.md.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_CONTROL_PICTURES = 0x2400
# Characters nobody sees that change what is seen: soft hyphen, zero width, direction marks, overrides and isolates,
# interlinear marks, tag letters. Not the two joiners: Persian, Hindi and emoji are misspelt without them.
_UNSEEN = "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
_DECEIVING = re.compile(f"\r\n|[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{_UNSEEN}]")


def shown(text: str) -> str:
    """Return text with controls made visible and deceiving characters taken out; tabs and line ends stay."""
    return _DECEIVING.sub(_shown, text)


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


def _shown(found: re.Match[str]) -> str:
    character = found[0]
    if character in ("\r\n", "\u2028", "\u2029"):
        return "\n"
    code = ord(character)
    if code < 0x20:
        return chr(_CONTROL_PICTURES + code)
    if 0x7F <= code <= 0x9F or 0xD800 <= code <= 0xDFFF:
        return _REPLACEMENT
    return ""

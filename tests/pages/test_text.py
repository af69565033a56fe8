# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hostile text is made safe to look at (T24)."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from ombuds.pages.text import isolated, paragraphs, shown

# They have a shape of their own, or are needed to spell (the two joiners).
KEPT_FORMATS = {0x200C, 0x200D, *range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13440)}


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("a\u202eb", "ab"),
        ("a\x00b", "a␀b"),
        ("a\x1bb", "a␛b"),
        ("a\x7fb", "a\ufffdb"),
        ("a\r\nb", "a\nb"),
        ("a\rb", "a␍b"),
        ("a\u2028b", "a\nb"),
        ("a\ud800b", "a\ufffdb"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_shown(text: str, seen: str) -> None:
    """Controls become visible, deceiving characters go, ordinary text stays."""
    assert shown(text) == seen


def test_no_invisible_character_is_forgotten() -> None:
    """Every format and control character of Unicode is taken out or made visible, but for those with a shape."""
    kept = {code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in ("Cc", "Cf", "Zl", "Zp", "Cs") and shown(chr(code)) == chr(code)}
    assert kept - {0x09, 0x0A} <= KEPT_FORMATS


def test_showing_twice_changes_nothing() -> None:
    """What is shown can be shown again."""
    text = "".join(map(chr, range(0x3000)))
    assert shown(shown(text)) == shown(text)


def test_isolated_text_is_escaped() -> None:
    """A name stays inside its own direction and is never HTML."""
    assert isolated("<i>\u202ex") == "<bdi>&lt;i&gt;x</bdi>"


def test_paragraphs() -> None:
    """Empty lines part paragraphs, single line ends stay."""
    assert paragraphs("a<\nb\n\n\n\nc") == '<p dir="auto">a&lt;<br>b</p>\n<p dir="auto">c</p>'

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What programs and agencies wrote beside a photograph: the notes of IPTC in Photoshop's blocks, and those of XMP.

Its twin is web/picture/notes.ts. Names and values are the file's own, every length in it may lie, and what does not fit is passed
over. No document is built: XMP is read tag by tag, up to a limit. The formats are IPTC IIM 4.2 and ISO 16684-1. Run in a cell
alone; see spec/media.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

MOST_XMP = 65_536
IPTC, THUMBNAILS = 0x0404, (0x0409, 0x040C)
# What a data set of IPTC (512 and its number in the second record) or a property of XMP (with its prefix) tells; the first that fits.
TELLS = {
    "author": re.compile(r"59[27]|62[27]|63[04]|reator$|Author|Writer|Credit|:So|:Ci[ETU]"),
    "copyright": re.compile(r"628|rights$"),
    "location": re.compile(r"53[89]|60[247]|613|City$|State$|Country|ocation$"),
    "description": re.compile(r"517|53[27]|617|632|title|description|Headl|subject"),
    # Others call a colour or a style Name, so that the prefix counts.
    "person": re.compile(r"Person|-rs:N"),
    "place": re.compile(r"GPSL"),
    "date": re.compile(r"567|572|DateTimeO|DateC|CreateD"),
    "changed": re.compile(r"ModifyD"),
    "serial": re.compile(r"Serial"),
    "owner": re.compile(r"Owner"),
    "camera": re.compile(r"tiff:M"),
    "software": re.compile(r"577|Tool$"),
    "comment": re.compile(r"552|Instru|Comment"),
}
# One tag behind its first sign, and the text behind it.
TAG = re.compile(r"(/?[\w.:-]+)([^>]*)>(.*)", re.ASCII | re.DOTALL)
ATTRIBUTE = re.compile(r"""([\w.:-]{1,80})\s?=\s?(["'])(.*?)\2""", re.ASCII)


def photoshop(blocks: object) -> Iterator[tuple[str, str]]:
    """Return what Photoshop's blocks tell, by their kinds."""
    for kind, content in blocks.items() if isinstance(blocks, Mapping) else ():
        if kind == IPTC and isinstance(content, bytes):
            yield from _iptc(content)
        if kind in THUMBNAILS:
            yield "thumbnail", "JPEG"


def xmp(content: object) -> Iterator[tuple[str, str]]:
    """Return what a packet of XMP tells; what stands before its first tag is passed over."""
    inside = ""
    text = content[:MOST_XMP].decode("utf-8", "replace") if isinstance(content, bytes) else ""
    for piece in text.split("<"):
        tag, rest, behind = found.groups() if (found := TAG.match(piece)) else ("", "", "")
        if _named(tag):
            inside = "" if tag.startswith("/") or rest.endswith("/") else tag
        for attribute, _, value in ATTRIBUTE.findall(rest):
            yield from _note(attribute, value)
        yield from _note(inside, behind)


def _iptc(content: bytes) -> Iterator[tuple[str, str]]:
    at = 0
    while content[at : at + 1] == b"\x1c" and at + 5 <= len(content):
        behind = at + 5 + int.from_bytes(content[at + 3 : at + 5], "big")
        inside = content[at + 5 : behind]
        # Agencies write UTF-8 today and wrote one byte a letter before.
        text = inside.decode("utf-8", "replace")
        if behind <= len(content):
            yield from _note(str(int.from_bytes(content[at + 1 : at + 3], "big")), inside.decode("latin-1") if "\ufffd" in text else text)
        at = behind


def _note(given: str, value: str) -> Iterator[tuple[str, str]]:
    if name := _named(given):
        yield name, value


def _named(given: str) -> str:
    return next((name for name, called in TELLS.items() if called.search(given)), "")

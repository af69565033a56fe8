# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small pictures of fresh pixels, and a story in which every field is filled, for the tests of publications.

The JPEG is the smallest that holds together, with one grey block; the PNG is one pixel. It asserts nothing.
"""

from __future__ import annotations

from datetime import timedelta
from zlib import compress, crc32

import msgspec

from ombuds.core.content import Answer, Claim, Content, Outcome, Picture, Press, RightOfReply, Said, Words
from ombuds.core.keys import hash_of
from ombuds.core.pictures import PNG, shape_of
from ombuds.core.publication import Place, Salted, salted_pictures
from tests.core import builders as b

JPEG = b"".join(
    (
        bytes.fromhex("ffd8ffe000104a46494600010100000100010000"),
        bytes.fromhex("ffdb004300") + bytes([8] * 64),
        bytes.fromhex("ffc0000b080008000801011100"),
        bytes.fromhex("ffc4001500") + bytes([1, *[0] * 15]) + b"\0\0",
        bytes.fromhex("ffc4001510") + bytes([1, *[0] * 15]) + b"\0\0",
        bytes.fromhex("ffda0008010100003f003f"),
        bytes.fromhex("ffd9"),
    )
)


def chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk of a PNG."""
    return len(body).to_bytes(4) + kind + body + crc32(kind + body).to_bytes(4)


def png(*more: bytes, grey: int = 128, behind: bytes = b"") -> bytes:
    """A PNG of one pixel, with more chunks before the end."""
    head = chunk(b"IHDR", bytes.fromhex("00000001000000010800000000"))
    return b"".join((PNG, head, chunk(b"IDAT", compress(bytes([0, grey]) + behind)), *more, chunk(b"IEND", b"")))


def said(text: str, *languages: str) -> Words:
    """The same words in each language, told apart by its code."""
    return tuple(Said(language, f"{text} ({language})") for language in languages or ("en",))


def picture_of(content: bytes, *languages: str) -> Picture:
    """A credited picture with its words."""
    shape = shape_of(content)
    return Picture(hash_of(content), shape.type, shape.width, shape.height, "Photo: the desk", said("A grey gate", *languages))


PIXELS = {hash_of(content): content for content in (png(), png(grey=7), png(grey=9))}


def pictured(content: Content) -> Content:
    """A text with one picture."""
    languages = tuple(text.language for text in content.texts)
    return msgspec.structs.replace(content, pictures=(picture_of(png(), *languages),))


def files_of(place: Place, content: Content) -> tuple[Salted, ...]:
    """The files of its pictures."""
    return salted_pictures(place, content, PIXELS)


def full(content: Content) -> Content:
    """A story with every part filled, in each of its languages."""
    some = tuple(text.language for text in content.texts)
    asked = b.TODAY - timedelta(days=12)
    answer = Answer(b.TODAY, "ru", "Нарушений не найдено.")
    other = tuple(language for language in some if language != "fr")
    return msgspec.structs.replace(
        pictured(content),
        status="answered",
        since=b.TODAY,
        claims=(Claim("fact", said("Leave cost a month's pay.", *some), said("Two bank statements", *some), 2), _inference(some)),
        quotes=(said("They said: pay or stay.", *some),),
        replies=(RightOfReply(said("The ministry", *some), asked, b.TODAY, answer), RightOfReply(said("The chief", *some), asked, asked)),
        outcome=Outcome(said("The money was paid back.", *some), "institution"),
        press=(Press("Le Journal", b.TODAY, "fr", "Des congés vendus", "https://journal.example/1", "« Payez »", said("Pay", *other), "The desk"),),
        correction=said("It was one month, not two.", *some),
    )


def _inference(languages: tuple[str, ...]) -> Claim:
    return Claim("inference", said("The chief knew.", *languages), said("His signature stands on the roster", *languages), 0)

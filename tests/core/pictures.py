# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small pictures of fresh pixels, and a story in which every field is filled, for the tests of publications.

The JPEG has one block and the tables that everybody knows; the PNG is one pixel. It asserts nothing.
"""

from __future__ import annotations

from datetime import timedelta
from zlib import compress, crc32

import msgspec

from ombuds.core.content import Answer, Claim, Content, Outcome, Picture, Press, RightOfReply, Said, Words
from ombuds.core.keys import hash_of
from ombuds.core.pictures import PNG, divisors_of, shape_of
from ombuds.core.publication import Place, Salted, salted_pictures
from tests.core import builders as b

# The four tables of codes that everybody knows, two for brightness and two for colour.
_BRIGHT = (
    "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a43444546474849"
    "4a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5"
    "c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa"
)
_COLOUR = (
    "000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a434445464748"
    "494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3"
    "c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa"
)
CODES = tuple(
    bytes.fromhex("ffc400" + table)
    for table in (
        "1f0000010501010101010100000000000000000102030405060708090a0b",
        "b5100002010303020403050504040000017d" + _BRIGHT,
        "1f0100030101010101010101010000000000000102030405060708090a0b",
        "b51100020102040403040705040400010277" + _COLOUR,
    )
)


def divisors(quality: int, number: int) -> bytes:
    """One table of divisors as a segment."""
    return bytes.fromhex("ffdb0043") + sorted(divisors_of(quality))[number]


def jpeg(first: bytes, second: bytes, codes: tuple[bytes, ...] = CODES, sampling: int = 0x22) -> bytes:
    """A JPEG of one block with these tables."""
    start = bytes.fromhex("ffd8ffe000104a46494600010100000100010000")
    frame = bytes.fromhex("ffc0001108000800080301") + bytes([sampling]) + bytes.fromhex("00021101031101")
    return b"".join((start, first, second, frame, *codes, bytes.fromhex("ffda000c03010002110311003f0028a28aeb394fffd9")))


JPEG = jpeg(divisors(85, 0), divisors(85, 1))


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

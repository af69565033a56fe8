# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a file says about itself, as short lines of text: camera, day, place, program, author, and what it carries besides.

All of it is the word of whoever made the file, and is shown as such. Nothing is looked up and nothing is judged. Run in a
cell alone; see spec/media.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from ombuds.media.answer import Finding, line
from ombuds.media.inside import Job
from ombuds.media.notes import photoshop, xmp

EXIF, GPS, THUMBNAIL = 0x8769, 0x8825, 0x0201
FIELDS = (
    ("camera", (0x010F, 0x0110)), ("software", (0x0131,)), ("author", (0x013B,)), ("author", (0x9C9D,)), ("copyright", (0x8298,)),
    ("description", (0x010E,)), ("description", (0x9C9B,)), ("description", (0x9C9F,)), ("description", (0x9C9E,)), ("changed", (0x0132,)),
    ("comment", (0x9C9C,)),
)  # fmt: skip
INNER_FIELDS = (
    ("date", (0x9003, 0x9011)), ("lens", (0xA434,)), ("serial", (0xA431,)), ("serial", (0xA435,)), ("owner", (0xA430,)), ("comment", (0x9286,)),
)  # fmt: skip
# What Windows writes: title, comment, author, keywords and subject, in two bytes a letter.
WINDOWS = range(0x9C9B, 0x9CA0)
DOCUMENT = (
    ("title", "Title"), ("author", "Author"), ("subject", "Subject"), ("keywords", "Keywords"), ("software", "Creator"), ("producer", "Producer"),
    ("date", "CreationDate"), ("changed", "ModDate"),
)  # fmt: skip
# Beginnings of other kinds, found where they have no business: one file that two programs read as two things.
LOOKS = (("PDF", b"%PDF-"), ("ZIP", b"PK\x03\x04"), ("HTML", b"<html"), ("HTML", b"<script"), ("JPEG", b"\xff\xd8\xff\xe0\x00\x10JFIF"), ("PHP", b"<?php"))
MOST_ATTACHMENTS = 10


def of_picture(image: Any, job: Job) -> tuple[Finding, ...]:
    """Return what a picture that was opened, and not yet decoded, says about itself."""
    exif = image.getexif()
    found = [("size", f"{image.width} x {image.height}")]
    found += [*_fields(exif, FIELDS), *_inner(exif)]
    found += [("thumbnail", "JPEG")] if _has_thumbnail(exif) else []
    found += [("frames", str(image.n_frames))] if getattr(image, "n_frames", 1) > 1 else []
    found += [(name, f"{len(content)}") for name, content in (("profile", image.info.get("icc_profile")), ("xmp", image.info.get("xmp"))) if content]
    written = getattr(image, "text", None)
    texts = written if isinstance(written, Mapping) else {"": image.info.get("comment", "")}
    found += [("comment", f"{key}: {value}" if key else _text(value)) for key, value in list(texts.items())[:20]]
    found += [*photoshop(image.info.get("photoshop")), *xmp(image.info.get("xmp"))]
    return _lines([*found, *_looks(job)])


def of_document(document: Any, job: Job) -> tuple[Finding, ...]:
    """Return what a document says about itself."""
    said = document.get_metadata_dict()
    found = [(name, said.get(key, "")) for name, key in DOCUMENT]
    scripts = job.content.count(b"/JavaScript") + job.content.count(b"/JS ") + job.content.count(b"/JS(")
    found += [("script", str(scripts))] if scripts else []
    count = document.count_attachments()
    for place in range(min(count, MOST_ATTACHMENTS)):
        with suppress(Exception):
            found.append(("attachment", document.get_attachment(place).get_name()))
    found += [("form", "yes")] if document.get_formtype() else []
    return _lines([*found, *_looks(job)])


def _lines(found: list[tuple[str, object]] | list[tuple[str, str]]) -> tuple[Finding, ...]:
    lines = [Finding(name, line(value)) for name, value in found]
    return tuple(dict.fromkeys(one for one in lines if one.value))


def _fields(tags: Mapping[int, Any], fields: tuple[tuple[str, tuple[int, ...]], ...]) -> Iterator[tuple[str, str]]:
    for name, numbers in fields:
        yield name, " ".join(_of_windows(tags[number]) if number in WINDOWS else _text(tags[number]) for number in numbers if number in tags)


def _inner(exif: Any) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    with suppress(Exception):
        found += _fields(exif.get_ifd(EXIF), INNER_FIELDS)
    with suppress(Exception):
        found.append(("place", _place(exif.get_ifd(GPS))))
    return found


def _has_thumbnail(exif: Any) -> bool:
    with suppress(Exception):
        return THUMBNAIL in exif.get_ifd(1)
    return False


def _place(gps: Mapping[int, Any]) -> str:
    if 2 not in gps or 4 not in gps:
        return ""
    north, east = _degrees(gps[2]), _degrees(gps[4])
    return f"{-north if gps.get(1) == 'S' else north:.6f}, {-east if gps.get(3) == 'W' else east:.6f}"


def _degrees(parts: Any) -> float:
    whole, minutes, seconds = (float(part) for part in parts)
    return whole + minutes / 60 + seconds / 3600


def _of_windows(value: Any) -> str:
    return value.decode("utf-16-le", "replace") if isinstance(value, bytes) else str(value)


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        # A comment of a camera begins with the name of its alphabet.
        for mark, code in ((b"ASCII\0\0\0", "ascii"), (b"UNICODE\0", "utf-16")):
            if value.startswith(mark):
                return value[len(mark) :].decode(code, "replace")
        return value.decode("utf-8", "replace")
    return str(value)


def _looks(job: Job) -> Iterator[tuple[str, str]]:
    for name, start in LOOKS:
        if name != job.kind and start in job.content:
            yield "looks", name

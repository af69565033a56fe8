# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every corner of a photograph in which something hides: a stranger's program finds it in the file that was sent, and nothing in what is published.

The judge is exiftool, which knows more corners than any of our own code; besides, every byte is searched for the canary.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from ombuds.media.badge import Badges, Finished
from tests.media.corpus import (
    CANARY,
    GREEN,
    avif,
    double,
    halves,
    heif,
    hidden,
    iptc,
    maker_note,
    photo,
    png,
    profiled,
    saved,
    segment,
    several,
    webp,
    with_segment,
)  # fmt: skip

XMP = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description "
XMP += b"xmlns:dc='http://purl.org/dc/elements/1.1/' dc:creator='" + CANARY.encode() + b"'/></rdf:RDF></x:xmpmeta>"
CORPUS = {
    "EXIF, place, serial number, XMP, comment, profile, trailer": photo(),
    "MakerNote": maker_note(),
    "XMP": with_segment(0xE1, XMP),
    "IPTC": iptc(),
    "ICC": profiled(),
    "MPF": several(),
    "a comment of a JPEG": with_segment(0xFE, CANARY.encode()),
    "an unknown segment": with_segment(0xEB, b"JP\0\0" + CANARY.encode()),
    "behind the end": saved(halves(), "JPEG", quality=95) + CANARY.encode(),
    "an archive behind the end": double(),
    "texts of a PNG": png(),
    "behind the end of a PNG": saved(halves(), "PNG") + CANARY.encode(),
    "WebP": webp(),
    "HEIF": heif(),
    "AVIF": avif(),
    "points under transparency": hidden(),
}
# What exiftool says of a file that holds pixels alone: the file itself, the sizes, the one short JFIF, the frame of a WebP.
BARE = {"SourceFile", "ExifTool", "System", "File", "JFIF", "RIFF", "Composite"}
BARE_TAGS = {"VP8Version", "HorizontalScale", "VerticalScale", "ImageWidth", "ImageHeight", "JFIFVersion", "ResolutionUnit", "XResolution", "YResolution"}
FILE_TAGS = {
    "FileType", "FileTypeExtension", "MIMEType", "ImageWidth", "ImageHeight", "EncodingProcess", "BitsPerSample", "ColorComponents", "YCbCrSubSampling",
}  # fmt: skip
KINDS = ("large.jpg", "large.webp", "small.jpg", "small.webp")
Judged = dict[str, dict[str, object]]


def judged(folder: Path) -> Judged:
    """What exiftool finds in each file of a folder, unknown tags, doubled ones and embedded files included."""
    files = [str(path) for path in sorted(folder.rglob("*")) if path.is_file()]
    said = subprocess.run(["exiftool", "-j", "-a", "-u", "-U", "-ee", "-G1", *files], capture_output=True, check=True).stdout
    return {str(Path(each["SourceFile"]).relative_to(folder)): each for each in json.loads(said)}


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """The corpus as it was sent."""
    folder = tmp_path_factory.mktemp("sent")
    for place, file in enumerate(CORPUS.values()):
        (folder / f"{place}").write_bytes(file)
    return judged(folder)


@pytest.fixture(scope="module")
def made() -> Iterator[dict[str, Finished]]:
    """The corpus as it is published."""
    badges = Badges()
    yield {name: badges.finished(badges.cleaned(file), [], sha256(name.encode()).digest()) for name, file in CORPUS.items()}
    badges.close()


@pytest.fixture(scope="module")
def published(made: dict[str, Finished], tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """What exiftool finds in what is published."""
    folder = tmp_path_factory.mktemp("published")
    for place, each in enumerate(made.values()):
        (folder / f"{place}").mkdir()
        for name, file in zip(KINDS, _files(each), strict=True):
            (folder / f"{place}" / name).write_bytes(file)
    return judged(folder)


def _files(made: Finished) -> tuple[bytes, ...]:
    return made.large_jpeg, made.large_webp, made.small_jpeg, made.small_webp


# The judge names these without their words, or not at all; the search for the canary's bytes is for them.
QUIET = ("points under transparency", "an archive behind the end", "behind the end", "behind the end of a PNG", "an unknown segment")
LOUD = [name for name in CORPUS if name not in QUIET]


@pytest.mark.parametrize("name", LOUD)
def test_the_judge_finds_it_in_what_was_sent(name: str, sent: Judged) -> None:
    """The judge sees the canary in the file that somebody sends, so it would see it in ours."""
    assert CANARY in json.dumps(sent[str(list(CORPUS).index(name))])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", CORPUS)
def test_the_judge_finds_nothing_in_what_is_published(name: str, kind: str, published: Judged) -> None:
    """A finished file has its size, its frame and its pixels; no other tag, known or unknown."""
    found = {tuple(key.split(":", 1)) for key in published[f"{list(CORPUS).index(name)}/{kind}"] if ":" in key}
    beyond = {(group, tag) for group, tag in found if group in ("JFIF", "RIFF") and tag not in BARE_TAGS or group == "File" and tag not in FILE_TAGS}
    assert ({group for group, _ in found} - BARE, beyond) == (set(), set())


@pytest.mark.parametrize("name", CORPUS)
def test_no_byte_of_the_canary_is_left(name: str, made: dict[str, Finished]) -> None:
    """The canary, in either of its alphabets, stands in no finished file."""
    whole = b"".join(_files(made[name]))
    assert CANARY.encode() not in whole and CANARY.encode("utf-16-be") not in whole and b"PK\x03\x04" not in whole


@pytest.mark.parametrize("name", CORPUS)
def test_there_is_one_picture_in_a_picture(name: str, made: dict[str, Finished]) -> None:
    """A finished JPEG begins once and ends with its last byte: no preview, no second picture, nothing behind."""
    for file in (made[name].large_jpeg, made[name].small_jpeg):
        assert (file.count(b"\xff\xd8\xff"), file.find(b"\xff\xd9")) == (1, len(file) - 2)


@pytest.mark.parametrize("name", ["MakerNote", "MPF", "points under transparency"])
def test_what_was_cropped_or_hidden_is_not_shown(name: str, made: dict[str, Finished]) -> None:
    """The green of a thumbnail, of a second picture or under transparency is in no finished picture."""
    for file in _files(made[name]):
        shown = Image.open(BytesIO(file)).convert("RGB").resize((60, 30), Image.Resampling.BOX)
        colours = shown.getcolors(1800) or []
        assert not [colour for _, colour in colours if _like(colour, GREEN)]


def _like(colour: object, other: tuple[int, int, int]) -> bool:
    return isinstance(colour, tuple) and all(abs(one - two) < 60 for one, two in zip(colour, other, strict=True))


def test_all_have_the_tables_of_one_program(made: dict[str, Finished]) -> None:
    """Quantisation and Huffman tables and the halving of colours are one for all cameras and both sizes, so they tell of none."""
    assert len({_tables(file) for each in made.values() for file in (each.large_jpeg, each.small_jpeg)}) == 1


def test_another_program_has_other_tables() -> None:
    """The mark over the tables tells programs apart, so that one mark for all means something."""
    assert _tables(saved(halves(), "JPEG", quality=95)) != _tables(saved(halves(), "JPEG", quality=80))


def test_a_segment_is_what_the_corpus_says() -> None:
    """The corpus writes segments with their length, so that the judge reads them."""
    assert segment(0xFE, b"ab") == b"\xff\xfe\x00\x04ab"


def _tables(file: bytes) -> str:
    """One mark over what a JPEG says before its pixels, its size left out."""
    mark, at = sha256(), 2
    while file[at + 1] != 0xDA:
        length = int.from_bytes(file[at + 2 : at + 4], "big")
        body = file[at + 4 : at + 2 + length]
        mark.update(file[at : at + 2] + (body[:1] + body[5:] if file[at + 1] == 0xC0 else body))
        at += 2 + length
    return mark.hexdigest()

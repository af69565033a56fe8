# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a photograph would have told is shown to the person who took it, and a lying file tells nothing instead of breaking anything (T13)."""

from __future__ import annotations

import re
import struct
from importlib.resources import files

import pytest
from PIL import Image

from ombuds.media import badge
from ombuds.media.cell import draw
from tests.media.corpus import CANARY, chunk, halves, photo, png, saved, segment, with_segment
from tests.media.reading import said
from tests.web.browser import asked, given
from tests.web.photographs import Tag, base64_of, directory, tiff, with_exif

EXPECTED = {
    "size": ["200 x 100"],
    "camera": [f"Acme Zeta {CANARY}"],
    "software": [f"Editor {CANARY}"],
    "author": [f"Officer {CANARY}"],
    "date": ["2026:03:04 14:05:06"],
    "serial": [f"SN-{CANARY}"],
    "place": ["55.750833, 37.617000"],
}
ASCII, LONG = 2, 4


def _told(file: bytes) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in given("told", file=base64_of(file)):
        found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("file", [photo(), png()], ids=["JPEG", "PNG"])
def test_what_a_camera_wrote_is_told(file: bytes, name: str) -> None:
    """Maker, program, author, day, serial number and place are told, in the words of the file."""
    assert _told(file)[name] == EXPECTED[name]


@pytest.mark.parametrize("file", [photo(), png()], ids=["JPEG", "PNG"])
def test_a_desk_finds_the_same(file: bytes) -> None:
    """A desk that opens the file in its cell finds what the browser tells, under the same names."""
    found, ours = said(draw(file)), _told(file)
    assert {name: ours[name] for name in EXPECTED} == {name: found[name] for name in EXPECTED}


def test_the_hour_that_a_program_wrote_is_told() -> None:
    """Where no camera says when it was made, the day and hour of writing are told, by the browser and by the cell alike."""
    exif = Image.Exif()
    exif[0x0132] = "2026:11:20 10:00:00"
    file = saved(halves(), "JPEG", exif=exif)
    assert (_told(file)["changed"], [*badge.told(draw(file))]) == (["2026:11:20 10:00:00"], [("changed", "2026:11:20 10:00:00")])


def test_everybody_who_is_named_in_a_file_is_told() -> None:
    """Artist, copyright and description, and what Windows writes as title, comment, author, keywords and subject, are told by browser and cell alike."""
    exif = Image.Exif()
    exif[0x010E], exif[0x013B], exif[0x8298] = "Ninth station", "S. Arlen", "S. Arlen 2026"
    for tag, text in enumerate(("Титул", "Пометка", "Иванов", "смена", "Участок"), start=0x9C9B):
        exif[tag] = f"{text}\0".encode("utf-16-le")
    file = saved(halves(), "JPEG", exif=exif)
    expected = [
        *(("author", text) for text in ("S. Arlen", "Иванов")),
        ("copyright", "S. Arlen 2026"),
        *(("description", text) for text in ("Ninth station", "Титул", "Участок", "смена")),
        ("comment", "Пометка"),
    ]
    ours = [(name, value) for listed in badge.TELLING for name, values in _told(file).items() if name == listed for value in values]
    assert (ours, [(each.name, each.value) for each in badge.told(draw(file))]) == (expected, expected)


@pytest.mark.parametrize("file", [photo(), png()], ids=["JPEG", "PNG"])
def test_the_page_names_what_the_server_names(file: bytes) -> None:
    """The form in the browser has a name for everything that the server's page lists, in the same order."""
    screens = files("ombuds.pages").joinpath("templates", "join_screens.html").read_text(encoding="utf-8")
    names = re.findall(r'"(\w+)"', screens.split("screen-told")[1].split("%}")[0])
    assert names == [*badge.TELLING] and {each.name for each in badge.told(draw(file))} <= set(names)


NOTES = (
    (80, "S. Arlen"),
    (90, "Tarvosk"),
    (101, "Velmar"),
    (120, "Смена у Station Nine"),
    (116, "Tarvosk Lantern"),
    (55, "20261120"),
)
PACKET = """<?xpacket begin=''?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF><rdf:Description photoshop:City='Tarvosk'
 exif:GPSLatitude="55,45.05N" aux:SerialNumber = "SN-9" crs:Name='Warm'>
<dc:creator><rdf:Seq><rdf:li>S. Arlen</rdf:li><rdf:li>D. Ilvak</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">Смена у Station Nine</rdf:li></rdf:Alt></dc:description>
<photoshop:State/><xmp:Rating>5</xmp:Rating><mwg-rs:Regions><rdf:li mwg-rs:Name="N. Vossen"/></mwg-rs:Regions>
</rdf:Description></rdf:RDF></x:xmpmeta>""".encode()
XMP = b"http://ns.adobe.com/xap/1.0/\0"


def _block(kind: int, content: bytes) -> bytes:
    return b"8BIM" + struct.pack(">H", kind) + b"\0\0" + struct.pack(">I", len(content)) + content + bytes(len(content) % 2)


def _sets(*notes: tuple[int, bytes]) -> bytes:
    return b"".join(b"\x1c\x02" + struct.pack(">BH", number, len(text)) + text for number, text in notes)


def _with_blocks(*blocks: bytes) -> bytes:
    return with_segment(0xED, b"Photoshop 3.0\0" + b"".join(blocks))


def _with_chunk(beside: bytes) -> bytes:
    plain = saved(halves(), "PNG")
    return plain[:33] + beside + plain[33:]


def test_what_an_agency_wrote_is_told() -> None:
    """Author, caption, place in words, rights and day of an agency's notes are told, by the browser and by the cell alike."""
    file = _with_blocks(_block(0x0425, bytes(16)), _block(0x0404, _sets(*((number, text.encode()) for number, text in NOTES))))
    expected = {
        "author": ["S. Arlen"],
        "location": ["Tarvosk", "Velmar"],
        "description": ["Смена у Station Nine"],
        "copyright": ["Tarvosk Lantern"],
        "date": ["20261120"],
    }
    found = said(draw(file))
    assert (_told(file), {name: found[name] for name in expected}) == ({"size": ["200 x 100"], **expected}, expected)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_what_programs_wrote_is_told(form: str) -> None:
    """Authors, caption, places, serial number and people of XMP are told, as attributes and as elements, and nothing for what has another meaning."""
    file = with_segment(0xE1, XMP + PACKET) if form == "JPEG" else _with_chunk(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + PACKET))
    expected = {
        "author": ["S. Arlen", "D. Ilvak"],
        "description": ["Смена у Station Nine"],
        "location": ["Tarvosk"],
        "place": ["55,45.05N"],
        "serial": ["SN-9"],
        "person": ["N. Vossen"],
    }
    ours, found = _told(file), said(draw(file))
    assert {name: ours[name] for name in ours if name not in ("size", "xmp")} == expected
    assert {name: found[name] for name in expected} == expected


def test_a_small_picture_in_a_block_is_told() -> None:
    """A thumbnail that Photoshop keeps, perhaps of more than the picture shows, is told."""
    file = _with_blocks(_block(0x040C, bytes(40)))
    assert (_told(file)["thumbnail"], said(draw(file))["thumbnail"]) == (["JPEG"], ["JPEG"])


def test_a_note_of_one_byte_a_letter_is_told() -> None:
    """An old caption that is no UTF-8 is read as one byte a letter, by the browser and by the cell alike."""
    file = _with_blocks(_block(0x0404, _sets((120, "Caf\xe9".encode("latin-1")))))
    assert (_told(file)["description"], said(draw(file))["description"]) == (["Café"], ["Café"])


def test_a_long_caption_keeps_its_letters() -> None:
    """A caption of thousands of bytes is cut between two letters, by the browser and by the cell alike."""
    text = "A" + "ж" * 1_500
    file = _with_blocks(_block(0x0404, _sets((120, text.encode()))))
    assert (_told(file)["description"], said(draw(file))["description"]) == ([text[:300]], [text[:300]])


def test_a_file_of_many_packets_is_told() -> None:
    """Hundreds of packets of XMP full of notes are told as far as the list reaches, and their size is known."""
    packet = XMP + b"<dc:creator>A</dc:creator><dc:rights>B</dc:rights>" * 1_000
    file = saved(halves(), "JPEG")
    found = _told(file[:2] + segment(0xE1, packet) * 300 + file[2:])
    assert (found["author"], found["copyright"], found["xmp"]) == (["A"], ["B"], [str(300 * len(packet))])


def test_what_stands_in_several_places_is_told_once() -> None:
    """The same author in EXIF, in the agency's notes and in XMP is one line."""
    exif = Image.Exif()
    exif[0x013B] = "S. Arlen"
    file = saved(halves(), "JPEG", exif=exif, xmp=PACKET)
    file = file[:2] + segment(0xED, b"Photoshop 3.0\0" + _block(0x0404, _sets((80, b"S. Arlen")))) + file[2:]
    assert (_told(file)["author"], said(draw(file))["author"]) == (["S. Arlen", "D. Ilvak"],) * 2


def test_notes_that_are_cut_never_keep_a_photograph_from_being_told() -> None:
    """Blocks, data sets and XMP that end at each of their bytes, or lie about their length, are told as far as they hold."""
    blocks = _block(0x0404, _sets((80, b"S. Arlen"), (120, b"Nine")))
    files = [_with_blocks(blocks[:cut]) for cut in range(len(blocks))]
    files += [with_segment(0xE1, XMP + PACKET[:cut]) for cut in range(0, len(PACKET), 7)]
    files += [_with_blocks(b"8BIM\x04\x04\0\0\xff\xff\xff\xff" + blocks), _with_blocks(_block(0x0404, b"\x1c\x02\x50\xff\xff"))]
    assert {each.fails for each in asked({"do": "told", "file": base64_of(file)} for file in files)} == {""}


def test_what_stands_beside_the_picture_is_told() -> None:
    """A comment, a profile, XMP and bytes behind the end of a JPEG are told."""
    found = _told(photo())
    assert found["comment"] == [CANARY] and found["behind"] == [str(4 + len(CANARY))] and {"profile", "xmp"} <= found.keys()


def test_texts_of_a_png_are_told() -> None:
    """What somebody wrote into a PNG is told as text."""
    assert _told(png())["comment"] == [f"Author: {CANARY}", f"Comment: <html><script>alert('{CANARY}')</script></html>"]


def test_packed_texts_of_a_png_are_told_and_not_unpacked() -> None:
    """That there are packed texts or XMP is told; nothing is unpacked for it."""
    file = png()
    beside = chunk(b"zTXt", b"Serial\0\0packed") + chunk(b"iTXt", b"Place\0\1\0\0\0packed") + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x/>")
    found = _told(file[:33] + beside + file[33:])
    assert found["comment"][:2] == ["Serial: yes", "Place: yes"] and found["xmp"] == ["26"]


@pytest.mark.parametrize(("order", "alphabet"), [("<", "utf-16-le"), (">", "utf-16-be")])
def test_a_comment_is_told_in_its_alphabet(order: str, alphabet: str) -> None:
    """What somebody wrote into a camera, and what Windows wrote as author, is told in letters."""
    text, author = b"UNICODE\0" + "Смена".encode(alphabet), "Иванов".encode("utf-16-le")
    inner = directory(order, [(0x9286, 7, len(text), struct.pack(f"{order}I", 56))])
    first = directory(order, [(0x8769, LONG, 1, struct.pack(f"{order}I", 38)), (0x9C9D, 1, len(author), struct.pack(f"{order}I", 56 + len(text)))])
    found = _told(with_exif(tiff(order, first, inner, text, author)))
    assert (found["comment"], found["author"]) == (["Смена"], ["Иванов"])


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_thumbnail_and_a_makers_notes_are_told(order: str) -> None:
    """A small picture of the uncovered original, and what a maker wrote for itself, are told, whichever way numbers are written."""
    inner = directory(order, [(0x927C, 7, 4, b"note")])
    second = directory(order, [(0x0201, LONG, 1, bytes(4))])
    at = struct.pack(f"{order}I", 26)
    first = directory(order, [(0x8769, LONG, 1, at)], 26 + len(inner))
    found = _told(with_exif(tiff(order, first, inner, second)))
    assert (found["maker"], found["thumbnail"]) == (["yes"], ["JPEG"])


LIES: dict[str, list[Tag]] = {
    "a directory that names itself": [(0x8769, LONG, 1, struct.pack("<I", 8)), (0x8825, LONG, 1, struct.pack("<I", 8))],
    "a text of four gigabytes": [(0x010F, ASCII, 0xFFFFFFFF, struct.pack("<I", 8))],
    "a text behind the end": [(0x010F, ASCII, 900, struct.pack("<I", 0xFFFFFF00))],
    "a type that there is not": [(0x010F, 99, 4, b"Acme")],
    "a directory behind the end": [(0x8769, LONG, 1, struct.pack("<I", 0xFFFFFFF0))],
    "two directories at once": [(0x8769, LONG, 2, struct.pack("<I", 8))],
}


@pytest.mark.parametrize("name", LIES)
def test_a_lie_tells_nothing(name: str) -> None:
    """A length or a place that leads out of the file, or in a circle, is passed over."""
    assert _told(with_exif(tiff("<", directory("<", LIES[name], 8)))).keys() <= {"size"}


@pytest.mark.parametrize("content", [b"", b"II", b"II*\0", b"II*\0\x08\0\0\0", b"MM\0*\xff\xff\xff\xff", b"II*\0\x08\0\0\0\xff\xff" + bytes(4000)])
def test_half_a_header_tells_nothing(content: bytes) -> None:
    """A block of EXIF that ends early, or promises more tags than any camera writes, is passed over."""
    assert _told(with_exif(content)).keys() == {"size"}


def test_a_text_is_one_short_line() -> None:
    """Control characters, marks that turn the direction of writing, and length are taken out of what a file says."""
    text = "A\n\x07c\u202em\u2066e ".encode() + b"x" * 2000 + b"\0"
    camera = _told(with_exif(tiff("<", directory("<", [(0x010F, ASCII, len(text), struct.pack("<I", 26))]), text)))["camera"]
    assert camera == [f"A c m e {'x' * 292}"]


def test_a_place_that_is_none_is_not_told() -> None:
    """Degrees that are divided by nothing name no place."""
    parts = struct.pack("<IIIIII", 1, 0, 1, 0, 1, 0)
    gps = directory("<", [(2, 5, 3, struct.pack("<I", 68)), (4, 5, 3, struct.pack("<I", 68))])
    first = directory("<", [(0x8825, LONG, 1, struct.pack("<I", 26))])
    assert "place" not in _told(with_exif(tiff("<", first, gps, bytes(68 - 26 - len(gps)), parts)))


def test_telling_never_fails_for_what_a_camera_wrote() -> None:
    """A block of EXIF that is cut at each of its bytes never keeps a photograph from being told."""
    file = photo()
    start = file.index(b"Exif\0\0") + 6
    (length,) = struct.unpack(">H", file[start - 8 : start - 6])
    block = file[start : start + length - 8]
    answers = asked({"do": "told", "file": base64_of(with_exif(block[:cut]))} for cut in range(len(block)))
    assert {each.fails for each in answers} == {""}

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A share card fits, is the same each time, and is not drawn where a letter would be missing. See spec/cards.md."""

from __future__ import annotations

import re
import subprocess
import sys
from io import BytesIO
from unicodedata import category

import msgspec
import pytest
from PIL import Image, ImageChops, ImageFont

from ombuds.core.errors import Malformed, NotHere
from ombuds.core.pictures import shape_of
from ombuds.media.lettering import FILES, STEP, Lettering
from ombuds.media.sharing import ARABIC, HEIGHT, PLAIN, SIGNS, WIDTH, Card, Direction, can_draw, draw

MARGIN, TITLE_FLOOR = 72, 400
LONG = "Donaudampfschifffahrt" * 14
TITLES = {
    "one word": ("ltr", "Boots"),
    "long": ("ltr", "The head of the third department made people work for fourteen hours without pay, night after night, " * 3),
    "one long word": ("ltr", LONG),
    "russian": ("ltr", "Как начальник отдела заставлял сотрудников работать по четырнадцать часов без оплаты"),
    "arabic": ("rtl", "مناوبات ليلية مدتها 14 ساعة بلا أجر في قسم Arlen Police (القسم الثالث)، والرد لم يصل بعد"),
    "arabic in english": ("ltr", "He wrote مناوبات ليلية on the wall, 14 times"),
}


def card(direction: str = "ltr", title: str = "Night shifts", **more: object) -> Card:
    """A card of a desk."""
    made = Card(direction="rtl" if direction == "rtl" else "ltr", desk="Desk of Examples", title=title, chip="Answer overdue", lines=("9 March 2026",))
    return msgspec.structs.replace(made, **more)


def image(order: Card) -> Image.Image:
    """Draw a card and read it back."""
    return Image.open(BytesIO(draw(order))).convert("RGB")


def inked(picture: Image.Image, box: tuple[int, int, int, int]) -> bool:
    """Whether anything but paper is in a part of a card."""
    part = picture.crop(box)
    return ImageChops.difference(part, Image.new("RGB", part.size, "#fbfaf8")).getbbox() is not None


@pytest.mark.parametrize(("direction", "title"), TITLES.values(), ids=TITLES)
@pytest.mark.parametrize("number", ["", "12 480"])
def test_nothing_leaves_the_margins(direction: str, title: str, number: str) -> None:
    """Whatever the title and with or without a big number, nothing is written into the margins."""
    picture = image(card(direction, title, number=number, caption=title[:60] if number else "", desk=title[:200], lines=(title[:200],)))
    band = 18
    left, right = (band, WIDTH) if direction == "ltr" else (0, WIDTH - band)
    sides = ((left, 0, MARGIN - 2, HEIGHT), (WIDTH - MARGIN + 2, 0, right, HEIGHT), (left, 0, right, 60), (left, HEIGHT - 30, right, HEIGHT))
    assert (picture.size, [box for box in sides if box[0] < box[2] and inked(picture, box)]) == ((WIDTH, HEIGHT), [])


@pytest.mark.parametrize(("direction", "title"), TITLES.values(), ids=TITLES)
def test_a_title_has_at_most_four_lines_that_fit(direction: str, title: str) -> None:
    """A title is broken by the real widths of its lines, and shortened only behind the fourth."""
    wide = WIDTH - 2 * MARGIN
    lines = Lettering(True).fitting(title, (76, 47), (wide, TITLE_FLOOR), 4)
    high = lines[0].size + (len(lines) - 1) * lines[0].size * STEP // 100
    assert (len(lines) <= 4, max(line.width for line in lines) <= wide, high <= TITLE_FLOOR) == (True, True, True)


def test_a_short_title_is_whole() -> None:
    """What fits is neither shortened nor broken."""
    (line,) = Lettering(True).fitting("Night shifts", (76, 47), (WIDTH, TITLE_FLOOR), 4)
    assert ("".join(piece.text for piece in line.pieces), line.size) == ("Night shifts", 76)


def test_a_card_is_the_same_each_time() -> None:
    """The same words give the same bytes, in two processes."""
    assert draw(card()) == draw(card())


def test_a_card_holds_pixels_alone() -> None:
    """A card passes the check of published pictures: no date, no name of a program, nothing beside its points."""
    shape = shape_of(draw(card()))
    assert (shape.type, shape.width, shape.height) == ("png", WIDTH, HEIGHT)


@pytest.mark.parametrize("changed", [{"title": "Day shifts"}, {"chip": "Solved"}, {"desk": "Another"}, {"direction": "rtl"}, {"tone": "late"}])
def test_another_card_has_another_name(changed: dict[str, str]) -> None:
    """A card is named by all that it shows."""
    assert card().name != msgspec.structs.replace(card(), **changed).name


def test_an_arabic_card_is_read_from_the_right() -> None:
    """A card of a language from the right has its band, its mark and its title there."""
    picture = image(card("rtl", "أحذية", desk="مكتب", chip="", lines=()))
    assert (inked(picture, (0, 0, WIDTH // 2, HEIGHT)), inked(picture, (WIDTH - 18, 0, WIDTH, HEIGHT))) == (False, True)


def test_letters_of_arabic_join() -> None:
    """Letters that stand in one word are narrower than the same letters one by one."""
    lettering, word = Lettering(True), "مناوبات"
    apart = sum(lettering.one_line(letter, 60, 700, WIDTH).width for letter in word)
    assert lettering.one_line(word, 60, 700, WIDTH).width < apart * 0.9


@pytest.mark.parametrize("title", ["夜勤", "Night 😀", "ลูก", "शिफ्ट"])
def test_what_has_no_letters_is_not_drawn(title: str) -> None:
    """A title in a script that the fonts do not hold has no card, instead of one with empty boxes."""
    order = card(title=title)
    assert not can_draw(order)
    with pytest.raises(NotHere):
        draw(order)


@pytest.mark.parametrize("title", ["", "  ", "x" * 3000])
def test_a_card_has_a_title_and_little_text(title: str) -> None:
    """An order without a title, or with a whole text in it, is none."""
    with pytest.raises(Malformed):
        Card(direction="ltr", desk="Desk", title=title)


@pytest.mark.parametrize(("letters", "font"), [(PLAIN, "ltr"), (SIGNS, "ltr"), (ARABIC, "rtl")])
def test_the_fonts_hold_what_is_promised(letters: str, font: Direction) -> None:
    """Each letter that is called drawable stands in the font that writes it."""
    face = ImageFont.truetype(FILES[font], 40)
    empty = face.getmask("\uffff")
    kind, some = re.compile(f"[{letters}]"), map(chr, range(0x20, 0x2300))
    there = [letter for letter in some if kind.fullmatch(letter) and category(letter) not in ("Cn", "Cf", "Zs")]
    missing = [letter for letter in there if face.getmask(letter).size == empty.size and bytes(face.getmask(letter)) == bytes(empty)]
    assert (len(there) > 10, missing) == (True, [])


def test_the_picture_library_stays_with_the_child() -> None:
    """Whoever orders a card has no picture library in its own process; this test has one, so another process is asked."""
    program = "import sys; from ombuds.media.sharing import Card, draw; draw(Card(direction='ltr', desk='D', title='T')); print('PIL' in sys.modules)"
    assert _printed(program) == "False"


def _printed(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout.strip()

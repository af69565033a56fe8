# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that mean harm: each ends in a picture or in a plain refusal, in bounded time, and the next file is shown as if nothing had been."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from ombuds.media.answer import LONGEST_SIDE
from ombuds.media.cell import MOST_BYTES, NoPicture, draw
from tests.media.corpus import avif, bomb, deep, gif, halves, heif, locked, pdf, photo, png, png_of, saved, scripted
from tests.media.reading import said

VALID = {"JPEG": photo(), "PNG": png(), "GIF": gif(), "WEBP": saved(halves(), "WEBP"), "HEIF": heif(), "AVIF": avif(), "PDF": scripted()}
REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "kind"),
    "a text": (b"They wrote rest where there was duty.", "kind"),
    "a page of HTML": (b"<html><script>alert(1)</script>", "kind"),
    "an SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "kind"),
    "a program": (b"\x7fELF" + bytes(60), "kind"),
    "a TIFF": (b"II*\x00" + bytes(60), "kind"),
    "a PostScript file": (b"%!PS-Adobe-3.0\n", "kind"),
    "more than the desk hands over": (b"\xff\xd8\xff" + bytes(MOST_BYTES), "large"),
    "a header that claims four thousand million points": (png_of(65_000, 65_000, b""), "points"),
    "a header that claims the most points there are": (png_of(2**31 - 1, 2**31 - 1, b""), "points|broken"),
    "colours and transparency that take more memory than is allowed": (saved(Image.new("RGBA", (7999, 7999)), "PNG"), "spent"),
    "a bomb of 144 million points": (bomb(12_000, 12_000), "points"),
    "a JPEG that breaks off": (photo(width=400, height=400)[:3000], "broken"),
    "a PNG that breaks off": (png()[:-60], "broken"),
    "the beginning of a JPEG alone": (b"\xff\xd8\xff\xe0", "broken"),
    "the beginning of a PDF alone": (b"%PDF-1.7", "broken"),
    "the beginning of a HEIF alone": (b"\0\0\0\x18ftypheic", "broken"),
    "a PDF with a password": (locked(), "locked"),
    "a PDF without a page": (pdf(0), "page|broken"),
    "a PDF whose page is a thousand kilometres wide": (pdf(size="3000000000 100"), "points|broken"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused(name: str) -> None:
    """A file of this sort is refused with the sentence that fits, within a few seconds."""
    content, reason = REFUSED[name]
    began = monotonic()
    with pytest.raises(NoPicture, match=f"^({reason})"):
        draw(content)
    assert monotonic() - began < 15


def test_a_bomb_within_the_limit_is_defused() -> None:
    """A file of a few kilobytes that unfolds into sixty million points comes out as a small picture."""
    drawn = draw(bomb(7_700, 7_700))
    assert (drawn.width, drawn.height) == (LONGEST_SIDE, LONGEST_SIDE)


def test_a_document_of_ten_thousand_pages_is_shown_page_by_page() -> None:
    """One page of ten thousand is drawn as fast as one of a few, and all are counted."""
    began = monotonic()
    assert draw(pdf(10_000), 9_999).pages == 10_000 and monotonic() - began < 10


def test_a_document_of_endless_depth_is_bounded() -> None:
    """A document whose objects lie in each other without end is drawn or refused, in bounded time."""
    began = monotonic()
    with suppress(NoPicture):
        draw(deep())
    assert monotonic() - began < 25


def test_a_script_in_a_document_does_not_run() -> None:
    """A document that would run a script shows its page and is told of, and nothing else happens."""
    drawn = draw(scripted())
    assert (drawn.width, drawn.height) == (1600, 800) and "script" in said(drawn)


@pytest.mark.parametrize("first", ["JPEG", "PDF"])
def test_a_file_that_is_two_things_is_read_as_its_beginning(first: str) -> None:
    """Of two files in one, the one that begins is shown, and that there is another is told."""
    other = {"JPEG": "PDF", "PDF": "JPEG"}[first]
    drawn = draw(VALID[first] + VALID[other])
    assert other in said(drawn)["looks"]


def test_the_next_file_is_shown_as_if_nothing_had_been() -> None:
    """After a file that was refused, a good one gives the same points as before."""
    before = draw(VALID["JPEG"])
    for content in (VALID["JPEG"][:2000], png_of(65_000, 65_000, b""), b"%PDF-1.7"):
        with suppress(NoPicture):
            draw(content)
    assert draw(VALID["JPEG"]) == before


def _mutated(content: bytes, changes: list[tuple[float, int, int]], cut: float) -> bytes:
    changed = bytearray(content)
    for where, value, count in changes:
        at = int(where * (len(changed) - 1))
        changed[at : at + count] = bytes([value]) * count
    return content[:4] + bytes(changed[4 : max(5, int(len(changed) * cut))])


@pytest.mark.parametrize("name", VALID)
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255), st.integers(1, 8)), min_size=1, max_size=12),
    cut=st.one_of(st.just(1.0), st.floats(0.05, 1)),
)
def test_a_damaged_file_ends_in_a_picture_or_a_refusal(name: str, changes: list[tuple[float, int, int]], cut: float) -> None:
    """A valid file with bytes changed or cut off is shown or refused by name, in bounded time; nothing else comes out of a cell."""
    began = monotonic()
    with suppress(NoPicture):
        drawn = draw(_mutated(VALID[name], changes, cut))
        assert len(drawn.points) == drawn.width * drawn.height * 3
    assert monotonic() - began < 25

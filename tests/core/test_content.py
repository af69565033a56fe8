# SPDX-License-Identifier: AGPL-3.0-or-later
"""A publication is whole in each of its languages, and each of its parts says what it must and no more than it may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombuds.core.content import Answer, Claim, Content, Outcome, Press, PublicSource, RightOfReply, Said, Text, check_content, in_language, read_content
from ombuds.core.encoding import decode, encode
from ombuds.core.errors import ContentChanged, EntryRefused, Malformed
from ombuds.core.hiding import UNSEEN
from ombuds.core.keys import hash_of
from ombuds.core.publication import EntryParameters, Salted, check_picture, describe, new_place, propose_entry, salted, salted_pictures
from tests.core import builders as b
from tests.core.pictures import JPEG, PIXELS, chunk, files_of, full, picture_of, pictured, png, said

replaced = msgspec.structs.replace
TWO = replaced(b.story(), texts=(*b.story().texts, Text("ru", "Отпуска продавали", "Коротко.", "Подробно.")))
FULL = full(TWO)
DAY = b.TODAY


def test_a_full_story_is_read_as_it_was_written() -> None:
    """Every part of a publication comes back from its bytes."""
    assert read_content(encode(FULL)) == FULL


def test_a_part_is_told_in_the_reader_s_language() -> None:
    """What is said in several languages is found by its language, and nothing is found for another."""
    assert (in_language(FULL.claims[0].says, "ru"), in_language(FULL.claims[0].says, "fr")) == ("Leave cost a month's pay. (ru)", "")


CLAIM, REPLY, PIECE = FULL.claims[0], FULL.replies[0], FULL.press[0]
UPDATE = replaced(FULL, kind="update", claims=(), quotes=(), replies=(), outcome=None, status="open", since=None)
WRONG: dict[str, Content] = {
    "a claim in one language of two": replaced(FULL, claims=(replaced(CLAIM, says=said("x", "en")),)),
    "a claim in another order of languages": replaced(FULL, claims=(replaced(CLAIM, says=said("x", "ru", "en")),)),
    "a claim without a word on how we know": replaced(FULL, claims=(replaced(CLAIM, known=()),)),
    "a claim of spaces": replaced(FULL, claims=(replaced(CLAIM, says=(Said("en", " "), Said("ru", "x"))),)),
    "a quotation in one language of two": replaced(FULL, quotes=(said("x", "en"),)),
    "an empty quotation": replaced(FULL, quotes=((),)),
    "a correction in one language of two": replaced(FULL, correction=said("x", "ru")),
    "nobody was asked": replaced(FULL, replies=(replaced(REPLY, who=()),)),
    "an answer due before the question": replaced(FULL, replies=(replaced(REPLY, by=REPLY.asked - timedelta(days=1)),)),
    "an answer before the question": replaced(FULL, replies=(replaced(REPLY, answer=Answer(REPLY.asked - timedelta(days=1), "ru", "x")),)),
    "an answer without words": replaced(FULL, replies=(replaced(REPLY, answer=Answer(DAY, "ru", "")),)),
    "a status without its day": replaced(FULL, since=None),
    "a day without a status": replaced(b.story(), since=DAY),
    "awaited from somebody, and answered": replaced(FULL, awaited=said("x", "en", "ru")),
    "an outcome while an answer is awaited": replaced(FULL, status="asked"),
    "an outcome in no language": replaced(FULL, outcome=Outcome((), "desk")),
    "press without an outlet": replaced(FULL, press=(replaced(PIECE, outlet=" "),)),
    "press at no address": replaced(FULL, press=(replaced(PIECE, url="javascript:alert(1)"),)),
    "a translation without a translator": replaced(FULL, press=(replaced(PIECE, translator=""),)),
    "a translator without a translation": replaced(FULL, press=(replaced(PIECE, translations=()),)),
    "a translation of nothing": replaced(FULL, press=(replaced(PIECE, quotation=""),)),
    "a translation into its own language": replaced(FULL, press=(replaced(PIECE, language="ru"),)),
    "a translation that nobody reads": replaced(FULL, press=(replaced(PIECE, translations=said("x", "de")),)),
    "a picture without credit": replaced(FULL, pictures=(replaced(FULL.pictures[0], credit=""),)),
    "a picture without words": replaced(FULL, pictures=(replaced(FULL.pictures[0], shows=()),)),
    "a picture twice": replaced(FULL, pictures=FULL.pictures * 2),
    "a story of a story": replaced(FULL, story="a" * 32),
    "an update with a claim": replaced(UPDATE, claims=FULL.claims),
    "an update with a clock": replaced(UPDATE, status="asked", since=DAY),
}


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG.keys())
def test_what_does_not_hang_together_is_refused(content: Content) -> None:
    """A part that is missing in a language, or contradicts another part, makes the whole refused."""
    with pytest.raises(Malformed):
        read_content(encode(content))


def test_an_update_belongs_to_a_story() -> None:
    """An update may name the story that it goes with, and have pictures and press."""
    assert read_content(encode(replaced(UPDATE, story="a" * 32))).story == "a" * 32


LIMITS: dict[str, dict[str, Any]] = {
    "a title of a page": {"texts": (Text("en", "x" * 301, "", ""), TWO.texts[1])},
    "a body without end": {"texts": (Text("en", "x", "", "x" * 100_001), TWO.texts[1])},
    "a crowd of claims": {"claims": FULL.claims[:1] * 31},
    "claims verified by a crowd": {"claims": (replaced(CLAIM, verified=100),)},
    "claims verified by fewer than none": {"claims": (replaced(CLAIM, verified=-1),)},
    "five pictures": {"pictures": tuple(replaced(FULL.pictures[0], sha256=f"{number}" * 64) for number in range(5))},
    "a picture without height": {"pictures": (replaced(FULL.pictures[0], height=0),)},
    "a picture named by a path": {"pictures": (replaced(FULL.pictures[0], sha256="../secret"),)},
    "an address of a book": {"press": (replaced(PIECE, url="https://" + "x" * 2_000),)},
    "a subject that is no opaque name": {"story": "../x", "kind": "update"},
    "eleven who were asked": {"replies": FULL.replies[:1] * 11},
    "a kind of claim that nobody knows": {"claims": (replaced(CLAIM, kind="rumour"),)},
    "an outcome told by nobody": {"outcome": replaced(Outcome(said("x", "en", "ru"), "desk"), told_by="somebody")},
}


@pytest.mark.parametrize("parts", LIMITS.values(), ids=LIMITS.keys())
def test_limits_are_held(parts: dict[str, Any]) -> None:
    """Texts, lists, numbers and names beyond their limits are refused."""
    with pytest.raises(Malformed):
        read_content(encode(replaced(FULL, **parts)))


PARTS = (Claim, RightOfReply, Outcome, Press, Said, Answer)


@pytest.mark.parametrize("part", [CLAIM, REPLY, FULL.outcome, PIECE, FULL.pictures[0], FULL.claims[0].says[0]])
def test_an_unknown_field_is_refused(part: msgspec.Struct) -> None:
    """A part with a field that nobody knows is refused, wherever it stands."""
    with pytest.raises(Malformed):
        read_content(encode(FULL).replace(encode(part), encode(part)[:-1] + b',"more":1}', 1))


HOSTILE = st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=60).filter(lambda words: words.strip() and not UNSEEN.search(words))


@given(HOSTILE)
def test_any_words_come_back_unchanged(words: str) -> None:
    """Whatever characters that can be seen stand in a part, they are kept exactly: how they are shown is the pages' business."""
    changed = replaced(FULL, outcome=Outcome(said(words, "en", "ru"), "source"), quotes=(said(words, "en", "ru"),))
    assert read_content(encode(changed)) == changed


# Pictures beside the text.

PLACE = new_place()
PICTURED = pictured(TWO)
FILES = (salted(PLACE, PICTURED), *files_of(PLACE, PICTURED))
SAID = describe(PLACE, PICTURED, FILES, b.SOURCES, DAY)


def _propose(said_: EntryParameters = SAID, files: tuple[Salted, ...] = FILES) -> str:
    return propose_entry(b.desk_of().charter.rule("publish", DAY), PLACE, files, said_, DAY).subject


def _other(content: bytes, **parts: Any) -> tuple[EntryParameters, tuple[Salted, ...]]:
    """An entry whose picture's file is another than its text names."""
    files = (FILES[0], replaced(FILES[1], content=content, **parts))
    return describe(PLACE, PICTURED, files, b.SOURCES, DAY), files


def test_a_picture_is_a_file_beside_the_text() -> None:
    """An entry has its text and then its pictures, each named after its place."""
    assert _propose() == PLACE.subject and [file.path for file in FILES] == [f"{PLACE.subject}/1.json", f"{PLACE.subject}/1.1.png"]


@pytest.mark.parametrize("content", [png(grey=9), JPEG, png() + b"x", b""])
def test_a_file_is_the_picture_that_the_text_names(content: bytes) -> None:
    """Other bytes than those of the text's picture are refused, even if they are a picture."""
    with pytest.raises((ContentChanged, Malformed)):
        _propose(*_other(content))


def test_a_picture_with_a_past_is_refused() -> None:
    """Bytes that hold more than pixels are refused also where the text names exactly them."""
    original = png(chunk(b"tEXt", b"Copy\x0017"))
    content = replaced(TWO, pictures=(replaced(PICTURED.pictures[0], sha256=picture_of(png()).sha256),))
    named = replaced(content, pictures=(replaced(content.pictures[0], sha256=hash_of(original)),))
    files = (salted(PLACE, named), replaced(FILES[1], content=original))
    with pytest.raises(Malformed, match="more in it than pixels"):
        _propose(describe(PLACE, named, files, b.SOURCES, DAY), files)


def test_a_picture_has_the_shape_that_its_text_says() -> None:
    """A text that lies about a picture's sides is refused, so that pages lay out what comes."""
    with pytest.raises(Malformed):
        check_picture(replaced(PICTURED.pictures[0], width=2), png())


@pytest.mark.parametrize("files", [FILES[:1], (*FILES, FILES[1]), (FILES[1], FILES[0])], ids=["too few", "too many", "turned"])
def test_an_entry_has_as_many_pictures_as_its_text(files: tuple[Salted, ...]) -> None:
    """Pictures that are missing, too many, or in the place of the text are refused."""
    with pytest.raises((EntryRefused, Malformed)):
        _propose(describe(PLACE, PICTURED, files, b.SOURCES, DAY), files)


@pytest.mark.parametrize("path", ["1.2.png", "1.1.jpg", "2.1.png", "1.1.gif", "1.png", "../1.1.png", "1.1.png\n"])
def test_a_picture_stands_at_its_own_path(path: str) -> None:
    """A picture in another place, of another version or kind is refused, so that no mirror writes elsewhere."""
    with pytest.raises(EntryRefused):
        _propose(*_other(png(), path=f"{PLACE.subject}/{path}"))


def test_a_picture_that_is_not_there_is_not_proposed() -> None:
    """A text whose picture's bytes are missing is not made into an entry."""
    with pytest.raises(EntryRefused):
        salted_pictures(PLACE, replaced(PICTURED, pictures=(picture_of(JPEG, "en", "ru"),)), PIXELS)


@pytest.mark.parametrize("days", [-1, 61])
def test_nothing_stays_on_top_for_ever(days: int) -> None:
    """A publication is pinned from its day on, for sixty days at most."""
    with pytest.raises(EntryRefused):
        _propose(replaced(SAID, pinned=DAY + timedelta(days=days)))


def test_a_publication_may_stay_on_top() -> None:
    """The day until which a publication is pinned is part of what members sign."""
    assert decode(encode(replaced(SAID, pinned=DAY)), EntryParameters).pinned == DAY and _propose(replaced(SAID, pinned=DAY))


def _body(body: str) -> Content:
    return replaced(b.story(), texts=(replaced(b.story().texts[0], body=body),))


HIDDEN: dict[str, Content] = {
    "body": _body("Leave.\n\n[Captain Petrov]: http://x.example\n"),
    "body (": _body("> - [Captain\n> Petrov]: http://x.example"),
    "body (en": _body('See [here](https://x.example "Petrov").'),
    "body (en)": _body("See [here](https://x.example\n'Petrov')."),
    "body (en):": _body("See [here](<https://x.example Petrov>)."),
    "body (en): ": _body("See [here](javascript:Petrov)."),
    "body (en): w": _body("``` Petrov\nx\n```"),
    "sources": replaced(b.story(), sources=(PublicSource("Law", "javascript:Petrov"),)),
    "sources:": replaced(b.story(), sources=(PublicSource("Law", "https://x.example Petrov"),)),
    "press": replaced(FULL, press=(replaced(PIECE, url="https://x.example Petrov"),)),
    "title": replaced(b.story(), texts=(replaced(b.story().texts[0], title="Pe\u200btrov"),)),
    "text": replaced(FULL, quotes=(said("x\u202ey", "en", "ru"),)),
    "tags": replaced(b.story(), tags=("\U000e0050",)),
}


@pytest.mark.parametrize(("field", "content"), HIDDEN.items())
def test_what_no_page_shows_is_refused(field: str, content: Content) -> None:
    """Words that would be signed and shown to nobody are refused, and the field is named (T05)."""
    with pytest.raises(Malformed) as refused:
        check_content(content)
    assert refused.value.detail.startswith(field)


def test_plain_links_and_code_are_taken() -> None:
    """A link, an address with brackets, a letter to somebody and code are written as before."""
    check_content(_body("See [a](https://x.example/a_(b)?c=d#e), [b](mailto:a@x.example), <https://x.example> [sic].\n\n```\ncode\n```\n"))

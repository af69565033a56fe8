# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hashtags as networks cut them: where each of them ends, and a form that survives everywhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombuds.pages.hashtags import looked_at, survivor

WHOLE = ("FreeOrlov", "СвободуОрлову", "الحرية_لأورلوف", "orlov2026", "自由", "ყველა")
CUT = (
    ("Я/МыОрлов", "Я", "ЯМыОрлов"),
    ("Free Orlov", "Free", "FreeOrlov"),
    ("free-orlov", "free", "freeOrlov"),
    ("d'Orlov", "d", "dOrlov"),
    ("д’Орлов", "д", "дОрлов"),
    ("orlov.free", "orlov", "orlovFree"),
    ("Орло\u0301в", "Орло", "Орлов"),
    ("حُرّ", "ح", "حر"),
)


@pytest.mark.parametrize("tag", WHOLE)
def test_a_word_of_letters_survives(tag: str) -> None:
    """Letters, digits and underscores of any script are linked to their end everywhere, and nothing better is offered."""
    seen = looked_at(tag)
    assert (seen.whole, seen.better) == (True, "")


@pytest.mark.parametrize(("tag", "linked", "better"), CUT)
def test_a_cut_tag_shows_where(tag: str, linked: str, better: str) -> None:
    """A slash, a space, a dash, an apostrophe, a dot and a combining mark end a tag where the strictest network ends it; a form without them is offered."""
    seen = looked_at(tag)
    assert (seen.cuts[-1].linked, seen.cuts[-1].left, seen.better) == (linked, tag[len(linked) :], better)


def test_networks_differ_over_a_mark() -> None:
    """X and Mastodon take an accent that stands by itself into a tag, Telegram ends the tag before it."""
    assert [cut.linked for cut in looked_at("Орло\u0301в").cuts] == ["Орло\u0301в", "Орло\u0301в", "Орло", "Орло"]


def test_a_number_is_no_tag() -> None:
    """Digits alone are linked nowhere, and there is no form of them that is."""
    seen = looked_at("2026")
    assert ({cut.linked for cut in seen.cuts}, seen.better) == ({""}, "")


def test_the_vowels_of_a_word_are_not_taken_out() -> None:
    """In Hindi the vowels are marks: no other word is offered in place of one that a network cuts."""
    assert (looked_at("हिन्दी").whole, looked_at("हिन्दी").better) == (False, "")


def test_the_mark_in_front_is_no_part_of_a_tag() -> None:
    """A tag may be typed with its mark."""
    assert looked_at(" #FreeOrlov ").text == "FreeOrlov"


@given(st.text(max_size=40))
def test_what_is_offered_survives(text: str) -> None:
    """Whatever is typed, a form that is offered is linked whole everywhere."""
    form = survivor(text)
    assert not form or looked_at(form).whole

# SPDX-License-Identifier: AGPL-3.0-or-later
"""words.py: the frozen lists, every way to type twelve words, and what is said when they are wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombuds.core import errors, words
from ombuds.core.errors import Malformed, WordsChecksum, WordsCount, WordUnknown
from ombuds.core.keys import hash_of

VECTORS = Path(__file__).parents[2] / "vectors" / "words"
Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
FORMS: tuple[Form, ...] = ("NFC", "NFD", "NFKC", "NFKD")
Case = dict[str, Any]
each_language = pytest.mark.parametrize("language", words.LANGUAGES)


def _cases(field: str) -> list[Any]:
    cases: list[Case] = json.loads((VECTORS / "cases.json").read_bytes())["cases"]
    kinds = {"write": lambda c: "en" in c, "read": lambda c: "text" in c and "entropy" in c, "fail": lambda c: "fails" in c}
    return [pytest.param(case, id=case["what"]) for case in cases if kinds[field](case)]


def _slips(word: str) -> Iterator[str]:
    """Every spelling that one missing, changed or swapped letter makes of a word; a changed one stands as a dot."""
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]
        yield word[:place] + "." + word[place + 1 :]
        yield word[:place] + word[place : place + 2][::-1] + word[place + 2 :]


@each_language
def test_the_lists_are_the_published_ones(language: str) -> None:
    """The list in the code is the list in the vectors, word for word."""
    assert words.word_list(language) == tuple((VECTORS / f"{language}.txt").read_text("utf-8").split())


@pytest.mark.parametrize(
    ("language", "frozen"),
    [
        ("en", "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"),
        ("ru", "c90981f2094be1c4dea70831c06ff3a3a58e88cbecd30d128af42a92b22eebce"),
    ],
)
def test_the_lists_are_frozen(language: str, frozen: str) -> None:
    """No list ever changes; the English one is the public list of BIP-39."""
    assert hash_of(("\n".join(words.word_list(language)) + "\n").encode()) == frozen


@each_language
def test_a_list_has_2048_words_in_order(language: str) -> None:
    """A list has 2,048 different words, sorted."""
    assert list(words.word_list(language)) == sorted(set(words.word_list(language))) and len(words.word_list(language)) == 2048


@each_language
def test_four_letters_tell_a_word(language: str) -> None:
    """No two words of a list begin with the same four letters."""
    assert len({word[:4] for word in words.word_list(language)}) == 2048


def test_russian_words_have_no_letter_that_unicode_writes_in_two_ways() -> None:
    """Russian words have four to eight letters, none of them a short i or a yo."""
    assert [word for word in words.word_list("ru") if not re.fullmatch("[абвгдежзиклмнопрстуфхцчшщъыьэюя]{4,8}", word)] == []


def test_no_slip_makes_one_russian_word_another() -> None:
    """No missing, changed or swapped letter turns a Russian word into another."""
    whole = frozenset(words.word_list("ru"))
    makers: dict[str, set[str]] = {}
    for word in words.word_list("ru"):
        for spelling in {word, *_slips(word)}:
            makers.setdefault(spelling, set()).add(word)
    # Two words that lose different letters to the same rest are two slips apart, so only whole words and dots count.
    clashes = [found for spelling, found in makers.items() if len(found) > 1 and ("." in spelling or spelling in whole)]
    assert clashes == []


@each_language
@pytest.mark.parametrize("form", FORMS)
def test_ten_thousand_round_trips_in_every_unicode_form(language: str, form: Form) -> None:
    """Ten thousand fresh inboxes are written and read back, in each normal form of Unicode."""
    fresh = [words.new_entropy() for _ in range(10_000)]
    assert [words.read_words(normalize(form, " ".join(words.to_words(one, language)))) for one in fresh] == fresh


@pytest.mark.parametrize("case", _cases("write"))
def test_vectors_are_written_in_both_languages(case: Case) -> None:
    """Sixteen bytes of the vectors have the words that the vector names."""
    assert [" ".join(words.to_words(bytes.fromhex(case["entropy"]), one)) for one in words.LANGUAGES] == [case[one] for one in words.LANGUAGES]


@pytest.mark.parametrize("case", _cases("read"))
def test_vectors_are_read_however_they_are_typed(case: Case) -> None:
    """A text of the vectors is read as the bytes that the vector names."""
    assert words.read_words(case["text"]).hex() == case["entropy"]


@pytest.mark.parametrize("case", _cases("fail"))
def test_vectors_are_refused_with_what_is_wrong(case: Case) -> None:
    """A wrong text of the vectors fails in the way, and with the detail, that the vector names."""
    with pytest.raises(errors.WordsWrong) as refusal:
        words.read_words(case["text"])
    assert (refusal.type.__name__, refusal.value.detail) == (case["fails"], case["detail"])


@given(entropy=st.binary(min_size=16, max_size=16), language=st.sampled_from(words.LANGUAGES), place=st.integers(0, 11), letter=st.integers(0, 7))
def test_a_lost_letter_never_opens_another_inbox(entropy: bytes, language: str, place: int, letter: int) -> None:
    """Twelve words with one letter lost are the same inbox, or are refused, unless the checksum happens to fit another list word."""
    typed = list(words.to_words(entropy, language))
    lost = typed[place][:letter] + typed[place][letter + 1 :]
    typed[place] = lost
    try:
        found = words.read_words(" ".join(typed))
    except errors.WordsWrong:
        return
    assert found == entropy or lost in {word[:4] for word in words.word_list(language)} | set(words.word_list(language))


@pytest.mark.parametrize("word", [word for word in words.word_list("ru")[::64] if len(word) > 4])
def test_a_russian_slip_is_suggested_back(word: str) -> None:
    """A Russian word with a wrong last letter is named by its place, with the word that was meant."""
    others = words.to_words(bytes(range(16)), "ru")[1:]
    with pytest.raises(WordUnknown) as refusal:
        words.read_words(" ".join([word[:-1] + "ъ", *others]))
    assert refusal.value.detail == f"1: {word[:-1]}ъ → {word}"


def test_two_likely_words_are_not_guessed_between() -> None:
    """Where two list words are one slip away, none is suggested."""
    typed = ["cet", *words.to_words(bytes(16), "en")[1:]]
    with pytest.raises(WordUnknown) as refusal:
        words.read_words(" ".join(typed))
    assert refusal.value.detail == "1: cet"


def test_a_very_long_text_is_refused() -> None:
    """A text that cannot be twelve words is refused before it is looked at."""
    with pytest.raises(WordsCount):
        words.read_words("zoo " * 100_000)


def test_one_wrong_word_is_mostly_noticed() -> None:
    """The checksum notices about fifteen of sixteen wrong list words."""
    typed = list(words.to_words(bytes(range(16)), "en"))
    noticed = 0
    for other in words.word_list("en"):
        try:
            words.read_words(" ".join([other, *typed[1:]]))
        except WordsChecksum:
            noticed += 1
    assert 1800 < noticed < 2020


@pytest.mark.parametrize("length", (0, 15, 17, 32))
def test_other_lengths_have_no_words(length: int) -> None:
    """Only sixteen bytes are written as twelve words."""
    with pytest.raises(Malformed):
        words.to_words(bytes(length), "en")


def test_a_language_without_a_list_is_refused() -> None:
    """There are lists for two languages and no other."""
    with pytest.raises(Malformed):
        words.word_list("tlh")

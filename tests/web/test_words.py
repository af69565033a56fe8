# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same words are the same inbox in both languages of the program, however they were typed (T08)."""

from __future__ import annotations

import random
from typing import Literal
from unicodedata import normalize

import pytest

from ombuds.core import words
from ombuds.core.errors import WordsWrong
from ombuds.core.source_keys import derive
from tests.web.browser import Job, Told, asked, given

INSTANCE = "ab" * 32
Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
FORMS: tuple[Form, ...] = ("NFC", "NFD", "NFKC", "NFKD")
FRESH = [words.new_entropy() for _ in range(500)]
# What slips into words while they are typed or copied.
SLIPS = ["", " ", "a", "я", "ё", "й", "ß", "ς", "İ", "ſ", "1", "_", "-", ".", "\u00ad", "\u200f", "\u0301", "E", "Ж", "ﬁ", "２", "²", "\n", "👮", "zoo"]


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_words_are_written_alike(language: str) -> None:
    """Five hundred fresh inboxes have the same words in Python and in a browser."""
    written = asked({"do": "write", "entropy": one.hex(), "language": language} for one in FRESH)
    assert [answer.gives for answer in written] == [" ".join(words.to_words(one, language)) for one in FRESH]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", words.LANGUAGES)
def test_words_are_read_in_every_unicode_form(language: str, form: Form) -> None:
    """Five hundred inboxes are read from words in capitals in each normal form of Unicode."""
    typed = [normalize(form, " ".join(words.to_words(one, language)).upper()) for one in FRESH]
    assert [answer.gives for answer in asked({"do": "read", "text": text} for text in typed)] == [one.hex() for one in FRESH]


def test_slips_are_judged_alike() -> None:
    """A thousand mistyped lines are read or refused alike, with the same hint for the person who typed them."""
    typed = [_mistyped(seed) for seed in range(1_000)]
    answers = asked({"do": "read", "text": text} for text in typed)
    assert [(text, answer) for text, answer in zip(typed, answers, strict=True) if answer != _python(text)] == []


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_same_words_have_the_same_keys(language: str) -> None:
    """From the same twelve words both derive the same mailbox, identity, consent key and secrets."""
    entropy = words.new_entropy()
    keys = derive(entropy, INSTANCE)
    read = given("read", text=" ".join(words.to_words(entropy, language)))
    wanted = {
        "mailbox": keys.mailbox.hex(),
        "mailbox_hash": keys.mailbox_hash,
        "identity": keys.identity.text,
        "recipient_hash": keys.identity.recipient.hash,
        "consent_seed": keys.consent.seed.hex(),
        "consent": keys.consent.public.text,
        "withdrawal": keys.withdrawal.hex(),
        "macs": {"0": keys.mac(0).hex(), "7": keys.mac(7).hex()},
    }
    assert given("source", entropy=read, instance_id=INSTANCE, generations=["0", "7"]) == wanted


def test_randomness_is_fresh() -> None:
    """Random bytes and numbers differ from draw to draw and stay below their limit."""
    jobs: list[Job] = [{"do": "bytes", "length": 16}] * 64
    drawn = given("below", limit=12, draws=2_000)
    assert len({answer.gives for answer in asked(jobs)}) == 64 and set(drawn) == set(range(12))


def _mistyped(seed: int) -> str:
    draw = random.Random(seed)
    typed = list(words.to_words(draw.randbytes(16), draw.choice(words.LANGUAGES)))
    for _ in range(draw.randint(1, 2)):
        place = draw.randrange(12)
        start = draw.randrange(len(typed[place]) + 1)
        typed[place] = typed[place][:start] + draw.choice(SLIPS) + typed[place][start + draw.choice((0, 1, 1, 2)) :]
    return " ".join(typed[: draw.choice((12, 12, 12, 12, 11))])


def _python(text: str) -> Told:
    try:
        return Told(words.read_words(text).hex())
    except WordsWrong as wrong:
        return Told(fails=type(wrong).__name__, detail=wrong.detail)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts to pass on fit whatever the desk wrote, and a code says the address and nothing else. See spec/cards.md."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombuds.pages import qr
from ombuds.pages.passing import NETWORKS, SHORT, Network, Saying, first_sentence, length, short_form, told

ADDRESS = "https://desk.example/en/campaigns/" + "a" * 32
WORDS = st.text(st.sampled_from("ab cdeяжم夜.? \n"), max_size=700)
LONG = Saying("Free Orlov", ("#FreeOrlov",), ADDRESS, "In short.", "We ask for his release. " + "And for much more. " * 200)


@given(WORDS, WORDS, WORDS, st.lists(st.text("aя夜", min_size=1, max_size=60), min_size=1, max_size=6), st.sampled_from(NETWORKS))
def test_every_text_fits(title: str, summary: str, statement: str, tags: list[str], network: Network) -> None:
    """Whatever there is to say, the text is no longer than its network takes."""
    saying = Saying(title[:300] or "a", tuple(f"#{tag}" for tag in tags), ADDRESS, summary, statement)
    text = told(saying, network)
    assert length(text) <= network.most and (ADDRESS in text) == network.links


@pytest.mark.parametrize("network", NETWORKS, ids=[network.name for network in NETWORKS])
def test_whole_sentences_are_left_out_first(network: Network) -> None:
    """Of a statement that is too long its first sentence stays, whole."""
    assert "We ask for his release.\n" in told(LONG, network) and "#FreeOrlov" in told(LONG, network)


def test_a_short_text_has_everything() -> None:
    """What fits is told whole."""
    text = told(Saying("Free Orlov", ("#FreeOrlov",), ADDRESS, "In short.", "We ask for his release."), NETWORKS[0])
    assert text == f"Free Orlov\n\nIn short.\n\nWe ask for his release.\n\n{ADDRESS}\n\n#FreeOrlov"


@pytest.mark.parametrize(
    ("text", "first"), [("One. Two.", "One."), ("Без точки", "Без точки"), ("هل هذا عدل؟ لا.", "هل هذا عدل؟"), ("At 3.5 hours. So.", "At 3.5 hours."), ("", "")]
)
def test_a_first_sentence_ends_at_its_mark(text: str, first: str) -> None:
    """A sentence ends at a mark with a space behind it, in every script that we write."""
    assert first_sentence(text) == first


def test_a_long_sentence_stands_on_no_sign() -> None:
    """A sign shows the title where the first sentence cannot be read from afar."""
    long, short = (Saying("Title", ("#a",), statement=text) for text in ("word " * SHORT + ".", "We ask."))
    assert (short_form(long), short_form(short)) == ("Title", "We ask.")


def test_the_outline_of_a_code_is_its_squares() -> None:
    """The path that a page draws covers exactly the dark squares, inside the white edge."""
    code = qr.rows(ADDRESS)
    drawn = set()
    for across, down, wide in (map(int, run) for run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", qr.outline(code))):
        drawn |= {(across + step - qr.QUIET, down - qr.QUIET) for step in range(wide)}
    assert drawn == {(x, y) for y, row in enumerate(code) for x, bit in enumerate(row) if bit == "1"}


def test_another_address_has_another_code() -> None:
    """A code is made of its address alone: the same twice, another for another."""
    assert qr.rows(ADDRESS) == qr.rows(ADDRESS) != qr.rows(ADDRESS + "b")

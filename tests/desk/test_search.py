# SPDX-License-Identifier: AGPL-3.0-or-later
"""Search in the vault: by stem in two languages, by phrase and by beginning, page by page, gone with its case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ombuds.core.errors import QueryUnclear
from ombuds.core.keys import random_id
from ombuds.core.publication import Content, Text
from ombuds.desk.index import HITS, Hits
from ombuds.desk.kept import KeptDraft
from ombuds.desk.lines import LineKind, Said
from ombuds.desk.vault import Vault, create_vault
from ombuds.pages.query import read_query
from tests.desk.test_vault import CHEAP, PASSPHRASE, TODAY

RUSSIAN = "Мы подали рапорты об увольнении. Начальник сказал: ещё не время, пиши рапорт заново."
ENGLISH = "Officers were dismissed after they had refused the orders; Straße, ﬁles and naïve words."


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    """Yield a vault in which two texts can be found."""
    with create_vault(tmp_path / "vault", PASSPHRASE, CHEAP) as made:
        made.index.add(said(RUSSIAN, "ru"))
        made.index.add(said(ENGLISH, "en"))
        yield made


def said(text: str, holder: str = "case", place: str = "1", kind: LineKind = "report") -> Said:
    """Return a text that can be found."""
    return Said(holder, place, kind, TODAY, text)


def found(vault: Vault, typed: str) -> list[str]:
    """Return whose texts a search finds."""
    return [hit.case for hit in vault.index.find(read_query(typed)).hits]


def marked(hits: Hits) -> list[str]:
    """Return the words that are marked in the results."""
    return [piece.text for hit in hits.hits for piece in hit.pieces if piece.found]


@pytest.mark.parametrize(
    ("typed", "case"),
    [
        ("увольнений", "ru"),
        ("РАПОРТ", "ru"),
        ("рапортами увольнение", "ru"),
        ("еще", "ru"),
        ("ЕЩЁ", "ru"),
        ("начальники", "ru"),
        ('"рапорты об увольнении"', "ru"),
        ("«ещё не время»", "ru"),
        ("нач*", "ru"),
        ("увольнени*", "ru"),
        ("dismissing", "en"),
        ("order", "en"),
        ("STRASSE", "en"),
        ("files", "en"),
        ("nai\u0308ve", "en"),
        ("refus* officers", "en"),
        ('"had refused" dismissed', "en"),
    ],
)
def test_a_word_is_found_in_any_form(vault: Vault, typed: str, case: str) -> None:
    """A word is found by another ending, case or spelling of it, in Russian and in English."""
    assert found(vault, typed) == [case]


@pytest.mark.parametrize("typed", ["рапорт отпуск", '"увольнении рапорты"', "officers рапорт", "dis", "missing*", "naive", '"refused had"'])
def test_what_does_not_stand_there_is_not_found(vault: Vault, typed: str) -> None:
    """A text that lacks one of the words, or has them in another order than the phrase, is not found."""
    assert found(vault, typed) == []


@pytest.mark.parametrize(
    "typed",
    ["", "   ", '"', '"open phrase', "*", "a*", "over*time", '"a phrase"*', "!!!", '""', "—", "x" * 201, "\x00", "a " * 30],
)
def test_an_unclear_search_is_told(typed: str) -> None:
    """A search that cannot be read is refused with the reason."""
    with pytest.raises(QueryUnclear) as told:
        read_query(typed)
    assert told.value.detail


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), st.text(alphabet='ab"*() -:^+{}рё\x00\u0301ﬁ', max_size=40)))
def test_no_text_breaks_the_search(vault: Vault, typed: str) -> None:
    """Whatever is typed is answered, or refused as unclear."""
    try:
        query = read_query(typed)
    except QueryUnclear:
        return
    assert isinstance(vault.index.find(query), Hits)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(st.text(min_size=1, max_size=80))
def test_any_text_comes_back_whole(vault: Vault, text: str) -> None:
    """The pieces of a short result together are the text between its first and last word."""
    holder = random_id()
    vault.index.add(said(f"canary {text} canary", holder))
    (hit,) = (hit for hit in vault.index.find(read_query("canary")).hits if hit.case == holder)
    vault.index.forget(holder)
    assert "".join(piece.text for piece in hit.pieces).startswith("canary")


def test_found_words_are_marked(vault: Vault) -> None:
    """Every form of a searched word is marked in the result, and nothing else."""
    assert marked(vault.index.find(read_query("рапорт"))) == ["рапорты", "рапорт"]


def test_a_word_far_inside_is_shown_with_what_surrounds_it(vault: Vault) -> None:
    """Of a long text the result shows the place of the word."""
    vault.index.add(said("filler " * 5000 + "needle " + "filler " * 5000, "long"))
    (hit,) = vault.index.find(read_query("needle")).hits
    assert "needle" in [piece.text for piece in hit.pieces] and sum(len(piece.text) for piece in hit.pieces) < 500


def test_results_come_in_pages(vault: Vault) -> None:
    """Older and newer pages hold each result once, latest first."""
    for number in range(HITS * 2 + 5):
        vault.index.add(said(f"patrol {number}", f"{number:03}"))
    query = read_query("patrol")
    first = vault.index.find(query)
    second = vault.index.find(query, older_than=first.hits[-1].line)
    third = vault.index.find(query, older_than=second.hits[-1].line)
    back = vault.index.find(query, newer_than=second.hits[0].line)
    names = [hit.case for page in (first, second, third) for hit in page.hits]
    assert names == sorted(names, reverse=True) and len(names) == HITS * 2 + 5
    assert back.hits == first.hits and (first.newer, first.older, third.older) == (False, True, False)


def test_a_text_is_kept_once(vault: Vault) -> None:
    """The same message from two desks is found once."""
    vault.index.add(said(RUSSIAN, "ru"))
    assert found(vault, "рапорт") == ["ru"]


def test_a_lost_case_is_found_no_longer(vault: Vault) -> None:
    """When a member loses a case, its words are found no longer and stand nowhere in the open pages."""
    vault.index.add(said("the badge said Zyxwvut", "lost"))
    before = b"zyxwvut" in vault.file.pages().lower()
    vault.forget_case("lost")
    assert (before, found(vault, "badge"), b"zyxwvut" in vault.file.pages().lower()) == (True, [], False)


def test_the_index_is_not_readable_on_the_disk(tmp_path: Path) -> None:
    """The words of the index stand in no file of the vault."""
    with create_vault(tmp_path / "vault", PASSPHRASE, CHEAP) as made:
        made.index.add(said("zyxwvut " * 200))
    assert [path.name for path in (tmp_path / "vault").iterdir() if b"zyxwvut" in path.read_bytes()] == []


def test_a_draft_is_found_until_it_is_discarded(vault: Vault) -> None:
    """A draft is found by its latest text, and after it is discarded not at all."""
    draft = random_id()
    for title in ("a harvest", "a festival"):
        vault.keep_draft(KeptDraft(1, draft, "", "", Content(1, "story", (Text("en", title, "", ""),)), date(2026, 3, 4)))
    kept = (len(found(vault, "harvest")), len(found(vault, "festival")))
    vault.forget_draft(draft)
    assert (kept, found(vault, "festival")) == ((0, 1), [])

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses, sizes, days and plurals come out right in each language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from ombuds.pages.languages import Language, load
from ombuds.pages.values import Sentence, Shell


@pytest.fixture(scope="module")
def languages() -> Mapping[str, Language]:
    """The shipped languages."""
    return load()


def test_a_link_stays_in_the_language() -> None:
    """Links inside the site keep the reader's language in front, and nothing in a path can leave the site."""
    shell = Shell(desk_name="d", language="ru", path="/stories/1")
    assert (shell.link('/a b"<'), shell.elsewhere("en")) == ("/ru/a%20b%22%3C", "/en/stories/1")


@pytest.mark.parametrize(("language", "day"), [("en", "9 March 2026"), ("ru", "9 марта 2026 года"), ("ar", "9 مارس 2026")])
def test_days(languages: Mapping[str, Language], language: str, day: str) -> None:
    """A day is written as people write it inside a sentence."""
    assert languages[language].day(date(2026, 3, 9)) == day


@pytest.mark.parametrize(("size", "read"), [(1, "1 byte"), (1536, "1.5 kB"), (2 << 30, "2 GB"), (64 << 10, "64 kB"), (1 << 50, "1024 TB")])
def test_sizes(languages: Mapping[str, Language], size: int, read: str) -> None:
    """A size is written with the unit people know."""
    assert languages["en"].size(size) == read


@pytest.mark.parametrize(("size", "read"), [(1, "1 بايت"), (1536, "1.5 كيلوبايت"), (2 << 30, "2 غ.ب"), (1 << 50, "1024 تيرابايت")])
def test_arabic_sizes(languages: Mapping[str, Language], size: int, read: str) -> None:
    """Arabic pages write the digits that are also in fingerprints, and a name for every unit."""
    assert languages["ar"].size(size) == read


PLURALS = [
    ("en", 1, "Waiting 1 day for an answer."),
    ("en", 2, "Waiting 2 days for an answer."),
    ("en", 5, "Waiting 5 days for an answer."),
    ("en", 21, "Waiting 21 days for an answer."),
    ("ru", 1, "Ответа ждём 1 день."),
    ("ru", 2, "Ответа ждём 2 дня."),
    ("ru", 5, "Ответа ждём 5 дней."),
    ("ru", 21, "Ответа ждём 21 день."),
    ("ar", 0, "الجواب منتظر منذ اليوم."),
    ("ar", 1, "الجواب منتظر منذ يوم واحد."),
    ("ar", 2, "الجواب منتظر منذ يومين."),
    ("ar", 3, "الجواب منتظر منذ 3 أيام."),
    ("ar", 11, "الجواب منتظر منذ 11 يومًا."),
    ("ar", 100, "الجواب منتظر منذ 100 يوم."),
    ("ar", 103, "الجواب منتظر منذ 103 أيام."),
]


@pytest.mark.parametrize(("language", "days", "told"), PLURALS)
def test_plurals(languages: Mapping[str, Language], language: str, days: int, told: str) -> None:
    """Each language counts with its own plurals: English with two, Russian with three, Arabic with six."""
    sentence = Sentence(text="Waiting %(num)s day for an answer.", many="Waiting %(num)s days for an answer.", num=days)
    assert languages[language].told(sentence) == told

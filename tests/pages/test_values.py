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


@pytest.mark.parametrize(("language", "day"), [("en", "9 March 2026"), ("ru", "9 марта 2026 года")])
def test_days(languages: Mapping[str, Language], language: str, day: str) -> None:
    """A day is written as people write it inside a sentence."""
    assert languages[language].day(date(2026, 3, 9)) == day


@pytest.mark.parametrize(("size", "read"), [(1, "1 byte"), (1536, "1.5 kB"), (2 << 30, "2 GB"), (64 << 10, "64 kB"), (1 << 50, "1024 TB")])
def test_sizes(languages: Mapping[str, Language], size: int, read: str) -> None:
    """A size is written with the unit people know."""
    assert languages["en"].size(size) == read


@pytest.mark.parametrize(("days", "told"), [(1, "Ответа ждём 1 день."), (2, "Ответа ждём 2 дня."), (5, "Ответа ждём 5 дней."), (21, "Ответа ждём 21 день.")])
def test_russian_plurals(languages: Mapping[str, Language], days: int, told: str) -> None:
    """Russian has three plurals and uses the right one."""
    sentence = Sentence(text="Waiting %(num)s day for an answer.", many="Waiting %(num)s days for an answer.", num=days)
    assert languages["ru"].told(sentence) == told

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every sentence a person reads is in every shipped language, and no template speaks past the catalogues."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Catalog, Message
from babel.support import NullTranslations

from ombuds.pages.bundle import Bundle
from ombuds.pages.desk_render import DeskRenderer
from ombuds.pages.languages import NAMES, SHIPPED, Language
from ombuds.pages.press import Press
from ombuds.pages.render import Renderer
from tests.pages import desk_samples, samples
from tests.pages.catalogue import LANGUAGES, errors, wanted, written
from tests.pages.reading import check

PLACE = re.compile(r"%\(\w+\)s|%")


def forms(value: object) -> list[str]:
    """A message's sentence, or its plural forms."""
    return [value] if isinstance(value, str) else [str(form) for form in value] if isinstance(value, (list, tuple)) else []


@pytest.fixture(scope="module")
def russian() -> Catalog:
    """The Russian catalogue."""
    return written("ru")


def test_the_catalogues_are_those_that_ship() -> None:
    """Every language that ships has a catalogue that is checked here."""
    assert LANGUAGES == SHIPPED


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_are_up_to_date(language: str) -> None:
    """A catalogue holds the sentences of the program, all of them and no others."""
    kept, need = ({str(message.id) for message in catalogue if message.id} for catalogue in (written(language), wanted()))
    assert kept == need


def test_everything_is_translated(russian: Catalog) -> None:
    """No Russian sentence, and no plural form of one, is empty."""
    assert [message.id for message in russian if message.id and not all(forms(message.string))] == []


def test_nothing_is_guessed(russian: Catalog) -> None:
    """No translation is marked as a guess."""
    assert [message.id for message in russian if message.id and message.fuzzy] == []


def test_placeholders_survive(russian: Catalog) -> None:
    """Each Russian form names the same values as the English sentence."""
    assert [message.id for message in russian if message.id and not _same_places(message)] == []


def test_every_error_speaks_russian(russian: Catalog) -> None:
    """What an error says, and what to do next, is there in Russian."""
    sentences = {text for error in errors() if error.__module__.startswith("ombuds.") for text in (error().sentence, error.help)}
    assert {text for text in sentences if not ((found := russian.get(text)) and found.string)} == set()


def test_nothing_shouts(russian: Catalog) -> None:
    """No sentence in any language has an exclamation mark."""
    assert [message.id for message in russian if message.id and "!" in "".join(forms(message.id) + forms(message.string))] == []


def test_no_template_speaks_past_the_catalogue() -> None:
    """With every sentence in brackets, no letter on any page stands outside of them but in values."""
    press = Press({"en": Language("en", Bracketed())}, Bundle(b""))
    renderer = Renderer(press)
    full = samples.reading_pages(renderer, "en", "7") | samples.source_pages(renderer, "en", "7")
    screens = desk_samples.screens("en", "7", renderer, DeskRenderer(press))
    empty = desk_samples.empty_screens("en", DeskRenderer(press))
    for name, page in [*full.items(), *samples.empty_pages(renderer, "en").items(), *screens.items(), *empty.items()]:
        reading = check(page)
        # A sentence may be cut into pieces by the elements around its values.
        words = "\n".join([text for inside, text in reading.texts if not {"time", "code"} & set(inside)] + reading.spoken())
        assert re.findall(r"[^\W\d_]+", _outside(words)) == [], name


class Bracketed(NullTranslations):
    """A language that puts every sentence into brackets."""

    def gettext(self, message: str) -> str:
        """The sentence in brackets."""
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The plural in brackets."""
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


def _outside(text: str) -> str:
    for name in NAMES.values():
        text = text.replace(name, "")
    text = re.sub(r"[\d.,]+ (byte|bytes|kB|MB|GB|TB)\b", "", text)
    return re.sub(r"⟦[^⟦⟧]*⟧", "", text)


def _same_places(message: Message) -> bool:
    wanted_places = {place for form in forms(message.id) for place in PLACE.findall(form)}
    return all(set(PLACE.findall(form)) == wanted_places for form in forms(message.string))

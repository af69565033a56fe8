# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every sentence a person reads is in every language that they are offered, and no template speaks past the catalogues."""

from __future__ import annotations

import re
from collections import Counter
from gettext import c2py

import pytest
from babel.messages.catalog import Catalog, Message
from babel.support import NullTranslations

from ombuds.pages.bundle import Bundle
from ombuds.pages.desk_render import DeskRenderer
from ombuds.pages.desk_values import DeskShell
from ombuds.pages.languages import DESK, SHIPPED, Language
from ombuds.pages.press import Press
from ombuds.pages.render import Renderer
from ombuds.pages.values import Shell
from tests.pages import desk_samples, pseudo, samples
from tests.pages.campaign_samples import SCRIPTS
from tests.pages.catalogue import LANGUAGES, TEMPLATES, WHOLE, errors, is_public, wanted, written
from tests.pages.reading import check

PLACE = re.compile(r"%\(\w+\)s|%")
TRANSLATED = LANGUAGES[1:]
# Names that Arabic writes in their own letters, the two other languages of the switch, the desk and its site.
LATIN = {"English", "JavaScript", "Tor", "SHA", "Atom", "JSON", "XMP", "PDF", "ZIP", "Shift", "Delete", "ombuds", "Desk", "README"}
# What a script puts in later.
PLACES = re.compile(r"\{\w+\}")


def forms(value: object) -> list[str]:
    """A message's sentence, or its plural forms."""
    return [value] if isinstance(value, str) else [str(form) for form in value] if isinstance(value, (list, tuple)) else []


@pytest.fixture(params=TRANSLATED)
def translated(request: pytest.FixtureRequest) -> Catalog:
    """The catalogue of each language but that of the source texts."""
    return written(request.param)


def test_the_catalogues_are_those_that_ship() -> None:
    """Every language that ships has a catalogue that is checked here, and the desk offers those that have every sentence."""
    assert (LANGUAGES, WHOLE) == (SHIPPED, DESK)


def test_pages_offer_what_they_are_written_in() -> None:
    """The switch of a page names every language of the public side, and that of a screen every language of the desk."""
    shells = Shell(desk_name="d", path="/"), DeskShell(desk_name="d", token="t")
    assert [shell.languages for shell in shells] == [SHIPPED, DESK]


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_are_up_to_date(language: str) -> None:
    """A catalogue holds the sentences that its language needs, all of them and no others."""
    kept, need = ({str(message.id) for message in catalogue if message.id} for catalogue in (written(language), wanted(language)))
    assert kept == need


def test_every_page_of_the_public_side_is_covered() -> None:
    """What pages ask of the catalogue while they are made, with everything in them and with nothing, is marked as public."""
    asked = Asked()
    renderer = Renderer(Press({"en": Language("en", asked)}, Bundle(b""), joining=SCRIPTS))
    made = [samples.reading_pages(renderer, "en", "7"), samples.source_pages(renderer, "en", "7"), samples.empty_pages(renderer, "en")]
    assert all(made) and asked.sentences - {str(message.id) for message in wanted("ar")} == set()


def test_the_split_follows_the_folders() -> None:
    """No template outside of the desk's folder is left out, and no screen and no module of the desk comes in."""
    files = {file for message in wanted() for file, _line in message.locations}
    desk = {file for file in files if file.startswith((f"{TEMPLATES}desk/", "desk/", "cli/"))}
    assert {file for file in files if file.startswith((TEMPLATES, "server/", "core/")) and not is_public(file)} <= desk
    assert desk and not [file for file in desk if is_public(file)]


def test_everything_is_translated(translated: Catalog) -> None:
    """No sentence, and no plural form of one, is empty."""
    assert [message.id for message in translated if message.id and not all(forms(message.string))] == []


def test_every_plural_has_its_forms(translated: Catalog) -> None:
    """A sentence that counts has as many forms as its language has plurals."""
    counted = [message for message in translated if isinstance(message.id, (list, tuple))]
    assert counted and [message.id for message in counted if len(forms(message.string)) != translated.num_plurals] == []


def test_nothing_is_guessed(translated: Catalog) -> None:
    """No translation is marked as a guess."""
    assert [message.id for message in translated if message.id and message.fuzzy] == []


def test_placeholders_survive(translated: Catalog) -> None:
    """Each form names the same values as the English sentence; only one that stands for a single number may write it in words."""
    alone = _alone(translated)
    assert [message.id for message in translated if message.id and not _same_places(message, alone)] == []


def test_every_error_is_translated(translated: Catalog) -> None:
    """What an error says, and what to do next, is there in each language."""
    sentences = {text for error in errors() if error.__module__.startswith("ombuds.") for text in (error().sentence, error.help)}
    assert {text for text in sentences if not ((found := translated.get(text)) and found.string)} == set()


def test_nothing_shouts(translated: Catalog) -> None:
    """No sentence in any language has an exclamation mark."""
    assert [message.id for message in translated if message.id and "!" in "".join(forms(message.id) + forms(message.string))] == []


def test_arabic_is_written_in_arabic() -> None:
    """No page in Arabic holds a Latin word but for names of things that have no other."""
    renderer = Renderer(Press(bundle=Bundle(b""), joining=SCRIPTS))
    pages = samples.reading_pages(renderer, "ar", "7") | samples.source_pages(renderer, "ar", "7") | samples.empty_pages(renderer, "ar")
    for name, page in pages.items():
        reading = check(page)
        words = [text for inside, text in reading.texts if not {"article", "code", "textarea"} & set(inside)] + reading.spoken()
        assert set(re.findall(r"[A-Za-z]{2,}", PLACES.sub("", " ".join(words)))) - LATIN == set(), name


def test_no_template_speaks_past_the_catalogue() -> None:
    """With every sentence in a language of brackets, no letter on any page stands outside of them but in values."""
    press = Press({"en": pseudo.language()}, Bundle(b""), joining=SCRIPTS)
    renderer = Renderer(press)
    full = samples.reading_pages(renderer, "en", "7") | samples.source_pages(renderer, "en", "7")
    screens = desk_samples.screens("en", "7", renderer, DeskRenderer(press))
    empty = desk_samples.empty_screens("en", DeskRenderer(press))
    for name, page in [*full.items(), *samples.empty_pages(renderer, "en").items(), *screens.items(), *empty.items()]:
        reading = check(page)
        # A sentence may be cut into pieces by the elements around its values; what stands in a field is a value.
        words = "\n".join([text for inside, text in reading.texts if not {"time", "code", "textarea"} & set(inside)] + reading.spoken())
        assert re.findall(r"[^\W\d_]+", pseudo.outside(words)) == [], name


class Asked(NullTranslations):
    """A language that notes what it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.sentences: set[str] = set()

    def gettext(self, message: str) -> str:
        """The sentence itself."""
        self.sentences.add(message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The sentence itself."""
        self.sentences.add(str((msgid1, msgid2)))
        return msgid1 if n == 1 else msgid2


def _alone(catalogue: Catalog) -> set[int]:
    """The plural forms that stand for one number and no other."""
    chosen = Counter(c2py(catalogue.plural_expr)(number) for number in range(1000))
    return {form for form, numbers in chosen.items() if numbers == 1}


def _same_places(message: Message, alone: set[int]) -> bool:
    several = isinstance(message.id, (list, tuple))
    wanted_places = {place for form in forms(message.id) for place in PLACE.findall(form)}
    for number, form in enumerate(forms(message.string)):
        lacking = wanted_places ^ set(PLACE.findall(form))
        if lacking - ({"%(num)s"} if several and number in alone and "%(num)s" not in form else set()):
            return False
    return True

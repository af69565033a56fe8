# SPDX-License-Identifier: AGPL-3.0-or-later
"""The languages that pages are written in: sentences, plurals, dates and sizes.

The catalogues are read as they stand in the repository and kept in memory, so that there is no second, compiled form
that could say something else. English is the language of the source texts and needs no translation. It reads nothing
but its own package. See spec/pages.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from importlib import resources
from io import BytesIO
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from babel.units import format_unit

from ombuds.pages.values import Sentence

# What readers and sources see, and what members see: a desk offers only languages in which its screens are complete.
SHIPPED = ("en", "ru", "ar")
DESK = ("en", "ru")
NAMES = {"en": "English", "ru": "Русский", "ar": "العربية"}
# Days in the middle of a sentence: CLDR's long Russian form ends in a full stop of its own.
_DAYS = {"en": "d MMMM y", "ru": "d MMMM y 'года'"}
_UNITS = ("byte", "kilobyte", "megabyte", "gigabyte", "terabyte")
# The short name of a byte has no plural in most languages, so it is written out; CLDR has no long Arabic one.
_SHORT_BYTE = ("ar",)
# What stands between the parts of a list where it is not ", ".
_COMMAS = {"ar": "، "}


def name_of(code: str) -> str:
    """The name of a language in itself, also of one that is not shipped; the code if nobody knows it."""
    if code in NAMES:
        return NAMES[code]
    try:
        return Locale.parse(code, sep="-").get_display_name() or code
    except (ValueError, UnknownLocaleError):
        return code


def mark(sentence: str) -> str:
    """Mark a sentence for translation where it stands; it is translated when it is shown."""
    return sentence


def counted(one: str, many: str, num: int, **values: str | int) -> Sentence:
    """A sentence of ours that depends on a number, marked for translation in both forms."""
    return Sentence(text=one, many=many, num=num, values=dict(values))


class Language:
    """One language: its sentences and its way to write days, numbers and sizes."""

    def __init__(self, code: str, sentences: NullTranslations) -> None:
        self.code = code
        self.sentences = sentences
        self.locale = Locale.parse(code)
        self.direction = self.locale.text_direction
        self.comma = _COMMAS.get(code, ", ")

    def said(self, sentence: str) -> str:
        """The sentence in this language, or as it is if it is not one of ours."""
        # An empty msgid is the catalogue's own header.
        return self.sentences.gettext(sentence) if sentence else ""

    def told(self, sentence: str | Sentence) -> str:
        """The sentence in this language with its values in it."""
        if isinstance(sentence, str):
            return self.said(sentence)
        chosen = self.said(sentence.text)
        if sentence.many:
            chosen = self.sentences.ngettext(sentence.text, sentence.many, sentence.num)
        values = {name: self.day(value) if isinstance(value, date) else value for name, value in sentence.values.items()}
        return chosen % {"num": sentence.num, **values}

    def day(self, day: date) -> str:
        """A day as people write it, without a clock."""
        return format_date(day, _DAYS.get(self.code, "long"), locale=self.locale)

    def number(self, number: int) -> str:
        """A number as people write it, in groups of three."""
        return format_decimal(number, locale=self.locale)

    def size(self, size: int) -> str:
        """A size in bytes as people read it, with the units of a file list (1 KB = 1024 bytes)."""
        step, amount = 0, float(size)
        while amount >= 1024 and step < len(_UNITS) - 1:
            step, amount = step + 1, amount / 1024
        pattern = "0" if step == 0 or amount >= 100 else "0.#"
        length: Literal["short", "long"] = "short" if step or self.code in _SHORT_BYTE else "long"
        return format_unit(amount, f"digital-{_UNITS[step]}", length, pattern, locale=self.locale)


def load(codes: tuple[str, ...] = SHIPPED) -> Mapping[str, Language]:
    """Read the catalogues of the shipped languages."""
    return {code: Language(code, _sentences(code)) for code in codes}


def _sentences(code: str) -> NullTranslations:
    written = resources.files("ombuds").joinpath("locale", code, "messages.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(written), locale=code))
    compiled.seek(0)
    return Translations(compiled)


def wished(wanted: str, offered: tuple[str, ...] = SHIPPED) -> str:
    """Return the offered language that a browser's list asks for first, or English."""
    best, best_weight = offered[0], 0.0
    for line in wanted[:500].split(","):
        code, _, weight = line.strip().partition(";q=")
        known = code.partition("-")[0].lower()
        if known in offered and _number(weight) > best_weight:
            best, best_weight = known, _number(weight)
    return best


def _number(weight: str) -> float:
    try:
        return float(weight or 1)
    except ValueError:
        return 0.0

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Collects every sentence that needs a translation, and refreshes the catalogues.

Sentences come from the templates, from `mark(...)` in the program, and from the errors, whose
docstring and help are what a person reads. Run `python -m tests.pages.catalogue` after changing one; it keeps the
translations there are and leaves new ones empty, which the rule test then names. See spec/pages.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from ombuds.core.errors import OmbudsError

ROOT = Path(__file__).parents[2] / "src" / "ombuds"
LANGUAGES = ("en", "ru")
METHODS = [("**/templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "mark": None, "counted": (1, 2), "m": None}


def errors(kind: type[OmbudsError] = OmbudsError) -> Iterator[type[OmbudsError]]:
    """Every error that a person may read."""
    yield kind
    for child in kind.__subclasses__():
        yield from errors(child)


def wanted() -> Catalog:
    """Every sentence of the program, with the files it stands in."""
    catalogue = Catalog(project="ombuds", charset="utf-8")
    # Without line numbers: a catalogue should change when a sentence changes, not when a line moves.
    for name, _line, message, comments, _context in extract_from_dir(str(ROOT), METHODS, {}, KEYWORDS):
        catalogue.add(message, locations=[(name, None)], auto_comments=comments)  # type: ignore[list-item]
    for error in errors():
        if error.__module__.startswith("ombuds."):
            catalogue.add(error().sentence, locations=[("core/errors.py", None)])  # type: ignore[list-item]
            catalogue.add(error.help, locations=[("core/errors.py", None)])  # type: ignore[list-item]
    return catalogue


def written(code: str) -> Catalog:
    """A catalogue as it stands in the repository."""
    return read_po(BytesIO(path_of(code).read_bytes()), locale=code)


def path_of(code: str) -> Path:
    """Where a language's catalogue stands."""
    return ROOT / "locale" / code / "messages.po"


def refresh(code: str) -> None:
    """Bring one catalogue up to date, keeping its translations and guessing none."""
    kept = written(code)
    fresh = Catalog(locale=code, project="ombuds", charset="utf-8", header_comment=kept.header_comment)
    for message in wanted():
        if message.id:
            known = kept.get(message.id)
            fresh.add(message.id, known.string if known else None, locations=message.locations)
    out = BytesIO()
    write_po(out, fresh, width=118, omit_header=True, sort_output=True)
    path_of(code).write_text(header(code) + out.getvalue().decode(), encoding="utf-8")


def header(code: str) -> str:
    """The few header fields that matter; the usual rest would change with every clock and person."""
    plural = Catalog(locale=code).plural_forms
    start = path_of(code).read_text(encoding="utf-8").split('msgid ""', 1)[0]
    fields = ("Content-Type: text/plain; charset=utf-8", f"Language: {code}", f"Plural-Forms: {plural}")
    return start + 'msgid ""\nmsgstr ""\n' + "".join(f'"{field}\\n"\n' for field in fields) + "\n"


if __name__ == "__main__":
    for language in LANGUAGES:
        refresh(language)

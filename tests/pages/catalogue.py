# SPDX-License-Identifier: AGPL-3.0-or-later
"""Collects every sentence that needs a translation, and refreshes the catalogues.

Sentences come from the templates, from `mark(...)` in the program, and from the errors, whose
docstring and help are what a person reads. Run `python -m tests.pages.catalogue` after changing one; it keeps the
translations there are and leaves new ones empty, which the rule test then names.

A language of the whole program has every sentence. A language of the public side has those of the pages that readers and
sources see. Which these are is not listed but found: the templates outside the desk's folder, and every module that the
server, the mirror or the public renderer comes to by its imports. See spec/pages.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import grimp
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from ombuds.core.errors import OmbudsError

ROOT = Path(__file__).parents[2] / "src" / "ombuds"
LANGUAGES = ("en", "ru", "ar")
WHOLE = ("en", "ru")
# Where what readers and sources see begins; the errors come along, as every room imports them.
PUBLIC_ROOMS, PUBLIC_RENDERER = ("ombuds.server", "ombuds.mirror"), "ombuds.pages.render"
TEMPLATES, DESK_TEMPLATES = "pages/templates/", "pages/templates/desk/"
# Babel's own formula has the last two Arabic forms the other way round than gettext and every translator know them.
PLURALS = {"ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"}
METHODS = [("**/templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "mark": None, "counted": (1, 2), "m": None}


def errors(kind: type[OmbudsError] = OmbudsError) -> Iterator[type[OmbudsError]]:
    """Every error that a person may read."""
    yield kind
    for child in kind.__subclasses__():
        yield from errors(child)


@cache
def public_files() -> frozenset[str]:
    """The files of the program that the public side comes to by its imports."""
    graph = grimp.build_graph("ombuds", cache_dir=None)
    found = {name for name in graph.modules if f"{name}.".startswith(tuple(f"{room}." for room in PUBLIC_ROOMS))} | {PUBLIC_RENDERER}
    fresh = set(found)
    while fresh:
        fresh = {target for name in fresh for target in graph.find_modules_directly_imported_by(name)} - found
        found |= fresh
    return frozenset(f"{name.removeprefix('ombuds.').replace('.', '/')}.py" for name in found)


def is_public(file: str) -> bool:
    """Whether readers and sources may see what stands in this file."""
    return (file.startswith(TEMPLATES) and not file.startswith(DESK_TEMPLATES)) or file in public_files()


def wanted(language: str = "en") -> Catalog:
    """Every sentence that this language needs, with the files it stands in."""
    every = _every()
    if language in WHOLE:
        return every
    needed = Catalog(project="ombuds", charset="utf-8")
    for message in every:
        locations = [place for place in message.locations if is_public(place[0])]
        if message.id and locations:
            needed.add(message.id, locations=locations)
    return needed


def _every() -> Catalog:
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
    for message in wanted(code):
        if message.id:
            known = kept.get(message.id)
            fresh.add(message.id, known.string if known else None, locations=message.locations)
    out = BytesIO()
    write_po(out, fresh, width=118, omit_header=True, sort_output=True)
    path_of(code).write_text(header(code) + out.getvalue().decode(), encoding="utf-8")


def header(code: str) -> str:
    """The few header fields that matter; the usual rest would change with every clock and person."""
    plural = PLURALS.get(code, Catalog(locale=code).plural_forms)
    start = path_of(code).read_text(encoding="utf-8").split('msgid ""', 1)[0]
    fields = ("Content-Type: text/plain; charset=utf-8", f"Language: {code}", f"Plural-Forms: {plural}")
    return start + 'msgid ""\nmsgstr ""\n' + "".join(f'"{field}\\n"\n' for field in fields) + "\n"


if __name__ == "__main__":
    for language in LANGUAGES:
        refresh(language)

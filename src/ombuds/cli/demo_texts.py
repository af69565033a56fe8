# SPDX-License-Identifier: AGPL-3.0-or-later
"""The invented publications of a demonstration: one file each in demo_stories/, told in the order of their names, and a campaign.

Their days are counted from the day of the founding ("@-12" is twelve days before it), and what is said in several languages
stands side by side under the names of the languages. Here both become a Content. It publishes nothing. See
spec/demonstration.md.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from importlib import resources

import msgspec

from ombuds.core.content import Content, Said, Words

LANGUAGES = ("en", "ru", "ar")
DAY = re.compile(r"@(-?\d+)")


class Drawn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The drawing beside a text: whom to credit, and what it shows."""

    credit: str
    shows: Words


class Piece(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One publication: who proposes it, who signs it too, and which earlier piece it corrects or belongs to."""

    by: str
    signed_with: str = msgspec.field(name="with")
    content: Content
    follows: str = ""
    story: str = ""
    pinned: int = 0
    picture: Drawn | None = None


def pieces(founded: date) -> dict[str, Piece]:
    """Return the publications by name, in the order in which they are told."""
    folder = resources.files("ombuds.cli") / "demo_stories"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".json")), key=lambda file: file.name)
    return {file.name.removesuffix(".json"): _piece(file.read_bytes(), founded) for file in files}


def campaign_piece(founded: date) -> Piece:
    """Return the campaign, without its wall and its moderation identity, which its maker's desk chooses."""
    return _piece((resources.files("ombuds.cli") / "demo_campaign" / "campaign.json").read_bytes(), founded)


def _piece(content: bytes, founded: date) -> Piece:
    return msgspec.convert(_spelled(msgspec.json.decode(content), founded), Piece)


def _spelled(value: object, founded: date) -> object:
    """Spell out what a file says in short: days, paragraphs, and the languages of a text."""
    if isinstance(value, list):
        return [_spelled(each, founded) for each in value]
    if isinstance(value, dict):
        if value and set(value) <= set(LANGUAGES):
            return [_told(language, value[language]) for language in LANGUAGES if language in value]
        return {name: _spelled(each, founded) for name, each in value.items()}
    day = DAY.fullmatch(value) if isinstance(value, str) else None
    return (founded + timedelta(days=int(day.group(1)))).isoformat() if day else value


def _told(language: str, value: object) -> object:
    if isinstance(value, dict):
        return {**value, "language": language, "body": "\n\n".join(value["body"])}
    return msgspec.to_builtins(Said(language, str(value)))

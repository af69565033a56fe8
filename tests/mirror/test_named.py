# SPDX-License-Identifier: AGPL-3.0-or-later
"""A saved page of a campaign proves who supports it with a name, and what was posted elsewhere, word for word (T18)."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import msgspec
import pytest

from ombuds.core.errors import ContentChanged
from ombuds.core.terms import Elsewhere, Named
from ombuds.mirror.page import check_saved
from ombuds.pages.render import Renderer
from tests.core.pictures import picture_of, png, said
from tests.server.campaigns import LANGUAGES, begin_with, text_of
from tests.server.institution import Institution, found

DAY = date(2026, 3, 4)
NAMED = Named("Ilya Orlov", said("Retired captain", *LANGUAGES), said("He is an honest man.", *LANGUAGES), DAY, 0)
POST = Elsewhere("Mastodon", "https://social.example/@ilya/1", "@ilya", DAY, said("A badge on a table", *LANGUAGES))


@pytest.fixture
def here(tmp_path: Path) -> Institution:
    """A desk with its server."""
    return found(tmp_path / "server")


def saved(here: Institution, folder: Path, old: str = "", new: str = "", language: str = "en") -> Path:
    """Save a campaign's page with its proof and its portrait, which is the first of two pictures, with something written over in it."""
    pictures = (picture_of(png(), *LANGUAGES), picture_of(png(grey=7), *LANGUAGES))
    campaign = begin_with(here, msgspec.structs.replace(text_of(named=(NAMED,), elsewhere=(POST,)), pictures=pictures))
    with here.client() as client:
        page, proof = client.get(f"/{language}/campaigns/{campaign.id}").text, client.get(f"/stories/{campaign.id}.proof")
    here.parts.store.close()
    portrait = re.search(r'src="(/pictures/[^"]*1[.]1[.]png)"', page)
    assert old in page and portrait
    (folder / "page.html").write_text(page.replace(old, new).replace(portrait[1], "1.1.png"), encoding="utf-8")
    (folder / f"{campaign.id}.proof").write_bytes(proof.content)
    (folder / "1.1.png").write_bytes(png())
    return folder / "page.html"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_with_names_is_verified(here: Institution, tmp_path: Path, language: str) -> None:
    """A page with a name, a portrait and a post elsewhere verifies, with the portrait's file wherever it stands among the pictures."""
    checked = check_saved(saved(here, tmp_path, language=language), Renderer())
    assert (checked.language, checked.pictures) == (language, 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Ilya Orlov", "Ilya Petrov"),
        ("He is an honest man.", "He is a thief."),
        ("A grey gate", "A barred window"),
        ("social.example/@ilya", "social.example/@boris"),
        ("A badge on a table", "A flag"),
        ("Elsewhere, not counted", "Elsewhere, counted"),
    ],
)
def test_a_changed_name_is_found_out(here: Institution, tmp_path: Path, old: str, new: str) -> None:
    """A page in which somebody was given another name, other words or another address does not verify."""
    page = saved(here, tmp_path, old, new)
    with pytest.raises(ContentChanged):
        check_saved(page, Renderer())


def test_another_portrait_is_found_out(here: Institution, tmp_path: Path) -> None:
    """A page whose portrait is another file does not verify."""
    page = saved(here, tmp_path)
    (tmp_path / "1.1.png").write_bytes(png(grey=9))
    with pytest.raises(ContentChanged):
        check_saved(page, Renderer())

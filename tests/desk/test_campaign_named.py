# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk's form of a campaign keeps who supports with a name and what was posted elsewhere, line by line, and takes them off (T26)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ombuds.core.content import Said
from ombuds.core.terms import Elsewhere, Named, Terms
from ombuds.desk.campaign.campaigns import campaign
from ombuds.desk.release.approving import approve, waiting
from tests.desk.campaigns import Running, begin
from tests.desk.desks import TODAY, World, institution
from tests.desk.screens import Browser, browser_at
from tests.desk.test_campaign_form import TEXT
from tests.media.corpus import photo

Fields = dict[str, str | list[str]]
NAMED: Fields = {
    "named_name": "Ilya Orlov",
    "named_role": "Retired captain",
    "named_quotation": "He is an honest man.",
    "named_portrait": "",
    "named_since": "2026-03-01",
}
ELSEWHERE: Fields = {
    "elsewhere_network": "Mastodon",
    "elsewhere_url": "https://social.example/1",
    "elsewhere_credit": "@ilya",
    "elsewhere_day": "2026-03-02",
    "elsewhere_shows": "A badge on a table",
    "elsewhere_archive": "",
}
EVERYTHING: Fields = {**TEXT, **NAMED, **ELSEWHERE}
PERSON = Named("Ilya Orlov", (Said("en", "Retired captain"),), (Said("en", "He is an honest man."),), TODAY.replace(day=1))
POST = Elsewhere("Mastodon", "https://social.example/1", "@ilya", TODAY.replace(day=2), (Said("en", "A badge on a table"),))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A desk of three members."""
    with institution(tmp_path) as founded:
        yield founded


@pytest.fixture
def anna(world: World) -> Browser:
    """Anna's browser at her desk."""
    return browser_at(world, world["anna"])


def signed(world: World) -> Terms:
    """Let Boris sign what Anna asked about, and return the terms that are public."""
    (asked,) = waiting(world["anna"])
    world.sync("boris")
    approve(world["boris"], asked.hash)
    world.sync()
    world.sync()
    return campaign(world["vera"], asked.subject).terms


@pytest.mark.parametrize("kind", ["named", "elsewhere"])
def test_a_line_is_added_and_taken_out(anna: Browser, kind: str) -> None:
    """A button without script adds a line and keeps what was written; another takes the right line out."""
    more = anna.press("/publish/campaign", {**EVERYTHING, "do": f"more-{kind}"}).text
    less = anna.press("/publish/campaign", {**EVERYTHING, "do": f"less-{kind}-1"}).text
    told = ("Ilya Orlov", "https://social.example/1")
    assert (f'value="less-{kind}-2"' in more, [each in more for each in told]) == (True, [True, True])
    assert [f'value="{each}"' in less for each in told] == [kind != "named", kind != "elsewhere"]


def test_what_stood_in_the_fields_is_signed(world: World, anna: Browser) -> None:
    """A person and a post elsewhere are public as they stood in the form; an empty line is left out."""
    empty: Fields = {name: [value, ""] for name, value in NAMED.items() if isinstance(value, str)}
    anna.press("/publish/campaign", {**EVERYTHING, **empty, "do": "propose"})
    terms = signed(world)
    assert (terms.named, terms.elsewhere) == ((PERSON,), (POST,))


def test_the_preview_shows_them(anna: Browser) -> None:
    """The preview is the article that readers will see, with the name and what is not counted."""
    page = anna.press("/publish/campaign", {**EVERYTHING, "do": "preview"}).text
    assert "<bdi>Ilya Orlov</bdi>" in page and "Elsewhere, not counted" in page


@pytest.mark.parametrize(("field", "value"), [("named_role", ""), ("named_name", ""), ("elsewhere_url", "http://social.example/1"), ("elsewhere_shows", "")])
def test_what_does_not_hang_together_is_not_proposed(world: World, anna: Browser, field: str, value: str) -> None:
    """A person without a role, or a post without an address that is secure, comes back with everything that was written."""
    page = anna.press("/publish/campaign", {**EVERYTHING, field: value, "do": "propose"}).text
    assert ("does not hang together yet" in page, "He is an honest man." in page, waiting(world["anna"])) == (True, True, [])


def test_a_public_campaign_keeps_them_and_takes_a_name_off(world: World) -> None:
    """The form of a public campaign shows its people; a version without one is the withdrawal."""
    running: Running = begin(world, named=(PERSON,), elsewhere=(POST,))
    browser = browser_at(world, world["anna"])
    page = browser.open(f"/publish/campaign?subject={running.id}&change=correction").text
    assert 'value="Ilya Orlov"' in page and 'value="https://social.example/1"' in page
    browser.press(
        "/publish/campaign",
        {
            **TEXT,
            **ELSEWHERE,
            "subject": running.id,
            "change": "correction",
            "correction": "A name was taken off.",
            "ranks": "Officer\nSergeant",
            "regions": "North\nSouth",
            "do": "propose",
        },
    )
    terms = signed(world)
    assert (terms.named, terms.elsewhere) == ((), (POST,))


def test_a_portrait_is_a_picture_of_the_draft(world: World, anna: Browser) -> None:
    """A picture that was added to the draft can be chosen as a portrait, and is found by its place among the pictures."""
    assert str(anna.press("/publish/campaign", {**EVERYTHING, "do": "picture"}).url).endswith("/picture")
    (kept,) = world["anna"].vault.drafts()
    data = {"token": anna.mark(), "credit": "Photo: Vera", "shows-0": "A man at a gate"}
    anna.client.post(f"/publish/{kept.id}/picture", data=data, files={"file": ("gate.jpg", photo(), "image/jpeg")})
    picture = world["anna"].vault.draft(kept.id).content.pictures[0]
    rows: Fields = {f"picture_{name}": str(getattr(picture, name)) for name in ("sha256", "type", "width", "height", "credit")}
    page = anna.open(f"/publish/campaign?draft={kept.id}").text
    anna.press(
        "/publish/campaign", {**EVERYTHING, **rows, "picture_shows": "A man at a gate", "named_portrait": picture.sha256, "id": kept.id, "do": "propose"}
    )
    assert (f'<option value="{picture.sha256}">' in page, signed(world).named[0].portrait) == (True, 0)


def test_no_line_is_lost_in_a_long_list(world: World, anna: Browser) -> None:
    """As many posts elsewhere as a campaign may have stand in its draft; one more is refused, and none is left out silently."""
    kept = [len(_posts(world, anna, many)) for many in (200, 201)]
    assert kept == [200, 0]


def _posts(world: World, anna: Browser, many: int) -> tuple[Elsewhere, ...]:
    lines = {name: [f"{value}{number}" if name == "elsewhere_url" else str(value) for number in range(many)] for name, value in ELSEWHERE.items()}
    anna.press("/publish/campaign", {**TEXT, **lines, "do": "save"})
    drafts = world["anna"].vault.drafts()
    found = drafts[0].content.terms if drafts else None
    for draft in drafts:
        world["anna"].vault.forget_draft(draft.id)
    return found.elsewhere if found else ()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A full story from the question to the reader: the source sees every part and the picture, leaves parts out, and readers can check."""

from __future__ import annotations

from base64 import b64encode

import pytest
from msgspec.structs import replace

from ombuds.core.consent import allowed
from ombuds.core.content import Claim, Content, RightOfReply, Said
from ombuds.core.errors import NoConsent
from ombuds.desk.casework.talk import ask_consent
from ombuds.desk.release.pictures import keep_picture
from tests.core.pictures import png
from tests.desk.desks import story
from tests.together import Asked, Case
from tests.world import World

HOSTILE = "</p><script>alert(1)</script> evil"


def _said(text: str) -> tuple[Said, ...]:
    return (Said("en", text),)


@pytest.fixture
def case(world: World) -> Case:
    """An opened report."""
    return world.desk.opens(world.officer.reports("beaten in custody"), together=["anna", "boris"])


def _full(world: World) -> Content:
    """A story with claims, a quotation, a right of reply, and a picture in Anna's vault."""
    day = world.calendar()
    picture = keep_picture(world["anna"], png(), "Photo: the desk", _said("A grey gate"))
    claims = (Claim("fact", _said("It was nine hours."), _said("The roster"), 2), Claim("inference", _said("The chief knew."), _said("His stamp"), 0))
    replies = (RightOfReply(_said("The ministry"), day, day),)
    return replace(story(), claims=claims, quotes=(_said("Sign, or go."),), replies=replies, pictures=(picture,))


def test_the_source_sees_every_part_and_the_picture(world: World, case: Case) -> None:
    """What is asked stands in the inbox as readers would see it, the picture's very pixels among it."""
    page = world.officer.reads_question(case.asks(_full(world))).html
    wanted = (
        "It was nine hours.",
        "The roster",
        "The chief knew.",
        "Sign, or go.",
        "The ministry",
        "Photo: the desk",
        "A grey gate",
        b64encode(png()).decode(),
    )
    assert [part for part in wanted if part not in page] == []


def test_a_picture_that_did_not_come_is_told(world: World, case: Case) -> None:
    """A question whose picture is not among its files says so, and shows its words alone."""
    whole = _full(world)
    ask_consent(world["anna"], case.id, whole, {whole.pictures[0].sha256: png(grey=9)})
    world.release()
    page = world.officer.reads_question(Asked(case, whole)).html
    assert ("A picture is named here and did not come with the question." in page, "data:image/png" in page, "A grey gate" in page) == (True, False, True)


def test_the_source_leaves_parts_out(world: World, case: Case) -> None:
    """Without one claim and the picture the story is published, without both, and everything of it can be checked."""
    asked = case.asks(_full(world))
    world.officer.agrees(asked, without=["claim-2", "picture-1"])
    published = world.desk.publishes(case, together=["anna", "vera"], content=allowed(asked.content, ("claim-2", "picture-1")))
    page = world.reader.sees(published.path)
    assert [part in page for part in ("It was nine hours.", "The chief knew.", "<img")] == [True, False, False]
    world.mirror.checks(published)


def test_with_all_parts_the_picture_is_public(world: World, case: Case) -> None:
    """A story to which the source agreed whole has its picture on the page, and the mirror checks it."""
    world.officer.agrees(case.asks(_full(world)))
    published = world.desk.publishes(case, together=["anna", "vera"])
    assert f'<img src="/pictures/{published.subject}/1.1.png"' in world.reader.sees(published.path)
    world.mirror.checks(published)


def test_another_picture_is_not_published(world: World, case: Case) -> None:
    """A picture that was exchanged after the source agreed is not even proposed."""
    asked = case.asks(_full(world))
    world.officer.agrees(asked)
    other = keep_picture(world["anna"], png(grey=9), "Photo: the desk", _said("A grey gate"))
    with pytest.raises(NoConsent):
        world.desk.publishes(case, together=["anna", "vera"], content=replace(asked.content, pictures=(other,)))


def test_hostile_words_stay_words_in_the_inbox(world: World, case: Case) -> None:
    """HTML and direction marks in the parts of a question become no element of the source's page."""
    evil = _said(HOSTILE)
    whole = _full(world)
    parts = replace(whole.pictures[0], credit=HOSTILE, shows=evil)
    claims = (Claim("fact", evil, evil, 1),)
    page = world.officer.reads_question(case.asks(replace(whole, claims=claims, quotes=(evil,), pictures=(parts,)))).html
    assert ("<script>alert" in page, "\u202e" in page) == (False, False)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The case's screen tells the truth at each step towards being public, and offers only what makes sense next."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape

import pytest

from ombuds.desk.casework.notes import close
from ombuds.desk.casework.talk import ask_consent
from ombuds.desk.pages.tour import to_the_text
from ombuds.desk.release.approving import approve, refuse
from ombuds.desk.release.draft import save_draft
from ombuds.desk.release.prepare import propose_story
from tests.desk.desks import World, institution, opened, story
from tests.desk.screens import browser_at
from tests.desk.test_release import agreed

DAY = "4 March 2026"
READ, WRITE, SIGN = "Read it as readers will, then ask the source", "Write a draft", "To the text that the members sign"
BEING_WRITTEN = "Draft being written"
# What each state's screen says, and what it does not.
TOLD = {
    "new": ((WRITE, "Consent not asked"), (READ, SIGN, BEING_WRITTEN, "The source was asked")),
    "begun": ((READ, BEING_WRITTEN), (SIGN, "The source was asked")),
    "asked": ((f"The source was asked on {DAY}. The answer comes with a message.",), (READ, WRITE, SIGN, BEING_WRITTEN)),
    "agreed": ((f"The source agreed on {DAY} to this text without:", "The region", SIGN), (READ, WRITE, BEING_WRITTEN)),
    "signing": (("Waiting for signatures: 1 of 2 have signed.",), (READ, WRITE, SIGN, BEING_WRITTEN)),
    "stopped": (("A member stopped it. It can be asked again.", SIGN), ("Waiting for signatures", BEING_WRITTEN)),
    "published": ((f"Published on {DAY}.", "The public page", "Consent given, without some items"), (READ, WRITE, SIGN, BEING_WRITTEN, "Waiting for sign")),
    "taken back": ((f"The source took the consent back on {DAY}.", f"Published on {DAY}.", "Take it down"), (READ, WRITE, SIGN)),
    "closed": ((f"Published on {DAY}.", "Closed"), (READ, WRITE, SIGN, '<button class="danger">Close the case')),
}


@pytest.fixture(scope="module")
def screens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """One case is walked from its opening to its closing, and its screen is kept at each state."""
    with institution(tmp_path_factory.mktemp("standing")) as world:
        yield dict(_walked(world))


def _walked(world: World) -> Iterator[tuple[str, str]]:
    source = world.source()
    case = opened(world, source)
    anna, boris, at_anna = world["anna"], world["boris"], browser_at(world, world["anna"])

    def seen() -> str:
        return unescape(at_anna.open(f"/cases/{case}").text)

    yield "new", seen()
    save_draft(anna, story(), case)
    yield "begun", seen()
    ask_consent(anna, case, story())
    yield "asked", seen()
    world.release()
    source.answers("agree", ("region",))
    world.sync()
    yield "agreed", seen()
    stopped = propose_story(anna, case, story(region=""), "consent")
    yield "signing", seen()
    world.sync("boris")
    refuse(boris, stopped, "Wait until tomorrow.")
    world.sync("anna")
    yield "stopped", seen()
    again = propose_story(anna, case, story(region=""), "consent")
    world.sync("boris")
    approve(boris, again)
    world.sync()
    yield "published", seen()
    source.answers("revoke")
    world.sync()
    yield "taken back", seen()
    close(anna, case, "It is over.")
    yield "closed", seen()


@pytest.mark.parametrize("state", TOLD)
def test_each_state_is_told_as_it_is(screens: dict[str, str], state: str) -> None:
    """The screen says what is so in this state, and neither says nor offers what belongs to another."""
    said, unsaid = TOLD[state]
    assert ([one for one in said if one not in screens[state]], [one for one in unsaid if one in screens[state]]) == ([], [])


@pytest.mark.parametrize(("said", "told"), [("refuse", "The source refused on"), ("close", "No earlier consent counts")])
def test_a_no_is_told_and_another_text_offered(world: World, said: str, told: str) -> None:
    """After a refusal or a close the screen says so; the text is no longer for the members to sign."""
    source = world.source()
    case = opened(world, source)
    ask_consent(world["anna"], case, story())
    world.release()
    source.writes("", close=True) if said == "close" else source.answers("refuse")
    world.sync()
    text = browser_at(world, world["anna"]).open(f"/cases/{case}").text
    assert told in text and SIGN not in text


def test_an_agreement_is_told_beside_what_the_source_wrote(world: World) -> None:
    """While the answer of the source is unread, Today says already that the members are to be asked, and leads to the text."""
    case = agreed(world, world.source(), story())
    today = unescape(browser_at(world, world["anna"]).open("/").text)
    assert "The source wrote." in today and "The source agreed; ask the members to sign." in today and f'href="/publish?case={case}"' in today


def test_the_fifth_step_leads_to_the_text_that_is_to_be_signed(world: World) -> None:
    """The step leads to the editor, and to the text itself once its source has agreed, until the members are asked."""
    anna, before = world["anna"], to_the_text(world["anna"])
    case = agreed(world, world.source(), story())
    ready = to_the_text(anna)
    propose_story(anna, case, story(), "consent")
    assert (before, ready, to_the_text(anna)) == ("/publish", f"/publish?case={case}", "/publish")


def test_the_public_address_is_shown_and_leads_nowhere(screens: dict[str, str]) -> None:
    """The screen names the address of the public page; only a demonstration's desk links to it."""
    assert "http://127.0.0.1:8080/en/stories/" in screens["published"] and 'href="http' not in screens["published"]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A post that a browser seals: nothing readable leaves the page, and whatever fails loses nothing and counts nothing twice (T02, T10)."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from ombuds.core.keys import hash_of
from ombuds.core.source_keys import derive
from ombuds.core.words import read_words
from tests.browser.browsers import watch, window
from tests.browser.campaigning import BOX, EXACT, FORM, KEPT, Running, confirmed_of, fill, own_words
from tests.browser.hands import ChromiumHands
from tests.browser.wire import Wire, leaks
from tests.media.corpus import CANARY, heif


def test_nothing_readable_leaves_the_page(campaign: Running, supporter: ChromiumHands, crossing: Wire, photograph: Path) -> None:
    """In everything that the browser says stand neither sentence nor photograph nor its name nor what it shows nor the words, and it asks nobody else."""
    own, seen = own_words(), watch(supporter.page)
    fill(supporter, own, photograph)
    supporter.write("[data-part=shows]", "A badge on paper.")
    supporter.push("details:has([name=receipt]) summary")
    supporter.tick("[name=receipt][value='1']")
    supporter.push(FORM)
    supporter.wait(EXACT)
    confirmed = confirmed_of(supporter.page)
    supporter.push(EXACT)
    supporter.wait(".words li")
    words = supporter.texts(".words li")
    entropy = read_words(" ".join(words))
    keys = derive(entropy, campaign.campaign.here.charter.instance_id)
    twos = [f"{one} {two}" for one, two in zip(words, words[1:], strict=False)]
    original = photograph.read_bytes()
    pieces = [content[at : at + 24] for content in (confirmed, original) for at in range(700, len(content) - 24, 4001)]
    secrets: list[str | bytes] = [own, "A badge on paper.", photograph.name, CANARY, *twos, entropy, keys.withdrawal, *pieces]
    [pending] = campaign.of(own)
    assert pending.withdraw == hash_of(keys.withdrawal)
    assert crossing.counted(b"POST /api/reports ") == 1 and crossing.counted(b"POST /") == 1
    assert [(secret, found) for secret in secrets if (found := leaks(bytes(crossing.said), secret))] == []
    assert ([said for said in seen.said if "error" in said], seen.hosts()) == ([], {crossing.address.split("//")[1]})


def test_the_plain_form_is_found_to_say_the_sentence(campaign: Running, browser: Browser, crossing: Wire) -> None:
    """Without workers the plain form is sent as it is and found to say the sentence, so that the search can be believed."""
    own = own_words()
    with window(browser, True, 360) as hands:
        hands.page.add_init_script("delete window.Worker")
        hands.open(crossing.address + campaign.path)
        hands.write("#own", own)
        hands.press(FORM)
        assert "as it is" in leaks(bytes(crossing.said), own) and hands.sees(KEPT)


def test_a_lost_line_is_waited_out(campaign: Running, supporter: ChromiumHands, crossing: Wire) -> None:
    """When the line is cut before the post is acknowledged, the page says so, waits, and sends the same post once."""
    own = own_words()
    fill(supporter, own)
    supporter.push(FORM)
    supporter.wait(EXACT)
    crossing.cut()
    supporter.push(EXACT)
    supporter.wait("[data-going=waiting]")
    crossing.mend()
    supporter.wait(KEPT)
    assert len(campaign.of(own)) == 1


def test_back_from_what_was_shown_keeps_everything(supporter: ChromiumHands, crossing: Wire, photograph: Path) -> None:
    """Back from the picture that would be sent leads to the form with its sentence, its photograph and its boxes, and nothing was sent."""
    own = own_words()
    fill(supporter, own, photograph)
    supporter.push("[data-do=cover]")
    supporter.push(FORM)
    supporter.wait(EXACT)
    supporter.page.go_back()
    supporter.wait(FORM)
    assert (supporter.page.locator("#own").input_value(), supporter.page.locator(BOX).count(), crossing.counted(b"POST ")) == (own, 1, 0)


def test_a_kind_that_only_the_server_opens_is_said(supporter: ChromiumHands, crossing: Wire, tmp_path: Path) -> None:
    """A photograph that the browser cannot open is said to go to the server, and the form then sends it there."""
    file = tmp_path / "photo.heic"
    file.write_bytes(heif())
    supporter.tick("[name=kind][value=photo]")
    supporter.attach("#photograph", [file])
    supporter.wait("[data-state=failed]")
    said = supporter.texts("[data-state=failed]")[0]
    supporter.press(FORM)
    assert "A server that is being watched at that moment could still see it" in said
    assert crossing.counted(b"POST /en/campaigns/") == 1


def test_a_worker_that_breaks_gives_the_plain_form(campaign: Running, browser: Browser, crossing: Wire) -> None:
    """When the worker that seals breaks, a sentence says what the server will see, all that was written is there, and the plain form sends it."""
    own = own_words()
    with window(browser, True, 360) as hands:
        hands.page.add_init_script("window.Worker = class extends Worker { constructor(_, how) { super('/static/none.js', how); } };")
        hands.open(crossing.address + campaign.path)
        hands.write("#own", own)
        hands.wait(".trouble:has-text('could not seal the post by itself')")
        assert hands.page.locator("#own").input_value() == own
        hands.press(FORM)
        assert hands.sees(KEPT) and "as it is" in leaks(bytes(crossing.said), own)


@pytest.mark.parametrize("wrong", ["empty", "none"])
def test_what_is_lacking_is_said(wrong: str, supporter: ChromiumHands, crossing: Wire) -> None:
    """A form without a sentence, and a photograph that was not chosen, are told beside the form, and nothing is sent."""
    if wrong == "none":
        supporter.tick("[name=kind][value=photo]")
    else:
        supporter.page.evaluate("document.querySelectorAll('[name=sentence]').forEach((it) => { it.checked = false; })")
    supporter.push(FORM)
    supporter.wait(".trouble")
    assert crossing.counted(b"POST ") == 0


def test_the_same_form_is_one_post(campaign: Running, supporter: ChromiumHands, crossing: Wire) -> None:
    """A post whose acknowledgement cannot be read, sent again by the plain form, is said to be received already and counts once."""
    own = own_words()
    fill(supporter, own)
    crossing.answers = lambda piece: piece.replace(b'{"v":1,"id":"', b'{"v":1,"at":"')
    supporter.push(FORM)
    supporter.wait(EXACT)
    supporter.push(EXACT)
    supporter.wait(".trouble:has-text('could not seal the post by itself')")
    supporter.press(FORM)
    assert "received already" in " ".join(supporter.texts(".trouble"))
    assert len(campaign.of(own)) == 1

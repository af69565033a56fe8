# SPDX-License-Identifier: AGPL-3.0-or-later
"""A campaign is joined in a browser: what moderators open is what its supporter confirmed, whatever hand drew the boxes (T13, T14)."""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser

from ombuds.core.keys import hash_of
from ombuds.core.pictures import shape_of
from tests.browser.browsers import firefox
from tests.browser.campaigning import BOX, EXACT, FORM, KEEPS, KEPT, LAST, READY, SEALS, Running, confirmed_of, fill, own_words, send
from tests.browser.hands import ChromiumHands
from tests.media.corpus import CANARY


def test_a_drawn_badge_is_joined(campaign: Running, supporter: ChromiumHands) -> None:
    """What the supporter saw before sending is what a moderator opens: badge, sentence, rank; and the region beside it."""
    own = own_words()
    fill(supporter, own)
    supporter.push("details:has(#rank) summary")
    supporter.write("#rank", "1")
    supporter.write("#region", "0")
    supporter.push(FORM)
    supporter.wait(EXACT)
    shown = supporter.names("[data-part=picture]", "src")[0], supporter.texts("[data-part=sentence]")[0], supporter.texts("[data-part=rank]")[0]
    supporter.push(EXACT)
    supporter.wait(KEPT)
    [pending] = campaign.of(own)
    assert shown == (f"/badges/{pending.post.badge}.svg", own, "Sergeant (en)")
    assert (pending.post.rank, pending.region, pending.mode, pending.post.kind) == (1, 0, "browser", "badge")


def test_an_offered_sentence_keeps_its_language(campaign: Running, supporter: ChromiumHands) -> None:
    """A sentence that was offered is sent as it stands in the page, under the language that it is in."""
    send(supporter)
    assert ("I serve, and I stand with him. (en)", "en") in {(each.post.sentence, each.post.language) for each in campaign.sent()}


def test_the_moderators_get_the_confirmed_picture(campaign: Running, supporter: ChromiumHands, photograph: Path) -> None:
    """A photograph that tells a place is shown with what it would have told, and what a moderator opens is the picture that was confirmed, of points alone."""
    own = own_words()
    fill(supporter, own, photograph)
    told, named = " ".join(supporter.texts("[data-part=told] dd")), supporter.texts("[data-part=told] dt")
    supporter.write("[data-part=shows]", "A badge on paper.")
    supporter.push(FORM)
    supporter.wait(EXACT)
    confirmed = confirmed_of(supporter.page)
    supporter.push(EXACT)
    supporter.wait(KEPT)
    [pending] = campaign.of(own)
    assert CANARY in told and named[:2] == ["Place (latitude, longitude)", "Serial number"]  # the worst first
    assert [hash_of(each) for each in pending.files[:1]] == [hash_of(confirmed)]
    assert [shape_of(each).type for each in pending.files] == ["jpeg", "jpeg"]
    assert len(pending.near) == 16 and pending.post.shows == "A badge on paper." and CANARY.encode() not in b"".join(pending.files)


def test_what_lies_under_a_box_is_black(campaign: Running, supporter: ChromiumHands, photograph: Path) -> None:
    """A box that was drawn with the mouse over the middle is solid black in what is sent, large and small."""
    own = own_words()
    fill(supporter, own, photograph)
    supporter.page.locator(".cover").scroll_into_view_if_needed()
    frame = supporter.page.locator(".cover").bounding_box()
    assert frame
    supporter.page.mouse.move(frame["x"] + 0.3 * frame["width"], frame["y"] + 0.3 * frame["height"])
    supporter.page.mouse.down()
    supporter.page.mouse.move(frame["x"] + 0.7 * frame["width"], frame["y"] + 0.7 * frame["height"], steps=4)
    supporter.page.mouse.up()
    send(supporter)
    [pending] = campaign.of(own)
    for content in pending.files:
        with Image.open(BytesIO(content)) as image:
            wide, high = image.size
            inside = image.convert("L").crop((round(0.35 * wide), round(0.35 * high), round(0.65 * wide), round(0.65 * high)))
            assert inside.getextrema()[1] < 16  # type: ignore[operator]


def test_a_box_is_drawn_by_touch(browser: Browser, campaign: Running, photograph: Path) -> None:
    """A finger that taps the picture puts a box there, and the page does not scroll away under it."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    try:
        hands = ChromiumHands(context.new_page())
        hands.open(campaign.server + campaign.path)
        hands.wait(SEALS)
        fill(hands, own_words(), photograph)
        hands.page.locator(".cover").tap(position={"x": 100, "y": 100})
        hands.wait(BOX)
        assert hands.page.locator(BOX).count() == 1
        assert hands.page.locator(".cover").evaluate("it => getComputedStyle(it).touchAction") == "none"
    finally:
        context.close()


def test_a_box_is_taken_away_by_touch(browser: Browser, campaign: Running, photograph: Path) -> None:
    """Of two boxes a finger takes the chosen one away with the button beside it, which is 44 points wide and high, and then the other one."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    try:
        hands = ChromiumHands(context.new_page())
        hands.open(campaign.server + campaign.path)
        hands.wait(SEALS)
        fill(hands, own_words(), photograph)
        for place in (80, 200):
            hands.page.locator(".cover").tap(position={"x": place, "y": 100})
        first, away = hands.page.locator(BOX).first, hands.page.locator(".cover .away")
        first.tap()
        before, reach = first.bounding_box(), away.bounding_box()
        away.tap()
        left = hands.page.locator(BOX).first.bounding_box()
        assert before and left and reach and left["x"] > before["x"] and min(reach["width"], reach["height"]) >= 44
        away.tap()
        assert (hands.page.locator(BOX).count(), away.count()) == (0, 0)
    finally:
        context.close()


def test_what_was_missing_is_no_longer_said_once_it_is_there(campaign: Running, supporter: ChromiumHands, photograph: Path) -> None:
    """Whoever pushes the button without a photograph reads that none was chosen, and after choosing one does not read it any more."""
    supporter.write("#own", own_words())
    supporter.tick("[name=kind][value=photo]")
    supporter.push(FORM)
    supporter.wait(".trouble:has-text('No photograph was chosen.')")
    supporter.attach("#photograph", [photograph])
    supporter.wait(f"{READY} .cover img")
    assert not supporter.page.get_by_text("No photograph was chosen.").is_visible()


def test_a_phone_shows_first_what_becomes_public(campaign: Running, supporter: ChromiumHands, photograph: Path) -> None:
    """On a phone the picture that would become public begins in the upper half of the screen, under the way home."""
    supporter.page.set_viewport_size({"width": 360, "height": 740})
    fill(supporter, own_words(), photograph)
    supporter.push(FORM)
    supporter.wait(EXACT)
    picture = supporter.page.locator(".exact img").bounding_box()
    assert picture and picture["y"] < 370 and supporter.page.locator(".brand").is_visible()


def test_a_campaign_is_joined_by_keyboard_alone(campaign: Running, supporter: ChromiumHands, photograph: Path) -> None:
    """With keys alone a box is added, moved, sized, another one taken away, and the post is sent."""
    page, own = supporter.page, own_words()
    page.locator("[name=kind][value=badge]").focus()
    page.keyboard.press("ArrowDown")
    supporter.attach("#photograph", [photograph])
    supporter.wait(f"{READY} .cover img")
    page.locator("#own").focus()
    page.keyboard.type(own)
    page.locator("[data-do=cover]").focus()
    page.keyboard.press("Enter")
    before = page.locator(BOX).bounding_box()
    for key in ("ArrowRight", "ArrowDown", "Shift+ArrowRight", "Shift+ArrowDown"):
        page.keyboard.press(key)
    after = page.locator(BOX).bounding_box()
    page.locator("[data-do=cover]").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Delete")
    assert before and after and after["x"] > before["x"] and after["width"] > before["width"] and page.locator(BOX).count() == 1
    page.locator(FORM).focus()
    page.keyboard.press("Enter")
    supporter.wait(EXACT)
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.do") == "send":
            break
    page.keyboard.press("Enter")
    supporter.wait(KEPT)
    assert [len(each.files) for each in campaign.of(own)] == [2]


@pytest.mark.parametrize("at", ["form", "ready", "exact", "kept"])
def test_each_screen_is_accessible(at: str, campaign: Running, supporter: ChromiumHands, photograph: Path) -> None:
    """axe finds nothing on any screen of the form that seals."""
    if at != "form":
        fill(supporter, own_words(), photograph)
        supporter.push("[data-do=cover]")
    if at in ("exact", "kept"):
        supporter.push(FORM)
        supporter.wait(EXACT)
    if at == "kept":
        supporter.push(EXACT)
        supporter.wait(KEPT)
    assert [each["id"] for each in Axe().run(supporter.page).response["violations"]] == []


RESISTING: dict[str, str | int | bool] = {"privacy__resistFingerprinting": True}


def test_firefox_joins_while_it_resists_fingerprinting(campaign: Running, tmp_path: Path, photograph: Path) -> None:
    """Firefox with privacy.resistFingerprinting, where a canvas gives noise, joins with a photograph, and the moderators get that picture."""
    own = own_words()
    with firefox(tmp_path / "fox", **RESISTING) as hands:
        hands.open(campaign.server + campaign.path)
        hands.wait("#join .seen")
        hands.fox.execute_script(KEEPS, sandbox=None)
        fill(hands, own, photograph)
        told = " ".join(hands.texts("[data-part=told] dd"))
        hands.push(FORM)
        hands.wait(EXACT)
        confirmed = b64decode(hands.fox.execute_async_script(f"const done = arguments[0]; ({LAST})().then(done);", sandbox=None))
        hands.push(EXACT)
        hands.wait("[data-part=receipt] ~ p a.button")
    [pending] = campaign.of(own)
    assert CANARY in told and hash_of(pending.files[0]) == hash_of(confirmed)
    with Image.open(BytesIO(confirmed)) as made, Image.open(photograph) as original:
        assert made.size[0] == 1080
        small, wanted = (each.convert("RGB").resize((8, 6), Image.Resampling.BOX) for each in (made, original))
        apart = [abs(one - other) for one, other in zip(small.tobytes(), wanted.tobytes(), strict=True)]
        assert max(apart) < 40

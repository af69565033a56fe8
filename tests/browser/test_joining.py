# SPDX-License-Identifier: AGPL-3.0-or-later
"""A campaign is joined in a browser that makes the picture and seals the post: nothing readable leaves the page (T02, T10, T13, T14)."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page

from ombuds.core.keys import hash_of, random_id
from ombuds.core.pictures import shape_of
from ombuds.core.posts import Pending
from ombuds.core.source_keys import derive
from ombuds.core.words import read_words
from tests.browser.browsers import firefox, watch, window
from tests.browser.campaigning import EXACT, FORM, KEEPS, LAST, READY, SEALS, Running, fill, running
from tests.browser.hands import ChromiumHands
from tests.browser.wire import Wire, leaks, wire
from tests.media.corpus import CANARY, heif, photo

KEPT = "h1:has-text('You have joined')"
BOX = ".cover .box"


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A campaign on a server."""
    with running(tmp_path_factory.mktemp("campaign") / "server") as made:
        yield made


@pytest.fixture
def line(campaign: Running) -> Iterator[Wire]:
    """A line to that server that keeps what is said, and can hold it or cut it."""
    with wire(campaign.server) as made:
        yield made


@pytest.fixture
def hands(browser: Browser, campaign: Running, line: Wire) -> Iterator[ChromiumHands]:
    """A supporter with a telephone, at the form that seals."""
    with window(browser, True, 360) as made:
        made.page.add_init_script(KEEPS)
        made.open(line.address + campaign.path)
        made.wait(SEALS)
        yield made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A photograph that tells where it was taken."""
    made = tmp_path / "badge-7781.jpg"
    made.write_bytes(photo(1, 640, 480))
    return made


def _send(hands: ChromiumHands) -> None:
    hands.push(FORM)
    hands.wait(EXACT)
    hands.push(EXACT)
    hands.wait(KEPT)


def _own() -> str:
    return f"I stand with him, {random_id()}."


def _confirmed(page: Page) -> bytes:
    return b64decode(page.evaluate(LAST))


def _of(campaign: Running, sentence: str) -> list[Pending]:
    return [each for each in campaign.sent() if each.post.sentence == sentence]


def test_a_drawn_badge_is_joined(campaign: Running, hands: ChromiumHands) -> None:
    """What the supporter saw before sending is what a moderator opens: badge, sentence, rank; and the region beside it."""
    own = _own()
    fill(hands, own)
    hands.push("details:has(#rank) summary")
    hands.write("#rank", "1")
    hands.write("#region", "0")
    hands.push(FORM)
    hands.wait(EXACT)
    shown = hands.names("[data-part=picture]", "src")[0], hands.texts("[data-part=sentence]")[0], hands.texts("[data-part=rank]")[0]
    hands.push(EXACT)
    hands.wait(KEPT)
    [pending] = _of(campaign, own)
    assert shown == (f"/badges/{pending.post.badge}.svg", own, "Sergeant (en)")
    assert (pending.post.rank, pending.region, pending.mode, pending.post.kind) == (1, 0, "browser", "badge")


def test_an_offered_sentence_keeps_its_language(campaign: Running, hands: ChromiumHands) -> None:
    """A sentence that was offered is sent as it stands in the page, under the language that it is in."""
    _send(hands)
    assert ("I serve, and I stand with him. (en)", "en") in {(each.post.sentence, each.post.language) for each in campaign.sent()}


def test_the_moderators_get_the_confirmed_picture(campaign: Running, hands: ChromiumHands, file: Path) -> None:
    """A photograph that tells a place is shown with what it would have told, and what a moderator opens is the picture that was confirmed, of points alone."""
    own = _own()
    fill(hands, own, file)
    told = " ".join(hands.texts("[data-part=told] dd"))
    hands.write("[data-part=shows]", "A badge on paper.")
    hands.push(FORM)
    hands.wait(EXACT)
    confirmed = _confirmed(hands.page)
    hands.push(EXACT)
    hands.wait(KEPT)
    [pending] = _of(campaign, own)
    assert CANARY in told
    assert [hash_of(each) for each in pending.files[:1]] == [hash_of(confirmed)]
    assert [shape_of(each).type for each in pending.files] == ["jpeg", "jpeg"]
    assert len(pending.near) == 16 and pending.post.shows == "A badge on paper." and CANARY.encode() not in b"".join(pending.files)


def test_nothing_readable_leaves_the_page(campaign: Running, hands: ChromiumHands, line: Wire, file: Path) -> None:
    """In everything that the browser says stand neither sentence nor photograph nor its name nor what it shows nor the words, and it asks nobody else."""
    own, seen = _own(), watch(hands.page)
    fill(hands, own, file)
    hands.write("[data-part=shows]", "A badge on paper.")
    hands.push("details:has([name=receipt]) summary")
    hands.tick("[name=receipt]")
    hands.push(FORM)
    hands.wait(EXACT)
    confirmed = _confirmed(hands.page)
    hands.push(EXACT)
    hands.wait(".words li")
    words = hands.texts(".words li")
    entropy = read_words(" ".join(words))
    keys = derive(entropy, campaign.campaign.here.charter.instance_id)
    twos = [f"{one} {two}" for one, two in zip(words, words[1:], strict=False)]
    original = file.read_bytes()
    pieces = [content[at : at + 24] for content in (confirmed, original) for at in range(700, len(content) - 24, 4001)]
    secrets: list[str | bytes] = [own, "A badge on paper.", file.name, CANARY, *twos, entropy, keys.withdrawal, *pieces]
    [pending] = _of(campaign, own)
    assert pending.withdraw == hash_of(keys.withdrawal)
    assert line.counted(b"POST /api/reports ") == 1 and line.counted(b"POST /") == 1
    assert [(secret, found) for secret in secrets if (found := leaks(bytes(line.said), secret))] == []
    assert ([said for said in seen.said if "error" in said], seen.hosts()) == ([], {line.address.split("//")[1]})


def test_the_plain_form_is_found_to_say_the_sentence(campaign: Running, browser: Browser, line: Wire) -> None:
    """Without workers the plain form is sent as it is and found to say the sentence, so that the search can be believed."""
    own = _own()
    with window(browser, True, 360) as hands:
        hands.page.add_init_script("delete window.Worker")
        hands.open(line.address + campaign.path)
        hands.write("#own", own)
        hands.press(FORM)
        assert "as it is" in leaks(bytes(line.said), own) and hands.sees(KEPT)


def test_what_lies_under_a_box_is_black(campaign: Running, hands: ChromiumHands, file: Path) -> None:
    """A box that was drawn with the mouse over the middle is solid black in what is sent, large and small."""
    own = _own()
    fill(hands, own, file)
    hands.page.locator(".cover").scroll_into_view_if_needed()
    frame = hands.page.locator(".cover").bounding_box()
    assert frame
    hands.page.mouse.move(frame["x"] + 0.3 * frame["width"], frame["y"] + 0.3 * frame["height"])
    hands.page.mouse.down()
    hands.page.mouse.move(frame["x"] + 0.7 * frame["width"], frame["y"] + 0.7 * frame["height"], steps=4)
    hands.page.mouse.up()
    _send(hands)
    [pending] = _of(campaign, own)
    for content in pending.files:
        with Image.open(BytesIO(content)) as image:
            wide, high = image.size
            inside = image.convert("L").crop((round(0.35 * wide), round(0.35 * high), round(0.65 * wide), round(0.65 * high)))
            assert inside.getextrema()[1] < 16  # type: ignore[operator]


def test_a_box_is_drawn_by_touch(browser: Browser, campaign: Running, file: Path) -> None:
    """A finger that taps the picture puts a box there, and the page does not scroll away under it."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    try:
        hands = ChromiumHands(context.new_page())
        hands.open(campaign.server + campaign.path)
        hands.wait(SEALS)
        fill(hands, _own(), file)
        hands.page.locator(".cover").tap(position={"x": 100, "y": 100})
        hands.wait(BOX)
        assert hands.page.locator(BOX).count() == 1
        assert hands.page.locator(".cover").evaluate("it => getComputedStyle(it).touchAction") == "none"
    finally:
        context.close()


def test_a_campaign_is_joined_by_keyboard_alone(campaign: Running, hands: ChromiumHands, file: Path) -> None:
    """With keys alone a box is added, moved, sized, another one taken away, and the post is sent."""
    page, own = hands.page, _own()
    page.locator("[name=kind][value=badge]").focus()
    page.keyboard.press("ArrowDown")
    hands.attach("#photograph", [file])
    hands.wait(f"{READY} .cover img")
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
    hands.wait(EXACT)
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.do") == "send":
            break
    page.keyboard.press("Enter")
    hands.wait(KEPT)
    assert [len(each.files) for each in _of(campaign, own)] == [2]


@pytest.mark.parametrize("at", ["form", "ready", "exact", "kept"])
def test_each_screen_is_accessible(at: str, campaign: Running, hands: ChromiumHands, file: Path) -> None:
    """axe finds nothing on any screen of the form that seals."""
    if at != "form":
        fill(hands, _own(), file)
        hands.push("[data-do=cover]")
    if at in ("exact", "kept"):
        hands.push(FORM)
        hands.wait(EXACT)
    if at == "kept":
        hands.push(EXACT)
        hands.wait(KEPT)
    assert [each["id"] for each in Axe().run(hands.page).response["violations"]] == []


def test_a_lost_line_is_waited_out(campaign: Running, hands: ChromiumHands, line: Wire) -> None:
    """When the line is cut before the post is acknowledged, the page says so, waits, and sends the same post once."""
    own = _own()
    fill(hands, own)
    hands.push(FORM)
    hands.wait(EXACT)
    line.cut()
    hands.push(EXACT)
    hands.wait("[data-going=waiting]")
    line.mend()
    hands.wait(KEPT)
    assert len(_of(campaign, own)) == 1


def test_back_from_what_was_shown_keeps_everything(hands: ChromiumHands, line: Wire, file: Path) -> None:
    """Back from the picture that would be sent leads to the form with its sentence, its photograph and its boxes, and nothing was sent."""
    own = _own()
    fill(hands, own, file)
    hands.push("[data-do=cover]")
    hands.push(FORM)
    hands.wait(EXACT)
    hands.page.go_back()
    hands.wait(FORM)
    assert (hands.page.locator("#own").input_value(), hands.page.locator(BOX).count(), line.counted(b"POST ")) == (own, 1, 0)


def test_a_kind_that_only_the_server_opens_is_said(hands: ChromiumHands, line: Wire, tmp_path: Path) -> None:
    """A photograph that the browser cannot open is said to go to the server, and the form then sends it there."""
    file = tmp_path / "photo.heic"
    file.write_bytes(heif())
    hands.tick("[name=kind][value=photo]")
    hands.attach("#photograph", [file])
    hands.wait("[data-state=failed]")
    said = hands.texts("[data-state=failed]")[0]
    hands.press(FORM)
    assert "A server that is being watched at that moment could still see it" in said
    assert line.counted(b"POST /en/campaigns/") == 1


def test_a_worker_that_breaks_gives_the_plain_form(campaign: Running, browser: Browser, line: Wire) -> None:
    """When the worker that seals breaks, a sentence says what the server will see, all that was written is there, and the plain form sends it."""
    own = _own()
    with window(browser, True, 360) as hands:
        hands.page.add_init_script("window.Worker = class extends Worker { constructor(_, how) { super('/static/none.js', how); } };")
        hands.open(line.address + campaign.path)
        hands.write("#own", own)
        hands.wait(".trouble:has-text('could not seal the post by itself')")
        assert hands.page.locator("#own").input_value() == own
        hands.press(FORM)
        assert hands.sees(KEPT) and "as it is" in leaks(bytes(line.said), own)


@pytest.mark.parametrize("wrong", ["empty", "none"])
def test_what_is_lacking_is_said(wrong: str, hands: ChromiumHands, line: Wire) -> None:
    """A form without a sentence, and a photograph that was not chosen, are told beside the form, and nothing is sent."""
    if wrong == "none":
        hands.tick("[name=kind][value=photo]")
    else:
        hands.page.evaluate("document.querySelectorAll('[name=sentence]').forEach((it) => { it.checked = false; })")
    hands.push(FORM)
    hands.wait(".trouble")
    assert line.counted(b"POST ") == 0


def test_the_same_form_is_one_post(campaign: Running, hands: ChromiumHands, line: Wire) -> None:
    """A post whose acknowledgement cannot be read, sent again by the plain form, is said to be received already and counts once."""
    own = _own()
    fill(hands, own)
    line.answers = lambda piece: piece.replace(b'{"v":1,"id":"', b'{"v":1,"at":"')
    hands.push(FORM)
    hands.wait(EXACT)
    hands.push(EXACT)
    hands.wait(".trouble:has-text('could not seal the post by itself')")
    hands.press(FORM)
    assert "received already" in " ".join(hands.texts(".trouble"))
    assert len(_of(campaign, own)) == 1


RESISTING: dict[str, str | int | bool] = {"privacy__resistFingerprinting": True}


def test_firefox_joins_while_it_resists_fingerprinting(campaign: Running, tmp_path: Path, file: Path) -> None:
    """Firefox with privacy.resistFingerprinting, where a canvas gives noise, joins with a photograph, and the moderators get that picture."""
    own = _own()
    with firefox(tmp_path / "fox", **RESISTING) as hands:
        hands.open(campaign.server + campaign.path)
        hands.wait("#join .seen")
        fill(hands, own, file)
        told = " ".join(hands.texts("[data-part=told] dd"))
        hands.push(FORM)
        hands.wait(EXACT)
        size = [int(hands.names("[data-part=picture]", name)[0]) for name in ("width", "height")]
        hands.push(EXACT)
        hands.wait("[data-part=receipt] ~ p a.button")
    [pending] = _of(campaign, own)
    assert CANARY in told and pending.post.picture
    assert [pending.post.picture.width, pending.post.picture.height] == size
    with Image.open(BytesIO(pending.files[0])) as made, Image.open(file) as original:
        assert made.size[0] == 1080
        small, wanted = (each.convert("RGB").resize((8, 6), Image.Resampling.BOX) for each in (made, original))
        apart = [abs(one - other) for one, other in zip(small.tobytes(), wanted.tobytes(), strict=True)]
        assert max(apart) < 40

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A full story on the site: every part in the reader's language, its pictures, its clock, and what stays on top."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from starlette.testclient import TestClient

from ombuds.core.content import Content, Outcome, RightOfReply
from ombuds.core.encoding import decode
from ombuds.core.publication import Salted
from tests.core.pictures import full, pictured, png
from tests.core.pictures import said as words
from tests.server.acts import Draftpiece, drafted, publish, record_of, said, takedown
from tests.server.institution import TODAY, Institution

HOSTILE = "</p><script>alert(1)</script><img src=x onerror=alert(1)> evil"


@pytest.fixture
def browser(here: Institution) -> TestClient:
    """A reader's browser."""
    return here.client()


def _full() -> Content:
    """A story with every part, with days of the institution's own calendar."""
    asked = TODAY - timedelta(days=12)
    filled = full(said())
    answer = msgspec.structs.replace(filled.replies[0].answer, day=TODAY) if filled.replies[0].answer else None
    replies = (
        RightOfReply(words("The ministry", "en", "ru"), asked, TODAY, answer),
        RightOfReply(words("The chief", "en", "ru"), asked, TODAY - timedelta(days=1)),
    )
    press = tuple(msgspec.structs.replace(piece, day=TODAY) for piece in filled.press)
    return msgspec.structs.replace(filled, since=TODAY, replies=replies, press=press, correction=())


def _waiting(days: int) -> Content:
    """A story that waits for the ministry, asked some days ago with five days of time."""
    asked = TODAY - timedelta(days=days)
    due = (RightOfReply(words("The ministry", "en", "ru"), asked, asked + timedelta(days=5)),)
    return msgspec.structs.replace(said(), status="asked", since=asked, awaited=words("the ministry", "en", "ru"), replies=due)


def _out(here: Institution, content: Content, pinned: int | None = None) -> Draftpiece:
    draft = drafted(here, content, None, TODAY + timedelta(days=pinned) if pinned is not None else None)
    publish(here, draft)
    return draft


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_part_is_told_in_the_reader_s_language(here: Institution, browser: TestClient, language: str) -> None:
    """Claims, how we know, quotations, the other side, outcome, press and pictures stand on the page in its language."""
    page = browser.get(f"/{language}/stories/{_out(here, _full()).proposal.subject}").text
    wanted = (
        "Leave cost a month&#39;s pay.", "Two bank statements", "They said: pay or stay.", "The ministry", "The chief",
        "The money was paid back.", "Pay", "A grey gate",
    )  # fmt: skip
    assert [part for part in wanted if f"{part} ({language})" not in page] == []


def test_a_number_has_its_plural(here: Institution, browser: TestClient) -> None:
    """How many members verified a claim is told with the right plural."""
    subject = _out(here, _full()).proposal.subject
    pages = [browser.get(f"/{language}/stories/{subject}").text for language in ("en", "ru")]
    assert ("Verified by 2 members." in pages[0], "Проверили 2 участника." in pages[1]) == (True, True)


def test_who_did_not_answer_is_told(here: Institution, browser: TestClient) -> None:
    """Somebody who was asked and let the day pass is told with that day; an answer stands in its own language."""
    page = browser.get(f"/en/stories/{_out(here, _full()).proposal.subject}").text
    assert ("No answer by 3 March 2026." in page, '<blockquote lang="ru" dir="ltr">' in page) == (True, True)


def test_a_picture_is_shown_as_it_was_signed(here: Institution, browser: TestClient) -> None:
    """The page's picture is served byte for byte, with its type, and with its words and credit beside it."""
    subject = _out(here, _full()).proposal.subject
    page, served = browser.get(f"/en/stories/{subject}").text, browser.get(f"/pictures/{subject}/1.1.png")
    assert f'<img src="/pictures/{subject}/1.1.png" width="1" height="1" alt="A grey gate (en)">' in page
    assert (served.content, served.headers["content-type"], served.headers["x-content-type-options"]) == (png(), "image/png", "nosniff")


@pytest.mark.parametrize("name", ["1.2.png", "2.1.png", "1.1.jpg", "1.0.png", "1.json", "1.1.png.json", "..%2f1.1.png", "01.1.png"])
def test_no_other_picture_is_there(here: Institution, browser: TestClient, name: str) -> None:
    """An address of a picture that was not signed is not found."""
    assert browser.get(f"/pictures/{_out(here, _full()).proposal.subject}/{name}").status_code == 404


def test_a_takedown_takes_the_pictures(here: Institution, browser: TestClient) -> None:
    """After a takedown neither the picture nor its salt can be had."""
    subject = _out(here, _full()).proposal.subject
    before = decode(browser.get(f"/api/content/{subject}/1/1").content, Salted).content
    publish(here, takedown(here, subject))
    after = [browser.get(path).status_code for path in (f"/pictures/{subject}/1.1.png", f"/api/content/{subject}/1/1")]
    assert (before, after) == (png(), [404, 410])


@pytest.mark.parametrize(("days", "chip", "counted"), [(1, "Answer awaited", "Waiting 1 day for"), (12, "Answer overdue", "Waiting 12 days for")])
def test_the_clock_counts_to_the_day_of_the_visit(here: Institution, browser: TestClient, days: int, chip: str, counted: str) -> None:
    """How long and whose answer is awaited is counted from the signed day, and is overdue after the day that was named."""
    page = browser.get(f"/en/stories/{_out(here, _waiting(days)).proposal.subject}").text
    assert [part for part in (chip, counted, "the ministry (en)") if part not in page] == []


@pytest.mark.parametrize(("days", "told"), [(1, "Answer awaited for 1 day<"), (12, "Answer overdue, awaited for 12 days<")])
@pytest.mark.parametrize("path", ["/en/", "/en/stories", "/en/search?q=night"])
def test_lists_tell_how_long_an_answer_is_awaited(here: Institution, browser: TestClient, path: str, days: int, told: str) -> None:
    """The first page, the list of stories and a search say for how many days an answer is awaited, counted on the day of the visit."""
    _out(here, _waiting(days))
    assert told in browser.get(path).text


def test_an_answer_becomes_overdue_by_itself(here: Institution, browser: TestClient) -> None:
    """Without a new version the chip changes once the named day has passed, and the article stays as it was signed."""
    subject = _out(here, _waiting(0)).proposal.subject
    first = browser.get(f"/en/stories/{subject}").text
    here.calendar.pass_days(6)
    later = browser.get(f"/en/stories/{subject}").text
    assert ("Answer overdue" in first, "Answer overdue" in later, "Waiting 6 days" in later) == (False, True, True)
    assert first[first.index("<article") : first.index("</article>")] == later[later.index("<article") : later.index("</article>")]


def test_one_publication_stays_on_top(here: Institution, browser: TestClient) -> None:
    """Until its day a pinned publication stands above newer ones, once; then it takes its place among them."""
    pinned = f"/en/stories/{_out(here, said('On top'), 3).proposal.subject}"
    _out(here, said("Newer"))
    during = browser.get("/en/").text
    here.calendar.pass_days(4)
    after = browser.get("/en/").text
    above, below = during.index("On top") < during.index("Newer"), after.index("Newer") < after.index("On top")
    assert (during.count(pinned), above, "Pinned" in after, below) == (1, True, False, True)


def test_an_update_leads_to_its_story_and_back(here: Institution, browser: TestClient) -> None:
    """An update names the story that it belongs to, and the story lists its updates."""
    story = _out(here, said("The roster")).proposal.subject
    update = _out(here, pictured(msgspec.structs.replace(said("A hearing", kind="update"), story=story))).proposal.subject
    pages = browser.get(f"/en/updates/{update}").text, browser.get(f"/en/stories/{story}").text
    assert (f"/en/stories/{story}" in pages[0], f"/en/updates/{update}" in pages[1], f"/pictures/{update}/1.1.png" in pages[0]) == (True, True, True)


def test_a_correction_names_what_stood_there(here: Institution, browser: TestClient) -> None:
    """A correction is told in the reader's language, with the version before it, its entry and its commitment."""
    draft = _out(here, said())
    place = record_of(here).place(draft.proposal.subject)
    fixed = msgspec.structs.replace(said("Day shifts"), correction=words("It was by day.", "en", "ru"))
    publish(here, drafted(here, fixed, place))
    page = browser.get(f"/ru/stories/{draft.proposal.subject}").text
    assert [part for part in ("It was by day. (ru)", draft.files[0].commitment[:16], "Версия 1, запись") if part not in page] == []


def test_hostile_words_stay_words(here: Institution, browser: TestClient) -> None:
    """HTML and direction marks in any part of a publication become no element and turn no line."""
    evil, plain = words(HOSTILE, "en", "ru"), _full()
    content = msgspec.structs.replace(
        plain,
        rank=HOSTILE,
        claims=(msgspec.structs.replace(plain.claims[0], says=evil, known=evil),),
        quotes=(evil,),
        replies=(msgspec.structs.replace(plain.replies[0], who=evil),),
        outcome=Outcome(evil, "desk"),
        press=(msgspec.structs.replace(plain.press[0], outlet=HOSTILE, title=HOSTILE, quotation=HOSTILE, translations=evil, translator=HOSTILE),),
        pictures=(msgspec.structs.replace(plain.pictures[0], credit=HOSTILE, shows=evil),),
    )
    page = browser.get(f"/en/stories/{_out(here, content).proposal.subject}").text
    assert ("<script>alert" in page, "<img src=x" in page, "\u202e" in page, "\u2066" in page) == (False, False, False, False)


def test_a_full_story_is_light(here: Institution, browser: TestClient) -> None:
    """A full story with the stylesheet weighs at most 15 KB packed, in two requests beside its pictures."""
    answer = browser.get(f"/en/stories/{_out(here, _full()).proposal.subject}", headers={"accept-encoding": "gzip"})
    style = browser.get(answer.text.partition('rel="stylesheet" href="')[2].partition('"')[0], headers={"accept-encoding": "gzip"})
    assert int(answer.headers["content-length"]) + int(style.headers["content-length"]) <= 15 * 1024

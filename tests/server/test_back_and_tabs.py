# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two tabs, and going back, without JavaScript: no report and no message takes another's place without a word."""

from __future__ import annotations

from starlette.testclient import TestClient

from tests.server.answers import open_case, reply
from tests.server.institution import Institution
from tests.server.visits import confirm, nonce_in, only_body, post_report, sent_of, stored


def _look(browser: TestClient, words: str) -> str:
    page: str = browser.post("/en/inbox", data={"words": words}).text
    return page


def test_two_tabs_make_two_reports(here: Institution, browser: TestClient) -> None:
    """Two forms filled in side by side in one browser are two reports, each with words of its own that are confirmed by themselves."""
    nonces = [nonce_in(browser.get("/en/report")) for _ in range(2)]
    one, other = (sent_of(post_report(browser, {"what": f"Report {nonce}."}, (), nonce)) for nonce in nonces)
    assert [confirm(browser, sent).status_code for sent in (one, other)] == [200, 200]
    assert (len(stored(here)), confirm(browser, one, other.words).status_code) == (2, 400)


def test_words_of_a_form_that_was_sent_again_are_not_taken_for_right(here: Institution, browser: TestClient) -> None:
    """Whoever went back, sent the form once more and gives back the words of the first page is told, because they open nothing; the later ones are right."""
    nonce = nonce_in(browser.get("/en/report"))
    first = sent_of(post_report(browser, {"what": "Text."}, (), nonce))
    later = sent_of(post_report(browser, {"what": "Text."}, (), nonce))
    assert [confirm(browser, sent).status_code for sent in (first, later)] == [400, 200]
    assert only_body(here).text == "Text."


def test_the_page_of_the_first_words_stays_wrong(browser: TestClient) -> None:
    """After the later words were confirmed, the page with the first ones does not say that they are right either."""
    nonce = nonce_in(browser.get("/en/report"))
    first, later = (sent_of(post_report(browser, {"what": "Text."}, (), nonce)) for _ in range(2))
    confirm(browser, later)
    page = confirm(browser, first)
    assert (page.status_code, "Please look again" in page.text) == (400, True)


def test_confirming_again_says_the_same(browser: TestClient) -> None:
    """Going back and giving the two words once more changes nothing and says that they are right."""
    sent = sent_of(post_report(browser, {"what": "Text."}))
    assert [confirm(browser, sent).status_code for _ in range(2)] == [200, 200]


def test_two_inboxes_side_by_side(here: Institution, browser: TestClient) -> None:
    """With two inboxes open in two tabs of one browser, what is written in each goes to its own case."""
    lines = [sent_of(post_report(browser, {"what": f"Report {number}."})).line for number in range(2)]
    cases = [open_case(here, words) for words in lines]
    nonces = [nonce_in(browser.post("/en/inbox", data={"words": words})) for words in lines]
    for words, nonce in list(zip(lines, nonces, strict=True))[::-1]:
        browser.post("/en/inbox/reply", data={"words": words, "nonce": nonce, "text": words}, files=[("files", ("", b""))])
    assert [[message.text for message in case.received()] for case in cases] == [[words] for words in lines]


def test_a_tab_that_is_behind_still_sends(here: Institution, browser: TestClient) -> None:
    """A text written in one tab is kept although everything was deleted and the case closed in the other meanwhile."""
    words = sent_of(post_report(browser, {"what": "Text."})).line
    case = open_case(here, words)
    name = reply(case, "Are you there?")
    behind, ahead = (nonce_in(browser.post("/en/inbox", data={"words": words})) for _ in range(2))
    browser.post("/en/inbox/delete", data={"words": words, "nonce": ahead, "message": name})
    browser.post("/en/inbox/close", data={"words": words, "nonce": ahead})
    page = browser.post("/en/inbox/reply", data={"words": words, "nonce": behind, "text": "Yes."}, files=[("files", ("", b""))])
    assert page.status_code == 200 and [message.text for message in case.received() if not message.close] == ["Yes."]


def test_a_tab_that_is_behind_asks_for_what_is_gone(here: Institution, browser: TestClient) -> None:
    """A file whose message was deleted in another tab is told as not there, on a page that can be read."""
    words = sent_of(post_report(browser, {"what": "Text."})).line
    name = reply(open_case(here, words), "See.", file=b"content")
    browser.post("/en/inbox/delete", data={"words": words, "message": name})
    page = browser.post("/en/inbox/file", data={"words": words, "message": name, "file": "0" * 32})
    assert (page.status_code, "There is nothing of that name here." in page.text, "Nothing new." in _look(browser, words)) == (404, True, True)

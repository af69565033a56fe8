# SPDX-License-Identifier: AGPL-3.0-or-later
"""Feeds keep their specifications: Atom that of RFC 4287, JSON Feed its version 1.1. Days only, and nothing that was taken down."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from ombuds.pages.languages import SHIPPED
from tests.server.acts import drafted, publish, said, takedown
from tests.server.institution import Institution

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ("/en/feed.{}", "/ru/feed.{}", "/en/tags/night/feed.{}")
# RFC 4287, 4.1.1 and 4.1.2: what stands exactly once, and what may stand at most once.
ONCE = ("id", "title", "updated")
AT_MOST_ONCE = ("generator", "icon", "logo", "rights", "subtitle", "published", "source", "summary", "content")


def out(here: Institution, **changed: object) -> str:
    """Publish a text and return its subject."""
    draft = drafted(here, said(**changed))  # type: ignore[arg-type]
    assert publish(here, draft).status_code == 200
    return draft.proposal.subject


def atom(browser: TestClient, address: str = "/en/feed.atom") -> ElementTree.Element:
    """Read a feed as XML."""
    answer = browser.get(address)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    return ElementTree.fromstring(answer.content)  # noqa: S314 - our own answer


def json_feed(browser: TestClient, address: str = "/en/feed.json") -> dict[str, Any]:
    """Read a feed as JSON."""
    answer = browser.get(address)
    assert answer.headers["content-type"] == "application/feed+json"
    return dict(json.loads(answer.content))


def breaches(element: ElementTree.Element) -> list[str]:
    """Name what RFC 4287 asks of a feed or an entry and this one does not keep."""
    count = {name: len(element.findall(ATOM + name)) for name in (*ONCE, *AT_MOST_ONCE)}
    wrong = [name for name in ONCE if count[name] != 1] + [name for name in AT_MOST_ONCE if count[name] > 1]
    wrong += ["an empty id"] if not element.findtext(f"{ATOM}id", "").startswith("urn:") else []
    wrong += ["an hour"] if not element.findtext(f"{ATOM}updated", "").endswith("T00:00:00Z") else []
    links = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in element.findall(f"{ATOM}link")]
    wrong += ["no alternate"] if [link for link in links if link[0] == "alternate"] == [] else []
    wrong += ["two links of one kind"] if len(set(links)) != len(links) else []
    wrong += ["a link without address"] if not all(link.get("href") for link in element.findall(f"{ATOM}link")) else []
    return wrong


@pytest.mark.parametrize("address", FEEDS)
def test_atom_keeps_its_specification(here: Institution, browser: TestClient, address: str) -> None:
    """Feed and entries have all that RFC 4287 asks for, once each, with an author and links of different kinds."""
    out(here)
    out(here, kind="update", title="")
    feed = atom(browser, address.format("atom"))
    wrong = {each.tag: breaches(each) for each in (feed, *feed.findall(f"{ATOM}entry")) if breaches(each)}
    assert (wrong, feed.findtext(f"{ATOM}author/{ATOM}name"), len(feed.findall(f"{ATOM}entry"))) == ({}, "Desk of Examples", 2)


def test_ids_of_a_feed_are_its_own(here: Institution, browser: TestClient) -> None:
    """No two feeds and no two entries of one feed have the same id."""
    out(here)
    out(here)
    feeds = [atom(browser, address.format("atom")) for address in FEEDS]
    ids = [each.findtext(f"{ATOM}id") for each in (*feeds, *feeds[0].findall(f"{ATOM}entry"))]
    assert len(set(ids)) == len(ids) == 5


@pytest.mark.parametrize("address", FEEDS)
def test_json_feed_keeps_its_specification(here: Institution, browser: TestClient, address: str) -> None:
    """A JSON Feed names its version, its title and its addresses, and each item has an id of its own and a text."""
    out(here)
    out(here, kind="update", title="")
    feed = json_feed(browser, address.format("json"))
    items = feed["items"]
    assert (feed["version"], feed["title"][:16], feed["feed_url"], len({item["id"] for item in items}), all(item["content_text"] for item in items)) == (
        "https://jsonfeed.org/version/1.1",
        "Desk of Examples",
        "http://desk.example" + address.format("json"),
        2,
        True,
    )


@pytest.mark.parametrize("kind", ["atom", "json"])
@pytest.mark.parametrize("where", ["/en/feed.{}", "/en/tags/none/feed.{}"])
def test_a_feed_without_content(browser: TestClient, kind: str, where: str) -> None:
    """A desk that published nothing has feeds without entries; a hashtag that nothing stands under has none."""
    assert browser.get(where.format(kind)).status_code == (404 if "none" in where else 200)


def test_an_item_says_language_day_tags_and_summary(here: Institution, browser: TestClient) -> None:
    """Each item carries the language of its text, its day, its hashtags and its summary."""
    subject = out(here)
    item = json_feed(browser, "/ru/feed.json")["items"][0]
    assert {name: item[name] for name in ("url", "title", "summary", "language", "date_published", "tags")} == {
        "url": f"http://desk.example/ru/stories/{subject}",
        "title": "Night shifts по-русски",
        "summary": "Кратко.",
        "language": "ru",
        "date_published": "2026-03-04T00:00:00Z",
        "tags": ["night"],
    }


def test_both_kinds_tell_the_same(here: Institution, browser: TestClient) -> None:
    """Atom and JSON Feed hold the same entries with the same titles, summaries, tags and days."""
    out(here, tags=["night", "ночь"])
    out(here, kind="update")
    entries = [
        (
            each.findtext(f"{ATOM}id"),
            each.findtext(f"{ATOM}title"),
            each.findtext(f"{ATOM}summary"),
            each.findtext(f"{ATOM}updated"),
            [category.get("term") for category in each.findall(f"{ATOM}category")],
        )
        for each in atom(browser).findall(f"{ATOM}entry")
    ]
    items = [tuple(item[name] for name in ("id", "title", "summary", "date_published", "tags")) for item in json_feed(browser)["items"]]
    assert entries == items


@pytest.mark.parametrize("text", ["a & b <c> \"d\" 'e'", "\x00\x07 tab\t \ufffe\uffff \ud7ff", "]]>&#8;", "𝄞 🚓"])
def test_hostile_text_breaks_no_feed(here: Institution, browser: TestClient, text: str) -> None:
    """Whatever stands in a title, both kinds of feed can be read."""
    out(here, title=f"T {text}", tags=["a&b"])
    assert (len(atom(browser).findall(f"{ATOM}entry")), len(json_feed(browser)["items"])) == (1, 1)


def test_a_takedown_leaves_the_feeds(here: Institution, browser: TestClient) -> None:
    """What was taken down stands in no feed but as the sentence that it was; under its hashtag nothing is left."""
    subject = out(here)
    publish(here, takedown(here, subject))
    pages = [browser.get(address.format(kind)) for address in FEEDS for kind in ("atom", "json")]
    assert ([page.status_code for page in pages], [page for page in pages if "Night shifts" in page.text]) == ([200] * 4 + [404] * 2, [])


@pytest.mark.parametrize("spelled", ["ночь", "НОЧЬ", "Ночь", "%D0%BD%D0%BE%D1%87%D1%8C"])
def test_a_hashtag_is_one_in_every_spelling(here: Institution, browser: TestClient, spelled: str) -> None:
    """Small and large letters are the same hashtag, on its page and in its feeds."""
    out(here, tags=["Ночь"])
    assert [browser.get(f"/en/tags/{spelled}{end}").status_code for end in ("", "/feed.atom", "/feed.json")] == [200] * 3


@pytest.mark.parametrize(
    ("written", "asked"),
    [("cafe\u0301", "caf\u00e9"), ("Straße", "STRASSE"), ("شرطة", "شرطة"), ("警察", "警察"), ("दंगा", "दंगा"), ("ά", "Ά")],
)
def test_hashtags_are_of_any_script(here: Institution, browser: TestClient, written: str, asked: str) -> None:
    """A hashtag of any script is found under the spelling that another keyboard makes, and shown as it was written."""
    out(here, tags=[written])
    page = browser.get(f"/en/tags/{asked}")
    assert (page.status_code, f"<h1><bdi>#{written}</bdi></h1>" in page.text) == (200, True)


@pytest.mark.parametrize(("page", "feed"), [("/en/", "/en/feed"), ("/ru/stories", "/ru/feed"), ("/en/tags/Night", "/en/tags/night/feed")])
def test_pages_announce_their_feeds(here: Institution, browser: TestClient, page: str, feed: str) -> None:
    """Feed readers find both kinds of feed from the page, for the desk and for a hashtag."""
    out(here)
    text = browser.get(page).text
    assert [f'<link rel="alternate" type="application/{kind}" href="{feed}.{end}"' in text for kind, end in (("atom+xml", "atom"), ("feed+json", "json"))] == [
        True,
        True,
    ]


def test_a_hashtag_of_odd_signs_keeps_its_address(here: Institution, browser: TestClient) -> None:
    """A hashtag with signs that mean something in an address has a page, feeds and links to its other languages all the same."""
    out(here, tags=["a?b#c&d+e"])
    page = browser.get("/en/tags/a%3Fb%23c%26d%2Be")
    links = re.findall(r'href="(/[^"]*tags/[^"]*)"', page.text.replace("&amp;", "&"))
    assert (page.status_code, {browser.get(link).status_code for link in links}, len(set(links))) == (200, {200}, 2 + len(SHIPPED))


def test_a_feed_of_arabic_pages_says_so(here: Institution, browser: TestClient) -> None:
    """The Arabic feed names its language, and each text the one in which it was published."""
    out(here)
    feed = json_feed(browser, "/ar/feed.json")
    assert (feed["language"], {item["language"] for item in feed["items"]}) == ("ar", {"en"})

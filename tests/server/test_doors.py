# SPDX-License-Identifier: AGPL-3.0-or-later
"""sitemap.xml, robots.txt, security.txt and the head of a page say what is true, and nothing that nobody said."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from ombuds.core.errors import SettingWrong
from ombuds.pages.languages import SHIPPED
from ombuds.server.config import read_settings
from ombuds.server.site.doors import parted
from tests.server.acts import drafted, publish, said, takedown
from tests.server.institution import Institution, found

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
HERE = "http://desk.example"


def out(here: Institution, **changed: object) -> str:
    """Publish a text and return its subject."""
    draft = drafted(here, said(**changed))  # type: ignore[arg-type]
    assert publish(here, draft).status_code == 200
    return draft.proposal.subject


def sitemap(browser: TestClient) -> dict[str, ElementTree.Element]:
    """Read the sitemap, part by part: its entries by their address."""
    parts = [browser.get(part.removeprefix(HERE)) for part in parts_of(browser)]
    assert {part.status_code for part in parts} == {200}
    urls = [url for part in parts for url in ElementTree.fromstring(part.content).findall(f"{MAP}url")]  # noqa: S314 - our own answer
    return {url.findtext(f"{MAP}loc", ""): url for url in urls}


def parts_of(browser: TestClient) -> dict[str, str | None]:
    """Read the sitemap's index: the day of each part, by its address."""
    parts = ElementTree.fromstring(browser.get("/sitemap.xml").content).findall(f"{MAP}sitemap")  # noqa: S314 - our own answer
    return {part.findtext(f"{MAP}loc", ""): part.findtext(f"{MAP}lastmod") for part in parts}


def test_every_address_of_the_sitemap_is_there(here: Institution, browser: TestClient) -> None:
    """Each address in the sitemap is a whole one, stands in it once, and answers."""
    out(here)
    out(here, kind="update")
    wrong = {address: status for address in sitemap(browser) if (status := browser.get(address.removeprefix(HERE)).status_code) != 200}
    assert (wrong, [address for address in sitemap(browser) if not address.startswith(f"{HERE}/")]) == ({}, [])


def test_the_sitemap_names_every_language(here: Institution, browser: TestClient) -> None:
    """Each page of the sitemap names itself and its other languages, each of which stands in the sitemap too."""
    out(here)
    all_of_it = sitemap(browser)
    named = {address: [link.get("href") for link in url.findall(f"{XHTML}link")] for address, url in all_of_it.items()}
    assert all(address in others and len(others) == len(SHIPPED) and set(others) <= set(all_of_it) for address, others in named.items())


def test_the_sitemap_says_the_day_of_a_text(here: Institution, browser: TestClient) -> None:
    """A publication has the day of its last version, and pages that are made have none."""
    subject = out(here)
    days = {address: url.findtext(f"{MAP}lastmod") for address, url in sitemap(browser).items()}
    assert (days[f"{HERE}/en/stories/{subject}"], days[f"{HERE}/en/"]) == ("2026-03-04", None)


def test_the_index_says_the_day_of_a_part(here: Institution, browser: TestClient) -> None:
    """A part has the day of its newest text, so that nobody reads it again for nothing."""
    out(here)
    here.calendar.pass_days(1)
    out(here)
    assert parts_of(browser) == {f"{HERE}/sitemap-1.xml": "2026-03-05"}


@pytest.mark.parametrize("part", ["0", "2", "-1", "01x", "٣", "9" * 30])
def test_a_part_that_is_not_there_is_not_here(browser: TestClient, part: str) -> None:
    """A number without a part is not found, however it is written."""
    assert browser.get(f"/sitemap-{part}.xml").status_code == 404


@pytest.mark.parametrize("many", [1, 333, 334, 10_000])
def test_a_part_holds_a_thousand_addresses_at_most(many: int) -> None:
    """Whatever a desk has published, no part names more than 1,000 addresses in all languages together, and all pages are named in order."""
    paths = [(f"/stories/{number}", None) for number in range(many)]
    parts = parted(list(paths))
    assert (max(map(len, parts)) * len(SHIPPED) <= 1000, [path for part in parts for path in part]) == (True, paths)


def test_a_takedown_leaves_the_sitemap(here: Institution, browser: TestClient) -> None:
    """What was taken down is in the sitemap no more."""
    subject = out(here)
    publish(here, takedown(here, subject))
    assert not any(subject in address for address in sitemap(browser))


@pytest.mark.parametrize(("path", "open"), [("/en/", True), ("/en/report", True), ("/ru/inbox", False), ("/en/search?q=x", False), ("/api/ledger", False)])
def test_robots_are_told_where_nothing_is(browser: TestClient, path: str, open: bool) -> None:
    """Search engines may read what is published, and are asked to leave inbox, search and programs' addresses alone."""
    robots = RobotFileParser()
    robots.parse(browser.get("/robots.txt").text.splitlines())
    assert (robots.can_fetch("any", HERE + path), robots.site_maps()) == (open, [f"{HERE}/sitemap.xml"])


def test_nobody_is_named_who_did_not_offer(browser: TestClient) -> None:
    """Without a contact in the settings there is no security.txt."""
    assert browser.get("/.well-known/security.txt").status_code == 404


def test_a_contact_is_named(tmp_path: Path) -> None:
    """With a contact, security.txt has each field that RFC 9116 asks for, and runs out with the charter."""
    here = found(tmp_path / "server", security_contact="mailto:weakness@desk.example, https://desk.example/en/report")
    answer = here.client().get("/.well-known/security.txt")
    here.parts.store.close()
    assert (answer.headers["content-type"], answer.text.splitlines()) == (
        "text/plain; charset=utf-8",
        [
            "Contact: mailto:weakness@desk.example",
            "Contact: https://desk.example/en/report",
            "Expires: 2026-06-02T00:00:00Z",
            "Preferred-Languages: en, ru",
            "Canonical: http://desk.example/.well-known/security.txt",
        ],
    )


@pytest.mark.parametrize("contact", ["weakness@desk.example", "http://desk.example", "mailto:a@b\nExpires: never", "mailto:a b"])
def test_a_contact_that_is_none_stops_the_start(tmp_path: Path, contact: str) -> None:
    """A contact that is no address of a kind that the standard allows is refused by the setting's name."""
    with pytest.raises(SettingWrong, match="security_contact"):
        read_settings({"OMBUDS_DATA": str(tmp_path), "OMBUDS_SECURITY_CONTACT": contact})


def head(page: str) -> dict[str, str]:
    """Read what a page tells programs that pass it on."""
    return dict(re.findall(r'<meta (?:property|name)="((?:og|twitter):[a-z:_]+|description)" content="([^"]*)">', page))


def test_a_story_says_what_it_is(here: Institution, browser: TestClient) -> None:
    """Whoever passes a story on gets its title, its summary, its language and its one address."""
    subject = out(here)
    page = browser.get(f"/ru/stories/{subject}").text
    assert {name: said for name, said in head(page).items() if "image" not in name} == {
        "og:title": "Night shifts по-русски",
        "og:description": "Кратко.",
        "description": "Кратко.",
        "og:type": "article",
        "og:locale": "ru_RU",
        "og:site_name": "Desk of Examples",
        "og:url": f"{HERE}/ru/stories/{subject}",
        "twitter:card": "summary_large_image",
    }


def test_an_update_says_how_it_begins(here: Institution, browser: TestClient) -> None:
    """An update has no summary: its first words stand for it, without marks."""
    subject = out(here, kind="update", texts=[{"language": "en", "title": "At the door", "summary": "", "body": "They **cut** through it."}])
    assert head(browser.get(f"/en/updates/{subject}").text)["og:description"] == "They cut through it."


@pytest.mark.parametrize("path", ["/", "/stories", "/tags/night"])
def test_a_page_names_its_languages(here: Institution, browser: TestClient, path: str) -> None:
    """A page names its own address and the same page in each language."""
    out(here)
    page = browser.get(f"/en{path}").text
    links = re.findall(r'<link rel="(canonical|alternate)"(?: hreflang="(\w+)")? href="([^"]*)">', page)
    assert links == [("canonical", "", f"{HERE}/en{path}"), *(("alternate", code, f"{HERE}/{code}{path}") for code in SHIPPED)]


@pytest.mark.parametrize("path", ["/report", "/inbox", "/search?q=canary", "/nothing-here"])
def test_pages_that_nobody_passes_on_name_no_address(browser: TestClient, path: str) -> None:
    """A form, an inbox, a search and an error offer nothing to be passed on."""
    page = browser.get(f"/en{path}").text
    assert ("canonical" in page, "og:url" in page) == (False, False)


def test_hostile_text_stays_in_its_attribute(here: Institution, browser: TestClient) -> None:
    """A title and a summary that would close an attribute stay inside it."""
    hostile = '"><script>alert(1)</script>'
    subject = out(here, texts=[{"language": "en", "title": hostile, "summary": hostile, "body": "b"}])
    assert "<script>alert" not in browser.get(f"/en/stories/{subject}").text

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The public site shows what the ledger says, for as long as it says so, and each page can be checked offline (T18, T20)."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from ombuds.core.encoding import decode, decode_canonical
from ombuds.core.errors import ContentChanged, OmbudsError
from ombuds.core.ledger import read_bundle
from ombuds.core.notes import open_checkpoint
from ombuds.core.publication import Salted, read_content
from ombuds.core.record import PageProof, Record, check_page
from ombuds.core.wire import Leaves
from ombuds.pages.languages import SHIPPED
from ombuds.pages.published import story_page
from ombuds.pages.render import Renderer
from ombuds.server.site.ready import MOST_PAGES, Site
from ombuds.server.site.routes import PAGES
from tests.server.acts import Draftpiece, drafted, publish, record_of, said, takedown
from tests.server.institution import Institution

PLAIN = ["/", "/stories", "/ledger", "/charter", "/about", "/guide", "/feed.atom"]


def out(here: Institution, **changed: object) -> Draftpiece:
    """Publish a text and return what was published."""
    draft = drafted(here, said(**changed))  # type: ignore[arg-type]
    assert publish(here, draft).status_code == 200
    return draft


def mended(here: Institution, draft: Draftpiece, **changed: object) -> Draftpiece:
    """Publish the next version of a text."""
    following = drafted(here, said(**changed), record_of(here).place(draft.proposal.subject))  # type: ignore[arg-type]
    assert publish(here, following).status_code == 200
    return following


@pytest.mark.parametrize("language", SHIPPED)
@pytest.mark.parametrize("path", PLAIN)
def test_every_page_is_there(browser: TestClient, language: str, path: str) -> None:
    """Every page of the site is there in each language from the first day on."""
    assert browser.get(f"/{language}{path}").status_code == 200


def test_a_language_that_is_not_shipped_is_not_here(browser: TestClient) -> None:
    """A language that the desk does not speak is no address."""
    assert browser.get("/xx/stories").status_code == 404


def test_a_story_is_on_the_home_page(here: Institution, browser: TestClient) -> None:
    """A published story stands on the home page, in the reader's language, with a link to it."""
    draft = out(here)
    page = browser.get("/ru/").text
    assert ("Night shifts по-русски" in page, f"/ru/stories/{draft.proposal.subject}" in page) == (True, True)


def test_an_update_shows_how_it_begins(here: Institution, browser: TestClient) -> None:
    """A text without a summary shows its first words on the home page, without the marks of its layout."""
    out(here, kind="update", texts=[{"language": "en", "title": "At the door", "summary": "", "body": "They **cut** through it.\n\nMore soon."}])
    page = browser.get("/en/").text
    assert ("They cut through it." in page, "More soon" in page) == (True, False)


def test_the_article_is_the_one_that_checkers_render(here: Institution, browser: TestClient) -> None:
    """The page of a story holds, byte for byte, the article that anybody renders from the signed text."""
    draft = out(here)
    line = record_of(here).lines[-1]
    assert line.parameters is not None
    page = story_page(read_content(draft.files[0].content), line.subject, line.parameters, "en")
    assert str(Renderer().article(page)) in browser.get(f"/en/stories/{line.subject}").text


def test_a_proof_file_proves_the_page(here: Institution, browser: TestClient) -> None:
    """The proof file beside a story holds by itself: charter, signatures, text, place in the ledger."""
    draft = out(here)
    proof = decode_canonical(browser.get(f"/stories/{draft.proposal.subject}.proof").content, PageProof)
    assert check_page(proof).text.subject == draft.proposal.subject


def test_a_page_links_its_proof(here: Institution, browser: TestClient) -> None:
    """The page of a story names its proof file after its subject, so that both fit into one folder."""
    subject = out(here).proposal.subject
    assert f'href="/stories/{subject}.proof"' in browser.get(f"/en/stories/{subject}").text


def test_a_changed_proof_is_noticed(here: Institution, browser: TestClient) -> None:
    """A proof file whose text was changed does not hold."""
    draft = out(here)
    proof = decode_canonical(browser.get(f"/stories/{draft.proposal.subject}.proof").content, PageProof)
    changed = msgspec.structs.replace(proof.file, content=proof.file.content.replace(b"Night", b"Light"))
    with pytest.raises(ContentChanged):
        check_page(msgspec.structs.replace(proof, file=changed))


def test_an_update_has_a_page(here: Institution, browser: TestClient) -> None:
    """An update is published and has its page and its place on the home page."""
    subject = out(here, kind="update").proposal.subject
    assert (browser.get(f"/en/updates/{subject}").status_code, f"/en/updates/{subject}" in browser.get("/en/").text) == (200, True)


def test_a_correction_shows(here: Institution, browser: TestClient) -> None:
    """A corrected story shows its new text and says what was corrected."""
    draft = out(here)
    mended(here, draft, title="Day shifts", correction="It was by day.")
    page = browser.get(f"/en/stories/{draft.proposal.subject}").text
    assert ("Day shifts" in page, "It was by day." in page, "Night shifts" in page) == (True, True, False)


def test_the_first_page_tells_no_old_version(here: Institution, browser: TestClient) -> None:
    """A corrected story stands once on the first page, as it reads now."""
    mended(here, out(here), title="Day shifts", correction="It was by day.")
    page = browser.get("/en/").text
    assert (page.count("Day shifts"), "Night shifts" in page) == (1, False)


def test_a_solved_problem_is_counted(here: Institution, browser: TestClient) -> None:
    """The headline counts the stories whose latest version says that the problem was solved."""
    mended(here, out(here), status="fixed")
    out(here)
    assert "1 problem solved" in browser.get("/en/").text


def test_a_waiting_story_says_how_long(here: Institution, browser: TestClient) -> None:
    """A story that waits for an answer says since how many days, and the number grows."""
    subject = out(here, status="asked").proposal.subject
    here.calendar.pass_days(5)
    assert "Waiting 5 days" in browser.get(f"/en/stories/{subject}").text


def test_a_takedown_leaves_a_tombstone(here: Institution, browser: TestClient) -> None:
    """What was taken down is replaced by a tombstone with the reason, and its text is on no page of the site."""
    draft = out(here)
    subject = draft.proposal.subject
    browser.get(f"/en/stories/{subject}")
    publish(here, takedown(here, subject))
    pages = [browser.get(f"/en{path}").text for path in (*PLAIN, f"/stories/{subject}")]
    assert ("A court or an authority ordered it." in pages[-1], [page for page in pages if "Night shifts" in page]) == (True, [])


def test_a_takedown_ends_the_proof(here: Institution, browser: TestClient) -> None:
    """After a takedown the proof file, which holds the text, is not handed out any more."""
    subject = out(here).proposal.subject
    browser.get(f"/stories/{subject}.proof")
    publish(here, takedown(here, subject))
    assert browser.get(f"/stories/{subject}.proof").status_code == 404


def test_the_charter_page_says_that_two_look_at_a_post(here: Institution, browser: TestClient) -> None:
    """A charter that asks for one moderator is shown with the two that a post always takes."""
    asked = record_of(here).charter.charter.thresholds.moderate
    said = browser.get("/en/charter").text.split("Moderate posts")[1]
    assert (asked, said.split("<dd>")[1].split("</dd>")[0]) == (1, "2 of 3")


def test_the_day_of_an_expired_charter_hides_nothing(here: Institution, browser: TestClient) -> None:
    """With an expired charter and a silent desk everything public is still shown, and the charter page says so."""
    subject = out(here).proposal.subject
    here.calendar.pass_days(120)
    answers = [browser.get(f"/en{path}") for path in (*PLAIN, f"/stories/{subject}")]
    assert ([answer.status_code for answer in answers], "ran out" in answers[3].text) == ([200] * 8, True)


def test_a_silent_desk_says_so_at_home(here: Institution, browser: TestClient) -> None:
    """When the members have not confirmed their keys, the home page says that no reports are taken."""
    here.calendar.pass_days(11)
    assert "takes no reports today" in browser.get("/en/").text


@pytest.mark.parametrize(("query", "found"), [("type=overtime", True), ("type=leave", False), ("region=North", True), ("region=South", False),
    ("status=published", True), ("status=solved", False), ("language=ru", True), ("language=fa", False), ("nonsense=1", True), ("type=", True)])  # fmt: skip
def test_stories_can_be_filtered(here: Institution, browser: TestClient, query: str, found: bool) -> None:
    """A filter leaves the stories that fit it, and an unknown one changes nothing."""
    out(here)
    assert ("Night shifts" in browser.get(f"/en/stories?{query}").text) == found


def test_a_tag_gathers_its_pages(here: Institution, browser: TestClient) -> None:
    """Everything under a tag is on the tag's page."""
    out(here)
    assert ("Night shifts" in browser.get("/en/tags/night").text, browser.get("/en/tags/day").status_code) == (True, 404)


def test_the_feed_goes_on_on_older_pages(here: Institution, browser: TestClient) -> None:
    """What no longer fits on the home page is on the page of older entries."""
    first = out(here, title="The very first")
    for number in range(20):
        out(here, title=f"Number {number}")
    older = f"/en/?before={record_of(here).size - 20}"
    assert ("The very first" in browser.get("/en/").text, older in browser.get("/en/").text, first.proposal.subject in browser.get(older).text) == (
        False,
        True,
        True,
    )


def test_hostile_text_stays_text(here: Institution, browser: TestClient) -> None:
    """A title that looks like a script is shown as letters, on pages and in the feed."""
    subject = out(here, title="<script>alert(1)</script>").proposal.subject
    assert not any("<script>" in browser.get(f"/en{path}").text for path in ("/", f"/stories/{subject}", "/stories", "/feed.atom"))


def test_a_known_page_is_not_sent_again(browser: TestClient) -> None:
    """A browser that has a page already is told so without the page."""
    tag = browser.get("/en/").headers["etag"]
    again = browser.get("/en/", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_page_in_memory_asks_no_database(here: Institution, browser: TestClient) -> None:
    """A page that was made before is answered without one query while the record was looked up within the second."""
    browser.get("/en/")
    here.parts.public.record(fresh=True)
    asked: list[str] = []
    event.listen(here.parts.store.engine, "before_cursor_execute", lambda *said: asked.append(str(said[2])))
    browser.get("/en/")
    assert asked == []


def test_the_memory_of_pages_is_bounded(here: Institution, browser: TestClient) -> None:
    """A reader of very many addresses does not fill the memory."""
    site: Site = here.app.state.site
    for number in range(MOST_PAGES + 20):
        browser.get(f"/en/?before={number}")
    assert len(site) == MOST_PAGES


def test_every_address_of_the_site_refuses_to_be_written(browser: TestClient) -> None:
    """Nothing can be sent to a page of the site."""
    addresses = [path.replace("{lang}", "en").replace("{subject}", "a" * 32).replace("{tag}", "x") for path, _ in PAGES]
    assert {browser.post(address).status_code for address in addresses} == {405}


def test_the_ledger_can_be_copied_and_checked(here: Institution, browser: TestClient) -> None:
    """From the ledger's public answer alone anybody rebuilds the same record under the same checkpoint."""
    out(here)
    got = decode(browser.get("/api/ledger?from=0").content, Leaves)
    record = Record(got.leaves[0])
    for leaf in got.leaves[1:]:
        record.advance(leaf)
    checkpoint = open_checkpoint(got.checkpoint, record.charter.origin, record.charter.log_key)
    assert (checkpoint.size, checkpoint.root, got.size) == (3, record.tree.root(), 3)


def test_the_bundle_holds_the_same_leaves(here: Institution, browser: TestClient) -> None:
    """The ledger's files for mirrors hold the same entries as the API."""
    out(here)
    leaves = decode(browser.get("/api/ledger?from=0").content, Leaves).leaves
    assert read_bundle(browser.get("/ledger/tile/entries/000.p/3").content) == list(leaves)


@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/000.p/9", "tile/entries/000", "tile/0/../0/000", "tile/64/000", "tile/0/001.p/1"])
def test_a_tile_that_is_not_there_is_not_here(browser: TestClient, path: str) -> None:
    """A tile beyond the ledger, or a path that is none, is not here."""
    assert browser.get(f"/ledger/{path}").status_code == 404


def test_published_files_come_with_their_salt(here: Institution, browser: TestClient) -> None:
    """A mirror gets a published text with the salt that its commitment needs."""
    draft = out(here)
    assert decode(browser.get(f"/api/content/{draft.proposal.subject}/1").content, Salted) == draft.files[0]


@pytest.mark.parametrize("path", ["a" * 32 + "/1", "x/1", "a/999999999999"])
def test_nothing_published_is_not_here(browser: TestClient, path: str) -> None:
    """A subject or version that was never published is not here."""
    assert browser.get(f"/api/content/{path}").status_code == 404


def test_a_changed_store_is_noticed(here: Institution, tmp_path: Path) -> None:
    """A server whose stored ledger was changed by hand refuses to read it."""
    out(here)
    with here.parts.store.write() as connection:
        connection.exec_driver_sql('UPDATE ledger SET leaf = CAST(replace(leaf, "a", "b") AS BLOB) WHERE "index" = 2')
    other = type(here.parts.public)(here.parts.store, here.parts.public._log_key)
    with pytest.raises(OmbudsError):
        other.record()

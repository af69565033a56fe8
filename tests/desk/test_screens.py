# SPDX-License-Identifier: AGPL-3.0-or-later
"""A case from the sealed report to the public record, walked through the screens of two members' desks, with hostile text in every field (T24)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from ombuds.core.charter import fingerprint
from ombuds.core.publication import read_content
from ombuds.desk.release.judging import read_enclosure
from tests.desk.desks import Source, World, institution
from tests.desk.screens import Browser, browser_at, silence
from tests.pages.reading import Reading

HOSTILE = "</textarea></title><script>alert(1)</script>\"'><img src=x onerror=alert(1)> \u202eevil %(x)s {{ 7*7 }}"
PHOTO = bytes(range(256)) * 30
SCREENS = ("/", "/cases", "/approve", "/publish", "/members")
DRAFT = {"id": "", "subject": "", "kind": "story", "language": "en", "type": "order", "basis": "consent", "sources": "", "tags": "#leave"}


@dataclass
class Walk:
    """Two members at their screens, and a source who wrote."""

    world: World
    anna: Browser
    boris: Browser
    source: Source
    case: str = ""
    seen: dict[str, str] = field(default_factory=dict)

    def open_case(self) -> str:
        """Anna asks to open the sealed report, Boris agrees, and Anna's desk opens it."""
        self.anna.press("/fetch", {})
        self.anna.press("/open", {"report": _values(self.anna, "/cases", "report")})
        self.boris.press("/fetch", {})
        self.boris.press("/approve", {"proposal": _values(self.boris, "/approve", "proposal"), "answer": "approve"})
        self.case = re.findall(r"/cases/([0-9a-f]{32})", self.anna.press("/fetch", {}).text)[0]
        return f"/cases/{self.case}"

    def draft(self, **fields: str) -> dict[str, str]:
        """The editor's fields for this case."""
        seen = HOSTILE.replace("\u202e", "")  # a character that nobody sees is not published
        written = {**DRAFT, "case": self.case, "title": seen, "summary": seen, "body": seen, "region": seen}
        return {**written, **fields}


def _values(browser: Browser, path: str, name: str) -> list[str]:
    found: list[str] = re.findall(rf'name="{name}" value="([0-9a-f]+)"', browser.open(path).text)
    return found


@pytest.fixture
def walk(world: World) -> Walk:
    """A report with a file has come, and two members sit at their desks."""
    source = world.source()
    source.reports(HOSTILE, [(HOSTILE, PHOTO)])
    return Walk(world, browser_at(world, world["anna"]), browser_at(world, world["boris"]), source)


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """The whole way was walked once; the tests look at what stands there."""
    with institution(tmp_path_factory.mktemp("walk")) as world:
        source = world.source()
        source.reports(HOSTILE, [(HOSTILE, PHOTO)])
        walk = Walk(world, browser_at(world, world["anna"]), browser_at(world, world["boris"], "ru"), source)
        case = walk.open_case()
        mark = walk.anna.mark()
        files = [("files", (HOSTILE, PHOTO, HOSTILE)), ("files", ("", b"", "application/octet-stream"))]
        walk.anna.client.post(f"{case}/reply", data={"token": mark, "text": HOSTILE}, files=files)
        walk.anna.press(f"{case}/note", {"text": HOSTILE})
        walk.anna.press(f"{case}/status", {"text": HOSTILE})
        walk.anna.press("/publish", {**walk.draft(), "do": "consent"})
        world.release()
        source.answers("agree", ("region",))
        source.writes(HOSTILE, [(HOSTILE, PHOTO)])
        walk.anna.press("/fetch", {})
        walk.seen["today"] = walk.anna.open("/").text
        walk.anna.press("/publish", {**walk.draft(), "do": "propose"})
        walk.boris.press("/fetch", {})
        walk.seen["asked"] = walk.boris.open("/approve").text
        walk.seen["asked today"] = walk.boris.open("/").text
        yield walk


def test_a_report_is_opened_by_two(walk: Walk) -> None:
    """A sealed report becomes a case when a second member agreed on the screen."""
    assert "Save the original" in walk.anna.open(walk.open_case()).text


def test_many_reports_are_agreed_to_at_once(walk: Walk) -> None:
    """Several ticked reports become one question to the other members."""
    walk.world.source().reports("another")
    walk.anna.press("/fetch", {})
    walk.anna.press("/open", {"report": _values(walk.anna, "/cases", "report")})
    walk.boris.press("/fetch", {})
    assert "opens 2 sealed reports" in walk.boris.open("/approve").text


def test_agreeing_among_the_reports_approves_what_was_asked(walk: Walk) -> None:
    """A member who ticks a report that another asked about approves that question instead of asking anew."""
    walk.anna.press("/fetch", {})
    walk.anna.press("/open", {"report": _values(walk.anna, "/cases", "report")})
    walk.boris.press("/fetch", {})
    walk.boris.press("/open", {"report": _values(walk.boris, "/cases", "report")})
    walk.anna.press("/fetch", {})
    assert len(walk.world["anna"].vault.matters()) == 1


def test_a_refusal_reaches_the_others(walk: Walk) -> None:
    """One member's refusal stops the opening and its reason is read at the other desks."""
    walk.anna.press("/fetch", {})
    walk.anna.press("/open", {"report": _values(walk.anna, "/cases", "report")})
    walk.boris.press("/fetch", {})
    walk.boris.press("/approve", {"proposal": _values(walk.boris, "/approve", "proposal"), "answer": "refuse", "reason": "wait for vera"})
    walk.anna.press("/fetch", {})
    assert "boris: wait for vera" in walk.anna.open("/approve").text


def test_a_reply_is_not_lost_when_the_server_is_silent(walk: Walk) -> None:
    """A reply that could not be sent stands in its field again, with a sentence."""
    case = walk.open_case()
    mark = walk.anna.mark()
    silence(walk.world["anna"])
    answer = walk.anna.client.post(f"{case}/reply", data={"token": mark, "text": "do not lose me"}, files=[("files", ("", b"", ""))])
    assert "do not lose me</textarea>" in answer.text and "The server does not answer." in answer.text


def test_the_editor_keeps_what_was_refused(walk: Walk) -> None:
    """A text that lacks something comes back whole, with what is missing."""
    walk.open_case()
    text = walk.anna.press("/publish", {**walk.draft(title=" ", body="my long text"), "do": "propose"}).text
    assert "The text has no title yet." in text and "my long text</textarea>" in text


def test_the_preview_keeps_the_draft(walk: Walk) -> None:
    """A preview shows the article and every field as it was, and keeps nothing in the vault."""
    walk.open_case()
    text = walk.anna.press("/publish", {**walk.draft(body="## A heading"), "do": "preview"}).text
    assert "<h2>A heading</h2>" in text and "## A heading</textarea>" in text and walk.world["anna"].vault.drafts() == []


def test_without_consent_nothing_is_asked(walk: Walk) -> None:
    """A story of a case whose source was not asked is not proposed."""
    walk.open_case()
    answer = walk.anna.press("/publish", {**walk.draft(), "do": "propose"})
    assert answer.status_code == 400 and "The source has not agreed to exactly this text." in answer.text


def test_an_update_needs_no_case(walk: Walk) -> None:
    """An update on the desk's own word is asked of the members and goes out when the second has signed."""
    walk.anna.press("/publish", {**walk.draft(case="", kind="update", title="Hearing", body="On Monday.", basis="desk"), "do": "propose"})
    walk.boris.press("/fetch", {})
    walk.boris.press("/approve", {"proposal": _values(walk.boris, "/approve", "proposal"), "answer": "approve"})
    walk.boris.press("/fetch", {})
    assert walk.world["boris"].record.lines[-1].kind == "update"


def test_a_story_from_public_sources_goes_out(walk: Walk) -> None:
    """A story that names its public sources needs no case."""
    fields = walk.draft(case="", title="In the press", basis="sources", sources="A paper | https://paper.example/1", region="North")
    walk.anna.press("/publish", {**fields, "do": "propose"})
    walk.boris.press("/fetch", {})
    walk.boris.press("/approve", {"proposal": _values(walk.boris, "/approve", "proposal"), "answer": "approve"})
    walk.anna.press("/fetch", {})
    assert walk.world["anna"].record.lines[-1].kind == "story"


def test_a_closed_case_says_so(walk: Walk) -> None:
    """Closing a case with a reason shows both."""
    case = walk.open_case()
    assert "solved between them" in walk.anna.press(f"{case}/close", {"reason": "solved between them"}).text


def test_today_tells_that_the_source_wrote(walked: Walk) -> None:
    """Today names the case in which the source wrote."""
    assert "The source wrote." in walked.seen["today"]


def test_today_counts_what_is_asked(walked: Walk) -> None:
    """Today says, in the desk's own language, how many answers are asked of the member."""
    assert "От вас ждут 1 ответ." in walked.seen["asked today"]


def test_an_approver_sees_the_article(walked: Walk) -> None:
    """An approver sees the text as readers will see it, and that the consent was checked."""
    assert 'class="preview"' in walked.seen["asked"] and "ваша приёмная сверила это с делом" in walked.seen["asked"]


def test_what_the_source_left_out_is_left_out(walked: Walk) -> None:
    """The text that the members are asked to sign lacks the item that the source took out."""
    anna = walked.world["anna"]
    (kept,) = [kept for kept in anna.vault.proposals() if not kept.done]
    from_files = read_enclosure(anna, kept.seen).files[0].content
    assert read_content(from_files).region == ""


def test_the_source_gets_the_reply_with_its_file(walked: Walk) -> None:
    """What was written and attached on the screen arrives, under a safe name."""
    first = walked.source.reads()[0]
    assert first.text.startswith("</textarea>") and [note.size for note in first.files] == [len(PHOTO)]


@pytest.mark.parametrize("who", ["anna", "boris"])
def test_no_hostile_text_becomes_an_element(walked: Walk, who: str) -> None:
    """Hostile text in every field makes no element and no attribute on any screen, in either language."""
    browser: Browser = getattr(walked, who)
    paths = (*SCREENS, f"/cases/{walked.case}", f"/publish?case={walked.case}", "/search?query=script", "/search?query=%3Cscript%3E%22")
    assert {path: wrong for path in paths if (wrong := _active(browser.reading(path)))} == {}


@pytest.mark.parametrize("who", ["anna", "boris"])
def test_every_control_is_reached_by_keyboard(walked: Walk, who: str) -> None:
    """Every control has a label, none is taken out of the order of the page or put before it, and each form has a button."""
    browser: Browser = getattr(walked, who)
    for path in (*SCREENS, f"/cases/{walked.case}"):
        reading = browser.reading(path)
        orders = [tag.attributes["tabindex"] for tag in reading.tags if "tabindex" in tag.attributes and tag.name != "main"]
        assert orders == [] and len(reading.named("button")) >= len([form for form in reading.named("form") if form.attributes.get("method") == "post"])


def test_a_file_is_saved_as_it_was(walked: Walk) -> None:
    """A file of the source comes back byte for byte."""
    assert walked.anna.open(_file(walked)).content == PHOTO


def test_a_file_is_never_shown(walked: Walk) -> None:
    """A file comes as an attachment of no type in a sandbox, whatever its name says."""
    headers = walked.anna.open(_file(walked)).headers
    told = (headers["content-type"], headers["x-content-type-options"], headers["content-security-policy"], headers["content-disposition"][:10])
    assert told == ("application/octet-stream", "nosniff", "sandbox; default-src 'none'", "attachment")


def test_a_file_name_cannot_break_the_answer(walked: Walk) -> None:
    """A hostile name stays inside its place in the header."""
    assert re.fullmatch(r"attachment; filename\*=UTF-8''[A-Za-z0-9%._~-]+", walked.anna.open(_file(walked)).headers["content-disposition"])


def test_a_file_is_for_the_team_alone(walked: Walk) -> None:
    """A file is not given under the name of another case."""
    assert walked.anna.open(_file(walked).replace(walked.case, "a" * 32)).status_code == 404


def test_the_search_finds_a_case_by_its_words(walked: Walk) -> None:
    """A search shows the cases in whose texts the words stand, and marks them."""
    text = walked.anna.open("/search?query=ALERT").text
    assert f"/cases/{walked.case}" in text and "<mark>alert</mark>" in text


def test_a_search_without_a_find_says_so(walked: Walk) -> None:
    """A search that finds nothing says that it looks at readable cases only."""
    assert "Nothing found." in walked.anna.open("/search?query=zebra").text


def test_members_shows_how_far_keys_reach(walked: Walk) -> None:
    """Members names everybody, marks oneself, and says until when the keys reach."""
    text = walked.anna.open("/members").text
    assert text.count("Keys published until 29 March 2026.") == 3 and "this is you" in text


def test_members_says_that_two_look_at_a_post(walked: Walk) -> None:
    """Members shows the two members that a post always takes, also where the charter asks for one."""
    asked = walked.world["anna"].charter.charter.thresholds.moderate
    said = walked.anna.open("/members").text.split("<dt>Moderate posts</dt>")[1]
    assert (asked, said.split("</dd>")[0].strip()) == (1, '<dd dir="auto">2 of 3')


def test_members_shows_the_fingerprint(walked: Walk) -> None:
    """Members shows the digits by which everybody compares the desk."""
    assert fingerprint(walked.world["anna"].instance_id) in walked.anna.open("/members").text


def _file(walk: Walk) -> str:
    found = re.search(r'href="(/cases/[0-9a-f]+/files/[0-9a-f]+)"', walk.anna.open(f"/cases/{walk.case}").text)
    return found[1] if found else ""


def _active(reading: Reading) -> list[str]:
    elements = [tag.name for tag in reading.named("script", "img", "iframe", "object", "style", "base", "embed")]
    return elements + [key for tag in reading.tags for key in tag.attributes if key.startswith("on") or key == "style"]

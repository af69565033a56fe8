# SPDX-License-Identifier: AGPL-3.0-or-later
"""How members go on with what is public, through their screens: correct it, tell what came of it, take it down."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

import pytest

from ombuds.core.case import Published
from ombuds.core.content import Outcome, Said, Text
from ombuds.core.publication import Content, PublicSource
from ombuds.desk.log import append, read_case
from ombuds.desk.release.approving import approve
from ombuds.desk.release.asking import published_from
from ombuds.desk.release.current import current
from ombuds.desk.release.prepare import propose_story, propose_update
from tests.desk.desks import World, opened, story, update
from tests.desk.screens import Browser, browser_at
from tests.desk.test_release import agreed
from tests.pages.reading import check

PRESS = story(sources=(PublicSource("A paper", "https://paper.example/1"),))

FIELD = re.compile(
    r'<input (?:type="hidden"|id="[^"]+") name="(\w+)"(?: type="\w+")? value="([^"]*)"|<textarea id="[^"]+" name="(\w+)"[^>]*>\n([^<]*)</textarea>'
    r'|<select id="[^"]+" name="(\w+)">(.*?)</select>|name="(basis)" value="(\w+)" checked',
    re.S,
)


@dataclass
class Room:
    """Two members at their screens, and a story from public sources that they published."""

    world: World
    anna: Browser
    boris: Browser
    subject: str

    def fields(self, change: str) -> dict[str, str | list[str]]:
        """What the editor holds when a member goes on with the story."""
        return fields_of(self.anna, f"/publish?subject={self.subject}&change={change}")

    def now(self) -> Content:
        """The story as Boris knows it after a look at the server."""
        self.world.sync("anna", "boris")
        return current(self.world["boris"], self.subject).content

    def agree(self) -> None:
        """Boris looks, approves everything that is asked, and both look again."""
        self.boris.press("/fetch", {})
        ticked: list[str] = re.findall(r'name="proposal" value="([0-9a-f]+)"', self.boris.open("/approve").text)
        self.boris.press("/approve", {"proposal": ticked, "answer": "approve"})
        self.world.sync("anna", "boris")


def fields_of(browser: Browser, path: str) -> dict[str, str | list[str]]:
    """Return what stands in the editor's fields."""
    page = browser.open(path).text
    page = page[page.index('action="/publish"') :]
    page = page[: page.index("</form>")]
    found: list[tuple[str, str]] = []
    for match in FIELD.finditer(page):
        hidden, value, area, text, choice, options, basis, rests = match.groups()
        chosen = re.search(r'value="([^"]*)"[^>]* selected', options or "")
        found.append((hidden or area or choice or basis, unescape(value or text or (chosen[1] if chosen else "") or rests or "")))
    names = dict.fromkeys(name for name, _ in found if name != "token")
    return {name: [value for key, value in found if key == name] for name in names}


@pytest.fixture
def room(world: World) -> Room:
    """A story from public sources is public, and two members sit at their desks."""
    return room_of(world)


def room_of(world: World) -> Room:
    """Publish a story from public sources, and let two members sit down."""
    proposal = propose_story(world["anna"], None, PRESS, "sources")
    world.sync("boris")
    approve(world["boris"], proposal)
    world.sync()
    return Room(world, browser_at(world, world["anna"]), browser_at(world, world["boris"]), world["boris"].record.lines[-1].subject)


def test_what_is_public_is_listed(room: Room) -> None:
    """The list of what is public has the three ways to go on; the editor leads there and repeats none of it."""
    text, before = room.anna.open("/published").text, room.anna.open("/publish").text
    editor = f"/publish?subject={room.subject}&amp;change="
    links = [f"{editor}correction", f"{editor}outcome", f"/published/{room.subject}/takedown"]
    assert "Forty hours without sleep" in text and [link for link in links if link not in text] == []
    assert 'href="/published"' in before and [link for link in links if link in before] == []


def test_the_list_speaks_the_members_language(world: World) -> None:
    """A text that was published in two languages stands in the list under its title in the member's own."""
    both = (Text("en", "Forty hours", "Three shifts.", "They signed."), Text("ru", "Сорок часов", "Три смены.", "Они подписали."))
    proposal = propose_story(world["anna"], None, story(sources=PRESS.sources, texts=both), "sources")
    world.sync("boris")
    approve(world["boris"], proposal)
    world.sync()
    text = browser_at(world, world["anna"], "ru").open("/published").text
    assert ("Сорок часов" in text, "Forty hours" in text, "/ru/stories/" in text) == (True, False, True)


def test_the_whole_list_reads_well(room: Room) -> None:
    """The list of all that is public is a sound page."""
    assert "Forty hours without sleep" in [text for _, text in check(room.anna.open("/published").content).texts]


def test_a_correction_goes_through_the_screens(room: Room) -> None:
    """A corrected text that two members signed takes the first one's place, and says what was wrong."""
    fields = {**room.fields("correction"), "title": "Thirty hours without sleep", "correction": "It was thirty hours.", "do": "propose"}
    room.anna.press("/publish", fields)
    room.agree()
    now, kind = room.now(), room.world["boris"].record.lines[-1].kind
    assert (now.texts[0].title, now.correction, kind) == ("Thirty hours without sleep", (Said("en", "It was thirty hours."),), "correction")


def test_a_correction_changes_nothing_else(room: Room) -> None:
    """What a correction does not touch stays as it was signed: rank, region, sources and body."""
    room.anna.press("/publish", {**room.fields("correction"), "correction": "A comma.", "do": "propose"})
    room.agree()
    now = room.now()
    assert (now.rank, now.region, now.sources, now.texts) == (PRESS.rank, PRESS.region, PRESS.sources, PRESS.texts)


def test_a_correction_says_what_was_wrong(room: Room) -> None:
    """A correction without a word on what was wrong is not proposed."""
    assert "Say what was wrong and what is right." in room.anna.press("/publish", {**room.fields("correction"), "do": "propose"}).text


def test_an_approver_reads_the_correction(room: Room) -> None:
    """Who is asked to sign a correction reads what it says was wrong."""
    room.anna.press("/publish", {**room.fields("correction"), "correction": "It was thirty hours.", "do": "propose"})
    room.boris.press("/fetch", {})
    assert "It was thirty hours." in room.boris.open("/approve").text


@pytest.mark.parametrize("status", ["fixed", "answered", "refused"])
def test_an_outcome_goes_through_the_screens(room: Room, status: str) -> None:
    """What came of a story becomes public as an outcome with its status."""
    fields = {**room.fields("outcome"), "outcome": "The ministry wrote back.", "told_by": "institution"}
    room.anna.press("/publish", {**fields, "status": status, "do": "propose"})
    room.agree()
    now, outcome = room.now(), Outcome((Said("en", "The ministry wrote back."),), "institution")
    assert (now.status, now.outcome, now.since, room.world["boris"].record.lines[-1].kind) == (status, outcome, room.world.calendar(), "outcome")


def test_an_outcome_has_a_text(room: Room) -> None:
    """An outcome without a word on what came of it is not proposed."""
    assert "Say what came of it, in each language." in room.anna.press("/publish", {**room.fields("outcome"), "status": "fixed", "do": "propose"}).text


def test_an_outcome_names_a_status(room: Room) -> None:
    """An outcome without a choice of what came of it is not proposed."""
    fields = room.fields("outcome")
    assert 'role="alert"' in room.anna.press("/publish", {**fields, "outcome": "They wrote.", "do": "propose"}).text


def test_a_takedown_goes_through_the_screens(room: Room) -> None:
    """A takedown with a reason that two members signed ends the subject."""
    room.anna.press(f"/published/{room.subject}/takedown", {"reason": "safety"})
    room.agree()
    assert room.world["boris"].record.lines[-1].kind == "takedown" and "/takedown" not in room.anna.open("/published").text


def test_a_takedown_needs_a_reason(room: Room) -> None:
    """A takedown without a reason from the list is not proposed."""
    answer = room.anna.press(f"/published/{room.subject}/takedown", {"reason": "because"})
    assert answer.status_code == 400 and room.world["anna"].vault.proposals() == []


def test_a_takedown_is_confirmed_with_a_dangerous_button(room: Room) -> None:
    """Before a takedown the member sees the title, what it does, and a button that looks dangerous."""
    text = room.anna.open(f"/published/{room.subject}/takedown").text
    assert "Forty hours without sleep" in text and '<button class="danger">Ask the members to take it down</button>' in text


def test_an_approver_sees_what_disappears(room: Room) -> None:
    """Who is asked to sign a takedown sees the text that would disappear and the reason, in words."""
    room.anna.press(f"/published/{room.subject}/takedown", {"reason": "court-order"})
    room.boris.press("/fetch", {})
    text = room.boris.open("/approve").text
    assert [said for said in ("What disappears", "They were told to sign.", "A court or an authority ordered it.") if said not in text] == []


def test_what_was_answered_lately_has_its_title(room: Room) -> None:
    """Among what was answered lately a publication and a takedown stand with the title of the text."""
    room.anna.press(f"/published/{room.subject}/takedown", {"reason": "safety"})
    room.agree()
    lately = room.boris.open("/approve").text.partition("Answered lately")[2]
    said = set(re.findall(r"<bdi>(Publish|Take down)</bdi>: <bdi>(.*?)</bdi>", lately))
    assert said == {("Publish", "Forty hours without sleep"), ("Take down", "Forty hours without sleep")}


def test_what_was_answered_last_stands_first(room: Room) -> None:
    """Of more than ten answers the latest are shown, not the oldest."""
    for number in range(11):
        room.world.calendar.pass_days(2)
        room.world.renew()
        propose_update(room.world["anna"], update(f"Update {number}"))
        room.agree()
    lately = room.boris.open("/approve").text.partition("Answered lately")[2]
    assert re.findall(r"<bdi>Update (\d+)</bdi>", lately) == [str(number) for number in range(10, 0, -1)]


def test_a_text_that_the_vault_lacks_is_fetched(room: Room) -> None:
    """A member who never saw the proposal gets the public text from the server, checked against the record."""
    vera = room.world["vera"]
    vera.vault.file.put("DELETE FROM proposal")
    assert current(vera, room.subject).content == PRESS


def test_an_unknown_publication_is_told(room: Room) -> None:
    """An address of something that was never published is answered with a page."""
    assert room.anna.open(f"/publish?subject={'ab' * 16}&change=correction").status_code == 404


def test_an_update_has_no_outcome(room: Room) -> None:
    """An update can be corrected and taken down; nothing comes of it."""
    room.anna.press("/publish", {"do": "propose", "kind": "update", "language": "en", "title": "Hearing", "body": "On Monday.", "basis": "desk"})
    room.agree()
    subject = room.world["anna"].record.lines[-1].subject
    assert room.anna.open(f"/publish?subject={subject}&change=outcome").status_code == 404


def test_a_story_in_two_languages(room: Room) -> None:
    """A story written in two languages has a preview for each and is signed with both."""
    fields: dict[str, str | list[str]] = {
        "kind": "story", "basis": "sources", "sources": "A paper | https://paper.example/1", "region": "North", "type": "order",
        "language": ["en", "ru"], "title": ["A day", "День"], "summary": ["Short.", "Коротко."], "body": ["Text.", "Текст."],
    }  # fmt: skip
    text = room.anna.press("/publish", {**fields, "do": "preview"}).text
    room.anna.press("/publish", {**fields, "do": "propose"})
    room.agree()
    said = room.world["boris"].record.lines[-1].parameters
    assert text.count('class="preview"') == 2 and said is not None and said.languages == ("en", "ru")


def test_a_language_is_added(room: Room) -> None:
    """The button for one more language keeps what was written and offers a second set of fields."""
    text = room.anna.press("/publish", {"kind": "story", "language": "en", "title": "A day", "do": "add"}).text
    assert 'value="A day"' in text and text.count('name="body"') == 2


def test_an_empty_language_is_left_out(room: Room) -> None:
    """A language in which nothing was written is not part of what is kept."""
    two: dict[str, str | list[str]] = {"language": ["en", "ru"], "title": ["A day", ""], "summary": ["", ""], "body": ["Text.", ""]}
    room.anna.press("/publish", {"kind": "story", "basis": "sources", **two, "do": "save"})
    (kept,) = room.world["anna"].vault.drafts()
    assert [text.language for text in kept.content.texts] == ["en"]


def test_one_language_stands_once(room: Room) -> None:
    """Two texts in one language are sent back."""
    two: dict[str, str | list[str]] = {"language": ["en", "en"], "title": ["A", "B"], "summary": ["", ""], "body": ["Text.", "Text."]}
    fields: dict[str, str | list[str]] = {"kind": "story", "basis": "sources", "sources": "https://paper.example/1", **two, "do": "propose"}
    assert "There are two texts in one language." in room.anna.press("/publish", fields).text


def test_a_case_leads_on_from_what_it_published(world: World) -> None:
    """The case of a published story offers to go on, and a correction asks its source anew."""
    source = world.source()
    case = agreed(world, source, story())
    proposal = propose_story(world["anna"], case, story(), "consent")
    world.sync("boris")
    approve(world["boris"], proposal)
    world.sync()
    anna = browser_at(world, world["anna"])
    found = re.search(r'href="(/publish\?subject=[0-9a-f]{32}&amp;change=correction)"', anna.open(f"/cases/{case}").text)
    fields = {**fields_of(anna, unescape(found[1]) if found else ""), "correction": "It was thirty hours."}
    refused = anna.press("/publish", {**fields, "do": "propose"}).text
    anna.press("/publish", {**fields, "do": "consent"})
    world.release()
    source.answers("agree")
    world.sync()
    anna.press("/publish", {**fields_of(anna, f"/publish?case={case}"), "do": "propose"})
    boris = world["boris"]
    world.sync("boris")
    for kept in boris.vault.proposals():
        approve(boris, kept.seen.hash)
    world.sync()
    assert "The source has not agreed to exactly this text." in refused and [line.kind for line in boris.record.lines][-1] == "correction"


def test_a_publication_that_no_record_has_is_not_taken_from_a_log(world: World) -> None:
    """What a member logs as published counts only if the record has that very leaf."""
    case = opened(world, world.source())
    append(world["boris"], case, "published", lambda _: Published("ab" * 16, 1, "cd" * 32))
    world.sync()
    known = read_case(world["vera"], case)
    assert (len(known.published), published_from(world["vera"], known)) == (1, ())

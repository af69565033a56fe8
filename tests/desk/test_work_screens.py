# SPDX-License-Identifier: AGPL-3.0-or-later
"""The work on a case on the screens of two members: forms, deadlines, Today, the draft of the story, with hostile text in every field (T24)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape

import pytest

from ombuds.core.content import Claim, PublicSource, Said
from ombuds.core.keys import Id
from ombuds.desk.casework.claims import add_claim, check_claim
from ombuds.desk.casework.tasks import add_task
from ombuds.desk.casework.team import assign, step_back
from ombuds.desk.log import read_case
from ombuds.desk.release.approving import asked
from ombuds.desk.release.prepare import propose_story
from tests.desk.desks import PASSPHRASE, TODAY, World, institution, opened, story
from tests.desk.screens import Browser, browser_at
from tests.desk.test_screens import HOSTILE

SHORT = "\"'><img src=x onerror=alert(1)> \u202eevil %(x)s {{ 7*7 }}"
SAYS = "He was made to sign three times."


@dataclass
class Team:
    """A case of three, and two of them at their screens."""

    world: World
    case: Id
    anna: Browser
    boris: Browser

    @property
    def path(self) -> str:
        """Where the case is shown."""
        return f"/cases/{self.case}"

    def claimed(self, says: str = SAYS) -> Id:
        """Anna writes a claim."""
        return add_claim(self.world["anna"], self.case, "fact", (says, "The source says so.")).work.claims[-1].said.id

    def verified(self, says: str = SAYS) -> Id:
        """Anna writes a claim, and the two others verify it."""
        claim = self.claimed(says)
        for name in ("boris", "vera"):
            check_claim(self.world[name], self.case, claim, "holds", "I asked.")
        self.world.sync()
        return claim


def team_of(world: World) -> Team:
    """Open a case, and let two of its team sit down."""
    return Team(world, opened(world, world.source()), browser_at(world, world["anna"]), browser_at(world, world["boris"], "ru"))


@pytest.fixture
def team(world: World) -> Team:
    """A fresh case."""
    return team_of(world)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """A case in which every field of the work was filled with hostile text, by the forms."""
    with institution(tmp_path_factory.mktemp("work")) as world:
        team = team_of(world)
        team.anna.press(f"{team.path}/task", {"text": SHORT, "whom": "boris", "due": "2026-03-01"})
        team.anna.press(f"{team.path}/task", {"text": SHORT, "whom": "", "due": ""})
        team.anna.press(f"{team.path}/claim", {"says": SHORT, "known": HOSTILE, "kind": "fact"})
        claim = read_case(world["anna"], team.case).work.claims[0].said.id
        team.boris.press(f"{team.path}/check", {"claim": claim, "verdict": "does-not-hold", "how": HOSTILE})
        team.anna.press(f"{team.path}/claim", {"says": SHORT, "known": HOSTILE, "kind": "inference", "replaces": claim})
        team.boris.press(f"{team.path}/recusal", {"do": "back", "reason": HOSTILE})
        world.sync()
        yield team


@pytest.mark.parametrize("who", ["anna", "boris"])
@pytest.mark.parametrize("screen", ["/", "/cases/CASE", "/publish?case=CASE", "/search?query=onerror"])
def test_hostile_work_stays_text(hostile: Team, who: str, screen: str) -> None:
    """Hostile text in every field of the work makes no element and no attribute on any screen, in either language."""
    browser: Browser = getattr(hostile, who)
    reading = browser.reading(screen.replace("CASE", hostile.case))
    wrong = [tag.name for tag in reading.tags if tag.name in ("script", "img") or any(name.startswith("on") for name in tag.attributes)]
    assert wrong == []


def test_everything_that_was_written_stands_in_the_log(hostile: Team) -> None:
    """Each form of the work became one event, with the text as it was typed."""
    work = read_case(hostile.world["boris"], hostile.case).work
    assert [task.asked.text for task in work.tasks] == [SHORT] * 2 and [claim.said.says for claim in work.claims] == [SHORT] * 2


def test_every_field_of_the_work_has_its_own_label(hostile: Team) -> None:
    """Each field of the forms is labelled, and no two things on the page have one name."""
    reading = hostile.anna.reading(hostile.path)
    names = [tag.attributes["id"] for tag in reading.tags if "id" in tag.attributes]
    labelled = {tag.attributes.get("for") for tag in reading.named("label")}
    fields = [tag.attributes.get("id") for name in ("textarea", "select") for tag in reading.named(name)]
    assert len(names) == len(set(names)) and [field for field in fields if field not in labelled] == []


def test_an_overdue_task_stands_first_and_is_marked(team: Team) -> None:
    """A task whose day has passed is marked, and stands before the one that has time."""
    for text, days in (("has time", 30), ("too late", -1), ("comes soon", 2)):
        add_task(team.world["anna"], team.case, text, "anna", TODAY + timedelta(days=days))
    text = team.anna.open(team.path).text
    assert text.index("too late") < text.index("comes soon") < text.index("has time") and re.search(r"too late.*?chip-overdue.*?comes soon", text, re.DOTALL)


def test_today_names_what_is_due(team: Team) -> None:
    """Today lists my tasks that are overdue or due soon, and neither those of others nor those that have time."""
    for text, whom, days in (("mine late", "anna", -1), ("mine soon", "anna", 3), ("mine later", "anna", 4), ("his late", "boris", -1)):
        add_task(team.world["boris"], team.case, text, whom, TODAY + timedelta(days=days))
    team.world.sync("anna")
    text = team.anna.open("/").text
    assert [one for one in ("mine late", "mine soon", "mine later", "his late") if one in text] == ["mine late", "mine soon"]


def test_a_deadline_passes_with_the_day(team: Team) -> None:
    """A task that was not due becomes overdue when the desk's day has gone by."""
    add_task(team.world["anna"], team.case, "ask the hospital", "anna", TODAY + timedelta(days=10))
    team.world.calendar.day = TODAY + timedelta(days=11)
    assert "This task of a case is overdue." in team.anna.open("/").text


def test_today_asks_for_a_second_check(team: Team) -> None:
    """A claim of another that waits for a check is told on Today, and is told no more to who has checked it."""
    claim = team.claimed()
    team.world.sync("boris")
    before = team.boris.open("/").text
    team.boris.press(f"{team.path}/check", {"claim": claim, "verdict": "holds", "how": "I asked."})
    assert ("1 утверждение ждёт" in before, "утверждение ждёт" in team.boris.open("/").text) == (True, False)


def test_today_lists_the_cases_that_are_mine(team: Team) -> None:
    """A case that was given to a member stands on Today under its own heading."""
    assign(team.world["boris"], team.case, "anna")
    team.world.sync("anna")
    assert "Cases that are yours" in team.anna.open("/").text


def test_a_case_can_be_given_on_its_page(team: Team) -> None:
    """The form of the case gives it to a member, and the page says so."""
    assert "Works on it: <bdi>boris</bdi>" in team.anna.press(f"{team.path}/assign", {"member": "boris"}).text


def test_the_page_tells_that_a_claim_is_verified(team: Team) -> None:
    """The page of the case shows each verification step and that the claim is verified."""
    team.verified()
    text = team.anna.open(team.path).text
    assert "chip-verified" in text and text.count("I asked.") == 2


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ("task", {"text": " "}),
        ("task", {"text": "x" * 301}),
        ("task", {"text": "x", "due": "2026-02-30"}),
        ("claim", {"says": "x", "known": "", "kind": "fact"}),
        ("claim", {"says": "x", "known": "x", "kind": "rumour"}),
        ("recusal", {"reason": "", "do": "back"}),
        ("check", {"claim": "1" * 32, "verdict": "holds", "how": " "}),
        ("check", {"claim": "1" * 32, "verdict": "perhaps", "how": "x"}),
        ("check", {"claim": "1" * 32, "verdict": "holds", "how": "x"}),
        ("task/done", {"task": "1" * 32}),
        ("assign", {"member": "stranger"}),
    ],
)
def test_what_a_form_lacks_is_told(team: Team, form: str, fields: dict[str, str]) -> None:
    """An empty, too long or unknown field is refused, and nothing comes into the log."""
    before = read_case(team.world["anna"], team.case).seq
    refused = team.anna.press(f"{team.path}/{form}", fields).status_code
    assert 400 <= refused < 410 and read_case(team.world["anna"], team.case).seq == before


def _claims(text: str) -> list[tuple[str, str]]:
    says = re.findall(r'<textarea[^>]*name="claim_says"[^>]*>\n([^<]*)</textarea>', text)
    counts = re.findall(r'name="claim_verified" type="number" value="(\d*)"', text)
    return list(zip(map(unescape, says), counts, strict=True))


def test_verified_claims_are_brought_into_the_draft(team: Team) -> None:
    """The draft gets the verified claims with the number of members and without a name, and no other claim."""
    team.verified()
    team.claimed("Nobody has checked this.")
    text = team.anna.press("/publish", {"kind": "story", "case": team.case, "language": "en", "title": "T", "body": "B", "do": "claims"}).text
    assert _claims(text) == [(SAYS, "2")]


def test_a_claim_that_stands_in_the_draft_is_counted_anew(team: Team) -> None:
    """A line that stands in the draft already is not doubled, and its number becomes that of the case."""
    team.verified()
    row = {"claim_says": SAYS, "claim_known": "So.", "claim_kind": "fact", "claim_verified": "9"}
    text = team.anna.press("/publish", {"kind": "story", "case": team.case, "language": "en", "title": "T", "body": "B", **row, "do": "claims"}).text
    assert _claims(text) == [(SAYS, "2")]


def test_where_nothing_is_verified_nothing_is_brought_in(team: Team) -> None:
    """Without a verified claim the draft stays as it is, and the reason is told."""
    team.claimed()
    text = team.anna.press("/publish", {"kind": "story", "case": team.case, "language": "en", "title": "T", "body": "B", "do": "claims"}).text
    assert _claims(text) == [] and "No claim of this case is verified yet." in text


def _proposed(team: Team, verified: int) -> str:
    claim = Claim("fact", (Said("en", SAYS),), (Said("en", "So."),), verified)
    content = story(claims=(claim,), sources=(PublicSource("A paper", "https://paper.example/1"),))
    proposal = propose_story(team.world["anna"], team.case, content, "sources")
    team.world.sync("boris")
    return proposal


def test_an_approver_is_told_of_a_number_that_was_made_up(team: Team) -> None:
    """A text that says that more members verified a claim than the case does is told of on the screen that asks to sign it."""
    team.claimed()
    _proposed(team, 2)
    assert "проверило больше участников, чем записано в журнале дела" in team.boris.open("/approve").text


def test_an_approver_is_told_that_the_numbers_fit(team: Team) -> None:
    """A text whose numbers are those of the case is told as such."""
    team.verified()
    _proposed(team, 2)
    assert "В журнале дела о каждом утверждении записано то же" in team.boris.open("/approve").text


def test_who_stepped_back_does_not_sign(team: Team) -> None:
    """The desk of a member who stepped back signs nothing of the case and says why."""
    proposal = _proposed(team, 0)
    step_back(team.world["boris"], team.case, "My brother serves there.")
    text = team.boris.press("/approve", {"proposal": proposal, "answer": "approve"}).text
    assert "ничего по нему не подписывает" in text and asked(team.world["boris"], proposal).answered == ""


def test_a_claim_that_came_to_a_locked_desk_comes_back(team: Team) -> None:
    """A claim that was sent to a desk which had locked itself is offered again with both texts, and is in no log yet."""
    form = {"token": team.anna.mark(), "says": SAYS, "known": "The paper.", "kind": "inference"}
    team.anna.ticks.now += 3600
    locked = team.anna.client.post(f"{team.path}/claim", data=form).text
    kept = {name: unescape(value) for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', locked)}
    text = team.anna.client.post("/unlock", data={**kept, "passphrase": PASSPHRASE}).text
    assert f"{SAYS}</textarea>" in text and "The paper.</textarea>" in text and read_case(team.world["anna"], team.case).work.claims == ()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Refusals on the desk's screens: each keeps what was typed, says what happened, and leads to a place that works."""

from __future__ import annotations

import re
from html import unescape

import pytest

from ombuds.desk.casework.claims import add_claim
from ombuds.desk.log import read_case
from tests.desk.desks import World
from tests.desk.screens import silence
from tests.desk.test_after_publication import Room, room_of
from tests.desk.test_work_screens import SAYS, Team, team_of


@pytest.fixture
def team(world: World) -> Team:
    """A fresh case."""
    return team_of(world)


@pytest.fixture
def room(world: World) -> Room:
    """A story that is public."""
    return room_of(world)


TYPED = [
    ("task", {"text": "Ask the clinic in Lipetsk", "whom": "boris", "due": "2026-02-30"}, "This is not a day."),
    ("task", {"text": "Ask the clinic " + "x" * 300, "whom": "boris", "due": "2026-03-30"}, "A text here is longer than it may be."),
    ("claim", {"says": SAYS, "known": " ", "kind": "inference"}, "A field is empty."),
    ("recusal", {"reason": "My brother serves there.", "do": "again"}, "who steps back takes part, and who takes part again stepped back"),
    ("check", {"claim": "1" * 32, "verdict": "", "how": "I rang the clinic."}, "Nothing was chosen."),
    ("check", {"claim": "1" * 32, "verdict": "cannot-tell", "how": "I rang the clinic."}, "there is no such claim"),
]


def _left(page: str) -> dict[str, str]:
    """What stands in the fields of a page's form, without its mark."""
    form = page[page.index("<main") :]
    found = {name: value for name, value in re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', form) if name != "token"}
    found |= dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n([^<]*)</textarea>', form))
    return found | dict(re.findall(r'<select id="\w+" name="(\w+)"[^>]*>.*?<option value="([^"]*)" selected>', form, re.DOTALL))


@pytest.mark.parametrize(("form", "fields", "told"), TYPED)
def test_a_refused_form_keeps_what_was_typed(team: Team, form: str, fields: dict[str, str], told: str) -> None:
    """What a form lacks, or what the log refuses, comes back with every field as it was left, the sentence, and a link to the case."""
    answer = team.anna.press(f"{team.path}/{form}", fields)
    main = answer.text[answer.text.index("<main") :]
    assert _left(answer.text) == fields
    assert (told in unescape(main), f'action="{team.path}/{form}"' in main, f'href="{team.path}#work"' in main, "Go back" in main) == (True, True, True, False)


def test_a_text_whose_claim_is_gone_is_offered_as_a_new_claim(team: Team) -> None:
    """What was to replace a claim that another member replaced meanwhile comes back whole, and can be written as a claim of its own."""
    claim = team.claimed()
    team.world.sync("boris")
    add_claim(team.world["boris"], team.case, "fact", ("He signed twice.", "So."), claim)
    fields = {"says": "He signed four times.", "known": "From the clinic.", "kind": "inference"}
    page = team.anna.press(f"{team.path}/claim", {**fields, "replaces": claim}).text
    left = _left(page)
    team.anna.press(f"{team.path}/claim", left)
    assert (left, "the claim was replaced" in page) == (fields, True)
    assert read_case(team.world["anna"], team.case).work.claims[-1].said.says == "He signed four times."


@pytest.mark.parametrize(
    ("form", "fields"), [("task", {"text": "Ask", "whom": "boris", "due": "2026-03-30"}), ("claim", {"says": SAYS, "known": "So.", "kind": "fact"})]
)
def test_a_silent_server_loses_nothing_that_was_typed(team: Team, form: str, fields: dict[str, str]) -> None:
    """While the server does not answer the form comes back whole, and sent once more from there it arrives."""
    there = silence(team.world["anna"])
    page = team.anna.press(f"{team.path}/{form}", fields)
    team.world["anna"].remote = there
    left = _left(page.text)
    team.anna.press(f"{team.path}/{form}", left)
    work = read_case(team.world["anna"], team.case).work
    assert (page.status_code, left, len(work.tasks) + len(work.claims)) == (503, fields, 1)


@pytest.mark.parametrize(("form", "name"), [("note", "text"), ("status", "text"), ("close", "reason")])
def test_a_line_that_a_silent_server_refuses_is_kept(team: Team, form: str, name: str) -> None:
    """A note, a status or a reason that meets a silent server stands in its form, with a link to the case; sent once more, the case has it."""
    there, fields = silence(team.world["anna"]), {name: "The clinic answers on Monday."}
    page = team.anna.press(f"{team.path}/{form}", fields)
    team.world["anna"].remote = there
    team.anna.press(f"{team.path}/{form}", _left(page.text))
    case = read_case(team.world["anna"], team.case)
    written = {"note": [each.text for each in case.notes], "status": [case.status], "close": ["The clinic answers on Monday."] * (case.state == "closed")}
    assert (page.status_code, _left(page.text), f'href="{team.path}"' in page.text) == (503, fields, True)
    assert written[form] == ["The clinic answers on Monday."]


def test_a_note_without_text_is_asked_for_again(team: Team) -> None:
    """A note of nothing but spaces is refused in a sentence, and nothing is written."""
    page = team.anna.press(f"{team.path}/note", {"text": "  "})
    assert (page.status_code, "A field is empty." in page.text, read_case(team.world["anna"], team.case).notes) == (400, True, ())


@pytest.mark.parametrize(
    ("form", "fields", "told"),
    [
        ("assign", {"member": "stranger"}, "work is for a member of the team who has not stepped back"),
        ("task/done", {"task": "1" * 32}, "there is no such task to be done"),
    ],
)
def test_a_refused_press_shows_the_case(team: Team, form: str, fields: dict[str, str], told: str) -> None:
    """A press without a text that is refused shows the case itself, with the reason above it."""
    page = team.anna.press(f"{team.path}/{form}", fields).text
    assert (told in page, f'action="{team.path}/task"' in page) == (True, True)


def test_a_refusal_within_a_case_leads_to_the_case(team: Team) -> None:
    """A file that is not there is refused with a link to the case beside the one to Today; a case that is not there leads to Today alone."""
    within, without = (team.anna.open(f"/cases/{name}/files/{'1' * 32}").text for name in (team.case, "2" * 32))
    assert (f'href="{team.path}"' in within, 'class="button quiet" href="/"' in within) == (True, True)
    assert ("To the case" in without, 'class="button quiet" href="/"' in without) == (False, True)


def test_a_takedown_without_a_reason_asks_again(room: Room) -> None:
    """Where no reason was chosen the same page comes back with its text, says what is missing, and leads to what is public."""
    text = room.anna.press(f"/published/{room.subject}/takedown", {"reason": ""}).text
    said = [part for part in ("<strong>Choose a reason.</strong>", "Forty hours without sleep", 'href="/published"', 'class="danger"') if part not in text]
    assert (said, "Go back" in text) == ([], False)


def test_a_takedown_that_a_silent_server_refuses_keeps_its_reason(room: Room) -> None:
    """While the server does not answer the page comes back with the reason chosen; sent once more, the members are asked."""
    there = silence(room.world["anna"])
    page = room.anna.press(f"/published/{room.subject}/takedown", {"reason": "court-order"})
    room.world["anna"].remote = there
    room.anna.press(f"/published/{room.subject}/takedown", {"reason": "court-order"})
    kept = '<option value="court-order" selected>' in page.text
    assert (page.status_code, kept, len(room.world["anna"].vault.proposals())) == (503, True, 1)


def test_what_is_not_public_leads_to_what_is(room: Room) -> None:
    """A takedown of something that is not public is refused with a link to what is public."""
    answer = room.anna.open(f"/published/{'1' * 32}/takedown")
    assert answer.status_code >= 400 and 'href="/published">To what is public</a>' in answer.text

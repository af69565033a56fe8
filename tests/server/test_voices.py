# SPDX-License-Identifier: AGPL-3.0-or-later
"""This happened to me too: counted in batches and in steps, once a form, with nothing kept of who sent it (T04, T11)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from httpx2 import Response
from sqlalchemy import func, insert, select
from starlette.testclient import TestClient

from ombuds.core.keys import hash_of, random_id
from ombuds.server import tick
from ombuds.server.app import build
from ombuds.server.store import voices
from ombuds.server.store.schema import forms, tallies
from ombuds.server.store.schema import voices as rows
from tests.server.acts import drafted, publish, said, takedown
from tests.server.institution import Institution
from tests.server.postgres import BOTH
from tests.server.visits import confirm, looking_again, only_body, sent_of, stored


@pytest.fixture
def story(here: Institution) -> str:
    """The path of a published story."""
    draft = drafted(here, said())
    assert publish(here, draft).status_code == 200
    return f"/en/stories/{draft.proposal.subject}"


def form(browser: TestClient, story: str) -> dict[str, str]:
    """Open the form and read its hidden fields."""
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', browser.get(f"{story}/too").text))


def speak(browser: TestClient, story: str, note: str = "", **changed: str) -> Response:
    """Fill the form in and send it."""
    return browser.post(f"{story}/too", data={**form(browser, story), "note": note, **changed})


def release(here: Institution) -> None:
    """Let a batch leave."""
    tick.run(here.parts, 23, force=True)


def shown(here: Institution, story: str) -> str:
    """What a reader sees of the number, at a server that has just looked."""
    found = re.search(r"At least (\d+) readers", TestClient(build(here.parts), base_url="http://desk.example").get(story).text)
    return found[1] if found else ""


@pytest.mark.parametrize(("many", "number"), [(0, ""), (4, ""), (5, "5"), (9, "5"), (10, "10")])
def test_voices_show_in_steps_from_five_on(here: Institution, browser: TestClient, story: str, many: int, number: str) -> None:
    """Below five nothing shows, from five on the last whole step of five does."""
    for _ in range(many):
        assert speak(browser, story).status_code == 200
    release(here)
    assert shown(here, story) == number


@BOTH
def test_voices_wait_for_their_batch(here: Institution, browser: TestClient, story: str) -> None:
    """Before a batch leaves no voice is counted; then all are, together, and a second look counts none twice."""
    for _ in range(5):
        speak(browser, story)
    before = shown(here, story)
    release(here)
    release(here)
    assert (before, shown(here, story)) == ("", "5")


def test_a_running_server_shows_a_new_number(here: Institution, browser: TestClient, story: str) -> None:
    """A page that lies ready in memory is made anew when the number has changed."""
    here.app.state.site = looking_again(here)
    browser.get(story)
    for _ in range(5):
        speak(browser, story)
    release(here)
    assert "At least 5 readers" in browser.get(story).text


def test_a_form_counts_once(here: Institution, browser: TestClient, story: str) -> None:
    """The same form sent again and again is one voice, before and after its batch."""
    fields = form(browser, story)
    for _ in range(6):
        assert browser.post(f"{story}/too", data=fields).status_code == 200
    release(here)
    browser.post(f"{story}/too", data=fields)
    release(here)
    with here.parts.store.read() as connection:
        assert connection.execute(select(tallies.c.number)).scalar_one() == 1


@pytest.mark.parametrize("changed", [{"nonce": "0" * 32}, {"check": "0" * 64}, {"check": "é"}, {"nonce": ""}])
def test_a_form_that_was_not_given_out_counts_nothing(here: Institution, browser: TestClient, story: str, changed: dict[str, str]) -> None:
    """Nobody can make forms up: one that the server did not give out is shown again, with what was typed in it."""
    answer = speak(browser, story, note="What I typed", **changed)
    assert (answer.status_code, "What I typed" in answer.text, stored(here), count_of(here)) == (400, True, [], 0)


def count_of(here: Institution) -> int:
    """How many voices are kept."""
    with here.parts.store.read() as connection:
        return connection.execute(select(func.count()).select_from(rows)).scalar_one()


def test_a_form_is_of_its_story(here: Institution, browser: TestClient, story: str) -> None:
    """A form that was given out for one story counts for no other."""
    other = drafted(here, said(title="Another"))
    publish(here, other)
    answer = browser.post(f"/en/stories/{other.proposal.subject}/too", data=form(browser, story))
    assert (answer.status_code, count_of(here)) == (400, 0)


@pytest.mark.parametrize(("days", "status"), [(0, 200), (1, 200), (2, 400)])
def test_a_form_is_good_over_midnight(here: Institution, browser: TestClient, story: str, days: int, status: int) -> None:
    """A form is good on its day and on the next, and then no more."""
    fields = form(browser, story)
    here.calendar.pass_days(days)
    assert browser.post(f"{story}/too", data=fields).status_code == status


def test_nothing_is_kept_but_story_day_and_form(here: Institution, browser: TestClient, story: str) -> None:
    """A voice is a form's hash, a story, a day and whether it was counted; there is no place for more."""
    speak(browser, story)
    with here.parts.store.read() as connection:
        row = connection.execute(select(rows)).one()
    assert (set(row._mapping), row.subject, row.day, row.counted) == ({"form", "subject", "day", "counted"}, story.rpartition("/")[2], here.calendar.day, False)


def test_voices_are_forgotten_and_their_number_stays(here: Institution, browser: TestClient, story: str) -> None:
    """Some days after they were counted, no row of a voice is left; the number stays."""
    for _ in range(5):
        speak(browser, story)
    release(here)
    here.calendar.pass_days(voices.KEPT_DAYS + 1)
    release(here)
    assert (count_of(here), shown(here, story)) == (0, "5")


def test_a_flood_fills_no_disk(here: Institution, browser: TestClient, story: str) -> None:
    """When very many voices wait, the next one is told to come again, and the form stays as it was."""
    row = {"subject": story.rpartition("/")[2], "day": here.calendar.day, "counted": False}
    some = [{**row, "form": hash_of(b"%d" % number)} for number in range(voices.MOST_WAITING - 1)]
    with here.parts.store.write() as connection:
        connection.execute(insert(rows), some)
    answers = [speak(browser, story) for _ in range(2)]
    assert ([answer.status_code for answer in answers], count_of(here), 'name="nonce"' in answers[1].text) == ([200, 503], voices.MOST_WAITING, True)


@pytest.mark.parametrize("what", ["update", "takedown", "nothing"])
def test_only_a_story_has_a_form(here: Institution, browser: TestClient, story: str, what: str) -> None:
    """An update, a story that was taken down and an unknown subject have no such form, to be seen or to be sent."""
    subject = story.rpartition("/")[2] if what == "takedown" else random_id()
    if what == "update":
        draft = drafted(here, said(kind="update"))
        publish(here, draft)
        subject = draft.proposal.subject
    if what == "takedown":
        publish(here, takedown(here, subject))
    address = f"/en/stories/{subject}/too"
    assert (browser.get(address).status_code, browser.post(address, data={}).status_code) == (404, 404)


def test_a_note_arrives_as_a_report_that_names_the_story(here: Institution, browser: TestClient, story: str) -> None:
    """A note is sealed like a report, begins with the story's title and path, and its words are confirmed as ever."""
    sent = sent_of(speak(browser, story, "They did the same to us."))
    body = only_body(here)
    assert (body.text.startswith(f"This happened to me too: Night shifts\n{story.removeprefix('/en')}\n"), body.text.endswith("They did the same to us.")) == (
        True,
        True,
    )
    assert (len(sent.words), confirm(browser, sent).status_code, count_of(here)) == (12, 200, 1)


def test_a_note_and_its_voice_cannot_be_brought_together(here: Institution, browser: TestClient, story: str) -> None:
    """Voice and report of one form stand under different hashes, and no other column is shared."""
    speak(browser, story, "A note.")
    with here.parts.store.read() as connection:
        of_voice = connection.execute(select(rows.c.form)).scalar_one()
        of_report = connection.execute(select(forms.c.nonce)).scalar_one()
    assert of_voice != of_report


def test_a_note_sent_twice_is_one_report(here: Institution, browser: TestClient, story: str) -> None:
    """A second press of the button keeps one report and one voice."""
    fields = {**form(browser, story), "note": "Once."}
    for _ in range(2):
        browser.post(f"{story}/too", data=fields)
    assert (len(stored(here)), count_of(here)) == (1, 1)


def test_a_note_of_a_confirmed_form_is_not_taken_again(here: Institution, browser: TestClient, story: str) -> None:
    """Once its words were confirmed, the same form makes no second report and says that it was received."""
    fields = {**form(browser, story), "note": "Once."}
    confirm(browser, sent_of(browser.post(f"{story}/too", data=fields)))
    again = browser.post(f"{story}/too", data=fields)
    assert (again.status_code, "received already" in again.text, len(stored(here))) == (409, True, 1)


def test_the_words_of_a_note_are_in_the_readers_language(here: Institution, browser: TestClient, story: str) -> None:
    """Who writes a note in Russian gets Russian words."""
    words = sent_of(speak(browser, story.replace("/en/", "/ru/"), "И у нас тоже.")).words
    assert all(re.fullmatch("[а-яё]+", word) for word in words)


def test_a_language_without_a_list_of_words_lets_choose(here: Institution, browser: TestClient, story: str) -> None:
    """Who writes a note in Arabic chooses the language of the words, and is told why."""
    arabic = story.replace("/en/", "/ar/")
    shown = browser.get(f"{arabic}/too").text
    fields = {**form(browser, arabic), "note": "ونحن أيضًا.", "words_language": "ru"}
    words = sent_of(browser.post(f"{arabic}/too", data=fields)).words
    assert 'aria-describedby="words-hint"' in shown and all(re.fullmatch("[а-яё]+", word) for word in words)


def test_a_note_may_be_as_long_as_a_report(here: Institution, browser: TestClient, story: str) -> None:
    """A note over the limit comes back whole, with a sentence, and nothing is counted."""
    here.app.state.parts = type(here.parts)(**{**vars(here.parts), "settings": type(here.parts.settings)(data=here.parts.settings.data, largest_text=1000)})
    answer = speak(browser, story, "x" * 1001)
    assert (answer.status_code, "x" * 1001 in answer.text, count_of(here)) == (413, True, 0)


def test_a_long_note_of_wide_letters_is_taken(here: Institution, browser: TestClient, story: str) -> None:
    """A note within the limit is taken whole in any script, however many bytes a browser makes of it."""
    sent_of(speak(browser, story, "ж" * 90_000))
    assert only_body(here).text.endswith("ж" * 90_000)


def test_a_silent_desk_still_counts(here: Institution, browser: TestClient, story: str) -> None:
    """When the members have not confirmed their keys there is no note, the page says so, and voices are counted."""
    here.calendar.pass_days(11)
    page = browser.get(f"{story}/too").text
    assert ('name="note"' in page, "takes no notes today" in page, speak(browser, story).status_code) == (False, True, 200)


def test_a_note_to_a_silent_desk_comes_back(here: Institution, browser: TestClient, story: str) -> None:
    """A note that arrives when the keys have just run out stands in the form again, and no report is kept."""
    here.calendar.pass_days(10)
    fields = form(browser, story)
    here.calendar.pass_days(1)
    answer = browser.post(f"{story}/too", data={**fields, "note": "They did it here too."})
    assert (answer.status_code, "They did it here too." in answer.text, stored(here)) == (503, True, [])


def test_a_story_links_its_form(here: Institution, browser: TestClient, story: str) -> None:
    """The story's page leads to the form, and the form back to the story."""
    assert (f'href="{story}/too"' in browser.get(story).text, f'href="{story}"' in browser.get(f"{story}/too").text) == (True, True)


def test_old_voices_wait_as_well(here: Institution, browser: TestClient, story: str) -> None:
    """A voice that was not counted yet is never forgotten, however late its batch."""
    speak(browser, story)
    here.calendar.day += timedelta(days=30)
    with here.parts.store.write() as connection:
        voices.forget(connection, here.calendar.day)
    assert count_of(here) == 1


@pytest.mark.parametrize(("problem", "asked"), [("retaliation", False), ("dismissal", False), ("corruption", True)])
def test_nobody_is_asked_under_what_was_done_to_one_person(here: Institution, browser: TestClient, problem: str, asked: bool) -> None:
    """Where public sources tell of retaliation or dismissal, a person has a name there, and neither the story nor the form asks who else."""
    draft = drafted(here, said(problem=problem))
    publish(here, draft)
    path = f"/en/stories/{draft.proposal.subject}"
    answers = (f'href="{path}/too"' in browser.get(path).text, browser.get(f"{path}/too").status_code)
    assert answers == (asked, 200 if asked else 404)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the desk's lists tell of things that are over, what its forms refuse, and what stands behind a press of its own."""

from __future__ import annotations

import pytest

from tests.desk.desks import World, opened
from tests.desk.screens import Browser, browser_at


@pytest.fixture
def anna(world: World) -> Browser:
    """Anna at her screens, after a report was opened."""
    opened(world, world.source())
    world.sync()
    return browser_at(world, world["anna"])


def test_an_unknown_problem_is_refused(world: World, anna: Browser) -> None:
    """A kind of problem that is not in the list is refused, nothing is kept, and everything else comes back as it was written."""
    written = {"kind": "story", "language": "en", "title": "My title", "body": "my long text", "type": "weather", "basis": "sources", "do": "save"}
    answer = anna.press("/publish", written)
    there = ("The kind of problem is not one of the list.", "my long text</textarea>", 'value="My title"', 'value="sources" checked')
    assert ([one for one in there if one not in answer.text], answer.status_code, world["anna"].vault.drafts()) == ([], 400, [])


def test_what_was_opened_lately_is_counted(anna: Browser) -> None:
    """Among what was answered lately an opening stands with the number of its cases."""
    assert "<bdi>Open reports</bdi>: 1 case</dt>" in anna.open("/approve").text


def test_closing_a_case_stands_behind_a_summary(world: World, anna: Browser) -> None:
    """The form that closes a case opens at a press of its own; those for a note and a status are open."""
    (case,) = world["anna"].vault.matters()
    text = anna.open(f"/cases/{case.id}").text
    behind = text[text.index("<details><summary>Close the case</summary>") :].partition("</details>")[0]
    assert [name for name in ("note", "status", "close") if f"/cases/{case.id}/{name}" in behind] == ["close"]


def test_an_empty_reply_is_told_as_one(world: World, anna: Browser) -> None:
    """Who sends a reply without a text and without a file reads that it is empty, and nothing stands in the conversation."""
    (case,) = world["anna"].vault.matters()
    page = anna.client.post(f"/cases/{case.id}/reply", data={"token": anna.mark(), "text": " "}, files=[("files", ("", b"", ""))]).text
    assert ("The reply is empty." in page, 'class="message out"' in page) == (True, False)


def test_a_reply_may_be_files_alone(world: World, anna: Browser) -> None:
    """A reply without a text carries all of its files."""
    (case,) = world["anna"].vault.matters()
    files = [("files", (name, b"notes", "text/plain")) for name in ("one.txt", "two.txt")]
    page = anna.client.post(f"/cases/{case.id}/reply", data={"token": anna.mark(), "text": ""}, files=files).text
    assert [name in page for name in ("one.txt", "two.txt")] == [True, True]


def test_nothing_written_has_no_preview(anna: Browser) -> None:
    """The preview of an empty form says that there is no text yet, and offers nobody to be asked."""
    page = anna.press("/publish", {"kind": "story", "basis": "sources", "do": "preview"}).text
    assert ("There is no text yet, in any language." in page, "Ask the members to sign" in page) == (True, False)

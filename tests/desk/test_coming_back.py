# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cases and Approve come back with what was entered and the sentence at its place, where a form lacks something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.desks import World, institution
from tests.desk.screens import Browser, browser_at


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[World]:
    """Two sealed reports, about each of which Anna has asked."""
    with institution(tmp_path) as world:
        for text in ("One.", "Two."):
            world.source().reports(text)
        yield world


@pytest.fixture
def anna(asking: World) -> Browser:
    """Anna's browser, after a look at the server."""
    asking.sync("anna")
    return browser_at(asking, asking["anna"])


@pytest.fixture
def boris(asking: World, anna: Browser) -> Browser:
    """The browser of a member who is asked about two reports."""
    for report in _values(anna, "/cases", "report"):
        anna.press("/open", {"report": report})
    asking.sync("boris")
    return browser_at(asking, asking["boris"])


def _values(browser: Browser, path: str, name: str) -> list[str]:
    found: list[str] = re.findall(rf'name="{name}" value="([0-9a-f]+)"', browser.open(path).text)
    return found


def test_nothing_ticked_is_told(anna: Browser) -> None:
    """A form without a tick comes back to the list that it came from, with the sentence beside its button, and does nothing."""
    page = anna.press("/open", {"state": "", "sealed": "2026-01-01.0"})
    said = page.text[page.text.index('action="/open"') :]
    assert (page.status_code, "No report was ticked." in said, 'name="report"' in said, 'name="sealed" value="2026-01-01.0"' in said) == (400, True, True, True)


def test_a_refusal_needs_a_reason(boris: Browser) -> None:
    """A refusal without a reason comes back with the sentence at the field, what was ticked is ticked, and nothing is refused."""
    proposals = _values(boris, "/approve", "proposal")
    page = boris.press("/approve", {"proposal": proposals[0], "answer": "refuse", "reason": " "})
    field = re.findall(r'<input id="reason"[^>]*aria-describedby="([^"]+)"', page.text)
    ticked = re.findall(r'name="proposal" value="([0-9a-f]+)" checked', page.text)
    assert (page.status_code, "A refusal needs a reason." in page.text, field, ticked) == (400, True, ["lacks"], proposals[:1])
    assert _values(boris, "/approve", "proposal") == proposals


def test_a_reason_without_a_tick_comes_back(boris: Browser) -> None:
    """A reason that was typed for nothing that was ticked stands in its field again."""
    page = boris.press("/approve", {"answer": "refuse", "reason": "It names a witness."})
    assert (page.status_code, "Nothing was ticked." in page.text, 'value="It names a witness."' in page.text) == (400, True, True)


def test_a_form_without_an_answer_comes_back(boris: Browser) -> None:
    """A form that was sent by the Enter key in the field of the reason keeps both and does nothing."""
    proposals = _values(boris, "/approve", "proposal")
    page = boris.press("/approve", {"proposal": proposals, "reason": "It names a witness."})
    ticked = re.findall(r'name="proposal" value="([0-9a-f]+)" checked', page.text)
    assert (page.status_code, "Nothing was answered." in page.text, 'value="It names a witness."' in page.text, ticked) == (400, True, True, proposals)

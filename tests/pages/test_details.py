# SPDX-License-Identifier: AGPL-3.0-or-later
"""The details beside refusals: those that a member often reads are said in the member's language."""

from __future__ import annotations

import pytest

from ombuds.pages.desk_render import DeskRenderer
from ombuds.pages.desk_values import DeskError, DeskShell
from ombuds.pages.details import DETAILS
from ombuds.pages.values import Trouble
from tests.rules.tree import modules


def test_a_detail_is_said_in_russian() -> None:
    """A detail of ours stands on the Russian page in Russian."""
    assert "вас нет в этом деле" in _page("you are not on this case")


def test_a_detail_with_a_value_stays_as_it_is() -> None:
    """A detail that nobody could translate is shown as it came."""
    assert "vera has no key for this week" in _page("vera has no key for this week")


@pytest.mark.parametrize("detail", DETAILS)
def test_a_translated_detail_is_one_that_is_raised(detail: str) -> None:
    """What is marked as a detail is what some refusal really says."""
    assert [module.path for module in modules("src") if f'("{detail}")' in module.text and not module.path.endswith("pages/details.py")] != []


def _page(detail: str) -> str:
    shell = DeskShell(desk_name="Desk", token="t0ken", language="ru")
    return DeskRenderer().error(shell, DeskError(trouble=Trouble(sentence="Something went wrong."), detail=detail)).decode()

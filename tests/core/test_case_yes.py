# SPDX-License-Identifier: AGPL-3.0-or-later
"""No member's own step voids what a source agreed to: a close or a publication in the log is a member's word, a yes is the source's (T05)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombuds.core.case import Exchanged, Kind, Line, Published
from ombuds.core.errors import OrderWrong
from ombuds.core.messages import write_message
from tests.core import builders as b
from tests.core.test_case import AGREE, CLOSE, EMPTY, OPENED, REFUSE, REVOKE, THREAD, WORK, fold

ASKED = WORK[0]
DONE: tuple[Kind, object] = ("closed", Line("Done."))
MORE: tuple[Kind, object] = ("received", Exchanged(write_message(THREAD, "source", 1, "More."), EMPTY))
FORGED: tuple[Kind, object] = ("published", Published("a" * 32, 1, "1" * 64))
BODIES: dict[Kind, object] = dict([DONE, MORE, FORGED, ("note", Line("Seen.")), ("status", Line("Asked."))])


@pytest.mark.parametrize("between", [[DONE], [DONE, MORE], [DONE, MORE, FORGED], [DONE, FORGED]])
def test_what_a_member_logs_does_not_void_a_later_yes(between: list[tuple[Kind, object]]) -> None:
    """A source who agrees after a member closed the case, or logged a publication that never was, has agreed."""
    case = fold(ASKED, *between, ("agreed", AGREE), case=OPENED)
    assert (case.state, case.consent_to(b.story()).content) == ("agreed", b.story())


@pytest.mark.parametrize("after", [[DONE], [DONE, MORE], [FORGED], [DONE, FORGED]])
def test_what_a_member_logs_does_not_void_an_earlier_yes(after: list[tuple[Kind, object]]) -> None:
    """What a source agreed to stands after a member closed the case or logged a publication."""
    assert fold(ASKED, ("agreed", AGREE), *after, case=OPENED).consent_to(b.story()).content == b.story()


@pytest.mark.parametrize("no", [("refused", REFUSE), ("revoked", REVOKE)])
@pytest.mark.parametrize("between", [[DONE], [DONE, MORE], [DONE, MORE, FORGED]])
def test_no_close_brings_back_an_agreement_after_a_no(no: tuple[Kind, object], between: list[tuple[Kind, object]]) -> None:
    """A source's no stays its last word on a question, however a member moves the case around it."""
    case = fold(ASKED, *between, no, case=OPENED)
    with pytest.raises(OrderWrong):
        fold(("agreed", AGREE), case=case)


@pytest.mark.parametrize("between", [[], [DONE], [DONE, MORE]])
def test_a_yes_that_was_held_back_does_not_overtake_the_sources_close(between: list[tuple[Kind, object]]) -> None:
    """A yes that comes after the source closed the case is no yes to the question before it."""
    case = fold(ASKED, ("received", CLOSE), *between, case=OPENED)
    with pytest.raises(OrderWrong):
        fold(("agreed", AGREE), case=case)


@given(st.lists(st.sampled_from(sorted(BODIES)), max_size=6), st.integers(0, 6))
def test_a_member_voids_no_yes_whenever_it_comes(kinds: list[Kind], place: int) -> None:
    """Whatever a member logs before and after a yes that is not the source's word, the source has agreed."""
    case = fold(ASKED, case=OPENED)
    steps: list[tuple[Kind, object]] = [(kind, BODIES[kind]) for kind in kinds]
    steps.insert(place, ("agreed", AGREE))
    for kind, body in steps:
        try:
            case = fold((kind, body), case=case)
        except OrderWrong:
            continue
    assert case.consent_to(b.story()).content == b.story()

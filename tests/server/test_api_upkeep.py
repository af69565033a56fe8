# SPDX-License-Identifier: AGPL-3.0-or-later
"""Weekly recipients and confirmations: in one's own name only, honest about the ledger, and entered when enough signed (T29)."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from ombuds.core.age import Identity
from ombuds.core.charter import Freshness, confirm, sign_epoch, sign_freshness
from ombuds.core.encoding import decode
from ombuds.core.errors import FreshnessStale
from ombuds.core.keys import epoch_of
from ombuds.core.wire import DeskState, Refusal, SealingNow
from tests.server.acts import Hand, hands, record_of
from tests.server.institution import Institution


def refusal(answer: object) -> tuple[int, str]:
    """The status and the class of a refusal."""
    return answer.status_code, decode(answer.content, Refusal).error  # type: ignore[attr-defined]


def confirmation(here: Institution, **changed: object) -> Freshness:
    """An honest confirmation of today, or one that is changed."""
    record, state = record_of(here), hands(here)[0].get("state", DeskState)
    honest = confirm(record.charter, state.epochs, record.size, record.tree.root(), here.calendar.day)
    return msgspec.structs.replace(honest, **changed)


def test_a_recipient_for_next_week_is_kept(here: Institution) -> None:
    """A member publishes a recipient for the coming week."""
    anna, week = hands(here)[0], epoch_of(here.calendar.day) + 1
    answer = anna.post("epochs", sign_epoch(here.charter.instance_id, "anna", week, Identity.generate().recipient, anna.key))
    assert (answer.status_code, len(anna.get("state", DeskState).epochs)) == (204, 4)


def test_nobody_speaks_for_another_s_recipient(here: Institution) -> None:
    """A member cannot hand in another member's recipient."""
    anna, boris, _ = hands(here)
    statement = sign_epoch(here.charter.instance_id, "anna", epoch_of(here.calendar.day) + 1, Identity.generate().recipient, anna.key)
    assert refusal(boris.post("epochs", statement)) == (403, "NotAMember")


def test_a_recipient_that_stands_is_not_replaced(here: Institution) -> None:
    """A second recipient for the same week is refused, because reports may be sealed to the first."""
    anna = hands(here)[0]
    statement = sign_epoch(here.charter.instance_id, "anna", epoch_of(here.calendar.day), Identity.generate().recipient, anna.key)
    assert refusal(anna.post("epochs", statement)) == (409, "OrderWrong")


@pytest.mark.parametrize(("weeks", "wanted"), [(-1, (409, "OrderWrong")), (4, (400, "CharterRefused"))])
def test_a_recipient_is_for_a_near_week(here: Institution, weeks: int, wanted: tuple[int, str]) -> None:
    """A recipient for a week that is over, or for one too far ahead, is refused."""
    anna = hands(here)[0]
    statement = sign_epoch(here.charter.instance_id, "anna", epoch_of(here.calendar.day) + weeks, Identity.generate().recipient, anna.key)
    assert refusal(anna.post("epochs", statement)) == wanted


def test_one_member_confirms_nothing(here: Institution) -> None:
    """One member's confirmation waits and is no entry."""
    here.calendar.pass_days(1)
    anna = hands(here)[0]
    anna.post("freshness", sign_freshness(confirmation(here), anna.key))
    assert (record_of(here).size, len(anna.get("state", DeskState).pending)) == (2, 1)


def test_two_members_confirm(here: Institution) -> None:
    """When the second member signs the very same confirmation it becomes an entry and nothing waits any more."""
    here.calendar.pass_days(1)
    anna, boris, _ = hands(here)
    said = confirmation(here)
    for hand in (anna, boris):
        assert hand.post("freshness", sign_freshness(said, hand.key)).status_code == 204
    assert (record_of(here).size, record_of(here).freshness, anna.get("state", DeskState).pending) == (3, said, ())


def test_a_late_signature_changes_nothing(here: Institution) -> None:
    """A third member who signs what is an entry already is thanked and adds nothing."""
    here.calendar.pass_days(1)
    said = confirmation(here)
    answers = [hand.post("freshness", sign_freshness(said, hand.key)).status_code for hand in hands(here)]
    assert (answers, record_of(here).size) == ([204, 204, 204], 3)


def test_one_member_who_signs_twice_is_one(here: Institution) -> None:
    """A confirmation that one member sends twice does not reach its number."""
    here.calendar.pass_days(1)
    anna, said = hands(here)[0], confirmation(here)
    for _ in range(2):
        anna.post("freshness", sign_freshness(said, anna.key))
    assert record_of(here).size == 2


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"root": "ab" * 32}, (409, "OrderWrong")),
        ({"size": 9}, (409, "OrderWrong")),
        ({"size": 0}, (409, "OrderWrong")),
        ({"charter": "ab" * 32}, (400, "CharterRefused")),
        ({"instance_id": "ab" * 32}, (400, "CharterRefused")),
        ({"epochs": ("ab" * 32,)}, (409, "OrderWrong")),
    ],
)
def test_a_confirmation_is_honest(here: Institution, change: dict[str, object], wanted: tuple[int, str]) -> None:
    """A confirmation of another history, desk or charter, or of recipients that nobody has, is refused."""
    here.calendar.pass_days(1)
    anna = hands(here)[0]
    assert refusal(anna.post("freshness", sign_freshness(confirmation(here, **change), anna.key))) == wanted


@pytest.mark.parametrize("days", [-3, 3])
def test_a_confirmation_is_of_today(here: Institution, days: int) -> None:
    """A confirmation of another day is refused."""
    anna, said = hands(here)[0], confirmation(here, day=here.calendar.day + timedelta(days=days))
    assert refusal(anna.post("freshness", sign_freshness(said, anna.key))) == (409, "OrderWrong")


def test_nobody_confirms_for_another(here: Institution) -> None:
    """A member cannot hand in a confirmation that only another one signed."""
    here.calendar.pass_days(1)
    anna, boris, _ = hands(here)
    assert refusal(boris.post("freshness", sign_freshness(confirmation(here), anna.key))) == (403, "NotAMember")


def test_sealers_get_what_they_check(here: Institution) -> None:
    """The public answer for sealers holds the charters, the confirmation and the recipients that it names."""
    now = decode(here.client().get("/api/sealing").content, SealingNow)
    assert (len(now.charters), now.freshness is not None, len(now.epochs)) == (1, True, 3)


def test_a_silent_desk_seals_nothing(here: Institution) -> None:
    """Eleven days after the last confirmation nobody can seal to this desk."""
    here.calendar.pass_days(11)
    with pytest.raises(FreshnessStale):
        here.parts.public.epochs(here.calendar.day)


def test_members_of_a_silent_desk_still_get_in(here: Institution) -> None:
    """A desk whose confirmation is stale and whose charter has expired still answers its members, who alone can renew it."""
    here.calendar.pass_days(120)
    assert Hand(here, "anna").send("GET", "/api/members/state").status_code == 200


def test_a_member_has_one_confirmation_waiting(here: Institution) -> None:
    """However many confirmations one member hands in, the latest alone waits."""
    here.calendar.pass_days(1)
    anna, honest = hands(here)[0], confirmation(here)
    for count in (1, 2, 3):
        anna.post("freshness", sign_freshness(msgspec.structs.replace(honest, epochs=honest.epochs[:count]), anna.key))
    assert len(anna.get("state", DeskState).pending) == 1


def test_a_confirmation_names_each_recipient_once(here: Institution) -> None:
    """A confirmation that names a recipient twice is refused."""
    here.calendar.pass_days(1)
    anna, honest = hands(here)[0], confirmation(here)
    twice = msgspec.structs.replace(honest, epochs=(honest.epochs[0], *honest.epochs))
    assert refusal(anna.post("freshness", sign_freshness(twice, anna.key))) == (409, "OrderWrong")

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Epoch keys and the members' confirmation: a sealer takes no key that is old, foreign, early, or from too few (T07, T09, T29)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

import msgspec
import pytest

from ombuds.core.age import Recipient
from ombuds.core.charter import (
    FRESHNESS_TYPE,
    Freshness,
    check_epoch,
    check_founding,
    check_freshness,
    check_rules,
    confirm,
    sign_charter,
    sign_epoch,
    sign_freshness,
)
from ombuds.core.encoding import encode
from ombuds.core.envelope import Envelope, sign
from ombuds.core.errors import BadSignature, CharterRefused, FreshnessStale, Malformed, NotAMember, NotEnough
from ombuds.core.keys import epoch_of, first_day
from tests.core import builders as b

FIVE = ("anna", "boris", "carla", "dora", "emil")
DESK = b.desk_of(FIVE, 3)
CHARTER, ID = DESK.charter, DESK.charter.instance_id
ROOT_HASH = bytes(32)
UNUSABLE = Recipient(b"\xff" * 1216)


def _epoch(name: str = "anna", epoch: int = b.WEEK, signer: str = "", instance: str = ID) -> Envelope:
    return sign_epoch(instance, name, epoch, b.week_identity(name, epoch).recipient, b.key_of(signer or name))


def _fresh(statements: tuple[Envelope, ...] = DESK.statements, day: date = b.TODAY, *names: str) -> Envelope:
    said = msgspec.structs.replace(confirm(CHARTER, statements, 1, ROOT_HASH, max(day, b.TODAY)), day=day)
    return sign_freshness(said, *map(b.key_of, names or FIVE))


def test_a_sealer_takes_the_keys_of_this_week() -> None:
    """All members' recipients of this week are given by name."""
    assert dict(DESK.epochs.recipients) == {name: b.week_identity(name).recipient for name in FIVE}


def test_keys_of_other_weeks_are_left_aside() -> None:
    """A confirmation lists next weeks' keys too, and only this week's are taken."""
    ahead = tuple(_epoch(name, b.WEEK + 1) for name in FIVE)
    assert check_freshness(_fresh((*DESK.statements, *ahead)), (*ahead, *DESK.statements), CHARTER, b.TODAY) == DESK.epochs


@pytest.mark.parametrize("ago", [0, 1, 10])
def test_a_confirmation_holds_ten_days(ago: int) -> None:
    """A sealer still seals on the tenth day."""
    assert check_freshness(_fresh(day=b.TODAY - timedelta(days=ago)), DESK.statements, CHARTER, b.TODAY) == DESK.epochs


@pytest.mark.parametrize("ago", [11, 12, 400, -2, -400])
def test_an_old_or_early_confirmation_is_refused(ago: int) -> None:
    """Nobody seals after the tenth day, or on the word of a confirmation from the future."""
    with pytest.raises(FreshnessStale):
        check_freshness(_fresh(day=b.TODAY - timedelta(days=ago)), DESK.statements, CHARTER, b.TODAY)


def test_an_expired_charter_takes_no_reports() -> None:
    """Nobody seals under a charter whose time is over."""
    over = check_founding(sign_charter(b.changed(CHARTER.charter, expires=b.TODAY - timedelta(days=1)), *map(b.key_of, FIVE)))
    statements = tuple(_epoch(name, instance=over.instance_id) for name in FIVE)
    freshness = sign_freshness(confirm(over, statements, 1, ROOT_HASH, b.TODAY), *map(b.key_of, FIVE))
    with pytest.raises(FreshnessStale):
        check_freshness(freshness, statements, over, b.TODAY)


@pytest.mark.parametrize("names", [some for size in (1, 2) for some in combinations(FIVE, size)])
def test_a_minority_confirms_nothing(names: tuple[str, ...]) -> None:
    """One or two of five members cannot keep an intake open."""
    with pytest.raises(NotEnough):
        check_freshness(_fresh(DESK.statements, b.TODAY, *names), DESK.statements, CHARTER, b.TODAY)


@pytest.mark.parametrize("kept", [some for size in (0, 1, 2, 3) for some in combinations(range(5), size)])
def test_a_server_that_withholds_keys_gets_no_report(kept: tuple[int, ...]) -> None:
    """With the keys of three of five members where three open, nobody seals."""
    with pytest.raises(FreshnessStale):
        check_freshness(DESK.freshness, [DESK.statements[at] for at in kept], CHARTER, b.TODAY)


def test_four_of_five_are_enough_to_seal_to() -> None:
    """One absent member does not close the intake."""
    assert len(check_freshness(DESK.freshness, DESK.statements[1:], CHARTER, b.TODAY).recipients) == 4


def test_a_key_that_was_not_confirmed_is_left_aside() -> None:
    """A server cannot add a key of a member that the members did not confirm together."""
    slipped = sign_epoch(ID, "anna", b.WEEK, b.identity_of("other").recipient, b.key_of("anna"))
    assert check_freshness(DESK.freshness, (*DESK.statements, slipped), CHARTER, b.TODAY) == DESK.epochs


def test_a_member_who_does_not_open_gets_no_share() -> None:
    """The key of a member without the role is not sealed to."""
    anna = msgspec.structs.replace(CHARTER.charter.members[0], roles=("charter", "publish", "takedown", "destroy", "moderate"))
    charter = check_founding(sign_charter(b.changed(CHARTER.charter, members=(anna, *CHARTER.charter.members[1:])), *map(b.key_of, FIVE)))
    assert "anna" not in b.furnish(charter, FIVE).epochs.recipients


@pytest.mark.parametrize("parts", [{"instance_id": "1" * 64}, {"charter": "1" * 64}])
def test_a_confirmation_of_another_charter_is_refused(parts: dict[str, str]) -> None:
    """The same members' confirmation for another desk or an earlier charter is refused."""
    other = msgspec.structs.replace(msgspec.json.decode(DESK.freshness.payload, type=Freshness), **parts)
    with pytest.raises(CharterRefused):
        check_freshness(sign(FRESHNESS_TYPE, encode(other), *map(b.key_of, FIVE)), DESK.statements, CHARTER, b.TODAY)


def test_a_statement_of_another_kind_is_no_confirmation() -> None:
    """A confirmation under another type is refused."""
    with pytest.raises(Malformed):
        check_freshness(b.retyped(DESK.freshness, "text/plain"), DESK.statements, CHARTER, b.TODAY)


def test_a_changed_confirmation_is_refused() -> None:
    """A confirmation whose day was moved does not fit its signatures."""
    moved = DESK.freshness.payload.replace(b"2026-11-24", b"2026-11-23")
    with pytest.raises(BadSignature):
        check_freshness(msgspec.structs.replace(DESK.freshness, payload=moved), DESK.statements, CHARTER, b.TODAY)


@pytest.mark.parametrize("ahead", [0, 1, 3])
def test_keys_may_be_published_three_weeks_ahead(ahead: int) -> None:
    """A member's key of up to the third week from now is taken."""
    assert check_epoch(_epoch(epoch=b.WEEK + ahead), CHARTER, b.TODAY).epoch == b.WEEK + ahead


@pytest.mark.parametrize("ahead", [4, 52])
def test_keys_further_ahead_are_refused(ahead: int) -> None:
    """A key of the fourth week from now is refused."""
    with pytest.raises(CharterRefused):
        check_epoch(_epoch(epoch=b.WEEK + ahead), CHARTER, b.TODAY)


def test_a_key_of_another_desk_is_refused() -> None:
    """A key that a member signed at another desk is refused."""
    with pytest.raises(CharterRefused):
        check_epoch(_epoch(instance="1" * 64), CHARTER, b.TODAY)


@pytest.mark.parametrize("signer", ["boris", "stranger"])
def test_a_member_signs_the_own_key(signer: str) -> None:
    """A key that another member or a stranger signed is refused (T19)."""
    with pytest.raises(NotAMember):
        check_epoch(_epoch("anna", signer=signer), CHARTER, b.TODAY)


def test_a_former_member_has_no_key() -> None:
    """A key of somebody whom the charter does not list is refused."""
    with pytest.raises(NotAMember):
        check_epoch(_epoch("fedor"), CHARTER, b.TODAY)


@pytest.mark.parametrize("epoch", [0, 1, b.WEEK, b.WEEK + 1])
def test_a_week_begins_on_monday(epoch: int) -> None:
    """The first day of each epoch is a Monday, and the day before is of the epoch before."""
    day = first_day(epoch + 1)
    assert (day.weekday(), epoch_of(day), epoch_of(day - timedelta(days=1))) == (0, epoch + 1, epoch)


def test_a_sealer_west_of_the_members_still_seals_on_sunday() -> None:
    """Keys that members published on their Monday, three weeks ahead, do not close the intake where it is still Sunday."""
    sunday, monday = first_day(b.WEEK + 1) - timedelta(days=1), first_day(b.WEEK + 1)
    early = tuple(_epoch(name, b.WEEK + 4) for name in FIVE)
    assert check_freshness(_fresh((*DESK.statements, *early), monday), (*early, *DESK.statements), CHARTER, sunday) == DESK.epochs


def test_a_member_cannot_publish_a_key_that_seals_nothing() -> None:
    """A recipient of the right length that no file can be sealed to is refused, so that no member closes the intake alone."""
    with pytest.raises(CharterRefused):
        check_epoch(sign_epoch(ID, "anna", b.WEEK, UNUSABLE, b.key_of("anna")), CHARTER, b.TODAY)


def test_a_charter_lists_no_recipient_that_seals_nothing() -> None:
    """A charter with such a long-term recipient is refused."""
    member = msgspec.structs.replace(CHARTER.charter.members[0], recipient=UNUSABLE.text)
    with pytest.raises(CharterRefused):
        check_rules(b.changed(CHARTER.charter, members=(member, *CHARTER.charter.members[1:])))


def test_members_do_not_confirm_a_key_that_a_sealer_would_refuse() -> None:
    """Writing a confirmation over one member's unusable key is refused, so that it cannot stop everybody's sealing."""
    bad = sign_epoch(ID, "anna", b.WEEK, UNUSABLE, b.key_of("anna"))
    with pytest.raises(CharterRefused):
        confirm(CHARTER, (bad, *DESK.statements[1:]), 1, ROOT_HASH, b.TODAY)


def test_the_server_does_not_choose_between_two_keys_of_a_member() -> None:
    """Two confirmed keys of one member for one week are refused in either order."""
    second = sign_epoch(ID, "anna", b.WEEK, b.identity_of("other").recipient, b.key_of("anna"))
    with pytest.raises(CharterRefused):
        confirm(CHARTER, (*DESK.statements, second), 1, ROOT_HASH, b.TODAY)

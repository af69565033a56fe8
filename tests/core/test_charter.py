# SPDX-License-Identifier: AGPL-3.0-or-later
"""The charter's rules, each broken once, and its succession, signed by both majorities (T28, T30)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from ombuds.core.charter import CHARTER_TYPE, Charter, InForce, Member, check_founding, check_rules, check_succession, fingerprint, sign_charter
from ombuds.core.encoding import encode
from ombuds.core.envelope import Envelope, read, sign
from ombuds.core.errors import BadSignature, CharterRefused, NotAMember, OmbudsError
from tests.core import builders as b
from tests.rules.tree import ROOT

FIVE = ("anna", "boris", "carla", "dora", "emil")
FOUNDED = b.desk_of(FIVE, 2).charter
GOOD = FOUNDED.charter
VECTORS = json.loads((ROOT / "vectors" / "charter" / "charters.json").read_text())


def _needing(**numbers: int) -> Charter:
    return b.changed(GOOD, thresholds=msgspec.structs.replace(GOOD.thresholds, **numbers))


def _member(at: int, **parts: object) -> Charter:
    member = msgspec.structs.replace(GOOD.members[at], **parts)
    return b.changed(GOOD, members=(*GOOD.members[:at], member, *GOOD.members[at + 1 :]))


def _roleless(*names: str, role: str) -> Charter:
    roles = tuple(r for r in b.ROLES if r != role)
    return b.changed(GOOD, members=tuple(Member(m.name, m.key, m.recipient, roles if m.name in names else m.roles) for m in GOOD.members))


BROKEN = {
    "two members": b.changed(b.charter_of(("anna", "boris")), thresholds=msgspec.structs.replace(GOOD.thresholds, charter=2)),
    "a name twice": _member(1, name="anna"),
    "a key twice": _member(1, key=GOOD.members[0].key),
    "a recipient twice": _member(1, recipient=GOOD.members[0].recipient),
    "opening by one": _needing(open=1),
    "publishing by one": _needing(publish=1),
    "taking down by one": _needing(takedown=1),
    "destroying by one": _needing(destroy=1),
    "the charter by one": _needing(charter=1),
    "the charter by two of five": _needing(charter=2),
    "the charter by half of four": b.changed(b.charter_of(FIVE[:4]), thresholds=msgspec.structs.replace(GOOD.thresholds, charter=2)),
    "moderation by nobody": _needing(moderate=0),
    "moderation by less than nobody": _needing(moderate=-1),
    "publishing above the charter": _needing(publish=4),
    "moderation above the charter": _needing(moderate=4),
    "more than there are": _needing(charter=6),
    "opening by all": _needing(open=5, charter=5),
    "too few who may open": _roleless("carla", "dora", "emil", role="open"),
    "too few who may publish": _roleless("boris", "carla", "dora", "emil", role="publish"),
    "too few who may change the charter": _roleless("carla", "dora", "emil", role="charter"),
    "no language": b.changed(GOOD, languages=()),
    "no name": b.changed(GOOD, name="  "),
    "a member's key as log key": b.changed(GOOD, log_key=GOOD.members[0].key),
}


@pytest.mark.parametrize("charter", BROKEN.values(), ids=BROKEN.keys())
def test_each_rule_is_kept_by_the_reader(charter: Charter) -> None:
    """A charter that breaks one rule is refused although every member signed it."""
    envelope = sign(CHARTER_TYPE, encode(charter), *map(b.key_of, FIVE))
    with pytest.raises(CharterRefused):
        check_founding(envelope)


@pytest.mark.parametrize("charter", BROKEN.values(), ids=BROKEN.keys())
def test_each_rule_is_kept_by_the_maker(charter: Charter) -> None:
    """A charter that breaks one rule is not even signed."""
    with pytest.raises(CharterRefused):
        sign_charter(charter, b.key_of("anna"))


@pytest.mark.parametrize(("names", "k"), [(b.NAMES, 2), (FIVE[:4], 2), (FIVE[:4], 3), (FIVE, 2), (FIVE, 3), (FIVE, 4)])
def test_ordinary_desks_keep_the_rules(names: tuple[str, ...], k: int) -> None:
    """Desks of three to five members with two or more for each act are allowed."""
    check_rules(b.charter_of(names, k))


def test_a_recipient_that_is_none_is_refused() -> None:
    """A member with a mistyped recipient is refused."""
    with pytest.raises(CharterRefused):
        check_rules(_member(0, recipient=GOOD.members[0].recipient[:-1] + "q"))


@pytest.mark.parametrize("missing", FIVE)
def test_a_first_charter_is_signed_by_everybody(missing: str) -> None:
    """A first charter that one member did not sign is refused."""
    with pytest.raises(CharterRefused):
        check_founding(sign_charter(GOOD, *(b.key_of(name) for name in FIVE if name != missing)))


@pytest.mark.parametrize("parts", [{"version": 2}, {"version": 0}, {"prev": "0" * 64}])
def test_a_first_charter_follows_nothing(parts: dict[str, object]) -> None:
    """A first charter has version 1 and no predecessor."""
    with pytest.raises(CharterRefused):
        check_founding(sign_charter(b.changed(GOOD, **parts), *map(b.key_of, FIVE)))


def test_the_instance_is_named_by_the_payload() -> None:
    """More signatures do not rename a desk."""
    assert check_founding(sign_charter(GOOD, *map(b.key_of, (*FIVE, "stranger")))).instance_id == FOUNDED.instance_id


def _next(names: tuple[str, ...], before: InForce = FOUNDED, **parts: object) -> Charter:
    return b.changed(b.charter_of(names), version=before.charter.version + 1, prev=before.hash, **parts)


NEWER = _next(("carla", "dora", "emil", "fedor", "galya"))


def test_both_majorities_make_a_successor() -> None:
    """Three of the old five and three of the new five, some of them the same, change the charter."""
    assert check_succession(sign_charter(NEWER, *map(b.key_of, ("carla", "dora", "emil"))), FOUNDED).instance_id == FOUNDED.instance_id


@pytest.mark.parametrize(
    "signing",
    [
        pytest.param(("anna", "boris"), id="two compelled of five"),
        pytest.param(("anna", "boris", "carla"), id="the old majority alone"),
        pytest.param(("dora", "emil", "fedor", "galya"), id="the new majority alone"),
        pytest.param(("fedor", "galya", "stranger"), id="strangers"),
        pytest.param((), id="nobody"),
    ],
)
def test_less_than_both_majorities_changes_nothing(signing: tuple[str, ...]) -> None:
    """A successor without the charter threshold of the old and of the new members is refused."""
    with pytest.raises(CharterRefused):
        check_succession(sign_charter(NEWER, *map(b.key_of, signing)), FOUNDED)


@pytest.mark.parametrize("parts", [{"version": 1}, {"version": 3}, {"prev": ""}, {"prev": "1" * 64}])
def test_a_successor_follows_the_one_in_force(parts: dict[str, object]) -> None:
    """A successor that skips a version or names another predecessor is refused."""
    with pytest.raises(CharterRefused):
        check_succession(sign_charter(b.changed(NEWER, **parts), *map(b.key_of, FIVE)), FOUNDED)


def test_old_keys_do_not_follow_what_replaced_them() -> None:
    """Members who were removed can sign another second charter, but nobody who has the true one takes it as its successor."""
    true = check_succession(sign_charter(NEWER, *map(b.key_of, ("carla", "dora", "emil"))), FOUNDED)
    with pytest.raises(CharterRefused):
        check_succession(sign_charter(_next(FIVE, FOUNDED), *map(b.key_of, FIVE)), true)


def test_a_successor_keeps_the_rules_too() -> None:
    """Every old and new member together cannot lower the charter threshold below a majority."""
    low = b.changed(NEWER, thresholds=msgspec.structs.replace(NEWER.thresholds, charter=2))
    with pytest.raises(CharterRefused):
        check_succession(sign(CHARTER_TYPE, encode(low), *map(b.key_of, (*FIVE, "fedor", "galya"))), FOUNDED)


def test_an_expired_charter_may_be_succeeded() -> None:
    """Members who come late still sign the next charter."""
    late = check_founding(sign_charter(b.changed(GOOD, expires=b.TODAY - timedelta(days=400)), *map(b.key_of, FIVE)))
    assert check_succession(sign_charter(_next(FIVE, late), *map(b.key_of, FIVE)), late).charter.version == 2


def test_a_bad_signature_of_a_member_stops_the_charter() -> None:
    """A charter with a member's signature that does not fit is refused whole."""
    good = FOUNDED.envelope
    spoiled = tuple(msgspec.structs.replace(s, sig=bytes(64)) if s.keyid == b.key_of("emil").public.key_id else s for s in good.signatures)
    with pytest.raises(BadSignature):
        check_founding(Envelope(good.payloadType, good.payload, spoiled))


def test_an_unknown_member_is_named_as_such() -> None:
    """Asking a charter for somebody it does not list is refused."""
    with pytest.raises(NotAMember):
        GOOD.member("stranger")


def test_the_fingerprint_fits_on_paper() -> None:
    """A fingerprint has six groups of five digits and differs between desks."""
    groups = fingerprint(FOUNDED.instance_id).split(" ")
    assert [len(g) for g in groups] == [5] * 6 and "".join(groups).isdigit() and groups != fingerprint("f" * 64).split(" ")


@pytest.mark.parametrize(("names", "k", "minimum"), [(b.NAMES, 2, 3), (FIVE, 2, 3), (FIVE, 3, 4), (FIVE, 4, 5), (FIVE[:4], 2, 3)])
def test_a_report_goes_to_more_members_than_open_it(names: tuple[str, ...], k: int, minimum: int) -> None:
    """A report is sealed to a majority and to at least one more than the threshold (T29)."""
    assert b.desk_of(names, k).charter.sealing_minimum == minimum


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["what"])
def test_published_charters_hold(case: dict[str, Any]) -> None:
    """Each published chain of charters gives its version or its failure."""
    first, *later = (VECTORS["pieces"][at].encode() for at in case["charters"])
    try:
        charter = check_founding(read(first))
        for text in later:
            charter = check_succession(read(text), charter)
        told: object = charter.charter.version
    except OmbudsError as refused:
        told = type(refused).__name__
    assert told == case.get("version", case.get("error"))

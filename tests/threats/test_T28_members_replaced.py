# SPDX-License-Identifier: AGPL-3.0-or-later
"""T28: two compelled members of five try to replace everyone; every verifier checks every rule of a charter, not its maker alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from ombuds.core.charter import CHARTER_TYPE, Charter, InForce, Thresholds, check_founding, check_succession, sign_charter
from ombuds.core.encoding import encode
from ombuds.core.envelope import Envelope, sign
from ombuds.core.errors import CharterRefused, OmbudsError
from ombuds.core.record import Record, check_page
from ombuds.mirror.check import check
from tests.mirror.ledgers import FIVE, Ledger, charter_of, key_of, member, succeeding, text
from tests.mirror.pages import proof_of

TAKERS = ("anna", "boris")
STRANGERS = ("gleb", "hana", "ivan")
Reader = Callable[[Ledger, Envelope, Path], object]


def _by_succession(ledger: Ledger, envelope: Envelope, _folder: Path) -> object:
    return check_succession(envelope, ledger.charter)


def _by_record(ledger: Ledger, envelope: Envelope, _folder: Path) -> object:
    return Record(ledger.leaves[0]).advance(envelope.canonical())


def _by_mirror(ledger: Ledger, envelope: Envelope, folder: Path) -> object:
    ledger.leaves.append(envelope.canonical())
    return check(ledger.write(folder / "copy"))


def _by_page(ledger: Ledger, envelope: Envelope, _folder: Path) -> object:
    subject = ledger.publish(text())
    proof = proof_of(ledger, f"{subject}/1.json")
    return check_page(msgspec.structs.replace(proof, charters=(*proof.charters, envelope)))


READERS = [
    pytest.param(_by_succession, id="a member's desk"),
    pytest.param(_by_record, id="the record"),
    pytest.param(_by_mirror, id="a mirror"),
    pytest.param(_by_page, id="one page"),
]


def _replaced(before: InForce) -> Charter:
    """The next charter as the two would like it: strangers in the place of everybody else."""
    return succeeding(before, members=tuple(member(name) for name in (*TAKERS, *STRANGERS)))


@pytest.mark.parametrize("reader", READERS)
def test_two_of_five_cannot_replace_the_rest(tmp_path: Path, reader: Reader) -> None:
    """A charter that two of five signed, with strangers for the rest, is refused wherever it turns up."""
    ledger = Ledger(FIVE)
    envelope = sign_charter(_replaced(ledger.charter), *map(key_of, TAKERS))
    with pytest.raises(CharterRefused, match="too few members signed it"):
        reader(ledger, envelope, tmp_path)


@pytest.mark.parametrize("reader", READERS)
def test_strangers_do_not_count(tmp_path: Path, reader: Reader) -> None:
    """The strangers' own signatures do not make up for those of the members who were left out."""
    ledger = Ledger(FIVE)
    envelope = sign_charter(_replaced(ledger.charter), *map(key_of, (*TAKERS, *STRANGERS)))
    with pytest.raises(CharterRefused, match="too few members signed it"):
        reader(ledger, envelope, tmp_path)


@pytest.mark.parametrize("reader", READERS)
def test_three_of_five_can(tmp_path: Path, reader: Reader) -> None:
    """A majority may go on without members who are gone."""
    ledger = Ledger(FIVE)
    following = succeeding(ledger.charter, members=tuple(member(name) for name in (*FIVE[:3], "gleb")))
    reader(ledger, sign_charter(following, *map(key_of, FIVE[:3])), tmp_path)


def _thresholds(**parts: int) -> Callable[[Charter], Charter]:
    return lambda charter: msgspec.structs.replace(charter, thresholds=msgspec.structs.replace(charter.thresholds, **parts))


def _members(change: Callable[[Charter], object]) -> Callable[[Charter], Charter]:
    return lambda charter: msgspec.structs.replace(charter, members=change(charter))


BROKEN: list[tuple[str, Callable[[Charter], Charter]]] = [
    ("a desk has three members or more", lambda charter: msgspec.structs.replace(charter, members=charter.members[:2])),
    ("two members have one name", _members(lambda charter: (*charter.members[:4], msgspec.structs.replace(charter.members[4], name="anna")))),
    ("two members have one key", _members(lambda charter: (*charter.members[:4], msgspec.structs.replace(charter.members[4], key=charter.members[0].key)))),
    (
        "two members have one recipient",
        _members(lambda charter: (*charter.members[:4], msgspec.structs.replace(charter.members[4], recipient=charter.members[0].recipient))),
    ),
    ("every threshold is two or more", _thresholds(open=1)),
    ("every threshold is two or more", _thresholds(publish=1)),
    ("every threshold is two or more", _thresholds(takedown=1)),
    ("every threshold is two or more", _thresholds(destroy=1)),
    ("moderation needs a member", _thresholds(moderate=0)),
    ("more than half of the members", _thresholds(charter=2)),
    ("as many members as any other act", _thresholds(publish=4)),
    ("a threshold is higher than the members who may act", _thresholds(charter=6)),
    ("a member more than its threshold", _thresholds(open=5, charter=5)),
    ("a desk has a name and a language", lambda charter: msgspec.structs.replace(charter, name=" ")),
    ("a desk has a name and a language", lambda charter: msgspec.structs.replace(charter, languages=())),
    ("the log key is a member's key", lambda charter: msgspec.structs.replace(charter, log_key=charter.members[0].key)),
]
EACH_RULE = [pytest.param(says, breaking, id=f"{number}: {says}") for number, (says, breaking) in enumerate(BROKEN)]


@pytest.mark.parametrize(("says", "breaking"), EACH_RULE)
def test_no_rule_bends_even_if_all_sign(says: str, breaking: Callable[[Charter], Charter]) -> None:
    """A first charter that breaks one rule is refused, even if every member signed it."""
    charter = breaking(charter_of(FIVE))
    with pytest.raises(CharterRefused, match=says):
        check_founding(_signed(charter, *FIVE))


@pytest.mark.parametrize(("says", "breaking"), EACH_RULE)
def test_no_rule_bends_later(tmp_path: Path, says: str, breaking: Callable[[Charter], Charter]) -> None:
    """A next charter that breaks one rule is refused by a mirror, even if every member signed it."""
    ledger = Ledger(FIVE)
    envelope = _signed(breaking(succeeding(ledger.charter)), *FIVE)
    with pytest.raises(CharterRefused, match=says):
        _by_mirror(ledger, envelope, tmp_path)


@pytest.mark.parametrize(("says", "breaking"), EACH_RULE)
def test_no_careful_desk_signs_it(says: str, breaking: Callable[[Charter], Charter]) -> None:
    """A desk does not even sign a charter that breaks a rule."""
    with pytest.raises(CharterRefused, match=says):
        sign_charter(breaking(charter_of(FIVE)), key_of("anna"))


@pytest.mark.parametrize("parts", [{"version": 3}, {"version": 1}, {"prev": "0" * 64}, {"prev": ""}])
def test_a_charter_that_follows_another_is_refused(tmp_path: Path, parts: dict[str, object]) -> None:
    """A charter that does not follow the one in force is refused, even if every member signed it."""
    ledger = Ledger(FIVE)
    with pytest.raises(CharterRefused, match="it does not follow the charter in force"):
        _by_mirror(ledger, _signed(succeeding(ledger.charter, **parts), *FIVE), tmp_path)


def test_one_member_under_three_names_is_one_member() -> None:
    """A member who signs three times is counted once."""
    ledger = Ledger(FIVE)
    envelope = _signed(succeeding(ledger.charter), "anna", "anna", "boris")
    with pytest.raises(CharterRefused, match="too few members signed it"):
        check_succession(envelope, ledger.charter)


def test_lower_thresholds_need_the_old_majority(tmp_path: Path) -> None:
    """Two members cannot first make the desk smaller by themselves and then decide alone in it."""
    ledger = Ledger(FIVE)
    smaller = succeeding(ledger.charter, members=tuple(member(name) for name in FIVE[:3]), thresholds=Thresholds(2, 2, 2, 2, 1, 2))
    with pytest.raises(OmbudsError, match="too few members signed it"):
        _by_mirror(ledger, _signed(smaller, *TAKERS), tmp_path)


def _signed(charter: Charter, *names: str) -> Envelope:
    """Sign a charter without asking whether it keeps the rules."""
    return sign(CHARTER_TYPE, encode(charter), *map(key_of, names))

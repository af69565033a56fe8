# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opening: no k - 1 members open anything, a share that does not fit is named, and a foreign age opens what we sealed (T03, T23)."""

from __future__ import annotations

import json
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import timedelta
from itertools import combinations

import msgspec
import pytest

from ombuds.core.age import Identity
from ombuds.core.cards import Card, OpenParameters, check_card, sign_card
from ombuds.core.custody import propose
from ombuds.core.envelope import joined
from ombuds.core.errors import Expired, NotEnough, NotSealedForThis, NotThisApproval, ShareWrong, Tampered
from ombuds.core.keys import hash_of
from ombuds.core.opening import check_share, open_report, open_share, pass_share, rebuild_case, share_case
from ombuds.core.sealing import Sealed, Sealing, Share, seal_report
from tests.core import builders as b
from tests.rules.tree import ROOT

FIVE, REPORT = b.sealed_of("five")
CARD = b.card_of(FIVE, REPORT)
QUORUM = b.quorum_of(FIVE, b.open_proposal(FIVE, [CARD]), *FIVE.names[:3])
SHARES = b.shares_of(REPORT, *FIVE.names)
replaced = msgspec.structs.replace


@pytest.mark.parametrize("some", list(combinations(SHARES, 3)), ids=lambda some: "-".join(share.member for share in some))
def test_any_three_of_five_open(some: tuple[Share, ...]) -> None:
    """Every three shares open the report, in any order."""
    assert open_report(REPORT, some[::-1], QUORUM).body.text == "They sold our leave."


@pytest.mark.parametrize("some", [some for size in (0, 1, 2) for some in combinations(SHARES, size)])
def test_no_two_of_five_open(some: tuple[Share, ...]) -> None:
    """No two members, with their shares and all that the server has, open the report."""
    with pytest.raises(NotEnough):
        open_report(REPORT, some, QUORUM)


@pytest.mark.parametrize("some", list(combinations(SHARES, 2)))
def test_lying_about_the_threshold_opens_nothing(some: tuple[Share, ...]) -> None:
    """Two members who rewrite the threshold in their shares rebuild another key."""
    with pytest.raises(ShareWrong):
        open_report(REPORT, [replaced(share, k=2) for share in some], QUORUM)


def test_one_member_with_one_share_thrice_opens_nothing() -> None:
    """The same share given three times is one share."""
    with pytest.raises(NotEnough):
        open_report(REPORT, [SHARES[0]] * 3, QUORUM)


@pytest.mark.parametrize("taken", [some for size in (1, 2) for some in combinations(FIVE.names, size)])
def test_other_members_shares_stay_closed(taken: tuple[str, ...]) -> None:
    """With the keys of two members, the shares of the other three do not open."""
    closed = [share for share in REPORT.shares if share.member not in taken]
    keys = [key for name in taken for key in (b.week_identity(name), b.identity_of(name))]
    assert all(_refused(share.content, key) for share in closed for key in keys)


def _refused(content: bytes, key: Identity) -> bool:
    try:
        open_share(content, key)
    except NotSealedForThis:
        return True
    return False


WRONG = {
    "another desk": {"instance_id": "1" * 64},
    "another charter": {"charter": "1" * 64},
    "another inbox": {"mailbox": "1" * 64},
    "another report": {"manifest": "1" * 64},
    "other bytes": {"share": bytes(32) + b"\x02"},
    "another point": {"x": 3},
    "no point": {"x": 0},
    "a point before the first": {"x": -1},
    "a point after the last": {"x": 6},
    "another count": {"n": 4},
    "a threshold of one": {"k": 1},
    "no bytes": {"share": b""},
    "fewer hashes": {"share_hashes": SHARES[1].share_hashes[:4]},
    "other hashes": {"share_hashes": ("0" * 64,) * 5},
    "a share for itself": {"share": b"\x05", "share_hashes": (*SHARES[1].share_hashes[:1], hash_of(b"\x02"), *SHARES[1].share_hashes[2:])},
    "a point of no byte": {"x": 300, "n": 300, "share": b"\x05", "share_hashes": (hash_of(b"\x05"),) * 300},
    "a short share with its hash": {"share": b"\x02", "share_hashes": (SHARES[1].share_hashes[0], hash_of(b"\x02"), *SHARES[1].share_hashes[2:])},
}


@pytest.mark.parametrize("parts", WRONG.values(), ids=WRONG.keys())
def test_a_share_that_does_not_fit_is_named(parts: dict[str, object]) -> None:
    """A share that differs in one thing is refused with its member's name, among good ones."""
    with pytest.raises(ShareWrong) as refused:
        open_report(REPORT, [SHARES[0], replaced(SHARES[1], **parts), SHARES[2]], QUORUM)
    assert refused.value.detail == "boris"


def test_a_share_of_another_report_is_named() -> None:
    """A member's share of another report of the same inbox is refused by name."""
    other = seal_report(b.draft_of(b.source_of(FIVE)), FIVE.epochs)
    with pytest.raises(ShareWrong) as refused:
        check_share(b.shares_of(other, "emil")[0], REPORT)
    assert refused.value.detail == "emil"


def test_a_share_goes_from_member_to_member() -> None:
    """A share that its member seals to the opener arrives whole."""
    passed = pass_share(SHARES[3], FIVE.epochs.recipients["anna"])
    assert open_share(passed, b.week_identity("anna")) == SHARES[3]


def test_a_quorum_for_another_report_opens_nothing() -> None:
    """Members who approved another report have not approved this one."""
    other = replaced(CARD, submission="1" * 64)
    with pytest.raises(NotThisApproval):
        open_report(REPORT, SHARES, b.quorum_of(FIVE, b.open_proposal(FIVE, [other]), *FIVE.names[:3]))


def test_a_quorum_for_another_inbox_opens_nothing() -> None:
    """An approval that puts this report into another inbox is refused."""
    other = replaced(CARD, mailbox="1" * 64)
    with pytest.raises(NotThisApproval):
        open_report(REPORT, SHARES, b.quorum_of(FIVE, b.open_proposal(FIVE, [other]), *FIVE.names[:3]))


def test_a_quorum_to_destroy_opens_nothing() -> None:
    """Approvals of another act with the same parameters do not open."""
    proposal = propose(FIVE.charter.rule("destroy", b.TODAY), "", "", OpenParameters(1, "anna", (), (CARD,)), b.TODAY)
    with pytest.raises(NotThisApproval):
        open_report(REPORT, SHARES, b.quorum_of(FIVE, proposal, *FIVE.names[:3]))


def test_one_approval_opens_many() -> None:
    """A proposal that lists today's reports opens each with its own card."""
    second = seal_report(b.draft_of(b.source_of(FIVE, b"t" * 16), "Another."), FIVE.epochs)
    cards = [b.card_of(FIVE, REPORT), replaced(b.card_of(FIVE, second), case="d" * 32)]
    quorum = b.quorum_of(FIVE, b.open_proposal(FIVE, cards), *FIVE.names[:3])
    assert open_report(second, b.shares_of(second, *FIVE.names), quorum).card == cards[1]


SPOILED: dict[str, Callable[[Sealed], Sealed]] = {
    "another body": lambda s: replaced(s, body=s.body[:-1] + b"x"),
    "no body": lambda s: replaced(s, body=b""),
    "another mode": lambda s: replaced(s, mode="no-javascript"),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED.keys())
def test_a_changed_report_is_refused(spoil: Callable[[Sealed], Sealed]) -> None:
    """A report whose body or mode the server changed is refused."""
    with pytest.raises(Tampered):
        open_report(spoil(REPORT), SHARES, QUORUM)


def test_another_implementation_of_age_opens_body_and_file() -> None:
    """The npm package age-encryption opens the body and the file of a report with the recovered identity."""
    sealing = Sealing(FIVE.epochs)
    sealer = sealing.file()
    pieces, (last, note, parts) = sealer.write(b"photo" * 50_000), sealer.finish("a", "b")
    sealing.keep(note, parts)
    sealed = sealing.finish(b.draft_of(b.source_of(FIVE)))
    identity = b.opened(FIVE, sealed, *FIVE.names[:3]).original.identity
    asked = [{"identity": identity.text, "file": b64encode(part).decode()} for part in (sealed.body, b"".join(p.content for p in [*pieces, *last]))]
    lines = "\n".join(map(json.dumps, asked))
    told = subprocess.run(["node", "open_age.mjs"], cwd=ROOT / "tests" / "oracles", input=lines, capture_output=True, text=True, check=True)
    body, file = (b64decode(json.loads(line)) for line in told.stdout.splitlines())
    assert (json.loads(body)["text"], file[: note.size]) == ("They sold our leave.", b"photo" * 50_000)


# Cards.

MEMBERS = FIVE.names[:3]


def _card(*names: str, **parts: object) -> tuple[Card, object]:
    return check_card(joined(sign_card(replaced(CARD, **parts), b.key_of(name)) for name in names or MEMBERS), FIVE.charter, REPORT.mailbox, b.TODAY)


def test_a_card_gives_the_cases_recipient() -> None:
    """A source takes the recipient from a card that enough members signed."""
    assert _card() == (CARD, b.identity_of("case").recipient)


@pytest.mark.parametrize("parts", [{"instance_id": "1" * 64}, {"mailbox": "1" * 64}])
def test_a_card_of_another_inbox_is_refused(parts: dict[str, object]) -> None:
    """A card for another desk or mailbox is refused."""
    with pytest.raises(NotThisApproval):
        _card(*MEMBERS, **parts)


@pytest.mark.parametrize("days", [-1, 22, 900])
def test_a_card_lives_three_weeks(days: int) -> None:
    """A card that is over, or that would live longer than 21 days, is refused."""
    with pytest.raises(Expired):
        _card(*MEMBERS, expires=b.TODAY + timedelta(days=days))


@pytest.mark.parametrize("days", [0, 21])
def test_a_card_holds_on_its_first_and_last_day(days: int) -> None:
    """A card that ends today or in exactly 21 days is taken."""
    assert _card(*MEMBERS, expires=b.TODAY + timedelta(days=days))[0].expires == b.TODAY + timedelta(days=days)


@pytest.mark.parametrize("names", [("anna",), ("anna", "boris"), ("anna", "boris", "stranger")])
def test_a_minority_names_no_recipient(names: tuple[str, ...]) -> None:
    """A card that two members of five signed is refused."""
    with pytest.raises(NotEnough):
        _card(*names)


# Custody of the case.

CASE = b.identity_of("case")
CUSTODY = share_case(CASE, CARD, FIVE.charter, FIVE.names)


@pytest.mark.parametrize("names", list(combinations(FIVE.names, 3)))
def test_any_three_rebuild_a_case(names: tuple[str, ...]) -> None:
    """Every three custody shares give the case identity."""
    assert rebuild_case([CUSTODY[name] for name in names]) == CASE


@pytest.mark.parametrize("names", [some for size in (0, 1, 2) for some in combinations(FIVE.names, size)])
def test_no_two_rebuild_a_case(names: tuple[str, ...]) -> None:
    """Two custody shares of five are too few."""
    with pytest.raises(NotEnough):
        rebuild_case([CUSTODY[name] for name in names])


@pytest.mark.parametrize("parts", [{"share": bytes(33)}, {"share": b""}, {"share_hashes": ()}])
def test_a_custody_share_that_does_not_fit_is_named(parts: dict[str, object]) -> None:
    """A custody share with other bytes or hashes is refused by name."""
    with pytest.raises(ShareWrong) as refused:
        rebuild_case([CUSTODY["anna"], replaced(CUSTODY["boris"], **parts), CUSTODY["carla"]])
    assert refused.value.detail == "boris"


def test_lying_about_a_cases_threshold_rebuilds_nothing() -> None:
    """Two members who rewrite the threshold rebuild another key."""
    with pytest.raises(ShareWrong):
        rebuild_case([replaced(CUSTODY[name], k=2) for name in ("anna", "boris")])


def test_a_custody_share_that_comes_twice_does_no_harm() -> None:
    """A share that arrives twice beside enough others is counted once."""
    assert rebuild_case([CUSTODY[name] for name in ("anna", "anna", "boris", "carla")]) == CASE


@pytest.mark.parametrize("parts", [{"case": "d" * 32}, {"generation": 1}, {"instance_id": "1" * 64}, {"k": 4}, {"recipient_hash": "1" * 64}])
def test_custody_shares_belong_to_one_case(parts: dict[str, object]) -> None:
    """A share that says it is of another case, generation or desk is refused by name."""
    with pytest.raises(ShareWrong) as refused:
        rebuild_case([CUSTODY["anna"], replaced(CUSTODY["boris"], **parts), CUSTODY["carla"]])
    assert refused.value.detail == "boris"


def test_a_body_for_another_desk_is_refused() -> None:
    """A body that was written for another desk does not open at this one."""
    foreign = seal_report(b.draft_of(b.source_of(FIVE)), b.resealed(FIVE, instance_id="1" * 64))
    here = replaced(foreign, instance_id=FIVE.charter.instance_id)
    quorum = b.quorum_of(FIVE, b.open_proposal(FIVE, [b.card_of(FIVE, here)]), *MEMBERS)
    with pytest.raises(Tampered):
        open_report(here, [replaced(share, instance_id=here.instance_id) for share in b.shares_of(here, *FIVE.names)], quorum)


def test_a_quorum_of_another_desk_opens_nothing() -> None:
    """A card of another desk does not stand for this desk's report."""
    card = replaced(CARD, instance_id="1" * 64)
    with pytest.raises(NotThisApproval):
        open_report(REPORT, SHARES, b.quorum_of(FIVE, b.open_proposal(FIVE, [card]), *MEMBERS))


def test_a_report_has_one_card() -> None:
    """An approval with two cards for one report is refused, because members would open it into two cases."""
    cards = [CARD, replaced(CARD, case="d" * 32)]
    with pytest.raises(NotThisApproval):
        open_report(REPORT, SHARES, b.quorum_of(FIVE, b.open_proposal(FIVE, cards), *MEMBERS))

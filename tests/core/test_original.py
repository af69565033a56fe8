# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first event of a case brings the sealed original: whoever hands it on can change nothing of it and leave nothing out."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombuds.core.age import seal
from ombuds.core.cards import Card
from ombuds.core.case import Case, Event, Opened, write_event
from ombuds.core.encoding import decode_canonical, encode
from ombuds.core.errors import BadBytes, NotSealedForThis, NotThisApproval, OmbudsError, Tampered
from ombuds.core.keys import hash_of
from ombuds.core.original import Original, read_original
from ombuds.core.sealing import padded, seal_report
from ombuds.core.slots import check_opened
from tests.core import builders as b

DESK, SEALED = b.sealed_of()
REPORT = b.opened(DESK, SEALED, "anna", "boris")
ORIGINAL, CARD = REPORT.original, b.card_of(DESK, SEALED)
OPENED = Opened(CARD.submission, CARD.generation, ("anna", "boris"), ORIGINAL)
replaced = msgspec.structs.replace


def _event(opened: Opened = OPENED, case: str = CARD.case) -> Event:
    return write_event(Case(case), "anna", "opened", opened, b.TODAY)


def test_an_original_reads_as_its_source_wrote_it() -> None:
    """Out of the first event comes the very body that the shares opened."""
    assert read_original(decode_canonical(encode(ORIGINAL), Original)) == REPORT.body


def test_a_true_opening_holds() -> None:
    """The first event of an honest opener is taken under the card that enough members signed."""
    check_opened(_event(), CARD)


@given(place=st.integers(0, len(ORIGINAL.body) - 1), bit=st.integers(0, 7))
def test_no_bit_of_the_body_can_be_changed(place: int, bit: int) -> None:
    """Whichever bit of the sealed body is changed, it is told that it was."""
    body = bytearray(ORIGINAL.body)
    body[place] ^= 1 << bit
    with pytest.raises(Tampered):
        read_original(replaced(ORIGINAL, body=bytes(body)))


@given(seed=st.binary(min_size=32, max_size=32).filter(lambda seed: seed != ORIGINAL.seed))
def test_no_other_key_opens_it(seed: bytes) -> None:
    """With any other key the report does not open, and so never as something else."""
    with pytest.raises(NotSealedForThis):
        read_original(replaced(ORIGINAL, seed=seed))


@given(seed=st.binary(max_size=64).filter(lambda seed: len(seed) != 32))
def test_a_key_of_another_length_is_refused(seed: bytes) -> None:
    """A key that is none is refused as such."""
    with pytest.raises(BadBytes):
        read_original(replaced(ORIGINAL, seed=seed))


def _another(text: str = "All is well.") -> Original:
    body = seal(padded(encode(replaced(REPORT.body, text=text))), [ORIGINAL.identity.recipient])
    return Original(replaced(ORIGINAL.manifest, body=hash_of(body)), body, ORIGINAL.seed)


@given(text=st.text(max_size=200).filter(lambda text: text != REPORT.body.text))
def test_no_other_text_passes(text: str) -> None:
    """Whatever text an opener seals in place of the report's, under its own name or under the report's, is refused."""
    forged = _another(text)
    for opened in (replaced(OPENED, original=forged), Opened(forged.manifest.hash, 0, OPENED.team, forged)):
        with pytest.raises((Tampered, NotThisApproval)):
            check_opened(_event(opened), CARD)


def test_another_report_does_not_pass() -> None:
    """Another source's report is not the one that the members agreed to open, however well it opens."""
    other = seal_report(b.draft_of(b.source_of(DESK, b"t" * 16)), DESK.epochs)
    original = b.opened(DESK, other, "anna", "boris").original
    with pytest.raises(NotThisApproval):
        check_opened(_event(Opened(original.manifest.hash, 0, OPENED.team, original)), CARD)


CARDS: dict[str, Callable[[Card], Card]] = {
    "case": lambda card: replaced(card, case="d" * 32),
    "submission": lambda card: replaced(card, submission="1" * 64),
    "generation": lambda card: replaced(card, generation=1),
    "desk": lambda card: replaced(card, instance_id="1" * 64),
    "mailbox": lambda card: replaced(card, mailbox="1" * 64),
}


@pytest.mark.parametrize("change", CARDS)
def test_an_opening_is_for_its_card_alone(change: str) -> None:
    """Under a card that differs in case, report, generation, desk or inbox, the first event is refused."""
    with pytest.raises(NotThisApproval):
        check_opened(_event(), CARDS[change](CARD))


def test_a_later_day_on_the_card_changes_nothing() -> None:
    """A card that was renewed since is of the same report."""
    check_opened(_event(), replaced(CARD, expires=b.TODAY))


def test_whom_the_source_left_out_is_on_no_team() -> None:
    """A first event whose team has a member whom the source left out is refused."""
    five = ("anna", "boris", "carla", "dora", "emil")
    desk = b.desk_of(five, 3)
    sealed = seal_report(b.draft_of(b.source_of(desk), exclude=("emil",)), desk.epochs)
    report = b.opened(desk, sealed, *five[:3])
    card = b.card_of(desk, sealed)
    event = _event(Opened(card.submission, 0, ("anna", "emil"), report.original))
    with pytest.raises(NotThisApproval):
        check_opened(event, card)


@given(junk=st.binary(max_size=300))
def test_junk_in_place_of_an_opening_is_refused(junk: bytes) -> None:
    """Bytes that are no sealed body are refused with an error of ours."""
    with pytest.raises(OmbudsError):
        check_opened(_event(replaced(OPENED, original=replaced(ORIGINAL, body=junk))), CARD)


def test_the_key_is_not_shown() -> None:
    """An original that is printed shows neither its key nor its body."""
    assert repr(ORIGINAL.seed) not in repr(OPENED)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What members do to a server in its tests: sign requests, propose, approve, publish, open. Nothing is faked or asserted."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

import msgspec
from httpx2 import Response

from ombuds.core.age import Identity
from ombuds.core.attachments import Part
from ombuds.core.cards import Card, OpenParameters, sign_card
from ombuds.core.charter import InForce
from ombuds.core.custody import Action, Proposal, approve, propose
from ombuds.core.encoding import decode, encode
from ombuds.core.envelope import Envelope, joined
from ombuds.core.keys import SigningKey, hash_of, random_bytes, random_id
from ombuds.core.publication import (
    Basis,
    Content,
    EntryParameters,
    Place,
    PublicSource,
    Salted,
    Text,
    describe,
    new_place,
    propose_entry,
    salted,
    salted_pictures,
)
from ombuds.core.record import Record
from ombuds.core.sealing import Contact, Draft, Sealed, Wishes, seal_report
from ombuds.core.wire import REQUEST_HEADER, Approval, Grant, NewCase, NewEntry, NewProposal, sign_request
from ombuds.server.store.schema import reports, shares
from tests.core.pictures import PIXELS
from tests.server.institution import TODAY, Institution

S = TypeVar("S")


@dataclass(frozen=True)
class Hand:
    """One member at the API."""

    here: Institution
    name: str

    @property
    def key(self) -> SigningKey:
        """The member's key."""
        return self.here.keys[self.name]

    def claim(self, method: str, path: str, body: bytes = b"") -> dict[str, str]:
        """Sign one request."""
        signed = sign_request(self.here.charter.instance_id, self.name, self.key, (method, path, body), self.here.calendar.day)
        return {REQUEST_HEADER: b64encode(signed).decode()}

    def send(self, method: str, path: str, body: bytes = b"") -> Response:
        """Send one signed request."""
        return self.here.client().request(method, path, content=body, headers=self.claim(method, path, body))

    def get(self, what: str, kind: type[S]) -> S:
        """Fetch a struct."""
        answer = self.send("GET", f"/api/members/{what}")
        assert answer.status_code == 200, answer.text
        return decode(answer.content, kind)

    def post(self, what: str, value: object) -> Response:
        """Hand in a struct."""
        return self.send("POST", f"/api/members/{what}", encode(value))


def hands(here: Institution) -> tuple[Hand, Hand, Hand]:
    """The three members."""
    anna, boris, vera = (Hand(here, name) for name in ("anna", "boris", "vera"))
    return anna, boris, vera


def record_of(here: Institution) -> Record:
    """The record at this moment."""
    return here.parts.public.record(fresh=True)


def said(title: str = "Night shifts", kind: str = "story", **changed: object) -> Content:
    """A content that rests on a public source."""
    texts = (Text("en", title, "A summary.", "A body.\n\nMore of it."), Text("ru", f"{title} по-русски", "Кратко.", "Текст."))
    content = Content(
        1, "story" if kind == "story" else "update", texts, "overtime", "North", "", "open", ("night",), (PublicSource("A paper", "https://paper.example/"),)
    )
    if isinstance(correction := changed.get("correction"), str):
        changed["correction"] = [{"language": text.language, "text": correction} for text in texts]
    if changed.get("status", "open") != "open":
        changed.setdefault("since", TODAY.isoformat())
    return decode(encode({**decode(encode(content), dict), **changed}), Content)


@dataclass(frozen=True)
class Draftpiece:
    """A publication before anybody signed it."""

    proposal: Proposal
    files: tuple[Salted, ...]


def drafted(here: Institution, content: Content, place: Place | None = None, pinned: date | None = None) -> Draftpiece:
    """Write the proposal for a text."""
    place, today = place or new_place(), here.calendar.day
    files = (salted(place, content), *salted_pictures(place, content, PIXELS))
    parameters = msgspec.structs.replace(describe(place, content, files, Basis("sources"), today), pinned=pinned)
    rule = record_of(here).charter.rule("publish", today)
    return Draftpiece(propose_entry(rule, place, files, parameters, today + timedelta(days=7)), files)


def takedown(here: Institution, subject: str) -> Draftpiece:
    """Write the proposal to take a subject down."""
    place, today = record_of(here).place(subject), here.calendar.day
    parameters = EntryParameters(1, "takedown", place.version, (), (), Basis("desk"), "court-order", today)
    rule = record_of(here).charter.rule("takedown", today)
    return Draftpiece(propose_entry(rule, place, (), parameters, today + timedelta(days=7)), ())


def signed(proposal: Proposal, *by: Hand) -> Envelope:
    """The proposal under these members' approvals."""
    return joined(approve(proposal, hand.key) for hand in by)


def lay(proposal: Proposal, first: Hand, *others: Hand) -> None:
    """Lay a proposal on the table and have it approved."""
    answers = [first.post("proposals", NewProposal(Approval(approve(proposal, first.key)), b"sealed"))]
    answers += [hand.post("approvals", Approval(approve(proposal, hand.key))) for hand in others]
    assert {answer.status_code for answer in answers} == {204}, [answer.text for answer in answers]


def publish(here: Institution, draft: Draftpiece) -> Response:
    """Propose, approve and release with two members."""
    anna, boris, _ = hands(here)
    lay(draft.proposal, anna, boris)
    return anna.post("entries", NewEntry(signed(draft.proposal, anna, boris), draft.files))


def report_in(here: Institution) -> Sealed:
    """Put a released report into the store, as the intake keeps it."""
    contact = Contact(random_bytes(32).hex(), Identity.generate().recipient.text, SigningKey.generate().public.text, random_bytes(32))
    wishes = Wishes(help="advice", problem="overtime")
    sealed = seal_report(Draft("They made us work.", "en", "command-line", wishes, contact), here.parts.public.epochs(here.calendar.day))
    bare = Sealed(1, sealed.id, sealed.instance_id, sealed.charter, sealed.mailbox, sealed.mode, sealed.manifest, b"", ())
    row = {"id": sealed.id, "mailbox": sealed.mailbox, "sealed": encode(bare), "body": sealed.body, "day": here.calendar.day}
    with here.parts.store.write() as connection:
        connection.execute(reports.insert().values(**row, released=True, confirmed=True))
        for share in sealed.shares:
            connection.execute(shares.insert().values(report=sealed.id, member=share.member, epoch=share.epoch, content=share.content))
    return sealed


@dataclass(frozen=True)
class Opening:
    """A report that members are about to open."""

    report: Sealed
    card: Card
    proposal: Proposal
    team: tuple[str, ...]

    def approval(self, hand: Hand) -> Approval:
        """One member's approval with the card."""
        return Approval(approve(self.proposal, hand.key), (sign_card(self.card, hand.key),))

    def case(self, *by: Hand) -> NewCase:
        """The case as the opener hands it in, its card signed by these members."""
        card = joined(sign_card(self.card, hand.key) for hand in by)
        custody = tuple(Grant(name, b"share") for name in ("anna", "boris", "vera"))
        grants = tuple(Grant(name, b"grant") for name in self.team)
        return NewCase(self.proposal.hash, self.report.id, self.card.case, card, grants, custody, b"event 1")


def opening(here: Institution, opener: str = "anna", team: tuple[str, ...] = ("anna",), report: Sealed | None = None) -> Opening:
    """Propose to open a report, a new one if none is given; by itself anna works on it alone."""
    report, charter, today = report or report_in(here), record_of(here).charter, here.calendar.day
    recipient = Identity.generate().recipient.text
    card = Card(1, charter.instance_id, random_id(), report.manifest.hash, report.mailbox, 0, recipient, today + timedelta(days=20))
    parameters = OpenParameters(1, opener, team, (card,))
    return Opening(report, card, propose(charter.rule("open", today), "reports", "", parameters, today + timedelta(days=7)), team)


def opened(here: Institution, team: tuple[str, ...] = ("anna",), report: Sealed | None = None) -> Opening:
    """A case that was opened by two members."""
    anna, boris, _ = hands(here)
    what = opening(here, team=team, report=report)
    assert anna.post("proposals", NewProposal(what.approval(anna), b"sealed")).status_code == 204
    assert boris.post("approvals", what.approval(boris)).status_code == 204
    answer = anna.post("cases", what.case(anna, boris))
    assert answer.status_code == 204, answer.text
    return what


def approved(here: Institution, what: Opening) -> None:
    """Have an opening approved by two members."""
    anna, boris, _ = hands(here)
    assert anna.post("proposals", NewProposal(what.approval(anna), b"")).status_code == 204
    assert boris.post("approvals", what.approval(boris)).status_code == 204


def part_for(here: Institution, content: bytes = b"sealed bytes") -> Part:
    """Upload a part that belongs to nobody yet."""
    part = Part(random_id(), len(content), hash_of(content))
    assert hands(here)[0].send("PUT", f"/api/members/parts/{part.id}", content).status_code == 204
    return part


@contextmanager
def failing(here: Institution, event: str) -> Iterator[None]:
    """Let the database itself refuse one kind of write, such as ``UPDATE ON proposals``, as a crash in the middle would."""
    own, table = here.parts.store.engine.dialect.name == "sqlite", event.rpartition(" ")[2]
    refuse = "BEGIN SELECT RAISE(ABORT, 'no'); END" if own else "EXECUTE FUNCTION refuse()"
    with here.parts.store.write() as connection:
        if not own:
            connection.exec_driver_sql("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'no'; END$$")
        connection.exec_driver_sql(f"CREATE TRIGGER failing BEFORE {event} {refuse}")
    yield
    with here.parts.store.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER failing" if own else f"DROP TRIGGER failing ON {table}")


def proposal_for(charter: InForce, action: Action, here: Institution) -> Proposal:
    """A proposal without parameters for any action."""
    return propose(charter.rule(action, here.calendar.day), "subject", "", {}, here.calendar.day + timedelta(days=3))

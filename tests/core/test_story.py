# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole story of core in memory: from a founding charter to a published page whose proof holds."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from ombuds.core.age import Identity
from ombuds.core.attachments import FileOpener, Manifest
from ombuds.core.cards import Card, OpenParameters, check_card, sign_card
from ombuds.core.case import Case, Exchanged, Opened, Published, advance, read_event, sign_event, write_event
from ombuds.core.charter import check_founding, sign_charter
from ombuds.core.consent import answer, ask
from ombuds.core.custody import Quorum, approve, propose
from ombuds.core.envelope import joined
from ombuds.core.keys import hash_of
from ombuds.core.messages import Thread, open_message, seal_message, write_message
from ombuds.core.opening import Report, open_report, open_share, pass_share, rebuild_case, share_case
from ombuds.core.publication import Basis, Entry, Salted, describe, new_place, propose_entry, publish, salted
from ombuds.core.record import Record, check_page
from ombuds.core.sealing import Sealed, Sealing
from ombuds.core.source_keys import derive
from ombuds.core.words import new_entropy, read_words, to_words
from tests.core import builders as b

PHOTO = bytes(range(256)) * 1000
EMPTY = Manifest(b.NOBODY, ())


def _report(desk: b.Desk, entropy: bytes) -> tuple[Sealed, dict[str, bytes]]:
    """A source writes a report with one file, which arrives in pieces."""
    source = derive(entropy, desk.charter.instance_id)
    sealing, stored = Sealing(desk.epochs), dict[str, bytes]()
    sealer = sealing.file()
    pieces = [piece for start in range(0, len(PHOTO), 5000) for piece in sealer.write(PHOTO[start : start + 5000])]
    last, note, parts = sealer.finish("photo.jpg", "image/jpeg")
    for piece in [*pieces, *last]:
        stored[piece.part] = stored.get(piece.part, b"") + piece.content
    sealing.keep(note, parts)
    return sealing.finish(b.draft_of(source)), stored


def _open(desk: b.Desk, sealed: Sealed, case: Identity) -> Report:
    """Two members approve, the second passes a share to the opener, and the opener opens."""
    expires = b.TODAY + timedelta(days=14)
    card = Card(1, desk.charter.instance_id, "c" * 32, sealed.manifest.hash, sealed.mailbox, 0, case.recipient.text, expires)
    rule = desk.charter.rule("open", b.TODAY)
    proposal = propose(rule, "", "", OpenParameters(1, "anna", ("anna", "boris"), (card,)), b.TODAY)
    quorum = Quorum.of(joined(approve(proposal, b.key_of(name)) for name in ("anna", "boris")), rule)
    own, other = b.shares_of(sealed, "anna", "boris")
    passed = open_share(pass_share(other, desk.epochs.recipients["anna"]), b.week_identity("anna"))
    return open_report(sealed, [own, passed], quorum)


def _step(case: Case, desk: b.Desk, kind: str, body: object) -> Case:
    event = write_event(case, "anna", kind, body, b.TODAY)  # type: ignore[arg-type]
    signed = sign_event(event, b.key_of("anna"))
    return advance(case, read_event(signed, desk.charter), hash_of(signed.canonical()))


def _consented(desk: b.Desk, report: Report, entropy: bytes) -> tuple[Case, Entry]:
    """The desk asks, the source agrees without its rank, and two members publish exactly that."""
    source, case_key = derive(entropy, desk.charter.instance_id), b.identity_of("case")
    card, recipient = check_card(joined(sign_card(report.card, b.key_of(n)) for n in ("anna", "boris")), desk.charter, source.mailbox_hash, b.TODAY)
    thread = Thread(desk.charter.instance_id, source.mailbox_hash, card.generation, source.mac(card.generation))
    case = _step(Case(card.case), desk, "opened", Opened(card.submission, 0, ("anna", "boris"), report.original))
    place, asked = new_place(), ask(desk.charter.instance_id, b.story())
    question = msgspec.structs.replace(write_message(case.thread, "desk", case.next_number, "May we?"), question=asked)
    seen = open_message(seal_message(question, case.thread, source.identity.recipient), source.identity, thread, "desk")
    case = _step(case, desk, "asked", Exchanged(question, EMPTY))
    assert seen.question is not None
    said = answer(seen.question, source.mailbox_hash, "agree", ("rank",), source.consent)
    reply = msgspec.structs.replace(write_message(thread, "source", seen.number, "Yes."), answer=said)
    heard = open_message(seal_message(reply, thread, recipient), case_key, case.thread, "source")
    assert heard.answer is not None
    case = _step(_step(case, desk, "received", Exchanged(heard, EMPTY)), desk, "agreed", heard.answer)
    content = msgspec.structs.replace(b.story(), rank="")
    consent, file = case.consent_to(content), salted(place, content)
    told = describe(place, content, (file,), Basis("consent", consent.commitment), b.TODAY)
    proposal = propose_entry(desk.charter.rule("publish", b.TODAY), place, (file,), told, b.TODAY)
    entry = publish(b.quorum_of(desk, proposal, "anna", "carla"), (file,), consent)
    return _step(case, desk, "published", Published(place.subject, 1, hash_of(entry.leaf))), entry


def _page(desk: b.Desk, entry: Entry, file: Salted) -> int:
    record = Record(desk.charter.envelope.canonical())
    leaves = [desk.charter.envelope.canonical(), desk.freshness.canonical(), entry.leaf]
    for leaf in leaves[1:]:
        record.advance(leaf)
    return check_page(b.page_proof([desk.charter], leaves, file)).index


def test_the_whole_story() -> None:
    """Words, report, file, opening, card, messages, consent, entry and page follow from each other without a gap."""
    charter = check_founding(sign_charter(b.charter_of(), *map(b.key_of, b.NAMES)))
    desk, entropy = b.furnish(charter, b.NAMES), read_words(" ".join(to_words(new_entropy(), "en")))
    sealed, stored = _report(desk, entropy)
    report = _open(desk, sealed, b.identity_of("case"))
    opener = FileOpener(report.body.files[0], report.original.identity)
    plain = b"".join(opener.write(stored[part.id]) for part in sealed.manifest.files[0].parts) + opener.finish()
    shares = share_case(b.identity_of("case"), report.card, charter, b.NAMES)
    rebuilt = rebuild_case([shares["boris"], shares["carla"]])
    case, entry = _consented(desk, report, entropy)
    told = (report.body.text, plain == PHOTO, rebuilt.text == b.identity_of("case").text, case.state, _page(desk, entry, entry.files[0]))
    assert told == ("They sold our leave.", True, True, "published", 2)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small desk in memory for the tests of core: real keys, a signed charter, epoch keys, a freshness and a sealed report.

Everything is made by core itself and nothing is faked. Keys come from names, so that a failing test reads the same twice.
It decides nothing and asserts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

import msgspec

from ombuds.core.age import Identity
from ombuds.core.cards import Card, OpenParameters
from ombuds.core.charter import (
    Charter,
    Epochs,
    InForce,
    Member,
    Thresholds,
    check_founding,
    check_freshness,
    confirm,
    sign_charter,
    sign_epoch,
    sign_freshness,
)
from ombuds.core.custody import Action, Proposal, Quorum, approve, propose
from ombuds.core.encoding import encode
from ombuds.core.envelope import Envelope, joined
from ombuds.core.keys import SigningKey, epoch_of, sha256
from ombuds.core.ledger import write_proof
from ombuds.core.notes import Checkpoint, sign_checkpoint
from ombuds.core.opening import Report, open_report, open_share
from ombuds.core.publication import Basis, Content, Entry, Place, PublicSource, Salted, Text, describe, new_place, propose_entry, publish, salted
from ombuds.core.record import PageProof
from ombuds.core.sealing import Contact, Draft, Sealed, Share, Wishes, seal_report
from ombuds.core.source_keys import SourceKeys, derive
from ombuds.core.tree import Tree, leaf_hash

TODAY = date(2026, 11, 24)
WEEK = epoch_of(TODAY)
ROLES: tuple[Action, ...] = ("open", "publish", "takedown", "destroy", "moderate", "charter")
NAMES = ("anna", "boris", "carla")
NOBODY = "0" * 64


def key_of(name: str) -> SigningKey:
    """The signing key of whoever bears the name."""
    return SigningKey(sha256(b"key of " + name.encode()))


@cache
def identity_of(name: str) -> Identity:
    """The identity of whoever bears the name; a label such as ``anna 3`` stands for one of an epoch."""
    return Identity(sha256(b"identity of " + name.encode()))


def week_identity(name: str, epoch: int = WEEK) -> Identity:
    """The sealing identity of a member for one week."""
    return identity_of(f"{name} {epoch}")


def charter_of(names: Sequence[str] = NAMES, k: int = 2) -> Charter:
    """A first charter of these members that keeps every rule; ``k`` is the threshold of every act that may be lower."""
    most = max(len(names) // 2 + 1, k)
    return Charter(
        v=1,
        version=1,
        prev="",
        name="A desk",
        languages=("en",),
        addresses=("http://desk.example",),
        members=tuple(Member(name, key_of(name).public.text, identity_of(name).recipient.text, ROLES) for name in names),
        thresholds=Thresholds(open=k, publish=k, takedown=k, destroy=k, moderate=1, charter=most),
        mirrors=(),
        log_key=key_of("log").public.text,
        expires=TODAY + timedelta(days=60),
        demonstration=False,
    )


@dataclass(frozen=True)
class Desk:
    """A charter in force with what its members published for this week."""

    charter: InForce
    names: tuple[str, ...]
    statements: tuple[Envelope, ...]
    freshness: Envelope
    epochs: Epochs


@cache
def desk_of(names: tuple[str, ...] = NAMES, k: int = 2) -> Desk:
    """A desk of these members, confirmed today over an empty ledger's first leaf."""
    return furnish(check_founding(sign_charter(charter_of(names, k), *map(key_of, names))), names)


def furnish(charter: InForce, names: tuple[str, ...]) -> Desk:
    """Give a charter epoch keys and a freshness of today."""
    statements = tuple(sign_epoch(charter.instance_id, name, WEEK, week_identity(name).recipient, key_of(name)) for name in names)
    founding = Tree([leaf_hash(charter.envelope.canonical())])
    freshness = sign_freshness(confirm(charter, statements, 1, founding.root(), TODAY), *map(key_of, names))
    return Desk(charter, names, statements, freshness, check_freshness(freshness, statements, charter, TODAY))


def source_of(desk: Desk, entropy: bytes = b"s" * 16) -> SourceKeys:
    """A source's keys at a desk."""
    return derive(entropy, desk.charter.instance_id)


def contact_of(source: SourceKeys) -> Contact:
    """What a source tells a desk about itself."""
    return Contact(source.mailbox_hash, source.identity.recipient.text, source.consent.public.text, source.mac(0))


def draft_of(source: SourceKeys, text: str = "They sold our leave.", exclude: tuple[str, ...] = ()) -> Draft:
    """A draft with one sentence."""
    return Draft(text, "en", "browser", Wishes("publicity", "leave", exclude), contact_of(source))


@cache
def sealed_of(desk: str = "three") -> tuple[Desk, Sealed]:
    """A desk and a report that was sealed to it: ``three`` members with k = 2, or ``five`` with k = 3."""
    found = desk_of() if desk == "three" else desk_of(("anna", "boris", "carla", "dora", "emil"), 3)
    return found, seal_report(draft_of(source_of(found)), found.epochs)


def shares_of(sealed: Sealed, *names: str) -> list[Share]:
    """The shares that the named members open."""
    return [open_share(share.content, week_identity(share.member, share.epoch)) for share in sealed.shares if share.member in (names or NAMES)]


def card_of(desk: Desk, sealed: Sealed) -> Card:
    """The card of the case that a report becomes."""
    recipient = identity_of("case").recipient.text
    return Card(1, desk.charter.instance_id, "c" * 32, sealed.manifest.hash, sealed.mailbox, 0, recipient, TODAY + timedelta(days=14))


def quorum_of(desk: Desk, proposal: Proposal, *names: str) -> Quorum:
    """Count the approvals of the named members under the desk's charter."""
    envelope = joined(approve(proposal, key_of(name)) for name in names)
    return Quorum.of(envelope, desk.charter.rule(proposal.action, TODAY))


def open_proposal(desk: Desk, cards: Iterable[Card]) -> Proposal:
    """Propose to open the reports of these cards; anna opens, anna and boris work."""
    return propose(desk.charter.rule("open", TODAY), "", "", OpenParameters(1, "anna", ("anna", "boris"), tuple(cards)), TODAY + timedelta(days=7))


def opened(desk: Desk, sealed: Sealed, *names: str) -> Report:
    """Open a report with the shares and approvals of the named members."""
    return open_report(sealed, shares_of(sealed, *names), quorum_of(desk, open_proposal(desk, [card_of(desk, sealed)]), *names))


def story(title: str = "Leave was sold", kind: str = "story") -> Content:
    """A text that rests on a public source and has every item that may be left out."""
    content = Content(1, "story", (Text("en", title, "In short.", "At length."),), "leave", "North", "sergeant", tags=("leave",))
    named = msgspec.structs.replace(content, sources=(PublicSource("The gazette", "https://gazette.example"),))
    return named if kind == "story" else msgspec.structs.replace(named, kind="update")


SOURCES = Basis("sources")


def entry_proposal(desk: Desk, place: Place, file: Salted, content: Content, basis: Basis = SOURCES) -> Proposal:
    """Propose to publish a text."""
    said = describe(place, content, (file,), basis, TODAY)
    return propose_entry(desk.charter.rule("publish", TODAY), place, (file,), said, TODAY + timedelta(days=7))


def entry_of(desk: Desk, place: Place | None = None, content: Content | None = None) -> Entry:
    """An entry that anna and boris signed, on public sources."""
    where, text = place or new_place(), content or story()
    file = salted(where, text)
    return publish(quorum_of(desk, entry_proposal(desk, where, file, text), "anna", "boris"), (file,), None)


def page_proof(charters: Sequence[InForce], leaves: Sequence[bytes], file: Salted) -> PageProof:
    """The proof of the last of these leaves, under the log key."""
    tree, charter = Tree(map(leaf_hash, leaves)), charters[-1]
    note = sign_checkpoint(Checkpoint(charter.origin, tree.size, tree.root()), key_of("log"))
    proof = write_proof(tree.size - 1, tree.inclusion(tree.size - 1, tree.size), note)
    return PageProof(1, tuple(each.envelope for each in charters), leaves[-1], file, proof)


def changed(charter: Charter, **parts: object) -> Charter:
    """A charter with some parts replaced."""
    return msgspec.structs.replace(charter, **parts)


def retyped(envelope: Envelope, kind: str) -> Envelope:
    """The same payload and signatures under another type."""
    return msgspec.structs.replace(envelope, payloadType=kind)


def resealed(desk: Desk, **parts: object) -> Epochs:
    """The desk's epochs with some parts replaced, as a careless or hostile sealer would have them."""
    return replace(desk.epochs, **parts)  # type: ignore[arg-type]


def raw(value: object) -> msgspec.Raw:
    """A value as it stands inside another."""
    return msgspec.Raw(encode(value))

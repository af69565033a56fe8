# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk's public record in memory, written by core itself, and the ways in which others would bend it.

Keys come from names, so that a failing test reads the same twice; salts and nonces are fresh each time. It asserts
nothing: what is wrong with a bent record is for the code under test to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import msgspec

from ombuds.core.age import Identity
from ombuds.core.charter import Charter, InForce, Member, Thresholds, check_founding, check_succession, confirm, sign_charter, sign_freshness
from ombuds.core.custody import Action, approve
from ombuds.core.envelope import Envelope, joined
from ombuds.core.keys import SigningKey, hash_of, sha256
from ombuds.core.ledger import write_proof
from ombuds.core.notes import Checkpoint, sign_checkpoint
from ombuds.core.publication import Basis, Content, EntryParameters, Place, PublicSource, Salted, Text, describe, new_place, propose_entry, salted
from ombuds.core.record import PageProof, Record
from ombuds.core.tree import Tree, leaf_hash
from ombuds.mirror import folder as copies
from tests.core.pictures import files_of, pictured

DAY = date(2026, 11, 24)
ROLES: tuple[Action, ...] = ("open", "publish", "takedown", "destroy", "moderate", "charter")
NAMES = ("anna", "boris", "carla")
FIVE = (*NAMES, "dora", "emil")


def key_of(name: str) -> SigningKey:
    """The signing key of whoever bears the name."""
    return SigningKey(sha256(b"signing key " + name.encode()))


def member(name: str) -> Member:
    """A member who may do everything."""
    return Member(name, key_of(name).public.text, Identity(sha256(b"identity " + name.encode())).recipient.text, ROLES)


def charter_of(names: Sequence[str] = NAMES, desk: str = "Desk 7") -> Charter:
    """A first charter of these members: two for each act, a majority for the charter."""
    most = max(len(names) // 2 + 1, 2)
    thresholds = Thresholds(open=2, publish=2, takedown=2, destroy=2, moderate=1, charter=most)
    members = tuple(member(name) for name in names)
    return Charter(1, 1, "", desk, ("en", "ru"), (), members, thresholds, (), key_of("log").public.text, DAY + timedelta(days=60), False)


def founded(charter: Charter) -> InForce:
    """A first charter that every member signed."""
    return check_founding(sign_charter(charter, *(key_of(each.name) for each in charter.members)))


def succeeding(charter: InForce, **parts: object) -> Charter:
    """The next charter, with some parts changed."""
    following = {"version": charter.charter.version + 1, "prev": charter.hash}
    return msgspec.structs.replace(charter.charter, **(following | parts))


def text(title: str = "Leave was sold", kind: str = "story") -> Content:
    """A text in two languages that rests on a public source."""
    texts = (
        Text("en", title, "In short: leave for money.", "First **one** thing.\n\nThen & another.\n\n- a list\n- of two"),
        Text("ru", "Отпуска продавали", "Коротко: отпуск за деньги.", "Сначала одно.\n\nПотом другое."),
    )
    content = Content(1, "story", texts, "leave", "North", sources=(PublicSource("The gazette", "https://gazette.example/a?b=1&c=2"),))
    return content if kind == "story" else msgspec.structs.replace(content, kind="update", problem=None, region="")


class Ledger:
    """A ledger that grows: its leaves, the published files, and the charter in force."""

    def __init__(self, names: Sequence[str] = NAMES, desk: str = "Desk 7") -> None:
        self.charters = [founded(charter_of(names, desk))]
        self.leaves = [self.charters[0].envelope.canonical()]
        self.files: dict[str, Salted] = {}
        self._places: dict[str, Place] = {}

    @property
    def charter(self) -> InForce:
        """The charter in force."""
        return self.charters[-1]

    def publish(self, content: Content, subject: str = "", signers: Sequence[str] = ("anna", "boris"), day: date = DAY) -> str:
        """Add a first or a next version of a text and return its subject."""
        place = self._places[subject] if subject else new_place()
        files = (salted(place, content), *files_of(place, content))
        said = describe(place, content, files, Basis("sources"), day)
        self.add("publish", place, said, files, signers)
        self.files |= {file.path: file for file in files}
        return place.subject

    def take_down(self, subject: str, signers: Sequence[str] = ("anna", "boris")) -> None:
        """Add a takedown."""
        place = self._places[subject]
        self.add("takedown", place, EntryParameters(1, "takedown", place.version, (), (), Basis("desk"), "court-order", DAY), (), signers)

    def add(self, action: Action, place: Place, said: EntryParameters, files: tuple[Salted, ...], signers: Sequence[str]) -> None:
        """Add an entry under the approvals of the named members."""
        proposal = propose_entry(self.charter.rule(action, said.day), place, files, said, said.day + timedelta(days=7))
        leaf = joined(approve(proposal, key_of(name)) for name in signers).canonical()
        self.leaves.append(leaf)
        self._places[place.subject] = Place(place.subject, place.version + 1, hash_of(leaf))

    def confirm(self, day: date = DAY) -> None:
        """Add the members' confirmation of everything so far."""
        said = confirm(self.charter, (), len(self.leaves), self.tree().root(), day)
        self.leaves.append(sign_freshness(said, *(key_of(each.name) for each in self.charter.charter.members)).canonical())

    def succeed(self, charter: Charter, signers: Sequence[str]) -> None:
        """Add a next charter that keeps the rules."""
        self.charters.append(check_succession(sign_charter(charter, *map(key_of, signers)), self.charter))
        self.leaves.append(self.charter.envelope.canonical())

    def read(self) -> Record:
        """The record that a reader makes of the leaves."""
        record = Record(self.leaves[0])
        for leaf in self.leaves[1:]:
            record.advance(leaf)
        return record

    def tree(self) -> Tree:
        """The tree over the leaves."""
        return Tree(map(leaf_hash, self.leaves))

    def note(self, signer: str = "log") -> bytes:
        """The checkpoint over everything."""
        tree = self.tree()
        return sign_checkpoint(Checkpoint(self.charter.origin, tree.size, tree.root()), key_of(signer))

    def proof(self, index: int, path: str) -> PageProof:
        """The proof of one entry with its file."""
        tree = self.tree()
        proof = write_proof(index, tree.inclusion(index, tree.size), self.note())
        return PageProof(1, tuple(each.envelope for each in self.charters), self.leaves[index], self.files[path], proof)

    def write(self, folder: Path) -> Path:
        """Write a whole copy of the ledger, with every text that is kept."""
        copies.write_leaves(folder, self.leaves, 0)
        for file in self.files.values():
            copies.write_file(folder, file)
        copies.write_note(folder, self.note())
        return folder


def filled() -> tuple[Ledger, str, str]:
    """A ledger of seven entries with a story, its correction, an update with a picture, a confirmation, a takedown; story and update by name."""
    ledger = Ledger()
    story = ledger.publish(text())
    update = ledger.publish(pictured(text("They are at the door", "update")))
    ledger.publish(text("Leave was sold twice"), story)
    ledger.confirm()
    gone = ledger.publish(pictured(text("A mistake")))
    ledger.take_down(gone)
    for path in [path for path in ledger.files if path.startswith(gone)]:
        del ledger.files[path]
    return ledger, story, update


def forged(envelope: Envelope, **parts: object) -> Envelope:
    """An envelope with some parts changed."""
    return msgspec.structs.replace(envelope, **parts)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The public record: the ledger's leaves read in order, each checked under the charter in force at its index (T30).

Server, desks, mirrors and ``ombuds verify`` all use this one reader, so that nobody has to trust another's checking. It
does not fetch or store leaves, and it does not hold the published texts: those are checked against the entry by
publication.py. See spec/record.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import msgspec

from ombuds.core.charter import CHARTER_TYPE, FRESHNESS_TYPE, Freshness, InForce, check_founding, check_succession, read_freshness
from ombuds.core.custody import PROPOSAL_TYPE, Proposal, Quorum, read_proposal
from ombuds.core.envelope import Envelope, read
from ombuds.core.errors import AlreadyUsed, CharterRefused, EntryMissing, EntryRefused, HistoryForked
from ombuds.core.keys import Hash, Id, hash_of
from ombuds.core.ledger import Tree, check_proof, leaf_hash, read_proof
from ombuds.core.publication import EntryParameters, Place, Salted, SignedText, check_signed_text, read_parameters


@dataclass(frozen=True)
class Line:
    """One checked leaf of the ledger, as lists show it; ``proposal`` is the hash of what the members signed, of an entry alone."""

    index: int
    kind: str
    day: date | None
    subject: str
    version: int
    leaf: Hash
    parameters: EntryParameters | None
    proposal: Hash = ""


class Record:
    """The state after the leaves so far. ``advance`` checks the next leaf before anything changes."""

    def __init__(self, first: bytes) -> None:
        self.charter: InForce = check_founding(_envelope(first))
        self.charters: list[InForce] = [self.charter]
        self.confirmations: list[Freshness] = []
        self.lines: list[Line] = []
        self.tree = Tree([])
        self._heads: dict[str, Line] = {}
        self._nonces: set[Id] = set()
        self._confirmed: set[Hash] = set()
        self.latest = date.min + timedelta(days=1)
        self._keep(first, Line(0, "charter", None, "", 1, hash_of(first), None))

    @property
    def freshness(self) -> Freshness | None:
        """The members' latest confirmation."""
        return self.confirmations[-1] if self.confirmations else None

    @property
    def size(self) -> int:
        """How many leaves were read."""
        return len(self.lines)

    def copy(self) -> Record:
        """Return a record of the same leaves that goes on by itself: a leaf can be tried without changing what readers see."""
        twin = Record.__new__(Record)
        twin.charter, twin.charters, twin.confirmations = self.charter, list(self.charters), list(self.confirmations)
        twin.lines, twin.tree, twin.latest = list(self.lines), self.tree.copy(), self.latest
        twin._heads, twin._nonces, twin._confirmed = dict(self._heads), set(self._nonces), set(self._confirmed)
        return twin

    def place(self, subject: Id) -> Place:
        """Where the next version of a subject stands. Raises EntryRefused after a takedown or for an unknown subject."""
        head = self._heads.get(subject)
        if head is None or head.kind == "takedown":
            raise EntryRefused("there is nothing to continue")
        return Place(subject, head.version + 1, head.leaf)

    def head(self, subject: Id) -> Line | None:
        """The latest line about a subject."""
        return self._heads.get(subject)

    def advance(self, leaf: bytes) -> Line:
        """Read the next leaf. Raises EntryRefused, CharterRefused, AlreadyUsed and whatever the checks of its kind raise."""
        envelope = _envelope(leaf)
        if envelope.payloadType == CHARTER_TYPE:
            charter = check_succession(envelope, self.charter)
            line = Line(self.size, "charter", None, "", charter.charter.version, hash_of(leaf), None)
            self.charter = charter
            self.charters.append(charter)
        elif envelope.payloadType == FRESHNESS_TYPE:
            confirmed = self._fresh(envelope)
            self.confirmations.append(confirmed)
            self._confirmed.add(envelope.hash)
            line = Line(self.size, "freshness", confirmed.day, "", 0, hash_of(leaf), None)
        elif envelope.payloadType == PROPOSAL_TYPE:
            line = self._entry(envelope, leaf)
        else:
            raise EntryRefused("an unknown kind of entry")
        self._keep(leaf, line)
        return line

    def check_next(self, quorum: Quorum) -> EntryParameters:
        """Check that a publication follows this record, without adding it. Raises EntryRefused, AlreadyUsed."""
        said = read_parameters(quorum.proposal)
        self._check_follows(quorum.proposal, said)
        return said

    def _check_follows(self, proposal: Proposal, said: EntryParameters) -> None:
        if proposal.nonce in self._nonces:
            raise AlreadyUsed
        if proposal.expires < said.day:
            raise EntryRefused("its approvals had expired")
        if self.charter.expired(said.day):
            raise EntryRefused("the charter had expired")
        # Enough members could otherwise sign today what they wish they had known before the arrest (T17).
        if said.day < self.latest - timedelta(days=1):
            raise EntryRefused("it is dated before an entry that stands above it")
        head = self._heads.get(proposal.subject)
        expected = (head.version + 1, head.leaf) if head else (1, "")
        if (said.version, proposal.prev) != expected or (head is not None and head.kind == "takedown"):
            raise EntryRefused("it does not follow the subject's last version")

    def _entry(self, envelope: Envelope, leaf: bytes) -> Line:
        proposal = read_proposal(envelope)
        said = read_parameters(proposal)
        quorum = Quorum.of(envelope, self.charter.rule(proposal.action, said.day))
        # Counted over the same bytes that were read here, so what they say need not be read again.
        self._check_follows(quorum.proposal, said)
        line = Line(self.size, said.kind, said.day, proposal.subject, said.version, hash_of(leaf), said, envelope.hash)
        self._heads[proposal.subject] = line
        self._nonces.add(proposal.nonce)
        return line

    def _fresh(self, envelope: Envelope) -> Freshness:
        # A server could otherwise let its ledger grow without end, and without any member (T18).
        if envelope.hash in self._confirmed:
            raise AlreadyUsed("this confirmation stands in the ledger already")
        freshness = read_freshness(envelope, self.charter)
        if freshness.size > self.size:
            raise EntryMissing("the members confirmed a longer ledger")
        if self.tree.root(freshness.size).hex() != freshness.root:
            raise HistoryForked("the members confirmed another history")
        if self.freshness is not None and freshness.day < self.freshness.day:
            raise EntryRefused("a confirmation older than the last one")
        return freshness

    def _keep(self, leaf: bytes, line: Line) -> None:
        self.tree.append(leaf_hash(leaf))
        self.lines.append(line)
        self.latest = max(self.latest, line.day or self.latest)


class PageProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that is needed to check one published page offline: charters, entry, text, and the ledger's proof.

    The text names its pictures by hash, so that they can be checked where they lie.
    """

    v: int
    charters: tuple[Envelope, ...]
    leaf: bytes
    file: Salted
    proof: bytes


@dataclass(frozen=True)
class CheckedPage:
    """A page whose proof holds: its signed text, its place in the ledger, and the desk it belongs to."""

    text: SignedText
    index: int
    size: int
    founding: InForce
    charter: InForce


def check_page(page: PageProof) -> CheckedPage:
    """Check one page's proof. Raises CharterRefused, EntryRefused, ContentChanged, EntryMissing, CheckpointWrong, NotEnough."""
    if page.v != 1 or not page.charters:
        raise CharterRefused("no charter")
    chain = [check_founding(page.charters[0])]
    for envelope in page.charters[1:]:
        chain.append(check_succession(envelope, chain[-1]))
    envelope = _envelope(page.leaf)
    proposal = read_proposal(envelope)
    charter = next((each for each in chain if each.hash == proposal.charter), None)
    if charter is None:
        raise EntryRefused("it names a charter that is not in the proof")
    day = read_parameters(proposal).day
    quorum = Quorum.of(envelope, charter.rule(proposal.action, day))
    if charter.expired(day):
        raise EntryRefused("the charter had expired")
    text = check_signed_text(quorum, page.file)
    proof = read_proof(page.proof)
    checkpoint = check_proof(proof, page.leaf, charter.origin, chain[-1].log_key)
    return CheckedPage(text, proof.index, checkpoint.size, chain[0], charter)


def _envelope(leaf: bytes) -> Envelope:
    envelope = read(leaf)
    if envelope.canonical() != leaf:
        raise EntryRefused("an entry that is not in its one canonical form")
    return envelope

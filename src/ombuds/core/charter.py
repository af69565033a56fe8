# SPDX-License-Identifier: AGPL-3.0-or-later
"""The charter: who the members are and how many of them each act needs. And its upkeep: epoch keys and freshness.

Every rule here is checked by every verifier, not only by the maker (T28): a charter that breaks one is refused wherever
it turns up. Sealers take keys only from ``check_freshness``. A member's silence removes nobody (T29); it only makes the
desk's own confirmation stale, and then the intake closes (T07, T09). It does not keep a pin: desks, mirrors and the
command line remember the highest version they saw. See spec/charter.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import msgspec

from ombuds.core.age import Recipient
from ombuds.core.custody import Action, Rule
from ombuds.core.encoding import decode_canonical, encode
from ombuds.core.envelope import Envelope, sign, signers
from ombuds.core.errors import CharterRefused, FreshnessStale, Malformed, NotAMember, NotEnough
from ombuds.core.keys import Hash, MemberName, PublicKey, SigningKey, epoch_of

CHARTER_TYPE = "application/vnd.ombuds.charter+json"
EPOCH_TYPE = "application/vnd.ombuds.epoch+json"
FRESHNESS_TYPE = "application/vnd.ombuds.freshness+json"

CHARTER_DAYS = 90
FRESHNESS_DAYS = 10
EPOCHS_AHEAD = 3
EPOCH_KEPT_DAYS = 14


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A member: a pseudonym, an Ed25519 key, a long-term recipient, and what the member may do."""

    name: MemberName
    key: Hash
    recipient: str
    roles: tuple[Action, ...]


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many members each act needs."""

    open: int
    publish: int
    takedown: int
    destroy: int
    moderate: int
    charter: int


class Charter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The signed list of members, their keys and the thresholds."""

    v: Literal[1]
    version: int
    prev: str
    name: str
    languages: tuple[str, ...]
    addresses: tuple[str, ...]
    members: tuple[Member, ...]
    thresholds: Thresholds
    mirrors: tuple[str, ...]
    log_key: Hash
    expires: date
    demonstration: bool

    def keys(self, role: Action | None = None) -> dict[str, PublicKey]:
        """The members' keys by name, of everybody or of those with a role."""
        return {member.name: PublicKey.parse(member.key) for member in self.members if role is None or role in member.roles}

    def member(self, name: str) -> Member:
        """Return the member of that name. Raises NotAMember."""
        for member in self.members:
            if member.name == name:
                return member
        raise NotAMember


@dataclass(frozen=True)
class InForce:
    """A charter whose signatures and rules were checked. Made by ``check_founding`` and ``check_succession`` alone."""

    charter: Charter
    hash: Hash
    instance_id: Hash
    envelope: Envelope

    def rule(self, action: Action, today: date) -> Rule:
        """What one action needs today."""
        return Rule(self.instance_id, self.hash, action, getattr(self.charter.thresholds, action), self.charter.keys(action), today)

    def expired(self, today: date) -> bool:
        """Whether the charter's time is over; it may still be succeeded."""
        return self.charter.expires < today

    @property
    def log_key(self) -> PublicKey:
        """The key that signs the ledger's checkpoints."""
        return PublicKey.parse(self.charter.log_key)

    @property
    def origin(self) -> str:
        """The ledger's name in checkpoints."""
        return f"ombuds/{self.instance_id}"

    @property
    def sealing_minimum(self) -> int:
        """How few members a report may be sealed to: more than can be withheld or excluded to bypass the rest (T29)."""
        return max(self.charter.thresholds.open + 1, len(self.charter.keys("open")) // 2 + 1)


class EpochKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A member's sealing recipient for one week, signed by the member."""

    v: Literal[1]
    instance_id: Hash
    member: MemberName
    epoch: int
    recipient: str


class Freshness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The members' confirmation that these are their keys and this is the ledger's head on this day."""

    v: Literal[1]
    instance_id: Hash
    charter: Hash
    epochs: tuple[Hash, ...]
    size: int
    root: Hash
    day: date


@dataclass(frozen=True)
class Epochs:
    """The recipients that a report may be sealed to on one day, by member. Made by ``check_freshness`` alone."""

    instance_id: Hash
    charter: Hash
    epoch: int
    threshold: int
    minimum: int
    recipients: Mapping[str, Recipient]


def fingerprint(instance_id: Hash) -> str:
    """Return the founding charter's fingerprint: 30 digits (100 bits) in six groups of five, printable on paper."""
    digits = f"{int(instance_id[:25], 16) % 10**30:030d}"
    return " ".join(digits[at : at + 5] for at in range(0, 30, 5))


def check_founding(envelope: Envelope) -> InForce:
    """Check a first charter: signed by every member. Raises CharterRefused, Malformed, BadSignature."""
    charter = _read(envelope)
    if charter.version != 1 or charter.prev:
        raise CharterRefused("a first charter has version 1 and no predecessor")
    if set(signers(envelope, CHARTER_TYPE, charter.keys())) != {member.name for member in charter.members}:
        raise CharterRefused("a first charter is signed by every member")
    return InForce(charter, envelope.hash, envelope.hash, envelope)


def check_succession(envelope: Envelope, before: InForce) -> InForce:
    """Check a next charter: signed by the charter threshold of both. Raises CharterRefused, Malformed, BadSignature."""
    charter = _read(envelope)
    if charter.version != before.charter.version + 1 or charter.prev != before.hash:
        raise CharterRefused("it does not follow the charter in force")
    for keys, needed in (
        (before.charter.keys("charter"), before.charter.thresholds.charter),
        (charter.keys("charter"), charter.thresholds.charter),
    ):
        if len(signers(envelope, CHARTER_TYPE, keys)) < needed:
            raise CharterRefused("too few members signed it")
    return InForce(charter, envelope.hash, before.instance_id, envelope)


def sign_charter(charter: Charter, *keys: SigningKey) -> Envelope:
    """Sign a charter that keeps the rules. Raises CharterRefused."""
    check_rules(charter)
    return sign(CHARTER_TYPE, encode(charter), *keys)


def check_rules(charter: Charter) -> None:
    """Check what a charter may say. Raises CharterRefused with the broken rule."""
    names = [member.name for member in charter.members]
    needed = charter.thresholds
    able = {action: len(charter.keys(action)) for action in Action.__args__}  # type: ignore[attr-defined]
    others = (needed.open, needed.publish, needed.takedown, needed.destroy, needed.moderate)
    rules = (
        (len(names) >= 3, "a desk has three members or more"),
        (len(set(names)) == len(names), "two members have one name"),
        (len({member.key for member in charter.members}) == len(names), "two members have one key"),
        (len({member.recipient for member in charter.members}) == len(names), "two members have one recipient"),
        (all(_usable(member.recipient) for member in charter.members), "a member has no recipient"),
        (min(*others[:4], needed.charter) >= 2, "no act is left to one member: every threshold is two or more"),
        (needed.moderate >= 1, "moderation needs a member"),
        (needed.charter * 2 > len(names), "changing the charter needs more than half of the members"),
        (needed.charter >= max(others), "changing the charter needs as many members as any other act"),
        (all(getattr(needed, action) <= able[action] for action in able), "a threshold is higher than the members who may act"),
        (able["open"] > needed.open, "opening needs a member more than its threshold, for the day one is away"),
        (bool(charter.languages) and bool(charter.name.strip()), "a desk has a name and a language"),
        (PublicKey.parse(charter.log_key).text not in {member.key for member in charter.members}, "the log key is a member's key"),
    )
    for kept, sentence in rules:
        if not kept:
            raise CharterRefused(sentence)


def sign_epoch(instance_id: Hash, member: MemberName, epoch: int, recipient: Recipient, key: SigningKey) -> Envelope:
    """Sign a member's own recipient for one week."""
    return sign(EPOCH_TYPE, encode(EpochKey(v=1, instance_id=instance_id, member=member, epoch=epoch, recipient=recipient.text)), key)


def check_epoch(envelope: Envelope, charter: InForce, today: date) -> EpochKey:
    """Check one member's recipient. Raises CharterRefused (another desk, too far ahead), NotAMember, BadSignature, Malformed."""
    statement = decode_canonical(envelope.payload, EpochKey)
    key = PublicKey.parse(charter.charter.member(statement.member).key)
    if not signers(envelope, EPOCH_TYPE, {statement.member: key}):
        raise NotAMember
    if statement.instance_id != charter.instance_id:
        raise CharterRefused("an epoch key of another desk")
    if statement.epoch > epoch_of(today) + EPOCHS_AHEAD:
        raise CharterRefused("an epoch key too far ahead")
    if not _usable(statement.recipient):
        raise CharterRefused("an epoch key that nothing can be sealed to")
    return statement


def confirm(charter: InForce, epochs: Iterable[Envelope], size: int, root: bytes, today: date) -> Freshness:
    """Write the members' confirmation for today; each signs it with ``sign_freshness``. Raises CharterRefused, as ``check_epoch``."""
    listed = {statement.hash: check_epoch(statement, charter, today) for statement in epochs}
    if len({(key.member, key.epoch) for key in listed.values()}) < len(listed):
        raise CharterRefused("two epoch keys of one member for one week")
    hashes = tuple(sorted(listed))
    return Freshness(v=1, instance_id=charter.instance_id, charter=charter.hash, epochs=hashes, size=size, root=root.hex(), day=today)


def sign_freshness(freshness: Freshness, *keys: SigningKey) -> Envelope:
    """Sign the members' confirmation."""
    return sign(FRESHNESS_TYPE, encode(freshness), *keys)


def read_freshness(envelope: Envelope, charter: InForce) -> Freshness:
    """Read a confirmation signed by the charter threshold, whatever its day. Raises CharterRefused, NotEnough, BadSignature, Malformed."""
    freshness = decode_canonical(envelope.payload, Freshness)
    if freshness.instance_id != charter.instance_id or freshness.charter != charter.hash:
        raise CharterRefused("a confirmation of another charter")
    agreed = signers(envelope, FRESHNESS_TYPE, charter.charter.keys("charter"))
    if len(agreed) < charter.charter.thresholds.charter:
        raise NotEnough(f"{len(agreed)} of {charter.charter.thresholds.charter}")
    return freshness


def check_freshness(envelope: Envelope, statements: Iterable[Envelope], charter: InForce, today: date) -> Epochs:
    """Return the recipients to seal to today.

    Raises FreshnessStale (too old, from tomorrow, or too few recipients for this week), Expired charter as
    FreshnessStale, and what ``read_freshness`` and ``check_epoch`` raise.
    """
    freshness = read_freshness(envelope, charter)
    # A day of tolerance ahead: members and sealers stand in different time zones.
    if not today - timedelta(days=FRESHNESS_DAYS) <= freshness.day <= today + timedelta(days=1):
        raise FreshnessStale
    if charter.expired(today):
        raise FreshnessStale("the charter has expired")
    # One more day of tolerance: a charter that lasts longer could not be outlived by taking its members.
    if charter.charter.expires > today + timedelta(days=CHARTER_DAYS + 1):
        raise CharterRefused("it lasts longer than 90 days")
    recipients: dict[str, Recipient] = {}
    for statement in statements:
        if statement.hash in freshness.epochs:
            # The members may stand a day ahead of the sealer, on the Monday of its next week.
            key = check_epoch(statement, charter, max(today, freshness.day))
            if key.epoch == epoch_of(today) and "open" in charter.charter.member(key.member).roles:
                recipients[key.member] = Recipient.parse(key.recipient)
    if len(recipients) < charter.sealing_minimum:
        raise FreshnessStale("too few members have keys for this week")
    ordered = {name: recipients[name] for name in sorted(recipients)}
    return Epochs(charter.instance_id, charter.hash, epoch_of(today), charter.charter.thresholds.open, charter.sealing_minimum, ordered)


def _usable(recipient: str) -> bool:
    # One member's key that parses but takes nothing would stop everybody's sealing: try it where it comes in.
    try:
        Recipient.parse(recipient).wrap(bytes(16))
    except Malformed:
        return False
    return True


def _read(envelope: Envelope) -> Charter:
    charter = decode_canonical(envelope.payload, Charter)
    check_rules(charter)
    return charter

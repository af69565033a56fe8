# SPDX-License-Identifier: AGPL-3.0-or-later
"""Founding a desk and joining it: member files in, one charter that everybody signs out, and the pin that starts from it.

Each member makes a vault and gives the public half to whoever writes the charter; all sign the same file and pin it by its
fingerprint, compared by voice or on paper, before the server is asked anything (T28). Core refuses a desk of one. No secret
is in any of these files. See spec/charter.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ombuds.core.age import Identity
from ombuds.core.charter import CHARTER_DAYS, CHARTER_TYPE, Charter, InForce, Member, Thresholds, check_founding, check_rules, fingerprint
from ombuds.core.custody import Action
from ombuds.core.encoding import decode, decode_canonical, encode
from ombuds.core.envelope import Envelope, countersign, joined, read, sign
from ombuds.core.errors import CharterRefused, Malformed, NotAMember, OrderWrong
from ombuds.core.keys import Hash, MemberName, SigningKey
from ombuds.core.record import Record
from ombuds.desk.config import check_address
from ombuds.desk.kept import Me, Pin
from ombuds.desk.vault import Vault
from ombuds.host.clock import Clock

ROLES: tuple[Action, ...] = ("open", "publish", "takedown", "destroy", "moderate", "charter")


class MemberFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A member's public half, handed to whoever writes the charter."""

    v: Literal[1]
    name: MemberName
    key: Hash
    recipient: str


class ServerFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a server says of itself: the key that signs its ledger, and its addresses."""

    v: Literal[1]
    log_key: Hash
    addresses: tuple[str, ...]


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the founders choose: the desk's name, its languages, and how many members each act needs."""

    name: str
    k: Annotated[int, Meta(ge=1)]
    languages: tuple[str, ...] = ("en", "ru")
    mirrors: tuple[str, ...] = ()
    demonstration: bool = False


@dataclass(frozen=True)
class Joined:
    """A desk that was joined, and the digits by which everybody compares it."""

    instance_id: Hash
    name: str
    fingerprint: str


def become_member(vault: Vault, name: MemberName) -> MemberFile:
    """Make a member's two lasting keys in a new vault and return the public half. Raises OrderWrong, Malformed."""
    me = Me(1, name, SigningKey.generate().seed, Identity.generate().seed)
    public = MemberFile(1, name, me.key.public.text, me.identity.recipient.text)
    decode(encode(public), MemberFile)  # a name that the charter would refuse is refused now
    vault.keep_me(me)
    return public


def member_file(vault: Vault) -> MemberFile:
    """Return the public half of a vault's member again. Raises NotHere."""
    me = vault.me()
    return MemberFile(1, me.name, me.key.public.text, me.identity.recipient.text)


def read_member_file(content: bytes) -> MemberFile:
    """Read a member's file. Raises Malformed."""
    return decode(content.strip(), MemberFile)


def read_server_file(content: bytes) -> ServerFile:
    """Read a server's file. Raises Malformed."""
    return decode(content.strip(), ServerFile)


def draft_charter(server: ServerFile, members: Sequence[MemberFile], plan: Plan, clock: Clock) -> Charter:
    """Write the founding charter for everybody to sign. Raises CharterRefused: three members or more, two or more for each act."""
    more_than_half = len(members) // 2 + 1
    charter = Charter(
        v=1,
        version=1,
        prev="",
        name=plan.name.strip(),
        languages=plan.languages,
        addresses=server.addresses,
        members=tuple(Member(one.name, one.key, one.recipient, ROLES) for one in sorted(members, key=lambda one: one.name)),
        thresholds=Thresholds(plan.k, plan.k, plan.k, plan.k, 1, max(plan.k, more_than_half)),
        mirrors=plan.mirrors,
        log_key=server.log_key,
        expires=clock() + timedelta(days=CHARTER_DAYS),
        demonstration=plan.demonstration,
    )
    check_rules(charter)
    return charter


def begin_charter(charter: Charter) -> Envelope:
    """Return the charter as a file that nobody has signed yet. Raises CharterRefused."""
    check_rules(charter)
    return sign(CHARTER_TYPE, encode(charter))


def read_charter(content: bytes) -> tuple[Envelope, Charter]:
    """Read a charter file, signed or not, for a member to look at. Raises Malformed, CharterRefused."""
    envelope = read(content.strip())
    if envelope.payloadType != CHARTER_TYPE:
        raise Malformed("not a charter")
    charter = decode_canonical(envelope.payload, Charter)
    check_rules(charter)
    return envelope, charter


def sign_charter_file(vault: Vault, content: bytes) -> Envelope:
    """Sign a charter that lists this member with this vault's keys. Raises NotAMember, CharterRefused, Malformed."""
    envelope, charter = read_charter(content)
    _check_mine(vault, charter)
    return countersign(envelope, vault.me().key)


def join_signatures(files: Sequence[bytes]) -> Envelope:
    """Return one charter file with everybody's signatures. Raises Malformed if they are not of one charter."""
    if not files:
        raise Malformed("no file")
    return joined(read_charter(content)[0] for content in files)


def join(vault: Vault, charter: bytes, address: str = "") -> Joined:
    """Pin the founding charter from a file, and the server's address, its first one unless another is given.

    Raises CharterRefused (not signed by everybody), NotAMember, OrderWrong (joined already), SettingWrong, Malformed.
    """
    envelope, said = read_charter(charter)
    founding = check_founding(envelope)
    _check_mine(vault, said)
    if vault.note("pin") is not None:
        raise OrderWrong("this vault has joined a desk already")
    if not address and not said.addresses:
        raise CharterRefused("it names no address of the server")
    leaf = envelope.canonical()
    pin = _pin(founding, Record(leaf), check_address(address or said.addresses[0]))
    with vault.together():
        vault.keep_leaves(0, [leaf])
        vault.keep_pin(pin)
    return Joined(founding.instance_id, said.name, fingerprint(founding.instance_id))


def _pin(founding: InForce, record: Record, address: str) -> Pin:
    return Pin(1, founding.instance_id, address, 1, founding.hash, record.size, record.tree.root().hex())


def _check_mine(vault: Vault, charter: Charter) -> None:
    mine = member_file(vault)
    listed = charter.member(mine.name)
    if (listed.key, listed.recipient) != (mine.key, mine.recipient):
        raise NotAMember("the charter lists other keys under your name")

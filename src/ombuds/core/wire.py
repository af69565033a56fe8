# SPDX-License-Identifier: AGPL-3.0-or-later
"""What desks, mirrors and browsers say to the server: one struct a message, and the signature on a member's request.

A member's request is signed over its method, path, body hash, nonce and day, so that it cannot be replayed, moved to
another path or sent to another desk (T05, T23). This file does not speak HTTP. See spec/wire.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Literal

import msgspec

from ombuds.core.effort import LARGEST
from ombuds.core.encoding import decode_canonical, encode
from ombuds.core.envelope import Envelope, sign, signers
from ombuds.core.errors import RequestRefused
from ombuds.core.keys import Hash, Id, MemberName, PublicKey, SigningKey, hash_of, random_id
from ombuds.core.publication import Salted
from ombuds.core.sealing import Manifest, Sealed
from ombuds.core.source import Reply
from ombuds.core.source import SealedMessage as SealedMessage

REQUEST_TYPE = "application/vnd.ombuds.request+json"
REQUEST_HEADER = "ombuds-request"
# What a refusal names in the place of an error where the server has no such call: it is older than who asks, or newer.
CALL_UNKNOWN = "CallUnknown"


class Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message of the wire: frozen, and without unknown fields."""


class Request(Struct, frozen=True):
    """A member's claim to one request."""

    v: Literal[1]
    instance_id: Hash
    member: MemberName
    method: str
    path: str
    body: Hash
    nonce: Id
    day: date


class SealingNow(Struct, frozen=True):
    """GET /api/sealing: all that a sealer checks before it seals."""

    charters: tuple[Envelope, ...]
    freshness: Envelope | None
    epochs: tuple[Envelope, ...]


class Leaves(Struct, frozen=True):
    """GET /api/ledger?from=N: leaves from an index on, and the checkpoint over the whole."""

    first: int
    size: int
    leaves: tuple[bytes, ...]
    checkpoint: bytes


class DeskState(Struct, frozen=True):
    """GET /api/members/state: what a desk needs to keep its keys and confirmations up to date."""

    charters: tuple[Envelope, ...]
    freshness: Envelope | None
    pending: tuple[Envelope, ...]
    epochs: tuple[Envelope, ...]
    size: int
    root: Hash
    day: date


class Reports(Struct, frozen=True):
    """GET /api/members/reports: sealed reports that were released and are not opened, own shares only; what each cost its sender, in bits."""

    reports: tuple[Sealed, ...]
    more: bool
    efforts: tuple[int, ...] = ()


class PassedShare(Struct, frozen=True):
    """A share of one report that its member sealed to the opener's epoch recipient."""

    report: Id
    content: bytes


class Approval(Struct, frozen=True):
    """POST /api/members/approvals (and inside a new proposal): one member's signatures and, for opening, cards and shares."""

    envelope: Envelope
    cards: tuple[Envelope, ...] = ()
    shares: tuple[PassedShare, ...] = ()


class NewProposal(Struct, frozen=True):
    """POST /api/members/proposals: the proposal under its maker's approval, and what it is about, sealed to the members."""

    approval: Approval
    enclosure: bytes


class ProposalSeen(Struct, frozen=True):
    """GET /api/members/proposals/HASH: ``cards`` are joined envelopes; ``shares`` are those passed to the asking member."""

    hash: Hash
    envelope: Envelope
    enclosure: bytes
    cards: tuple[Envelope, ...]
    shares: tuple[PassedShare, ...]
    objections: tuple[Envelope, ...]
    done: bool


class Proposals(Struct, frozen=True):
    """GET /api/members/proposals?after=HASH: a page of those that are not over, newest last; the enclosures of done ones are empty."""

    proposals: tuple[ProposalSeen, ...]


class Grant(Struct, frozen=True):
    """Something sealed to one member."""

    member: MemberName
    content: bytes


class NewCase(Struct, frozen=True):
    """POST /api/members/cases: an opened report as a case. ``event`` is the first event, sealed to C; ``card`` is joined."""

    proposal: Hash
    report: Id
    case: Id
    card: Envelope
    grants: tuple[Grant, ...]
    custody: tuple[Grant, ...]
    event: bytes


class NewCard(Struct, frozen=True):
    """POST /api/members/cases/ID/card: a joined card that takes the present one's place, and the proposal that asked for it."""

    proposal: Hash
    card: Envelope


class CaseSeen(Struct, frozen=True):
    """One case as the asking member sees it: how far its log goes, its card, and the member's own grant (empty if not in the team)."""

    case: Id
    mailbox: Hash
    seq: int
    waiting: int
    card: Envelope
    grant: bytes
    custody: bytes
    original: bool  # the sealed report is kept: nobody but who opened it has said yet that the case reads


class Cases(Struct, frozen=True):
    """GET /api/members/cases."""

    cases: tuple[CaseSeen, ...]


class Events(Struct, frozen=True):
    """GET /api/members/cases/ID/events?after=SEQ: sealed events in order."""

    events: tuple[bytes, ...]


class NewEvent(Struct, frozen=True):
    """POST /api/members/cases/ID/events: refused with 409 unless ``seq`` is the next one."""

    seq: int
    content: bytes


class Waiting(Struct, frozen=True):
    """GET /api/members/cases/ID/messages."""

    messages: tuple[SealedMessage, ...]


class Logged(Struct, frozen=True):
    """POST /api/members/cases/ID/logged: these messages stand in the case log now; the server may forget them."""

    ids: tuple[Id, ...]


class NewReply(Struct, frozen=True):
    """POST /api/members/cases/ID/replies: a reply sealed to the source; released in the next batch."""

    id: Id
    content: bytes
    files: Manifest


class NewEntry(Struct, frozen=True):
    """POST /api/members/entries: an entry under enough signatures, with its files."""

    envelope: Envelope
    files: tuple[Salted, ...]


class Appended(Struct, frozen=True):
    """Where an entry stands in the ledger now."""

    index: int
    leaf: Hash


class NewReport(Struct, frozen=True):
    """POST /api/reports: a report that was sealed on the source's machine, its parts uploaded before; ``effort`` took work to find, or is 0."""

    v: Literal[1]
    nonce: Id
    sealed: Sealed
    effort: Annotated[int, msgspec.Meta(ge=0, le=LARGEST)] = 0


class Kept(Struct, frozen=True):
    """The server's word that a report or message is on its disk."""

    v: Literal[1]
    id: Id


class InboxAsked(Struct, frozen=True):
    """POST /api/inbox: the bearer secret of an inbox, in the body and never in an address."""

    v: Literal[1]
    mailbox: bytes


class InboxSeen(Struct, frozen=True):
    """What an inbox holds; known or not, as many slots and as many bytes."""

    v: Literal[1]
    cards: tuple[Envelope, ...]
    replies: tuple[Reply, ...]


class NewMessage(Struct, frozen=True):
    """POST /api/inbox/messages: a message sealed to the case of the inbox's card."""

    v: Literal[1]
    mailbox: bytes
    case: Id
    message: SealedMessage


class PartAsked(Struct, frozen=True):
    """POST /api/inbox/parts: one part of a file in a released reply."""

    v: Literal[1]
    mailbox: bytes
    reply: Id
    part: Id


class RepliesDeleted(Struct, frozen=True):
    """POST /api/inbox/delete: the source wants these replies gone."""

    v: Literal[1]
    mailbox: bytes
    ids: tuple[Id, ...]


class Refusal(Struct, frozen=True):
    """Every refusal of the API: the error's class, its sentence and what to do."""

    error: str
    sentence: str
    help: str


def sign_request(instance_id: Hash, member: MemberName, key: SigningKey, line: tuple[str, str, bytes], today: date) -> bytes:
    """Return the header value for a request; ``line`` is (method, path with query, body)."""
    method, path, body = line
    claim = Request(1, instance_id, member, method, path, hash_of(body), random_id(), today)
    return sign(REQUEST_TYPE, encode(claim), key).canonical()


def check_request(header: Envelope, keys: Mapping[str, PublicKey], instance_id: Hash, line: tuple[str, str, Hash], today: date) -> Request:
    """Return a signed request's claim; ``line`` is (method, path with query, body's SHA-256). Raises RequestRefused, BadSignature, Malformed."""
    # The nonce is the caller's to check: only the server knows which ones it has seen.
    claim = decode_canonical(header.payload, Request)
    if claim.member not in keys or not signers(header, REQUEST_TYPE, {claim.member: keys[claim.member]}):
        raise RequestRefused("not signed by a member")
    if claim.instance_id != instance_id or (claim.method, claim.path, claim.body) != line:
        raise RequestRefused("signed for another request")
    if abs(claim.day - today) > timedelta(days=1):
        raise RequestRefused("signed on another day")
    return claim

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sealed -> Report, on members' machines only: shares are checked one by one, then E is rebuilt and compared.

A wrong share is named, because Shamir alone would return garbage in silence. Nothing is opened without a Quorum whose
proposal lists this very report. Only desk/casework/opening.py may import this file (an import contract). It does not
keep E: the desk hands it to the team inside the case's first event, sealed to the case identity C. See spec/opening.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from ombuds.core.age import Identity, Recipient, open_sealed, seal
from ombuds.core.cards import Card, OpenParameters
from ombuds.core.charter import InForce
from ombuds.core.custody import Quorum
from ombuds.core.encoding import convert, decode, decode_canonical, encode
from ombuds.core.errors import NotEnough, NotThisApproval, ShareWrong, Tampered
from ombuds.core.keys import Hash, Id, MemberName, hash_of
from ombuds.core.original import Original, read_original
from ombuds.core.sealing import Body, Sealed, Share
from ombuds.core.shamir import SHARE_LENGTH, combine, split


class CustodyShare(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One member's part of a case identity C, so that k members can open the case when its team is gone."""

    v: Literal[1]
    instance_id: Hash
    case: Id
    generation: int
    member: MemberName
    k: int
    share: bytes
    recipient_hash: Hash
    share_hashes: tuple[Hash, ...]


@dataclass(frozen=True, repr=False)
class Report:
    """An opened report and its sealed original with the identity that opens it. Made by ``open_report`` alone."""

    sealed: Sealed
    card: Card
    body: Body
    original: Original


def open_share(content: bytes, identity: Identity) -> Share:
    """Open one sealed share. Raises NotSealedForThis, Tampered, Malformed."""
    return decode(open_sealed(content, identity), Share)


def pass_share(share: Share, opener: Recipient) -> bytes:
    """Seal one's own share to the opener, as part of an approval."""
    return seal(encode(share), [opener])


def check_share(share: Share, sealed: Sealed) -> None:
    """Check that a share belongs to this report and is the one that was made for it. Raises ShareWrong, naming the member."""
    fits = (
        share.instance_id == sealed.instance_id
        and share.charter == sealed.charter
        and share.mailbox == sealed.mailbox
        and share.manifest == sealed.manifest.hash
        and share.k >= 2
        and share.n == len(share.share_hashes) >= share.x >= 1
        and share.share_hashes[share.x - 1] == hash_of(share.share)
        and len(share.share) == SHARE_LENGTH
        and share.share[-1] == share.x
    )
    if not fits:
        raise ShareWrong(share.member)


def open_report(sealed: Sealed, shares: Sequence[Share], quorum: Quorum) -> Report:
    """Open a report with the shares of enough members.

    Raises NotThisApproval (the quorum is for other reports), ShareWrong (names the member), NotEnough, Tampered, Malformed.
    """
    card = _card_of(sealed, quorum)
    for share in shares:
        check_share(share, sealed)
    by_point = {share.x: share for share in shares}
    first = next(iter(by_point.values()), None)
    if first is None or len(by_point) < first.k:
        raise NotEnough
    for share in by_point.values():
        if (share.share_hashes, share.recipient_hash, share.k) != (first.share_hashes, first.recipient_hash, first.k):
            raise ShareWrong(share.member)
    identity = Identity(combine([share.share for share in list(by_point.values())[: first.k]]))
    if identity.recipient.hash != first.recipient_hash:
        raise ShareWrong("together the shares rebuild another key")
    original = Original(sealed.manifest, sealed.body, identity.seed)
    return Report(sealed, card, _read_body(sealed, original), original)


def _card_of(sealed: Sealed, quorum: Quorum) -> Card:
    if quorum.proposal.action != "open":
        raise NotThisApproval("not an approval to open")
    listed = [card for card in convert(quorum.proposal.parameters, OpenParameters).cards if card.submission == sealed.manifest.hash]
    if not listed or listed[0].mailbox != sealed.mailbox or listed[0].instance_id != sealed.instance_id:
        raise NotThisApproval("this report is not in the list that was approved")
    if len(listed) > 1:
        raise NotThisApproval("this report is twice in the list that was approved")
    return listed[0]


def _read_body(sealed: Sealed, original: Original) -> Body:
    body = read_original(original)
    if (body.instance_id, body.contact.mailbox, body.mode) != (sealed.instance_id, sealed.mailbox, sealed.mode):
        raise Tampered
    return body


def share_case(case: Identity, card: Card, charter: InForce, members: Sequence[str]) -> dict[str, CustodyShare]:
    """Split a case identity among the members, so that the opening threshold can rebuild it."""
    k = charter.charter.thresholds.open
    secrets = split(case.seed, k, len(members))
    hashes = tuple(hash_of(secret) for secret in secrets)
    return {
        member: CustodyShare(1, card.instance_id, card.case, card.generation, member, k, secret, case.recipient.hash, hashes)
        for member, secret in zip(members, secrets, strict=True)
    }


def rebuild_case(shares: Sequence[CustodyShare]) -> Identity:
    """Rebuild a case identity from custody shares. Raises ShareWrong (names the member), NotEnough."""
    parts = {share.share: share for share in shares}
    if not parts or len(parts) < shares[0].k:
        raise NotEnough
    for share in parts.values():
        if _case_of(share) != _case_of(shares[0]) or hash_of(share.share) not in share.share_hashes or len(share.share) != SHARE_LENGTH:
            raise ShareWrong(share.member)
    identity = Identity(combine(list(parts)))
    if identity.recipient.hash != shares[0].recipient_hash:
        raise ShareWrong("together the shares rebuild another key")
    return identity


def _case_of(share: CustodyShare) -> tuple[object, ...]:
    return (share.instance_id, share.case, share.generation, share.k, share.recipient_hash, share.share_hashes)


def open_custody_share(content: bytes, identity: Identity) -> CustodyShare:
    """Open a custody share. Raises NotSealedForThis, Tampered, Malformed."""
    return decode_canonical(open_sealed(content, identity), CustodyShare)

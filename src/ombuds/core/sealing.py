# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draft -> Sealed: a report is sealed to a throw-away identity E, and E is shared among the members' epoch keys.

Files are sealed while they arrive, in pieces, so that memory does not grow with a file; the body is sealed last, because
it carries their names, true lengths and hashes. Sizes climb one ladder, so that a stored size tells little (T10). This
file does not open anything: opening.py does, on members' machines only. See spec/sealing.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec

from ombuds.core.age import Identity, plain_size, seal
from ombuds.core.attachments import FileNote as FileNote
from ombuds.core.attachments import FileParts as FileParts
from ombuds.core.attachments import FileSealer as FileSealer
from ombuds.core.attachments import Manifest as Manifest
from ombuds.core.attachments import Part as Part
from ombuds.core.attachments import Piece as Piece
from ombuds.core.attachments import check_files
from ombuds.core.charter import Epochs
from ombuds.core.encoding import encode
from ombuds.core.errors import Malformed, OrderWrong, ReportEmpty, TooManyExcluded
from ombuds.core.keys import Hash, Id, MemberName, hash_of, random_id, sha256
from ombuds.core.shamir import split

BODY_STEP = 16 * 1024
LARGEST_SHARE = 16 * 1024

Mode = Literal["browser", "command-line", "no-javascript"]
Help = Literal["not-said", "advice", "contact", "publicity", "record"]
Problem = Literal["not-said", "overtime", "quotas", "leave", "illegal-order", "retaliation", "dismissal", "citizens", "corruption", "harassment", "other"]


class Wishes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What help the source wants, about what, and which members must not read it. Whoever skipped a question said nothing."""

    help: Help
    problem: Problem
    exclude: tuple[MemberName, ...] = ()


NOTHING_SAID = Wishes("not-said", "not-said")
"""What comes without a form of its own: a message that becomes a report, a note below a story."""


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a desk needs in order to answer a source: derived from the words by source_keys.py."""

    mailbox: Hash
    recipient: str
    consent_key: Hash
    mac: bytes


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The inside of a report."""

    v: Literal[1]
    instance_id: Hash
    mode: Mode
    language: str
    text: str
    wishes: Wishes
    contact: Contact
    files: tuple[FileNote, ...]
    nonce: Id


class Share(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One member's part of E, with all that is needed to notice a wrong one and to name it."""

    v: Literal[1]
    instance_id: Hash
    charter: Hash
    member: MemberName
    epoch: int
    k: int
    n: int
    x: int
    share: bytes
    mailbox: Hash
    manifest: Hash
    recipient_hash: Hash
    share_hashes: tuple[Hash, ...]


class SealedShare(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A share sealed to one member's recipient of one week."""

    member: MemberName
    epoch: int
    content: bytes


class Sealed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sealed report, as it is sent, stored and fetched; file pieces travel beside it."""

    v: Literal[1]
    id: Id
    instance_id: Hash
    charter: Hash
    mailbox: Hash
    mode: Mode
    manifest: Manifest
    body: bytes
    shares: tuple[SealedShare, ...]


@dataclass(frozen=True, repr=False)
class Draft:
    """What an officer wrote, before sealing. ``files`` are those already sealed in the same Sealing."""

    text: str
    language: str
    mode: Mode
    wishes: Wishes
    contact: Contact


class Sealing:
    """One report being sealed: files first, as they come, then ``finish`` with the text."""

    def __init__(self, to: Epochs) -> None:
        self._to = to
        self._identity = Identity.generate()
        self._notes: list[FileNote] = []
        self._files: list[FileParts] = []

    def file(self) -> FileSealer:
        """Begin a file."""
        return FileSealer(self._identity.recipient)

    def keep(self, note: FileNote, parts: FileParts) -> None:
        """Add a finished file to the report."""
        self._notes.append(note)
        self._files.append(parts)

    def check_possible(self, text: str, wishes: Wishes, files: int) -> list[str]:
        """Return the members that a report would be sealed to, before its files are. Raises ReportEmpty, TooManyExcluded."""
        if not text.strip() and not files:
            raise ReportEmpty
        members = [name for name in self._to.recipients if name not in wishes.exclude]
        if len(members) < self._to.minimum:
            raise TooManyExcluded
        return members

    def finish(self, draft: Draft) -> Sealed:
        """Seal the text and share E among the members who are not left out. Raises ReportEmpty, TooManyExcluded."""
        members = self.check_possible(draft.text, draft.wishes, len(self._notes))
        body = Body(
            v=1,
            instance_id=self._to.instance_id,
            mode=draft.mode,
            language=draft.language,
            text=draft.text,
            wishes=draft.wishes,
            contact=draft.contact,
            files=tuple(self._notes),
            nonce=random_id(),
        )
        sealed_body = seal(padded(encode(body)), [self._identity.recipient])
        manifest = Manifest(hash_of(sealed_body), tuple(self._files))
        return Sealed(
            v=1,
            id=random_id(),
            instance_id=self._to.instance_id,
            charter=self._to.charter,
            mailbox=draft.contact.mailbox,
            mode=draft.mode,
            manifest=manifest,
            body=sealed_body,
            shares=self._shares(members, draft.contact.mailbox, manifest.hash),
        )

    def _shares(self, members: list[str], mailbox: Hash, manifest: Hash) -> tuple[SealedShare, ...]:
        k, n = self._to.threshold, len(members)
        secrets = split(self._identity.seed, k, n)
        hashes = tuple(sha256(secret).hex() for secret in secrets)
        shares = []
        for x, (member, secret) in enumerate(zip(members, secrets, strict=True), start=1):
            share = Share(
                v=1,
                instance_id=self._to.instance_id,
                charter=self._to.charter,
                member=member,
                epoch=self._to.epoch,
                k=k,
                n=n,
                x=x,
                share=secret,
                mailbox=mailbox,
                manifest=manifest,
                recipient_hash=self._identity.recipient.hash,
                share_hashes=hashes,
            )
            shares.append(SealedShare(member, self._to.epoch, seal(encode(share), [self._to.recipients[member]])))
        return tuple(shares)


def seal_report(draft: Draft, to: Epochs) -> Sealed:
    """Seal a report that has no files. Raises ReportEmpty, TooManyExcluded."""
    return Sealing(to).finish(draft)


def check_arrived(sealed: Sealed, to: Epochs, weeks: frozenset[int]) -> None:
    """Check all that a server can see of a report that was sealed elsewhere; ``weeks`` are the epochs it may be sealed to.

    Raises OrderWrong (another charter, week or member), TooManyExcluded, Malformed.
    """
    if (sealed.instance_id, sealed.charter) != (to.instance_id, to.charter):
        raise OrderWrong("sealed under another charter than the one in force")
    if sealed.mode == "no-javascript":
        # That mode means that the server saw it: only the server's own form may say so.
        raise Malformed("sealed before it came, and says that it was not")
    members = [share.member for share in sealed.shares]
    if len(set(members)) != len(members) or not set(members) <= set(to.recipients):
        raise OrderWrong("sealed to others than the members of this week")
    if any(share.epoch not in weeks for share in sealed.shares) or len({share.epoch for share in sealed.shares}) > 1:
        raise OrderWrong("sealed to keys of another week")
    if len(members) < to.minimum:
        raise TooManyExcluded
    if any(len(share.content) > LARGEST_SHARE for share in sealed.shares):
        raise Malformed("a share is too large")
    check_shape(sealed.body, sealed.manifest)


def check_shape(content: bytes, files: Manifest) -> None:
    """Check that a sealed body and its files are the listed ones by hash and lie on the ladders. Raises Malformed."""
    if hash_of(content) != files.body:
        raise Malformed("the list is of another body")
    size = plain_size(len(content))
    if not size or size % BODY_STEP:
        raise Malformed("a body's size is not a multiple of 16 KiB")
    check_files(files.files)


def padded(content: bytes) -> bytes:
    """Fill JSON with spaces to a multiple of 16 KiB; readers skip trailing spaces."""
    return content.ljust(-(-len(content) // BODY_STEP) * BODY_STEP)

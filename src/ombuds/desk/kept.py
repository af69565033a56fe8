# SPDX-License-Identifier: AGPL-3.0-or-later
"""The values that a vault keeps: whose it is, what was seen of the record, and a line for each thing in it.

They hold secrets and are never printed: ``Me`` shows its name alone. They decide nothing. See spec/vault.md.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from ombuds.core.age import Identity
from ombuds.core.envelope import Envelope
from ombuds.core.keys import Hash, Id, MemberName, SigningKey
from ombuds.core.publication import Content
from ombuds.core.sealing import Manifest, Sealed, Share
from ombuds.core.wire import ProposalSeen

Answered = Literal["", "approved", "refused"]
OpeningState = Literal["waiting", "misfit", "settled"]


class Me(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose vault this is: the name in the charter and the two seeds that last."""

    v: Literal[1]
    name: MemberName
    signing: bytes
    lasting: bytes

    def __repr__(self) -> str:
        return f"Me({self.name})"

    @property
    def key(self) -> SigningKey:
        """The signing key."""
        return SigningKey(self.signing)

    @property
    def identity(self) -> Identity:
        """The long-term identity."""
        return Identity(self.lasting)


class Pin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What this desk saw of the record last, and where; the server may go on from here and never back."""

    v: Literal[1]
    instance_id: Hash
    address: str
    version: int
    charter: Hash
    size: int
    root: Hash


class KeptReport(msgspec.Struct, frozen=True):
    """A sealed report, the day it came, and this member's share where the week's key is gone already."""

    sealed: Sealed
    day: date
    share: Share | None


class KeptOpening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A case that this desk does not read, though it knows the report that it was opened from.

    ``waiting``: this member is not on its team, and the report stays sealed until somebody of the team has read it. ``misfit``: it
    was granted to this member and does not hold. ``settled``: it does not hold, and the report is read as another case.
    ``original`` says whether the server still keeps the sealed report.
    """

    v: Literal[1]
    case: Id
    submission: Hash
    opener: str
    state: OpeningState
    original: bool


class KeptProposal(msgspec.Struct, frozen=True):
    """A proposal as it was fetched last, and what this member answered."""

    seen: ProposalSeen
    answer: Answered
    day: date
    done: bool


class Matter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A case as a list shows it."""

    v: Literal[1]
    id: Id
    mailbox: Hash
    generation: int
    state: str
    title: str
    day: date
    seq: int
    unread: int
    card: Envelope
    void: int = 0  # slots of its log that did not hold, and that this member has not looked at


class Flagged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message that came for a case and does not hold: kept sealed, as evidence of who tried what."""

    v: Literal[1]
    id: Id
    case: Id
    trouble: str
    sealed: bytes
    files: Manifest
    day: date


class KeptDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text being written; ``case`` is empty for one that rests on public sources or the desk's own word.

    ``pinned`` is the day until which it shall stay on top: the entry says so, not the text, so that no source is asked about it.
    """

    v: Literal[1]
    id: Id
    case: str
    subject: str
    content: Content
    day: date
    pinned: date | None = None

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sends what enough members approved and nobody stopped, and writes it into the case's log; the source is told.

For a story of a case only a desk of its team sends: it alone knows whether the source took the consent back, and until the
entry is out a revocation stops it (T19). The record, not this file, decides whether an entry is valid. See
spec/publication.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from ombuds.core.case import Case, Published
from ombuds.core.custody import Quorum, read_proposal
from ombuds.core.errors import AlreadyUsed, NotEnough, OmbudsError, RemoteSilent
from ombuds.core.keys import Hash
from ombuds.core.publication import publish
from ombuds.core.wire import Appended, NewEntry
from ombuds.desk.casework.talk import tell_heard
from ombuds.desk.kept import KeptProposal
from ombuds.desk.log import append, follow
from ombuds.desk.parts import Desk
from ombuds.desk.release.batch import hand_in
from ombuds.desk.release.judging import Publication, case_named, judge, on_team, read_enclosure
from ombuds.desk.release.leaving import keep_leaves, waiting_batches
from ombuds.desk.release.signed import in_record
from ombuds.desk.stops import objections

LOOKED_BACK = 50


@dataclass(frozen=True)
class Sent:
    """What a look at the approved publications did: what went out, and what could not and why."""

    published: tuple[Appended, ...]
    unsent: tuple[tuple[Hash, OmbudsError], ...]
    leaving: int = 0


def send_ready(desk: Desk) -> Sent:
    """Publish what is ready, whoever proposed it; batches of walls are handed in and wait for their hour. Raises RemoteSilent, RemoteRefused."""
    published: list[Appended] = []
    unsent: list[tuple[Hash, OmbudsError]] = []
    waiting = waiting_batches(desk)
    for kept in desk.vault.proposals():
        if read_proposal(kept.seen.envelope).action not in ("publish", "takedown") or objections(desk, kept.seen):
            continue
        if kept.seen.hash in waiting:
            continue  # signed and handed in: it leaves at its hour
        try:
            appended = _send(desk, kept)
        except RemoteSilent:
            raise
        except NotEnough:
            continue
        except AlreadyUsed:
            desk.vault.end_proposal(kept.seen.hash)  # another desk was quicker
            continue
        except OmbudsError as wrong:
            unsent.append((kept.seen.hash, wrong))
            continue
        published += [appended] if appended else []
    return Sent(tuple(published), tuple(unsent), len(waiting))


def log_published(desk: Desk) -> int:
    """Write into the cases' logs what stands in the record already and not there; return how many."""
    count, public = 0, in_record(desk)
    for kept in desk.vault.proposals(done=True, limit=LOOKED_BACK):
        proposal = read_proposal(kept.seen.envelope)
        if proposal.action != "publish" or kept.seen.hash not in public:
            continue  # another member's proposal of the same text says nothing of a case
        case = case_named(desk, kept.seen)
        line = desk.record.head(proposal.subject)
        if line is not None and line.kind != "takedown" and on_team(desk, case):
            count += _log(desk, case, Published(proposal.subject, line.version, line.leaf))
    return count


def _send(desk: Desk, kept: KeptProposal) -> Appended | None:
    quorum = Quorum.of(kept.seen.envelope, desk.rule(read_proposal(kept.seen.envelope).action))
    if not _mine_to_send(desk, kept):
        return None
    judged = judge(desk, kept.seen)
    entry = publish(quorum, judged.enclosure.files, judged.consent)
    if judged.batch is not None:
        hand_in(desk, judged.enclosure)
        keep_leaves(desk, desk.remote.hand_in_batch(NewEntry(quorum.envelope, entry.files)))
        return None
    appended = desk.remote.publish(NewEntry(quorum.envelope, entry.files))
    desk.vault.end_proposal(kept.seen.hash)
    _after(desk, judged, entry.subject, appended)
    return appended


def _mine_to_send(desk: Desk, kept: KeptProposal) -> bool:
    enclosure = read_enclosure(desk, kept.seen)
    if enclosure.answer is None:
        return True
    if not on_team(desk, enclosure.case):
        return False
    follow(desk, enclosure.case)  # the last look: has the source taken the consent back?
    return True


def _after(desk: Desk, judged: Publication, subject: str, appended: Appended) -> None:
    if judged.said.kind != "takedown" and on_team(desk, judged.enclosure.case):
        _log(desk, judged.enclosure.case, Published(subject, judged.said.version, appended.leaf))


def _log(desk: Desk, case: str, published: Published) -> int:
    now: Case = follow(desk, case)
    new = published not in now.published
    if new:
        now = append(desk, case, "published", lambda _: published)
    tell_heard(desk, now)
    return int(new)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""One published page: a story or an update with its proof, or the tombstone in the place of what was taken down.

The article comes from the signed bytes by the one way that every checker uses; status, corrections and proof stand
beside it (T18, T20). See spec/site.md.
"""

from __future__ import annotations

import msgspec

from ombuds.core.charter import InForce
from ombuds.core.custody import Quorum, read_proposal
from ombuds.core.encoding import encode
from ombuds.core.envelope import read
from ombuds.core.errors import NotHere
from ombuds.core.ledger import write_proof
from ombuds.core.publication import EntryParameters, read_content
from ombuds.core.record import Line, PageProof, Record
from ombuds.pages.published import story_page
from ombuds.pages.values import Correction, Proof, StoryPage, TombstonePage
from ombuds.server.site.ready import Visit
from ombuds.server.site.shelf import REASONS, Shown, text_for
from ombuds.server.store import ledger


def story(visit: Visit) -> bytes:
    """A story or update in its latest version, or its tombstone. Raises NotHere."""
    versions = _versions(visit)
    last = versions[-1]
    said = _said(last.line)
    if last.content is None:
        page = TombstonePage(id=last.line.subject, reason=REASONS.get(said.reason, "other"), day=said.day, proof=None)
        return visit.parts.renderer.tombstone(visit.shell(last.path), page)
    with visit.parts.store.read() as connection:
        salted = ledger.content(connection, last.line.subject, last.line.version)
    if salted is None:
        raise NotHere
    content = read_content(salted.content)
    made = story_page(content, last.line.subject, said, text_for(content, visit.language.code).language)
    corrections = tuple(Correction(day=_said(each.line).day, text=each.content.correction) for each in versions if each.content and each.content.correction)
    made = msgspec.structs.replace(made, corrections=corrections, proof=_proof(visit, last.line))
    shell = visit.shell(last.path)
    if isinstance(made, StoryPage):
        made = msgspec.structs.replace(made, status=last.status, waiting_days=_waiting(visit, versions))
        return visit.parts.renderer.story(shell, made)
    return visit.parts.renderer.update(shell, made)


def proof(visit: Visit) -> bytes:
    """All that is needed to check the latest version offline, as one file. Raises NotHere, also after a takedown."""
    line, record = _versions(visit)[-1].line, visit.record
    with visit.parts.store.read() as connection:
        salted = ledger.content(connection, line.subject, line.version)
        leaf = ledger.leaves(connection, line.index, 1)
    if salted is None or not leaf:
        raise NotHere
    ledgers = write_proof(line.index, record.tree.inclusion(line.index, record.size), visit.parts.public.checkpoint_of(record))
    return encode(PageProof(1, tuple(each.envelope for each in record.charters), leaf[0], salted, ledgers))


def _versions(visit: Visit) -> tuple[Shown, ...]:
    versions = visit.shelf.subjects.get(visit.path["subject"])
    if not versions:
        raise NotHere
    return versions


def _said(line: Line) -> EntryParameters:
    if line.parameters is None:
        raise NotHere
    return line.parameters


def _waiting(visit: Visit, versions: tuple[Shown, ...]) -> int | None:
    """How many days the desk has waited for an answer: since the first of the latest versions that say so."""
    since = None
    for each in reversed(versions):
        if each.status != "asked":
            break
        since = _said(each.line).day
    return None if since is None else max(0, (visit.today - since).days)


def _proof(visit: Visit, line: Line) -> Proof:
    with visit.parts.store.read() as connection:
        leaf = ledger.leaves(connection, line.index, 1)
    envelope = read(leaf[0])
    proposal = read_proposal(envelope)
    charter = _charter_of(visit.record, proposal.charter)
    quorum = Quorum.of(envelope, charter.rule(proposal.action, _said(line).day))
    path = f"/stories/{line.subject}.proof"
    return Proof(index=line.index, signed=len(quorum.members), members=len(charter.charter.members), path=path, signers=quorum.members)


def _charter_of(record: Record, wanted: str) -> InForce:
    return next(each for each in record.charters if each.hash == wanted)

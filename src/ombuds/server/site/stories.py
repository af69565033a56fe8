# SPDX-License-Identifier: AGPL-3.0-or-later
"""One published page: a story or an update with its proof, or the tombstone in the place of what was taken down.

The article comes from the signed bytes by the one way that every checker uses; the clock, counted on the day of the visit,
corrections and proof stand beside it (T18, T20). See spec/site.md.
"""

from __future__ import annotations

from itertools import pairwise

import msgspec

from ombuds.core.charter import InForce
from ombuds.core.content import Content, in_language
from ombuds.core.custody import Quorum, read_proposal
from ombuds.core.encoding import encode
from ombuds.core.envelope import read
from ombuds.core.errors import NotHere
from ombuds.core.ledger import write_proof
from ombuds.core.publication import EntryParameters, read_content
from ombuds.core.record import Line, PageProof, Record
from ombuds.pages.campaign_values import CampaignPage
from ombuds.pages.published import asks_who_else, clock_of, story_page
from ombuds.pages.values import Correction, FeedItem, Proof, StoryPage, TombstonePage
from ombuds.server.site import campaigns
from ombuds.server.site.cards import card_of
from ombuds.server.site.ready import Visit
from ombuds.server.site.shelf import REASONS, Shown, item, text_for
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
    content, language = read_content(salted.content), visit.language.code
    made = story_page(content, last.line.subject, said, text_for(content, language).language)
    made = msgspec.structs.replace(made, corrections=_corrections(versions, language), proof=_proof(visit, last.line), card=card_of(visit, last))
    shell = visit.shell(last.path)
    if isinstance(made, CampaignPage):
        return visit.parts.renderer.campaign(shell, campaigns.dressed(visit, last, made, content))
    if isinstance(made, StoryPage):
        return visit.parts.renderer.story(shell, _with_clock(visit, made, content))
    return visit.parts.renderer.update(shell, msgspec.structs.replace(made, story=_story_of(visit, content)))


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


def _with_clock(visit: Visit, made: StoryPage, content: Content) -> StoryPage:
    clock = clock_of(content, made.language, visit.today)
    updates = tuple(item(each, visit.language.code, "") for each in visit.shelf.updates_of(made.id))
    spoken = visit.voices.get(made.id, 0) if asks_who_else(content, made.basis) else None
    return msgspec.structs.replace(
        made, status=clock.status, since=clock.since, waiting_days=clock.days, waiting_for=clock.awaited, updates=updates, voices=spoken
    )


def _story_of(visit: Visit, content: Content) -> FeedItem | None:
    """Return the story that an update belongs to, if it is public."""
    last = next(reversed(visit.shelf.subjects.get(content.story, ())), None)
    return item(last, visit.language.code, "") if last is not None and last.kind == "story" else None


def _corrections(versions: tuple[Shown, ...], language: str) -> tuple[Correction, ...]:
    """Return what was corrected, each with the version that stood there before."""
    return tuple(
        Correction(
            day=_said(now.line).day,
            text=in_language(now.content.correction, text_for(now.content, language).language),
            version=before.line.version,
            commitment=_said(before.line).files[0].commitment,
            index=before.line.index,
        )
        for before, now in pairwise(versions)
        if now.content and now.content.correction
    )


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

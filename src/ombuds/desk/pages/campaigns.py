# SPDX-License-Identifier: AGPL-3.0-or-later
"""Campaigns on the screen: all of them, one with what waits there, and the next batch that a member proposes.

What a batch is made of is counted here as the proposal would count it, and who signed one that waits is named (T26). See
spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from starlette.responses import Response

from ombuds.core.campaign import LEAST_BATCH, read_batch
from ombuds.core.custody import PROPOSAL_TYPE, read_proposal
from ombuds.core.envelope import signers
from ombuds.core.errors import NotHere, OmbudsError
from ombuds.core.keys import Hash
from ombuds.core.publication import read_parameters
from ombuds.core.terms import Terms
from ombuds.core.wire_posts import LeavesAt
from ombuds.desk.campaign.campaigns import Campaign, campaign, campaigns, moderation
from ombuds.desk.campaign.incoming import spoilt
from ombuds.desk.kept import KeptProposal
from ombuds.desk.pages.answers import go, page
from ombuds.desk.pages.moderate import title_of
from ombuds.desk.pages.visit import Visit, home_of
from ombuds.desk.parts import Desk
from ombuds.desk.release.batch import next_batch, propose_next
from ombuds.desk.release.judging import read_enclosure
from ombuds.desk.release.leaving import is_batch, is_of_now, leaves, next_hour, waiting_batches
from ombuds.desk.release.together import apart
from ombuds.desk.stops import objections
from ombuds.pages.desk_campaigns import CampaignLine, CampaignsView, CampaignView
from ombuds.pages.desk_texts import SigningLine
from ombuds.pages.desk_values import Fact, TodayItem
from ombuds.pages.languages import counted, mark
from ombuds.pages.values import Sentence

RUN = mark("Run the hour now")
SIGNED = mark("Enough members signed this batch. It is handed in at the next look at the server and leaves at a fixed hour.")
LEAVES = mark("Signed; leaves at %(hour)s UTC. Until then nothing of it is public, and one member can stop it.")
AHEAD = mark(
    "It leaves at the next fixed hour after enough members have signed. As the server said at the last look, the next one is %(hour)s UTC on %(day)s: "
    "that is its word, and no promise."
)
AHEAD_UNTOLD = mark("It leaves at the next fixed hour after enough members have signed. Fetch from the server tells which one is the next.")
LATE = mark("Signed; it was to leave at %(hour)s UTC of that day and is not public. Ask who keeps the server.")
PROPOSED = mark(
    "The members are asked. The wall changes at the next fixed hour after enough of them have signed exactly this batch. As the server says now, "
    "the next one is %(hour)s UTC on %(day)s: that is its word, and no promise."
)
PROPOSED_UNTOLD = mark("The members are asked. The wall changes at a fixed hour after enough of them have signed exactly this batch.")
ASKED = mark("A batch of posts waits for your signature; the wall shows them once enough members signed.")
TAKES = mark("A batch that takes posts of people off the wall waits for your signature. See whose, and why.")
TAKEN_BACK = mark("A batch with posts that their supporters took back waits for your signature; the number then follows.")


def every(visit: Visit) -> Response:
    """Show all campaigns that are public."""
    lines = tuple(_line(visit.desk, found, visit.room.language) for found in known(visit.desk))
    return page(
        visit.room.renderer.campaigns(
            visit.shell("/campaigns"), CampaignsView(lines=lines, moderates=moderates(visit.desk), publishes=visit.desk.may("publish"))
        )
    )


def one(visit: Visit) -> Response:
    """Show one campaign and what its next batch would be made of. Raises NotHere, EntryRefused, ContentChanged."""
    desk, charter = visit.desk, visit.desk.charter.charter
    ahead = next_batch(desk, visit.names["campaign"])
    found, counts = ahead.campaign, desk.vault.posts.counts(ahead.campaign.id)
    signing = list(asked_about(desk, found.terms))
    if ahead.withdrawn is None:
        visit.room.silent(desk)
    missing = max(0, LEAST_BATCH - ahead.accepted)
    home, language = next(iter(charter.addresses), ""), found.content.texts[0].language
    view = CampaignView(
        id=found.id,
        title=title_of(found, visit.room.language),
        address=f"{home}/{language}/campaigns/{found.id}" if home else "",
        moderates=moderates(desk),
        signs=signs(desk),
        publishes=desk.may("publish"),
        keyless=_keyless(desk, found.terms),
        moderators=tuple(charter.keys("moderate")),
        to_do=counts["mine to do"],
        accepted=ahead.accepted,
        waiting=counts.get("waiting", 0),
        held=counts.get("quarantined", 0),
        rejected=counts.get("rejected", 0),
        spoilt=spoilt(desk, found.id),
        number=len(ahead.wall.posts),
        least=LEAST_BATCH,
        missing=missing,
        apart=ahead.apart,
        withdrawn=ahead.withdrawn,
        removed=ahead.removed,
        signing=tuple(_signing(desk, kept) for kept in signing),
        signers=tuple(name for kept in signing for name in _signers(desk, kept)),
        stopped=_stopped(desk, found.terms, ahead.wall.version + 1),
        leaves=_ahead(desk, AHEAD, AHEAD_UNTOLD),
        ready=not signing and (not missing or bool(ahead.withdrawn) or bool(ahead.removed)),
    )
    return page(visit.room.renderer.campaign(visit.shell("/campaigns"), view))


def propose(visit: Visit) -> Response:
    """Ask the members to sign the next batch. Raises EntryRefused, NotHere, RemoteSilent, ContentChanged."""
    waiting_batches(visit.desk)  # the hour that is named may have come since the last look
    propose_next(visit.desk, visit.names["campaign"])
    visit.room.say(_ahead(visit.desk, PROPOSED, PROPOSED_UNTOLD))
    return go("/approve")


def run_slot(visit: Visit) -> Response:
    """Hand in what is signed, let it leave now, and fetch it; in a demonstration alone. Raises OrderWrong, RemoteSilent."""
    visit.room.fetch(visit.desk)
    visit.desk.remote.run_slot()
    visit.room.fetch(visit.desk)
    visit.say(mark("The hour was run by hand: what was signed is on the wall."))
    return go(f"/campaigns/{visit.names['campaign']}")


def wall_items(desk: Desk, language: str) -> Iterator[TodayItem]:
    """Yield what of campaigns needs this member: posts to rule over, a batch that can be proposed, a batch to sign."""
    for found in known(desk):
        title, counts = title_of(found, language), desk.vault.posts.counts(found.id)
        asked = tuple(asked_about(desk, found.terms))
        if counts["mine to do"] and moderates(desk):
            text = counted("%(num)s post waits for your ruling.", "%(num)s posts wait for your ruling.", counts["mine to do"])
            yield TodayItem(title=title, text=text, link=f"/campaigns/{found.id}/posts", action=mark("Look at the posts"), kind="look")
        # A desk that holds no posts can check no batch.
        for kept in asked if signs(desk) else ():
            yield from _leaving_item(desk, found, kept, title)
            if not kept.answer:
                yield TodayItem(title=title, text=_asks(desk, kept), link=f"/approve#ask-{kept.seen.hash}", action=mark("Look at it"), kind="approve")
        ready = counts.get("accepted", 0) - apart(desk, found) if signs(desk) and not asked else 0
        if ready >= LEAST_BATCH:
            text = counted("%(num)s accepted post can go on the wall.", "%(num)s accepted posts can go on the wall.", ready)
            yield TodayItem(title=title, text=text, link=f"/campaigns/{found.id}", action=mark("To the next batch"), kind="publish")


def batches_to_answer(desk: Desk) -> int:
    """Return how many batches wait for this member's answer."""
    return sum(not kept.answer for found in known(desk) for kept in asked_about(desk, found.terms)) if signs(desk) else 0


def known(desk: Desk) -> list[Campaign]:
    """Return the public campaigns whose text this desk has or gets; the others are left out."""
    found: list[Campaign] = []
    for line in campaigns(desk):
        try:
            found.append(campaign(desk, line.subject))
        except OmbudsError:
            continue  # its text could not be fetched: the next look brings it
    return found


def asked_about(desk: Desk, terms: Terms) -> Iterator[KeptProposal]:
    """Yield the batches of a wall that are proposed and neither over nor stopped."""
    for kept in desk.vault.proposals():
        if read_proposal(kept.seen.envelope).subject == terms.wall and is_of_now(desk, kept) and not objections(desk, kept.seen):
            yield kept


def signs(desk: Desk) -> bool:
    """Say whether this member signs batches: they publish, and their desk holds the posts."""
    return desk.may("publish") and moderates(desk)


def moderates(desk: Desk) -> bool:
    """Say whether this member moderates."""
    return desk.name in desk.charter.charter.keys("moderate")


def _line(desk: Desk, found: Campaign, language: str) -> CampaignLine:
    counts = desk.vault.posts.counts(found.id)
    head = desk.record.head(found.id)
    return CampaignLine(
        id=found.id,
        title=title_of(found, language),
        day=head.day if head else None,
        to_do=counts["mine to do"],
        accepted=counts.get("accepted", 0),
        held=counts.get("quarantined", 0),
    )


def _leaving_item(desk: Desk, found: Campaign, kept: KeptProposal, title: str) -> Iterator[TodayItem]:
    signed = _signing(desk, kept)
    if signed.given < signed.needed:
        return
    link = f"/campaigns/{found.id}"
    if home_of(desk):
        yield TodayItem(title=title, text=signed.when, link=f"{link}/slot", action=RUN, kind="publish", day=signed.day, post=True)
    else:
        yield TodayItem(title=title, text=signed.when, link=link, action=mark("To the batch"), kind="publish", day=signed.day)


def _asks(desk: Desk, kept: KeptProposal) -> str:
    try:
        batch = read_batch(read_enclosure(desk, kept.seen).files[0].content)
    except (OmbudsError, IndexError):
        return ASKED  # its own screen says what is wrong with it
    return TAKES if batch.removed else ASKED if batch.posts else TAKEN_BACK


def leaves_facts(desk: Desk, proposal: Hash) -> tuple[Fact, ...]:
    """Return when a batch leaves, or at which hour it could; nothing for a proposal of anything else, or for one that was stopped."""
    kept, said = desk.vault.proposal(proposal), leaves(desk, proposal)
    if not is_batch(kept) or objections(desk, kept.seen):
        return ()
    when = Fact(label=mark("Hour at which it leaves"), value=_signing(desk, kept).when)
    return (Fact(label=mark("Day on which it leaves"), value=said.day), when) if said else (when,)


def _when(desk: Desk, said: LeavesAt | None, signed: bool) -> Sentence:
    if said is None:
        return Sentence(text=SIGNED) if signed else _ahead(desk, AHEAD, AHEAD_UNTOLD)
    return Sentence(text=LATE if said.day < desk.today else LEAVES, values={"hour": f"{said.hour:02d}:00"})


def _ahead(desk: Desk, named: str, untold: str) -> Sentence:
    """Return one of two sentences: with the next fixed hour, as the server said, or without."""
    said = next_hour(desk)
    return Sentence(text=named, values={"hour": f"{said.hour:02d}:00", "day": said.day}) if said else Sentence(text=untold)


def _signing(desk: Desk, kept: KeptProposal) -> SigningLine:
    said, given, needed = leaves(desk, kept.seen.hash), len(_signers(desk, kept)), desk.rule("publish").threshold
    return SigningLine(
        given=given,
        needed=needed,
        mine=bool(kept.answer),
        proposal=kept.seen.hash,
        day=said.day if said else None,
        when=_when(desk, said, given >= needed),
    )


def _stopped(desk: Desk, terms: Terms, version: int) -> tuple[Fact, ...]:
    """Return who stopped a batch that could otherwise be the next one, and why."""
    kept_ones = (kept for kept in desk.vault.proposals() if is_batch(kept) and read_proposal(kept.seen.envelope).subject == terms.wall)
    next_ones = (kept for kept in kept_ones if read_parameters(read_proposal(kept.seen.envelope)).version == version)
    return tuple(Fact(label=mark("Stopped by"), value=f"{stop.member}: {stop.reason}") for kept in next_ones for stop in objections(desk, kept.seen))


def _signers(desk: Desk, kept: KeptProposal) -> tuple[str, ...]:
    return signers(kept.seen.envelope, PROPOSAL_TYPE, desk.charter.charter.keys("publish"))


def _keyless(desk: Desk, terms: Terms) -> bool:
    try:
        moderation(desk, terms)
    except NotHere:
        return True
    return False

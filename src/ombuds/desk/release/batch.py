# SPDX-License-Identifier: AGPL-3.0-or-later
"""Batches of a wall: put together from what two members accepted, judged by every desk anew, and settled once they are public.

The proposer's desk is not believed: each post of the list must be one that waits on this desk too, accepted by enough
members over the same bytes, once, and not by its own maker alone (T26). See spec/desk.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple

import msgspec

from ombuds.core.age import Identity, open_sealed
from ombuds.core.campaign import LEAST_BATCH, MOST_BATCH, Batch, PostRef, Removed, Wall, read_batch, shown_regions
from ombuds.core.custody import read_proposal
from ombuds.core.encoding import decode, encode
from ombuds.core.errors import EntryRefused, Malformed, NotHere, OmbudsError, RemoteSilent
from ombuds.core.keys import Hash, Id, random_bytes
from ombuds.core.posts import Post, WhyGone
from ombuds.core.publication import SALT_LENGTH, Place, Salted, read_parameters
from ombuds.core.record import Line
from ombuds.core.wire_posts import WallPost, WallPosts
from ombuds.desk.campaign.agreeing import agreed_squares
from ombuds.desk.campaign.campaigns import Campaign, batches, campaign, campaigns, keep_moderation, moderation, text_of, wall
from ombuds.desk.campaign.copies import drop_copies
from ombuds.desk.campaign.covers import agreed, published
from ombuds.desk.campaign.held import keep_named, taken_back
from ombuds.desk.campaign.moderating import close_batch
from ombuds.desk.campaign.pairs import check_chosen
from ombuds.desk.kept import KeptProposal
from ombuds.desk.parts import Desk
from ombuds.desk.postbox import DIFFERS, PostLine
from ombuds.desk.release.counting import check_counts, counted
from ombuds.desk.release.prepare import Chosen, Enclosure, propose_batch
from ombuds.desk.release.together import check_together, together
from ombuds.desk.release.wishes import check_wishes, wishes
from ombuds.desk.stops import objections

MARKED, REMOVING = "marked:", "removing:"
LOOKED_BACK = 50
AT_ONCE = 4


class Next(NamedTuple):
    """What the next batch would be made of, and how many accepted posts would stand apart in it; of withdrawals a silent server tells nothing."""

    campaign: Campaign
    wall: Wall
    accepted: int
    apart: int
    withdrawn: int | None
    removed: int


def next_batch(desk: Desk, subject: Id) -> Next:
    """Return what the next batch of a campaign would be made of. Raises NotHere, EntryRefused, ContentChanged."""
    found = campaign(desk, subject)
    made = wall(desk, found)
    lines = _fitting(desk, subject, made)
    accepted = len(together(desk, found, lines))
    left = len(lines) - accepted
    try:
        withdrawn = _withdrawn(desk, found, made)
    except RemoteSilent:
        return Next(found, made, accepted, left, None, len(_removed(desk, subject, made, ())))
    return Next(found, made, accepted, left, len(withdrawn), len(_removed(desk, subject, made, withdrawn)))


def propose_next(desk: Desk, subject: Id) -> Hash:
    """Propose the next batch of all posts that are accepted, and of what this member chose to take down.

    Raises EntryRefused (fewer than twenty, nothing to do), NotHere, ContentChanged, RemoteSilent.
    """
    found = campaign(desk, subject)
    made = wall(desk, found)
    place = _place(desk, found)
    lines = together(desk, found, _fitting(desk, subject, made))
    withdrawn = _withdrawn(desk, found, made)
    removed = _removed(desk, subject, made, withdrawn)
    if len(lines) < LEAST_BATCH and not withdrawn and not removed:
        raise EntryRefused(f"{len(lines)} posts are accepted; a batch has twenty at least")
    chosen = tuple(Chosen(line.id, random_bytes(SALT_LENGTH)) for line in lines) if len(lines) >= LEAST_BATCH else ()
    refs = tuple(_refs(desk, subject, place, chosen).values())
    regions, own = _regions(desk, found, made, chosen), counted(desk, subject, made, len(chosen))
    batch = Batch(1, subject, refs, withdrawn, removed, own.waiting, own.listed, regions)
    asks = wishes(desk, subject, made, (one.post for one in chosen))
    batch = msgspec.structs.replace(batch, asked=asks) if asks else batch
    made.take(batch)
    proposal = propose_batch(desk, place, batch, chosen)
    desk.vault.drop_note(REMOVING + subject)
    return proposal


def removing(desk: Desk, subject: Id) -> dict[Hash, WhyGone]:
    """Return the public posts that this member chose to take down with the next batch they propose, with the reasons."""
    kept = desk.vault.note(REMOVING + subject)
    return {each.commitment: each.reason for each in decode(kept, tuple[Removed, ...])} if kept else {}


def choose_removed(desk: Desk, subject: Id, chosen: Mapping[Hash, WhyGone]) -> None:
    """Keep which posts this member wants to take down, sorted; nothing is taken down before enough members signed."""
    kept = tuple(Removed(commitment, chosen[commitment]) for commitment in sorted(chosen))
    desk.vault.keep_note(REMOVING + subject, encode(kept))


def judge_batch(desk: Desk, subject: Id, enclosure: Enclosure) -> Batch:
    """Check a proposed batch against what this desk knows. Raises EntryRefused, NotHere, ContentChanged, RemoteSilent, Malformed."""
    batch = read_batch(enclosure.files[0].content)
    found = campaign(desk, batch.campaign)
    if not desk.may("moderate"):
        raise EntryRefused("your desk holds no posts, so it cannot check a batch: members who moderate sign it")
    if found.terms.wall != subject:
        raise EntryRefused("a batch on another campaign's wall")
    if len({one.post for one in enclosure.chosen}) != len(enclosure.chosen):
        raise EntryRefused("one post stands in a batch twice")
    for one in enclosure.chosen:
        check_chosen(desk.vault.posts.line(batch.campaign, one.post))
    check_together(desk, found, [desk.vault.posts.line(batch.campaign, one.post) for one in enclosure.chosen])
    made = wall(desk, found)
    _check_refs(desk, found, enclosure.chosen, batch)
    check_counts(desk, made, batch, (one.post for one in enclosure.chosen))
    check_wishes(desk, made, batch, (one.post for one in enclosure.chosen))
    # A desk that missed a batch knows too little of the regions to judge them; the rules of every reader hold all the same.
    if desk.vault.posts.counts(batch.campaign).get("published", 0) == made.accepted and batch.regions != _regions(desk, found, made, enclosure.chosen):
        raise EntryRefused("its numbers by region are not this desk's")
    made.take(batch)
    return batch


def hand_in(desk: Desk, enclosure: Enclosure) -> None:
    """Bring the posts of a batch to the server, before the batch itself. Raises NotHere, RemoteSilent."""
    batch = read_batch(enclosure.files[0].content)
    place = _place(desk, campaign(desk, batch.campaign))
    # In the order of the list, not of the names under which posts waited: the server is not told which became which.
    salts = {one.post: one for one in enclosure.chosen}
    ordered = [salts[post] for post in _refs(desk, batch.campaign, place, enclosure.chosen)]
    for start in range(0, len(ordered), AT_ONCE):
        some = ordered[start : start + AT_ONCE]
        desk.remote.hand_in(batch.campaign, WallPosts(tuple(_wall_post(desk, batch.campaign, place, one) for one in some)))


def learn_keys(desk: Desk) -> None:
    """Keep the keys to posts of public campaigns, from the proposals that made them."""
    for line in campaigns(desk):
        with suppress(NotHere):
            terms = campaign(desk, line.subject).terms
            try:
                moderation(desk, terms)
            except NotHere:
                # However many others were laid since: without the key this desk moderates nothing.
                for _, enclosure in _read(line.subject, _every(desk), desk):
                    with suppress(Malformed):
                        if enclosure.moderation and Identity(enclosure.moderation).recipient.text == terms.recipient:
                            keep_moderation(desk, Identity(enclosure.moderation))
                            break


def settle_public(desk: Desk) -> None:
    """Settle the posts of batches that became public since the last look. Raises RemoteSilent, ContentChanged."""
    for line in campaigns(desk):
        with suppress(NotHere):
            found = campaign(desk, line.subject)
            marked = int(desk.vault.note(MARKED + found.id) or b"0")
            for each in [each for each in batches(desk, found.terms) if each.version > marked]:
                posts = _taken(desk, found, each)
                drop_copies(desk, found.id, posts)
                close_batch(desk, found, posts)
                desk.vault.keep_note(MARKED + found.id, str(each.version).encode())


def _taken(desk: Desk, found: Campaign, line: Line) -> list[Id]:
    """Return the posts of this desk that a public batch took: those that name the receipts which it lists.

    What a proposal says of it counts only among several posts that name one receipt: whoever lays it may name any post (T26).
    """
    named = {one.post for kept, enclosure in _proposals(desk, found.terms.wall) if kept.seen.hash == line.proposal for one in enclosure.chosen}
    taken = list[Id]()
    for ref in read_batch(text_of(desk, line).content).posts:
        holders = desk.vault.receipts.holders(found.id, ref.withdraw)
        held = holders & named or {post for post in holders if desk.vault.posts.line(found.id, post).state != "rejected"}
        taken += sorted(held)[:1]
    return taken


def note_named(desk: Desk) -> None:
    """Note which posts the batches name that are proposed and not over, so that they stay until then. Raises Malformed."""
    for line in campaigns(desk):
        with suppress(NotHere):
            found = campaign(desk, line.subject)
            open_ones = (enclosure for kept, enclosure in _proposals(desk, found.terms.wall) if _is_open(desk, kept))
            keep_named(desk, found.id, (one.post for enclosure in open_ones for one in enclosure.chosen))


def _is_open(desk: Desk, kept: KeptProposal) -> bool:
    # One that was handed in may leave on the next day.
    proposal = read_proposal(kept.seen.envelope)
    late = proposal.expires < desk.today - timedelta(days=1)
    # Of another day nobody signs it, however long its maker lets it lie: it keeps nothing that was taken back.
    near = abs(read_parameters(proposal).day - desk.today) <= timedelta(days=2)
    return near and not kept.done and not late and not objections(desk, kept.seen)


def _proposals(desk: Desk, subject: Id) -> Iterator[tuple[KeptProposal, Enclosure]]:
    return _read(subject, (*desk.vault.proposals(), *desk.vault.proposals(done=True, limit=LOOKED_BACK)), desk)


def _every(desk: Desk) -> Iterator[KeptProposal]:
    yield from desk.vault.proposals()
    yield from (desk.vault.proposal(name) for name in desk.vault.done_proposals())


def _read(subject: Id, some: Iterable[KeptProposal], desk: Desk) -> Iterator[tuple[KeptProposal, Enclosure]]:
    """Yield the publications of a subject that read; any member lays what reads in no way, and holds up nobody with it (T05)."""
    for kept in some:
        with suppress(OmbudsError):
            proposal = read_proposal(kept.seen.envelope)
            if proposal.subject == subject:
                read_parameters(proposal)
                yield kept, decode(open_sealed(kept.seen.enclosure, desk.me.identity), Enclosure)


def _place(desk: Desk, found: Campaign) -> Place:
    head = desk.record.head(found.terms.wall)
    return Place(found.terms.wall, 1, "") if head is None else desk.record.place(found.terms.wall)


def _file(place: Place, one: Chosen, post: Post) -> Salted:
    return Salted(f"{place.subject}/{place.version}", one.salt, encode(post))


def _refs(desk: Desk, subject: Id, place: Place, chosen: tuple[Chosen, ...]) -> dict[Id, PostRef]:
    """Return what a batch says of each of its posts, in its order; what is to be covered is covered first, if that was not done yet."""
    posts, box = agreed(desk, subject, (one.post for one in chosen)), desk.vault.posts
    refs = {one.post: PostRef(_file(place, one, posts[one.post]).commitment, box.pending(subject, one.post).withdraw) for one in chosen}
    return dict(sorted(refs.items(), key=lambda item: item[1].commitment))


def _wall_post(desk: Desk, subject: Id, place: Place, one: Chosen) -> WallPost:
    post, files = published(desk, subject, one.post)
    return WallPost(_file(place, one, post), files)


def _check_refs(desk: Desk, found: Campaign, chosen: tuple[Chosen, ...], batch: Batch) -> None:
    """Check that a list is made of exactly these posts; where covered ones alone differ, say so: it is how they were made."""
    refs, listed = _refs(desk, found.id, _place(desk, found), chosen), {ref.commitment for ref in batch.posts}
    if tuple(refs.values()) == batch.posts:
        return
    strange = [post for post, ref in refs.items() if ref.commitment not in listed]
    if strange and all(agreed_squares(desk, found.id, desk.vault.posts.line(found.id, post)) for post in strange):
        raise EntryRefused("a covered picture is not the one that this desk makes: bring all desks to the same version, and propose the batch anew")
    raise EntryRefused("its posts are not the ones that were accepted")


def _withdrawn(desk: Desk, found: Campaign, made: Wall) -> tuple[bytes, ...]:
    # The server's word counts only where a token fits a post on the wall.
    return tuple(token for token in desk.remote.withdrawals(found.id).tokens if made.withdrawn_by(token))


def _removed(desk: Desk, subject: Id, made: Wall, withdrawn: tuple[bytes, ...]) -> tuple[Removed, ...]:
    # What its supporter took back meanwhile needs nobody's decision.
    gone = {commitment for token in withdrawn for commitment in made.withdrawn_by(token)}
    chosen = removing(desk, subject).items()
    return tuple(Removed(commitment, reason) for commitment, reason in chosen if commitment in made.posts and commitment not in gone)


def _fitting(desk: Desk, subject: Id, made: Wall) -> list[PostLine]:
    """Return the accepted posts for a batch: none that was taken back, and none that another post's token would take back.

    It reads on until enough fit: whatever names senders chose, posts that fit no batch keep out no others.
    """
    found, after, box = list[PostLine](), "", desk.vault
    twice, back = box.receipts.twice(subject), taken_back(desk, subject)
    while len(found) < MOST_BATCH and (lines := box.posts.lines(subject, "accepted", after, MOST_BATCH)):
        after = lines[-1].id
        for line in lines:
            withdraw = box.receipts.of(subject, line.id)
            if line.pair != DIFFERS and line.id not in back and withdraw not in twice and not made.knows(withdraw):
                found.append(line)
    return found[:MOST_BATCH]


def _regions(desk: Desk, found: Campaign, made: Wall, chosen: tuple[Chosen, ...]) -> tuple[int, ...]:
    counted = Counter(desk.vault.posts.regions(found.id))
    counted.update(line.region for line in (desk.vault.posts.line(found.id, one.post) for one in chosen) if line.region >= 0)
    before = made.last.regions if made.last else ()
    return shown_regions([counted[place] for place in range(len(found.terms.regions))], before)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sealed posts as they come in at a look: opened and kept, passed over, or gone, and where a post stands by the members' rulings.

A name that this desk was shown never stands for a new post: what is not listed any more leaves its name behind, so that a server
that hides a post and shows it again erases nobody's ruling (T26). What a desk cannot read yet is asked for again when the
campaign has moved on, and never for ever (T20). It rules over nothing. See spec/desk.md.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta

from ombuds.core.age import Identity
from ombuds.core.errors import BadBytes, ContentChanged, HistoryForked, NotHere, OmbudsError
from ombuds.core.keys import Id, hash_of
from ombuds.core.posts import open_post
from ombuds.core.wire_posts import Settled
from ombuds.desk.campaign.agreeing import agreement, given
from ombuds.desk.campaign.campaigns import Campaign
from ombuds.desk.campaign.copies import Copies
from ombuds.desk.campaign.held import keep_back, named
from ombuds.desk.campaign.pairs import Pairs
from ombuds.desk.parts import Desk
from ombuds.desk.postbox import State
from ombuds.pages.languages import mark

SPOILT, EARLY = "spoilt:", "early:"
WAITS: tuple[State, ...] = ("waiting", "accepted", "quarantined")
EARLY_DAYS = timedelta(days=7)
MOST_PAGES = 1_000
AT_ONCE = 25
COMPARE = mark("Compare with the other members what their desks show, and sign no batch until you know who did this: the server, or a member.")


@dataclass
class Fetched:
    """What a look at the campaigns found: new posts, and posts or bundles that do not hold."""

    posts: int = 0
    spoilt: int = 0
    troubles: tuple[OmbudsError, ...] = ()
    junk: list[Id] = field(default_factory=list)
    pairs: Pairs = field(default_factory=Pairs)
    copies: Copies = field(default_factory=Copies)


def spoilt(desk: Desk, subject: Id) -> int:
    """Return how many posts of a campaign did not hold and were passed over."""
    return int(desk.vault.note(SPOILT + subject) or b"0")


def forked(what: str) -> HistoryForked:
    """Return the trouble that members were shown different things, with what to do: it need not be the server that did it."""
    trouble = HistoryForked(what)
    trouble.help = COMPARE
    return trouble


def take_posts(desk: Desk, found: Campaign, identity: Identity, fetched: Fetched) -> None:
    """Take in the posts that the server lists, and forget what it lists no more. Raises RemoteSilent, Malformed."""
    known, after, listed = desk.vault.posts.known(found.id), "", set[str]()
    for _ in range(MOST_PAGES):
        page = desk.remote.post_ids(found.id, after)
        listed |= set(page.ids)
        fresh = [post for post in page.ids if post not in known]
        for start in range(0, len(fresh), AT_ONCE):
            _take_some(desk, found, identity, fresh[start : start + AT_ONCE], fetched)
        if not page.more or not page.ids:
            break
        after = page.ids[-1]
    with desk.vault.together():
        _pass_over_returned(desk, found, listed, fetched)
        _let_go(desk, found, listed)


def settle_spoilt(desk: Desk, found: Campaign, fetched: Fetched) -> None:
    """Let the server forget what does not hold, so that junk takes no room for long; a second desk has to say so, too (T20)."""
    if fetched.junk:
        desk.remote.settled(found.id, Settled(tuple(sorted(fetched.junk))))
        fetched.junk.clear()


def stand(desk: Desk, subject: Id, post: Id) -> None:
    """Let a post stand as the members' rulings say; what is settled stays so."""
    with suppress(NotHere):
        line = desk.vault.posts.line(subject, post)
        if line.post is None:
            return
        end = agreement(desk, subject, line)
        if end is not None and end.ruling == "accept":
            desk.vault.posts.set_state(subject, post, "accepted")
        elif end is not None:
            desk.vault.posts.set_state(subject, post, "rejected", end.reason)
        else:
            held = any(each.ruling == "quarantine" for each in given(desk, subject, line).values())
            desk.vault.posts.set_state(subject, post, "quarantined" if held else "waiting")


def _let_go(desk: Desk, found: Campaign, listed: set[str]) -> None:
    """Forget what its supporter took back while it waited, or what had no room: it is gone at the server."""
    gone = [line.id for state in WAITS for line in desk.vault.posts.lines(found.id, state, limit=-1) if line.id not in listed]
    # What a proposed batch names stays until that is over: a server hides it by its token, and no batch has to be signed anew.
    held = named(desk, found.id)
    keep_back(desk, found.id, (post for post in gone if post in held))
    for post in gone:
        if post not in held:
            desk.vault.posts.forget(found.id, post)
    start = _early(found.id, "")
    for name in desk.vault.notes(start):
        if name.removeprefix(start) not in listed:
            desk.vault.drop_note(name)


def _pass_over_returned(desk: Desk, found: Campaign, listed: set[str], fetched: Fetched) -> None:
    """Tell once that posts came back that were gone, and take none of them: their rulings stand in a part of the log that was read."""
    back = sorted(listed & desk.vault.posts.gone(found.id))
    for post in back:
        desk.vault.posts.forget(found.id, post, "returned")
        _spoil(desk, found.id, post, fetched)
    if back:
        fetched.troubles = (*fetched.troubles, forked("the server showed posts, hid them and shows them again; they are passed over"))


def _take_some(desk: Desk, found: Campaign, identity: Identity, some: list[Id], fetched: Fetched) -> None:
    """Fetch some posts and keep them in one transaction: a vault brings each to the disk, which takes longer than all the rest."""
    asked = [post for post in some if desk.vault.note(_spoilt(found.id, post)) is None and not _waits(desk, found, post, fetched)]
    brought = [(post, _brought(desk, found.id, post)) for post in asked]
    with desk.vault.together():
        for post, content in brought:
            _take_post(desk, found, identity, (post, content), fetched)


def _brought(desk: Desk, subject: Id, post: Id) -> bytes | None:
    with suppress(BadBytes, NotHere):
        return desk.remote.post(subject, post)
    return None


def _take_post(desk: Desk, found: Campaign, identity: Identity, brought: tuple[Id, bytes | None], fetched: Fetched) -> None:
    post, content = brought
    try:
        if content is None:
            raise NotHere("a post that the server lists and does not hand out")
        pending = open_post(content, identity, desk.instance_id, found.content)
        if pending.post.campaign == found.id and pending.post.version == found.version + 1:
            # Its supporter read a version that this desk fetches at its next look, and then the post.
            desk.vault.keep_note(_early(found.id, post), f"{found.version} {desk.today.isoformat()}".encode())
            return
        if pending.post.campaign != found.id or pending.post.version not in found.statements:
            raise NotHere("a post of another campaign")
        fetched.copies.check(desk, found, post, pending)
    except (BadBytes, ContentChanged, NotHere):
        _spoil(desk, found.id, post, fetched)
        return
    desk.vault.drop_note(_early(found.id, post))
    desk.vault.posts.keep(post, hash_of(content), pending, fetched.pairs.seen(pending))
    stand(desk, found.id, post)
    fetched.posts += 1


def _waits(desk: Desk, found: Campaign, post: Id, fetched: Fetched) -> bool:
    """Whether a post was fetched before and names a version that is still to come; after some days without one it is spoilt."""
    noted = desk.vault.note(_early(found.id, post))
    if noted is None:
        return False
    version, day = noted.decode().split(" ")
    if int(version) < found.version:
        return False
    if desk.today > date.fromisoformat(day) + EARLY_DAYS:
        _spoil(desk, found.id, post, fetched)
    return True


def _spoil(desk: Desk, subject: Id, post: Id, fetched: Fetched) -> None:
    """Note that a post does not hold; it is not asked for again, and the server is told to forget it."""
    desk.vault.drop_note(_early(subject, post))
    desk.vault.keep_note(_spoilt(subject, post), b"")
    desk.vault.keep_note(SPOILT + subject, str(spoilt(desk, subject) + 1).encode())
    fetched.spoilt += 1
    fetched.junk.append(post)


def _spoilt(subject: Id, post: Id) -> str:
    return f"{SPOILT}{subject}/{post}"


def _early(subject: Id, post: Id) -> str:
    return f"{EARLY}{subject}/{post}"

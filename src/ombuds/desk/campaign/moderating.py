# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rulings over a campaign's posts: fetched with the posts, kept, and made by this member.

Nobody rules over a post of their own, and no single ruling publishes or rejects anything (T26). Bundles that do not hold are
counted and passed over, so that nobody stops the others. It publishes nothing. See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing, suppress
from typing import NamedTuple

from msgspec.structs import replace

from ombuds.core.age import Identity, Recipient, open_sealed, seal
from ombuds.core.campaign import ASKED
from ombuds.core.encoding import decode_canonical, encode
from ombuds.core.envelope import Envelope
from ombuds.core.errors import BadBytes, NotHere, OmbudsError, OrderWrong
from ombuds.core.keys import Id, hash_of
from ombuds.core.posts import Ruling, Verdict, WhyNot, read_verdict, sign_verdict
from ombuds.core.sealing import padded
from ombuds.core.wire_posts import NewRulings, Rulings, Settled
from ombuds.desk.campaign.agreeing import Squares, agreed_squares, reopens
from ombuds.desk.campaign.campaigns import Campaign, campaign, campaigns, moderation, wall
from ombuds.desk.campaign.closing import close_ended
from ombuds.desk.campaign.covers import agreed, check_coverable
from ombuds.desk.campaign.incoming import MOST_PAGES, Fetched, forked, settle_spoilt, stand, take_posts
from ombuds.desk.campaign.pairs import check_ruling
from ombuds.desk.parts import Desk
from ombuds.desk.postbox import PostLine, State

SEQ, LAST = "rulings:", "rulings-last:"
OVER: tuple[State, ...] = ("published", "rejected")
TRIES = 6
MOST_AT_ONCE = 500
# Rulings of one member over posts that this desk was not shown yet: more than come between two looks.
MOST_UNSEEN = 5_000
COVERED_AT_ONCE = 40


class Decision(NamedTuple):
    """What this member rules over a post."""

    post: Id
    ruling: Ruling
    reason: WhyNot = ""
    squares: Squares = ()


def fetch_posts(desk: Desk) -> Fetched:
    """Take in new posts and rulings of every campaign, and say which posts are settled. Raises RemoteSilent, Malformed."""
    found = Fetched()
    if desk.name not in desk.charter.charter.keys("moderate"):
        return found
    with closing(found.pairs):
        for line in campaigns(desk):
            with suppress(NotHere):  # made before this member came: the next version brings a key
                one = campaign(desk, line.subject)
                identity = moderation(desk, one.terms)
                if not close_ended(desk, one):
                    take_posts(desk, one, identity, found)
                settle_spoilt(desk, one, found)
                _take_rulings(desk, one, identity, found)
                _cover(desk, one)
    return found


def rule(desk: Desk, subject: Id, decisions: Iterable[Decision]) -> None:
    """Rule over posts of a campaign, all in one bundle. Raises NotHere, OrderWrong (one's own, settled, or others were quicker), RemoteSilent."""
    found = campaign(desk, subject)
    wanted = list(decisions)
    lines = [desk.vault.posts.line(subject, each.post) for each in wanted]
    if any(line.mine for line in lines):
        raise OrderWrong("nobody rules over a post of their own")
    if any(line.post is None for line in lines):
        raise OrderWrong("this post is settled")
    for each, line in zip(wanted, lines, strict=True):
        _check(each, line)
    pairs = list(zip(wanted, lines, strict=True))
    for start in range(0, len(pairs), MOST_AT_ONCE):
        _add(desk, found, pairs[start : start + MOST_AT_ONCE])


def claim(desk: Desk, subject: Id, post: Id) -> None:
    """Note that a post is this member's own; nobody else is told. Raises NotHere, OrderWrong after one's own ruling."""
    if desk.vault.posts.line(subject, post).ruled or desk.name in desk.vault.posts.rulings(subject, post):
        raise OrderWrong("you have ruled over this post already")
    desk.vault.posts.claim(subject, post)


def _check(decision: Decision, line: PostLine) -> None:
    check_coverable(line.post, decision.squares)
    check_ruling(line, decision.ruling, decision.reason)
    if decision.reason == ASKED and (line.post is None or line.post.picture is None):
        raise OrderWrong("a drawn badge has no picture: choose another reason")


def _cover(desk: Desk, found: Campaign) -> None:
    """Make what members agreed to cover, a few at each look, so that a batch waits for none; where it cannot be done, the batch says so."""
    lines = desk.vault.posts.lines(found.id, "accepted", limit=MOST_AT_ONCE)
    due = [line.id for line in lines if agreed_squares(desk, found.id, line) and desk.vault.posts.covered(found.id, line.id) is None]
    with suppress(OrderWrong):
        agreed(desk, found.id, due[:COVERED_AT_ONCE])


def _take_rulings(desk: Desk, found: Campaign, identity: Identity, fetched: Fetched) -> None:
    for _ in range(MOST_PAGES):
        have = _seq(desk, found.id)
        seen = desk.remote.rulings(found.id, have)
        for place, bundle in enumerate(seen.bundles, start=have + 1):
            with desk.vault.together():
                _read_bundle(desk, found.id, identity, (place, bundle), fetched)
                desk.vault.keep_note(SEQ + found.id, str(place).encode())
                desk.vault.keep_note(LAST + found.id, hash_of(bundle).encode())
        if seen.bundles:
            desk.vault.posts.drop_unseen(found.id, MOST_UNSEEN)
        if not seen.bundles or _seq(desk, found.id) >= seen.seq:
            return


def _read_bundle(desk: Desk, subject: Id, identity: Identity, numbered: tuple[int, bytes], fetched: Fetched) -> None:
    """Keep the verdicts of a bundle that were written for its number; a bundle without any says nothing and is passed over."""
    (place, bundle), keys, signed = numbered, desk.charter.charter.keys("moderate"), list[tuple[str, Verdict]]()
    try:
        read = decode_canonical(open_sealed(bundle, identity).rstrip(b" "), Rulings)
    except BadBytes:
        fetched.spoilt += 1
        return
    for envelope in read.verdicts:
        with suppress(OmbudsError):
            signed.append(read_verdict(envelope, keys))
    ours = [(member, each) for member, each in signed if (each.instance_id, each.campaign) == (desk.instance_id, subject)]
    if ours and read.prev != _last(desk, subject):
        # Its member saw another bundle before it: a ruling was kept from one of the two desks (T19, T26). Nobody signs a bundle, so
        # one without a member's verdict proves nothing, and with one it is the server, or a member who wrote a wrong name.
        told = forked("the server shows the members of a campaign different rulings, or a member handed in a bundle that follows no other")
        fetched.troubles = (*fetched.troubles, told)
    held = [(member, each) for member, each in ours if each.place == place]
    fetched.spoilt += not held or len(held) < len(read.verdicts)
    for member, verdict in held:
        _keep(desk, subject, member, verdict)


def _keep(desk: Desk, subject: Id, member: str, verdict: Verdict) -> None:
    if desk.vault.posts.is_over(subject, verdict.post):
        return
    before = desk.vault.posts.rulings(subject, verdict.post).get(member)
    if before is not None and before.place >= verdict.place:
        return  # one that was changed since: whoever hands it in again changes nothing (T23)
    desk.vault.posts.keep_ruling(subject, member, verdict, member == desk.name)
    if member != desk.name and reopens(desk, subject, verdict):
        desk.vault.posts.ask_again(subject, verdict.post)
    stand(desk, subject, verdict.post)


def _signed(desk: Desk, subject: Id, pairs: list[tuple[Decision, PostLine]]) -> tuple[Envelope, ...]:
    place = _seq(desk, subject) + 1
    plain = ((each, Verdict(1, desk.instance_id, subject, each.post, line.sealed, each.ruling, each.reason, place)) for each, line in pairs)
    return tuple(sign_verdict(replace(verdict, boxes=each.squares) if each.squares else verdict, desk.key) for each, verdict in plain)


def _add(desk: Desk, found: Campaign, pairs: list[tuple[Decision, PostLine]]) -> None:
    identity, recipient = moderation(desk, found.terms), Recipient.parse(found.terms.recipient)
    for _ in range(TRIES):
        _take_rulings(desk, found, identity, Fetched())
        bundle = seal(padded(encode(Rulings(1, _last(desk, found.id), _signed(desk, found.id, pairs)))), [recipient])
        try:
            desk.remote.rule(found.id, NewRulings(_seq(desk, found.id) + 1, bundle))
        except OrderWrong:
            continue  # another desk was quicker: its rulings come first
        _take_rulings(desk, found, identity, Fetched())
        return
    raise OrderWrong("other members are ruling at this moment")


def close_batch(desk: Desk, found: Campaign, published: Iterable[Id]) -> None:
    """Settle what a batch published and what was rejected until then: its rulings stand for good. Raises RemoteSilent.

    A post for which another picture is asked for stays until a batch has asked: the one that comes, or, if it was refused after that was signed, the next.
    """
    for post in published:
        desk.vault.posts.set_state(found.id, post, "published")
    unasked = _unasked(desk, found)
    # In the order of their names, so that the server does not read which of them were rejected.
    open_ones = sorted(
        line.id for state in OVER for line in desk.vault.posts.lines(found.id, state, limit=-1) if line.post is not None and line.id not in unasked
    )
    if open_ones:
        desk.remote.settled(found.id, Settled(tuple(open_ones)))
        desk.vault.posts.settle(found.id, open_ones)


def _unasked(desk: Desk, found: Campaign) -> set[Id]:
    refused = desk.vault.posts.refused(found.id, ASKED)
    made = wall(desk, found) if refused else None
    return {post for post in refused if made is not None and not made.knows(desk.vault.posts.pending(found.id, post).withdraw)}


def _last(desk: Desk, subject: Id) -> str:
    return (desk.vault.note(LAST + subject) or b"").decode()


def _seq(desk: Desk, subject: Id) -> int:
    return int(desk.vault.note(SEQ + subject) or b"0")

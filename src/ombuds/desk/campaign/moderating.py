# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rulings over a campaign's posts: fetched with the posts, kept, and made by this member.

Nobody rules over a post of their own, and no single ruling publishes or rejects anything (T26). Bundles that do not hold are
counted and passed over, so that nobody stops the others. It publishes nothing. See spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec.structs import replace

from ombuds.core.age import Identity, Recipient, open_sealed, seal
from ombuds.core.campaign import ASKED
from ombuds.core.encoding import decode_canonical, encode
from ombuds.core.envelope import Envelope
from ombuds.core.errors import BadBytes, ContentChanged, HistoryForked, NotHere, OmbudsError, OrderWrong
from ombuds.core.keys import Id, hash_of
from ombuds.core.posts import Ruling, Verdict, WhyNot, open_post, read_verdict, sign_verdict
from ombuds.core.sealing import padded
from ombuds.core.wire_posts import NewRulings, Rulings, Settled
from ombuds.desk.campaign.agreeing import Squares, agreed_squares, agreement, given, reopens
from ombuds.desk.campaign.campaigns import Campaign, campaign, campaigns, moderation, wall
from ombuds.desk.campaign.closing import close_ended
from ombuds.desk.campaign.covers import agreed, check_coverable
from ombuds.desk.campaign.pairs import Pairs, check_ruling
from ombuds.desk.parts import Desk
from ombuds.desk.postbox import PostLine, State

SEQ, LAST, SPOILT = "rulings:", "rulings-last:", "spoilt:"
OVER: tuple[State, ...] = ("published", "rejected")
WAITS: tuple[State, ...] = ("waiting", "accepted", "quarantined")
TRIES = 6
MOST_PAGES = 1_000
MOST_AT_ONCE = 500
AT_ONCE = 25
COVERED_AT_ONCE = 40


class Decision(NamedTuple):
    """What this member rules over a post."""

    post: Id
    ruling: Ruling
    reason: WhyNot = ""
    squares: Squares = ()


@dataclass
class Fetched:
    """What a look at the campaigns found: new posts, and posts or bundles that do not hold."""

    posts: int = 0
    spoilt: int = 0
    troubles: tuple[OmbudsError, ...] = ()
    junk: list[Id] = field(default_factory=list)
    pairs: Pairs = field(default_factory=Pairs)


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
                    _take_posts(desk, one, identity, found)
                _settle_spoilt(desk, one, found)
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


def spoilt(desk: Desk, subject: Id) -> int:
    """Return how many posts of a campaign did not hold and were passed over."""
    return int(desk.vault.note(SPOILT + subject) or b"0")


def _cover(desk: Desk, found: Campaign) -> None:
    """Make what members agreed to cover, a few at each look, so that a batch waits for none; where it cannot be done, the batch says so."""
    lines = desk.vault.posts.lines(found.id, "accepted", limit=MOST_AT_ONCE)
    due = [line.id for line in lines if agreed_squares(desk, found.id, line) and desk.vault.posts.covered(found.id, line.id) is None]
    with suppress(OrderWrong):
        agreed(desk, found.id, due[:COVERED_AT_ONCE])


def _take_posts(desk: Desk, found: Campaign, identity: Identity, fetched: Fetched) -> None:
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
    # What its supporter took back while it waited is gone at the server.
    for state in WAITS:
        for line in desk.vault.posts.lines(found.id, state, limit=-1):
            if line.id not in listed:
                desk.vault.posts.forget(found.id, line.id)


def _take_some(desk: Desk, found: Campaign, identity: Identity, some: list[Id], fetched: Fetched) -> None:
    """Fetch some posts and keep them in one transaction: a vault brings each to the disk, which takes longer than all the rest."""
    asked = [post for post in some if desk.vault.note(_spoilt_name(found.id, post)) is None]
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
            return  # its supporter read a version that this desk fetches at its next look, and then the post
        if pending.post.campaign != found.id or pending.post.version not in found.statements:
            raise NotHere("a post of another campaign")
    except (BadBytes, ContentChanged, NotHere):
        desk.vault.keep_note(_spoilt_name(found.id, post), b"")
        desk.vault.keep_note(SPOILT + found.id, str(spoilt(desk, found.id) + 1).encode())
        fetched.spoilt += 1
        fetched.junk.append(post)
        return
    desk.vault.posts.keep(post, hash_of(content), pending, fetched.pairs.seen(pending))
    _stand(desk, found.id, post)
    fetched.posts += 1


def _settle_spoilt(desk: Desk, found: Campaign, fetched: Fetched) -> None:
    """Let the server forget what does not hold, so that junk takes no room for long; a second desk has to say so, too (T20)."""
    if fetched.junk:
        desk.remote.settled(found.id, Settled(tuple(sorted(fetched.junk))))
        fetched.junk.clear()


def _spoilt_name(subject: Id, post: Id) -> str:
    return f"{SPOILT}{subject}/{post}"


def _take_rulings(desk: Desk, found: Campaign, identity: Identity, fetched: Fetched) -> None:
    for _ in range(MOST_PAGES):
        have = _seq(desk, found.id)
        seen = desk.remote.rulings(found.id, have)
        for place, bundle in enumerate(seen.bundles, start=have + 1):
            with desk.vault.together():
                fetched.spoilt += not _read_bundle(desk, found.id, identity, bundle, fetched)
                desk.vault.keep_note(SEQ + found.id, str(place).encode())
                desk.vault.keep_note(LAST + found.id, hash_of(bundle).encode())
        if not seen.bundles or _seq(desk, found.id) >= seen.seq:
            return


def _read_bundle(desk: Desk, subject: Id, identity: Identity, bundle: bytes, fetched: Fetched) -> bool:
    keys = desk.charter.charter.keys("moderate")
    try:
        read = decode_canonical(open_sealed(bundle, identity).rstrip(b" "), Rulings)
    except BadBytes:
        return False
    if read.prev != _last(desk, subject):
        # Its member saw another bundle before it: a ruling was kept from one of the two desks (T19, T26).
        fetched.troubles = (*fetched.troubles, HistoryForked("the server shows the members of a campaign different rulings"))
    envelopes, whole = read.verdicts, True
    for envelope in envelopes:
        try:
            member, verdict = read_verdict(envelope, keys)
        except OmbudsError:
            whole = False
            continue
        if (verdict.instance_id, verdict.campaign) == (desk.instance_id, subject):
            _keep(desk, subject, member, verdict)
    return whole


def _keep(desk: Desk, subject: Id, member: str, verdict: Verdict) -> None:
    before = desk.vault.posts.rulings(subject, verdict.post).get(member)
    if before is not None and before.place >= verdict.place:
        return  # one that was changed since: whoever hands it in again changes nothing (T23)
    desk.vault.posts.keep_ruling(subject, member, verdict, member == desk.name)
    if member != desk.name and reopens(desk, subject, verdict):
        desk.vault.posts.ask_again(subject, verdict.post)
    _stand(desk, subject, verdict.post)


def _stand(desk: Desk, subject: Id, post: Id) -> None:
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

# SPDX-License-Identifier: AGPL-3.0-or-later
"""One post of a campaign: as its supporter sends it, as it is published, and as two members rule over it.

It is sealed to the campaign's moderation identity; the server reads none of it. What its supporter confirmed is what is
published, byte by byte, but for squares that members agreed to cover: pictures came out of a cell before they were confirmed
(T13, T14). Nothing in it says who sent it, or when. See spec/campaign.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import msgspec

from ombuds.core.age import Identity, Recipient, open_sealed, seal
from ombuds.core.attachments import rung
from ombuds.core.content import Content
from ombuds.core.encoding import decode_canonical, encode
from ombuds.core.envelope import Envelope, sign, signers
from ombuds.core.errors import ContentChanged, Malformed, NotAMember
from ombuds.core.grid import SQUARES
from ombuds.core.hiding import check_seen
from ombuds.core.keys import Hash, Id, MemberName, PublicKey, SigningKey, hash_of, random_bytes
from ombuds.core.pictures import LARGEST_PICTURE, jpeg_of
from ombuds.core.publication import SALT_LENGTH, Place, Salted
from ombuds.core.said import Language, Struct
from ombuds.core.terms import LONGEST_SENTENCE, Number, PostKind, Terms

VERDICT_TYPE = "application/vnd.ombuds.verdict+json"
JUDGES = 2
BADGES = 48
LARGE, SMALL, LARGEST_SMALL = 1080, 400, 25 * 1024

Mode = Literal["browser", "no-javascript"]
Ruling = Literal["accept", "reject", "quarantine"]
WhyGone = Literal["person-asked", "recognisable", "unlawful", "court-order", "error"]
WhyNot = Literal["", "recognisable", "another-picture", "insult", "advertising", "off-topic", "unlawful", "duplicate", "planted"]
Short = Annotated[str, msgspec.Meta(max_length=LONGEST_SENTENCE)]
Near = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{16})?\Z")]
Choice = Annotated[int, msgspec.Meta(ge=0, le=99)]
Side = Annotated[int, msgspec.Meta(ge=1, le=LARGE)]
Boxes = Annotated[tuple[Annotated[int, msgspec.Meta(ge=0, lt=SQUARES)], ...], msgspec.Meta(min_length=1, max_length=SQUARES)]


class PostPicture(Struct, frozen=True):
    """A post's photograph as two JPEG files, by hash: 1,080 and 400 points on the longer side at most."""

    large: Hash
    small: Hash
    width: Side
    height: Side


class Post(Struct, frozen=True):
    """What readers see of one post. ``version`` is the one since which its statement stood; ``badge`` a drawn badge's number."""

    v: Literal[1]
    campaign: Id
    version: Number
    kind: PostKind
    language: Language
    sentence: Short
    rank: Choice | None = None
    badge: Annotated[int, msgspec.Meta(ge=0, lt=BADGES)] | None = None
    picture: PostPicture | None = None
    shows: Short = ""


class Pending(Struct, frozen=True):
    """What a supporter sends: the post, its files in order, and what only the desk sees. ``withdraw`` is H(token), or of nothing."""

    v: Literal[1]
    instance_id: Hash
    mode: Mode
    post: Post
    withdraw: Hash
    region: Choice | None = None
    near: Near = ""
    files: Annotated[tuple[bytes, ...], msgspec.Meta(max_length=2)] = ()


class Verdict(Struct, frozen=True):
    """One member's ruling over one sealed post; a later one of the same member takes its place until the batch leaves.

    ``place`` is the number of the bundle it was written for: only a higher one is later, so that nobody revives an old ruling.
    ``boxes`` are squares of grid.py that are covered in black before the photograph is accepted; who covers nothing names none.
    """

    v: Literal[1]
    instance_id: Hash
    campaign: Id
    post: Id
    sealed: Hash
    ruling: Ruling
    reason: WhyNot
    place: Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]
    boxes: Boxes | msgspec.UnsetType = msgspec.UNSET

    @property
    def covers(self) -> tuple[int, ...]:
        """The squares that are covered."""
        return () if self.boxes is msgspec.UNSET else self.boxes

    @property
    def agrees_on(self) -> tuple[Ruling, Hash, tuple[int, ...]]:
        """What another member has to rule, too, for the two to be alike: the ruling, over which bytes, covered how."""
        return self.ruling, self.sealed, self.covers


def salted_post(place: Place, post: Post) -> Salted:
    """Write a post's bytes and a fresh salt; the path names the wall and the version of its batch."""
    return Salted(f"{place.subject}/{place.version}", random_bytes(SALT_LENGTH), encode(post))


def read_post(content: bytes) -> Post:
    """Read a published post. Raises Malformed."""
    post = decode_canonical(content, Post)
    check_post(post)
    return post


def check_post(post: Post) -> None:
    """Check that a post hangs together. Raises Malformed."""
    if (post.kind == "photo") != (post.picture is not None) or (post.kind == "badge") != (post.badge is not None):
        raise Malformed("a post has a photograph or a drawn badge, as its kind says")
    if not post.sentence.strip() or any(mark in post.sentence for mark in "\r\n\x00"):
        raise Malformed("a post has a sentence of one line")
    check_seen(post)


def check_files(post: Post, files: Sequence[bytes]) -> None:
    """Check that these are a post's pictures, of pixels alone. Raises ContentChanged, Malformed."""
    named = (post.picture.large, post.picture.small) if post.picture else ()
    if tuple(hash_of(each) for each in files) != named:
        raise ContentChanged("a picture is not the one that was confirmed")
    if post.picture is None:
        return
    # Whoever posts chooses these bytes: what is no JPEG, or too long, is refused before a reader walks through it.
    large, small = (jpeg_of(each, most) for each, most in zip(files, (LARGEST_PICTURE, LARGEST_SMALL), strict=True))
    if (large.width, large.height) != (post.picture.width, post.picture.height):
        raise Malformed("a picture of another shape than its post says")
    if max(small.width, small.height) > SMALL:
        raise Malformed("a small picture that is not small")
    if abs(small.width * large.height - small.height * large.width) > max(large.width, large.height):
        raise Malformed("a small picture of another shape than the large one")


def seal_post(pending: Pending, terms: Terms) -> bytes:
    """Seal a post to the campaign's moderation identity, padded up the ladder. Raises Malformed, ContentChanged."""
    check_post(pending.post)
    check_files(pending.post, pending.files)
    content = encode(pending)
    return seal(content.ljust(rung(len(content))), [Recipient.parse(terms.recipient)])


def open_post(content: bytes, identity: Identity, instance_id: Hash, campaign: Content) -> Pending:
    """Open a sealed post of a campaign and check all that it says. Raises NotSealedForThis, Tampered, Malformed, ContentChanged."""
    pending = decode_canonical(open_sealed(content, identity).rstrip(b" "), Pending)
    terms, post = campaign.terms, pending.post
    if pending.instance_id != instance_id or terms is None or post.kind not in terms.kinds:
        raise Malformed("a post of another campaign")
    if (post.rank or 0) >= max(1, len(terms.ranks)) or (pending.region or 0) >= max(1, len(terms.regions)):
        raise Malformed("a rank group or a region that the campaign has not")
    check_post(post)
    check_files(post, pending.files)
    return pending


def waits_of(token: bytes) -> Hash:
    """Return the name under which a server finds a waiting post by its token: another one than the hash that its batch publishes."""
    return hash_of(b"ombuds/1 waits" + token)


def sign_verdict(verdict: Verdict, key: SigningKey) -> Envelope:
    """Sign a ruling as one member. Raises Malformed for a ruling whose reason does not fit."""
    _check_reason(verdict)
    return sign(VERDICT_TYPE, encode(verdict), key)


def read_verdict(envelope: Envelope, keys: Mapping[MemberName, PublicKey]) -> tuple[MemberName, Verdict]:
    """Return who ruled what. Raises NotAMember, BadSignature, Malformed."""
    verdict = decode_canonical(envelope.payload, Verdict)
    _check_reason(verdict)
    by = signers(envelope, VERDICT_TYPE, keys)
    if len(by) != 1 or len(envelope.signatures) != 1:
        raise NotAMember
    return by[0], verdict


def ruled(verdicts: Mapping[MemberName, Verdict], needed: int) -> Verdict | None:
    """Return what enough different members ruled alike over the same sealed bytes, covered alike, or nothing while they have not.

    One member who quarantines a post keeps it out until the ruling changes: one is enough to stop (T26). Where two groups of members are
    large enough, nothing is ruled until one of them changes its mind. Those who reject alike agree on one reason: the one that most of them
    gave, and of several the first by its name, so that nobody's own name decides anything.
    """
    if any(each.ruling == "quarantine" for each in verdicts.values()):
        return None
    alike = Counter(each.agrees_on for each in verdicts.values())
    enough = [agreed for agreed, number in alike.items() if number >= judges(needed)]
    if len(enough) != 1:
        return None
    group = [each for each in verdicts.values() if each.agrees_on == enough[0]]
    reasons = Counter(each.reason for each in group)
    return min(group, key=lambda each: (-reasons[each.reason], each.reason))


def judges(needed: int) -> int:
    """Return how many members must rule alike over a post: what the charter says, and never fewer than two."""
    return max(JUDGES, needed)


def _check_reason(verdict: Verdict) -> None:
    if (verdict.ruling == "reject") != (verdict.reason != ""):
        raise Malformed("a rejection has a reason, and nothing else has")
    if verdict.covers and (verdict.ruling != "accept" or verdict.covers != tuple(sorted(set(verdict.covers)))):
        raise Malformed("who accepts names squares to cover, each once and in order")

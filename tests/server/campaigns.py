# SPDX-License-Identifier: AGPL-3.0-or-later
"""A campaign at a real server: made by two members, joined by supporters with drawn badges, its batches published. It asserts nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import msgspec
from httpx2 import Response

from ombuds.core.age import Identity
from ombuds.core.campaign import Batch, PostRef
from ombuds.core.content import Content, Text
from ombuds.core.encoding import encode
from ombuds.core.keys import Id, hash_of, random_bytes, random_id
from ombuds.core.posts import Pending, Post, salted_post, seal_post, waits_of
from ombuds.core.publication import Basis, EntryFile, EntryParameters, Place, Salted, describe, new_place, propose_entry, salted, salted_pictures
from ombuds.core.terms import Terms
from ombuds.core.wire_posts import NewPost, WallPost, WallPosts
from ombuds.server.campaign.slots import run_by_hand
from tests.core.pictures import PIXELS, said
from tests.server.acts import Draftpiece, hands, publish, record_of
from tests.server.institution import TODAY, Institution

LANGUAGES = ("en", "ru")
MODERATION = Identity(b"m" * 32)


@dataclass
class Supporter:
    """One sealed post and the token that takes it back."""

    pending: Pending
    new: NewPost
    token: bytes


@dataclass
class Campaign:
    """A campaign that is public, and what stands on its wall."""

    here: Institution
    id: Id
    content: Content
    versions: int = 0
    prev: str = ""
    sent: list[Supporter] = field(default_factory=list)

    @property
    def terms(self) -> Terms:
        """Its terms."""
        assert self.content.terms
        return self.content.terms

    def supporter(self, number: int = 0, **changed: object) -> Supporter:
        """A post that was sealed and not sent."""
        post, token = Post(1, self.id, 1, "badge", "en", f"I stand with him, says number {number}.", badge=number % 48), random_bytes(32)
        pending = Pending(1, self.here.charter.instance_id, "browser", msgspec.structs.replace(post, **changed), hash_of(token))
        return Supporter(pending, NewPost(1, random_id(), self.id, waits_of(token), seal_post(pending, self.terms)), token)

    def join(self, count: int) -> list[Supporter]:
        """Send so many posts."""
        some = [self.supporter(number) for number in range(count)]
        assert {send(self.here, each.new).status_code for each in some} <= {200}
        self.sent += some
        return some

    def files(self, some: Sequence[Supporter]) -> dict[Id, Salted]:
        """What these posts are in the next batch, by the names under which they were sent."""
        place = Place(self.terms.wall, self.versions + 1, self.prev)
        return {each.new.id: salted_post(place, each.pending.post) for each in some}

    def batch(self, some: Sequence[Supporter], files: dict[Id, Salted], **more: object) -> Batch:
        """The list of these posts."""
        refs = sorted((PostRef(files[each.new.id].commitment, each.pending.withdraw) for each in some), key=lambda ref: ref.commitment)
        return msgspec.structs.replace(Batch(1, self.id, tuple(refs)), **more)

    def drafted(self, batch: Batch) -> Draftpiece:
        """The proposal of a batch."""
        place, today = Place(self.terms.wall, self.versions + 1, self.prev), self.here.calendar.day
        file = salted(place, batch)
        parameters = EntryParameters(1, "wall", place.version, (), (EntryFile(file.path, file.commitment),), Basis("desk"), "", today)
        rule = record_of(self.here).charter.rule("publish", today)
        return Draftpiece(propose_entry(rule, place, (file,), parameters, today + timedelta(days=7)), (file,))

    def publish(self, batch: Batch, files: dict[Id, Salted]) -> Response:
        """Hand the posts in, sign the batch with two members, and let its hour come."""
        answer = self.signs(batch, files)
        if answer.status_code == 200:
            run_by_hand(self.here.parts)
            self.versions, self.prev = self.versions + 1, record_of(self.here).head(self.terms.wall).leaf  # type: ignore[union-attr]
        return answer

    def signs(self, batch: Batch, files: dict[Id, Salted]) -> Response:
        """Hand the posts in and the batch, signed by two members; it waits for its hour."""
        hand_in(self, list(files.values()))
        return publish(self.here, self.drafted(batch))

    def leaves(self, some: Sequence[Supporter], **more: object) -> Response:
        """Publish one batch of these posts."""
        files = self.files(some)
        return self.publish(self.batch(some, files, **more), files)


def text_of(**changed: object) -> Content:
    """The text of a campaign in two languages."""
    texts = (Text("en", "Free Orlov", "In short.", "At length."), Text("ru", "Свободу Орлову", "Кратко.", "Подробно."))
    terms = Terms(
        wall=random_id(),
        recipient=MODERATION.recipient.text,
        statement=said("We ask for his release.", *LANGUAGES),
        demands=(said("Release him.", *LANGUAGES), said("Pay the overtime.", *LANGUAGES)),
        offered=(said("I serve, and I stand with him.", *LANGUAGES),),
        kinds=("badge", "photo"),
        begins=TODAY,
        ends=TODAY + timedelta(days=30),
        ranks=(said("Officer", *LANGUAGES), said("Sergeant", *LANGUAGES)),
        regions=(said("North", *LANGUAGES), said("South", *LANGUAGES)),
        goal=1000,
    )
    return Content(1, "campaign", texts, tags=("freeorlov",), campaign=msgspec.structs.replace(terms, **changed))


def begin(here: Institution, **changed: object) -> Campaign:
    """Publish a campaign with two members."""
    return begin_with(here, text_of(**changed))


def begin_with(here: Institution, content: Content, place: Place | None = None) -> Campaign:
    """Publish this text of a campaign, with its pictures, or a later version of it."""
    place = place or new_place()
    files = (salted(place, content), *salted_pictures(place, content, PIXELS))
    today, rule = here.calendar.day, record_of(here).charter.rule("publish", here.calendar.day)
    parameters = describe(place, content, files, Basis("desk"), today)
    answer = publish(here, Draftpiece(propose_entry(rule, place, files, parameters, today + timedelta(days=7)), files))
    assert answer.status_code == 200, answer.text
    return Campaign(here, place.subject, content)


def send(here: Institution, new: NewPost) -> Response:
    """Send a sealed post as a browser does."""
    return here.client().post("/api/reports", content=encode(new))


def hand_in(campaign: Campaign, posts: Sequence[Salted]) -> None:
    """Hand in the posts of a batch, as the desk that publishes it does."""
    answer = hands(campaign.here)[0].post(f"campaigns/{campaign.id}/wall", WallPosts(tuple(WallPost(post) for post in posts)))
    assert answer.status_code == 204, answer.text

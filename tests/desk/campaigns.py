# SPDX-License-Identifier: AGPL-3.0-or-later
"""A campaign on real desks over the real server: made by two members, joined by supporters, moderated by two. It asserts nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec

from ombuds.core.age import Identity
from ombuds.core.content import Content, Text
from ombuds.core.keys import Hash, Id, hash_of, random_bytes, random_id
from ombuds.core.pictures import shape_of
from ombuds.core.posts import Pending, Post, PostPicture, seal_post, waits_of
from ombuds.core.terms import Terms
from ombuds.core.wire_posts import NewPost
from ombuds.desk.campaign.campaigns import keep_moderation
from ombuds.desk.campaign.moderating import Decision, rule
from ombuds.desk.release.approving import approve
from ombuds.desk.release.batch import propose_next
from ombuds.desk.release.prepare import propose_campaign
from ombuds.server.campaign.keeping import keep_post, take_back
from ombuds.server.campaign.slots import run_by_hand
from tests.core.pictures import JPEG, said
from tests.desk.desks import TODAY, World
from tests.desk.photographs import small_of


@dataclass
class Supporter:
    """One post that was sent, and its token."""

    id: Id
    pending: Pending
    token: bytes


@dataclass
class Running:
    """A campaign that is public and that every desk knows."""

    world: World
    id: Id
    content: Content

    @property
    def terms(self) -> Terms:
        """Its terms."""
        assert self.content.terms
        return self.content.terms

    def posts(self, count: int, first: int = 0, region: int | None = None, **changed: object) -> list[Supporter]:
        """Let so many supporters post drawn badges, and let a batch bring them to the desks."""
        sent = [self.post(number, region, **changed) for number in range(first, first + count)]
        self.world.release()
        self.world.sync()
        return sent

    def post(self, number: int = 0, region: int | None = None, **changed: Any) -> Supporter:
        """Let one supporter post."""
        token = random_bytes(32)
        plain = Post(1, self.id, 1, "badge", "en", f"I stand with him, says number {number}.", badge=number % 48)
        large = changed.pop("large", JPEG)
        files = (large, changed.pop("small", None) or small_of(large)) if changed.get("kind") == "photo" else ()
        if files:
            shape = shape_of(files[0])
            changed |= {"badge": None, "picture": PostPicture(hash_of(files[0]), hash_of(files[1]), shape.width, shape.height)}
        near, withdraw = str(changed.pop("near", "")), str(changed.pop("withdraw", hash_of(token)))
        pending = Pending(1, self.world["anna"].instance_id, "browser", msgspec.structs.replace(plain, **changed), withdraw, region, near, files)
        name = random_id()
        keep_post(self.world.parts, NewPost(1, name, self.id, waits_of(token), seal_post(pending, self.terms)))
        return Supporter(name, pending, token)

    def takes_back(self, supporter: Supporter) -> None:
        """Let a supporter reveal the token."""
        take_back(self.world.parts, supporter.token)

    def rules(self, member: str, sent: list[Supporter], ruling: str = "accept", reason: str = "", squares: tuple[int, ...] = ()) -> None:
        """Let one member rule over posts."""
        rule(self.world[member], self.id, [Decision(each.id, ruling, reason, squares) for each in sent])  # type: ignore[arg-type]

    def covers(self, member: str, sent: list[Supporter], *squares: int) -> None:
        """Let one member accept photographs with squares covered, and let every desk know it."""
        self.rules(member, sent, squares=squares)
        self.world.sync()

    def accepts(self, sent: list[Supporter]) -> None:
        """Let two members accept posts."""
        self.rules("anna", sent)
        self.rules("boris", sent)
        self.world.sync()

    def publishes(self) -> Hash:
        """Let two members publish the next batch, and let its hour come."""
        proposal = self.signs()
        run_by_hand(self.world.parts)
        self.world.sync()
        return proposal

    def signs(self) -> Hash:
        """Let two members sign the next batch, and let it be handed in; it waits for its hour."""
        return publish(self.world, propose_next(self.world["anna"], self.id))


def text_of(**changed: object) -> Content:
    """The text of a campaign."""
    terms = Terms(
        wall=random_id(),
        recipient="",
        statement=said("We ask for his release."),
        demands=(said("Release him."),),
        offered=(said("I serve, and I stand with him."),),
        kinds=("badge", "photo"),
        begins=TODAY,
        ends=TODAY + timedelta(days=30),
        ranks=(said("Officer"), said("Sergeant")),
        regions=(said("North"), said("South")),
    )
    texts = (Text("en", "Free Orlov", "In short.", "At length."),)
    return Content(1, "campaign", texts, tags=("freeorlov",), campaign=msgspec.structs.replace(terms, **changed))


def publish(world: World, proposal: Hash) -> Hash:
    """Let boris approve what anna proposed, and let it go out."""
    world.sync("boris")
    approve(world["boris"], proposal)
    world.sync()
    world.sync()
    return proposal


def begin(world: World, **changed: object) -> Running:
    """Let two members make a campaign."""
    identity = Identity.generate()
    keep_moderation(world["anna"], identity)
    content = text_of(recipient=identity.recipient.text, **changed)
    publish(world, propose_campaign(world["anna"], content))
    return Running(world, next(line.subject for line in reversed(world["anna"].record.lines) if line.kind == "campaign"), content)

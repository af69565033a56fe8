# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the members of a desk do together, in the words of the stories: the first of those named begins, the others approve.

Each verb goes through the members' own desks and vaults. One that cannot be done raises the error that a member would read.
It asserts nothing; the tests do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ombuds.core import case as log
from ombuds.core.custody import read_proposal
from ombuds.core.errors import NoConsent, NotEnough, OmbudsError
from ombuds.core.keys import Hash, Id
from ombuds.core.publication import Content, Reason
from ombuds.core.source_keys import SourceKeys, derive
from ombuds.core.words import read_words
from ombuds.desk.casework.opening import propose_opening
from ombuds.desk.casework.talk import ask_consent, reply
from ombuds.desk.fetch import Synced
from ombuds.desk.log import read_case
from ombuds.desk.release.approving import approve, refuse
from ombuds.desk.release.pictures import pictures_of
from ombuds.desk.release.prepare import Aim, Ground, propose_story, propose_takedown, propose_update
from tests.desk.desks import World, story, update

Files = Sequence[tuple[str, bytes]]
PLAIN = "application/octet-stream"
STORY = story()


@dataclass(frozen=True)
class Receipt:
    """All that an officer has after a report: twelve words."""

    words: str
    instance_id: Hash

    @property
    def keys(self) -> SourceKeys:
        """The keys that the words stand for."""
        return derive(read_words(self.words), self.instance_id)


@dataclass(frozen=True)
class Asked:
    """A question that lies in an officer's inbox: may exactly this become public?"""

    case: Case
    content: Content


@dataclass(frozen=True)
class Story:
    """Something that became public."""

    subject: Id
    content: Content

    @property
    def title(self) -> str:
        """Its first title."""
        return self.content.texts[0].title

    @property
    def path(self) -> str:
        """Its page."""
        return f"/en/{'stories' if self.content.kind == 'story' else 'updates'}/{self.subject}"


@dataclass(frozen=True)
class Case:
    """An opened report, and who opened it."""

    world: World
    id: Id
    receipt: Receipt
    opener: str

    def asks(self, content: Content = STORY) -> Asked:
        """Ask the officer whether exactly this may become public."""
        ask_consent(self.world[self.opener], self.id, content, pictures_of(self.world[self.opener], content))
        self.world.release()
        return Asked(self, content)

    def replies(self, text: str, files: Files = ()) -> None:
        """Answer the officer."""
        reply(self.world[self.opener], self.id, text, [(name, PLAIN, iter([content])) for name, content in files])
        self.world.release()

    def seen_by(self, name: str) -> log.Case:
        """Return the case as a member reads it after a look at the server. Raises NotHere for who is not on its team."""
        self.world.sync(name)
        return read_case(self.world[name], self.id)


@dataclass
class Members:
    """The desk: what its members do together. The first of those named begins, the others approve."""

    world: World

    def opens(self, receipt: Receipt, together: Sequence[str], team: Sequence[str] = ()) -> Case:
        """Open a report together. Raises NotEnough, and what held the opening up."""
        (case, *_) = self.opens_all(receipt, together, team)
        return case

    def opens_all(self, receipt: Receipt, together: Sequence[str], team: Sequence[str] = ()) -> list[Case]:
        """Open everything that one officer sent. Raises NotEnough, and what held the opening up."""
        first, *others = together
        self.approve(self.proposes_opening(receipt, first, team), others)
        found = self.world.sync(first)[first]
        if not found.opened:
            raise _held_up(found)
        return [Case(self.world, case, receipt, first) for case in found.opened]

    def proposes_opening(self, receipt: Receipt, by: str, team: Sequence[str] = ()) -> Hash:
        """Propose to open everything that one officer sent, and go no further."""
        self.world.sync(by)
        mine = [kept.sealed.id for kept in self.world[by].vault.reports() if kept.sealed.mailbox == receipt.keys.mailbox_hash]
        return propose_opening(self.world[by], mine, tuple(team))

    def publishes(self, case: Case | None, together: Sequence[str], content: Content | None = None, ground: Ground = "consent") -> Story:
        """Publish a text, by itself the one that was asked about. Raises NoConsent, NotEnough, and what held it up."""
        first = together[0]
        if content is None:
            content = _asked(case.seen_by(first)) if case else update()
        return Story(self.carry_out(self.proposes(case, first, content, ground), together), content)

    def corrects(self, published: Story, together: Sequence[str], content: Content) -> Story:
        """Publish a later version that rests on public sources. Raises NotEnough, EntryRefused."""
        self.world.sync(together[0])
        proposal = propose_story(self.world[together[0]], None, content, "sources", Aim(published.subject))
        return Story(self.carry_out(proposal, together), content)

    def takes_down(self, published: Story, together: Sequence[str], reason: Reason = "safety") -> None:
        """Take a publication down, in the open. Raises NotEnough, EntryRefused."""
        self.world.sync(together[0])
        self.carry_out(propose_takedown(self.world[together[0]], published.subject, reason), together)

    def proposes(self, case: Case | None, by: str, content: Content, ground: Ground = "consent") -> Hash:
        """Propose a publication and go no further. Raises NoConsent."""
        self.world.sync(by)
        if content.kind == "update":
            return propose_update(self.world[by], content, "desk" if ground == "consent" else ground)
        return propose_story(self.world[by], case.id if case else None, content, ground)

    def approve(self, proposal: Hash, names: Sequence[str]) -> None:
        """Let members look and approve, one after another. Raises what their desks refuse to sign."""
        for name in names:
            self.world.sync(name)
            approve(self.world[name], proposal)

    def objects(self, name: str, proposal: Hash, reason: str = "I know this officer") -> None:
        """Let one member stop a proposal that lies on the member's desk."""
        refuse(self.world[name], proposal, reason)

    def carry_out(self, proposal: Hash, together: Sequence[str]) -> Id:
        """Let the others approve what the first proposed, send it, and return its subject. Raises NotEnough, and what held it up."""
        first, *others = together
        self.approve(proposal, others)
        found = self.world.sync(first)[first]
        if not found.published:
            raise _held_up(found)
        return read_proposal(self.world[first].vault.proposal(proposal).seen.envelope).subject


def _asked(now: log.Case) -> Content:
    if now.question is None:
        raise NoConsent
    return now.question.content


def _held_up(found: Synced) -> OmbudsError:
    return found.troubles[0].error if found.troubles else NotEnough()

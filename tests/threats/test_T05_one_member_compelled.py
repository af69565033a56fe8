# SPDX-License-Identifier: AGPL-3.0-or-later
"""T05: one member is compelled; whatever is done with that one key, at the desk or past it, changes nothing and is seen by the others."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select

from ombuds.core.age import Identity, seal
from ombuds.core.campaign import Batch
from ombuds.core.cards import OpenParameters, sign_card
from ombuds.core.charter import confirm, sign_charter, sign_epoch, sign_freshness
from ombuds.core.custody import Action, approve, propose, read_proposal
from ombuds.core.encoding import convert
from ombuds.core.envelope import joined
from ombuds.core.errors import EventVoid, OmbudsError
from ombuds.core.keys import Hash, Id, epoch_of, random_id
from ombuds.core.publication import PublicSource, new_place
from ombuds.core.wire import Approval, Grant, NewCase, NewEntry, NewProposal
from ombuds.desk.campaign.campaigns import keep_moderation
from ombuds.desk.casework import opening
from ombuds.desk.log import identity_of
from ombuds.desk.pages.case import case_view
from ombuds.desk.parts import Desk
from ombuds.desk.release import approving, prepare, send
from ombuds.desk.release.judging import read_enclosure
from ombuds.server.store.schema import metadata
from tests.desk import junk
from tests.desk.campaigns import text_of
from tests.desk.desks import story, update
from tests.together import Case, Story
from tests.world import World

KEPT = ("ledger", "contents", "reports", "shares", "cases", "grants")
SOURCED = story(sources=(PublicSource("The gazette", "https://gazette.example/"),))
OTHER_ACTS: tuple[Action, ...] = ("destroy", "moderate", "charter")


@dataclass
class Scene:
    """What a compelled member has before her: a sealed report, something public, and her own desk."""

    world: World
    report: Id
    public: Story

    @property
    def desk(self) -> Desk:
        """The desk of the compelled member."""
        return self.world["anna"]

    def insists(self, proposal: Hash) -> None:
        """Do everything that a desk can do with a proposal of one's own."""
        for again in (opening.approve_opening, approving.approve):
            with suppress(OmbudsError):
                again(self.desk, proposal)
        approving.approve_many(self.desk, [proposal, proposal])
        opening.open_ready(self.desk)
        send.send_ready(self.desk)
        send.log_published(self.desk)
        self.world.sync("anna", "anna")

    def sends(self, proposal: Hash) -> None:
        """Hand a publication in past the desk, under three signatures of the one key."""
        seen = self.desk.vault.proposal(proposal).seen
        thrice = joined(approve(read_proposal(seen.envelope), self.desk.key) for _ in range(3))
        self.desk.remote.publish(NewEntry(thrice, read_enclosure(self.desk, seen).files))


@pytest.fixture
def scene(world: World) -> Scene:
    """A desk with a report that nobody opened and an update that two members published."""
    public = world.desk.publishes(None, together=["boris", "vera"])
    world.officer.reports("beaten in custody")
    world.sync()
    (report,) = world["anna"].vault.report_ids()
    return Scene(world, report, public)


def _opens(scene: Scene) -> Hash:
    return opening.propose_opening(scene.desk, [scene.report])


def _opens_for_herself(scene: Scene) -> Hash:
    return opening.propose_opening(scene.desk, [scene.report], ["anna"])


def _publishes_a_story(scene: Scene) -> Hash:
    return prepare.propose_story(scene.desk, None, SOURCED, "sources")


def _publishes_an_update(scene: Scene) -> Hash:
    return prepare.propose_update(scene.desk, update("All is well"))


def _rewrites(scene: Scene) -> Hash:
    return prepare.propose_update(scene.desk, update("All is well"), aim=prepare.Aim(scene.public.subject))


def _takes_down(scene: Scene) -> Hash:
    return prepare.propose_takedown(scene.desk, scene.public.subject, "error")


def _publishes_a_campaign(scene: Scene) -> Hash:
    identity = Identity.generate()
    keep_moderation(scene.desk, identity)
    return prepare.propose_campaign(scene.desk, text_of(recipient=identity.recipient.text))


def _publishes_a_batch(scene: Scene) -> Hash:
    # Of a campaign that nobody has made: what is counted on it she would have invented.
    return prepare.propose_batch(scene.desk, new_place(), Batch(1, random_id(), waiting=1_000), ())


ATTEMPTS = {
    each.__name__: each
    for each in (
        _opens, _opens_for_herself, _publishes_a_story, _publishes_an_update, _publishes_a_campaign, _publishes_a_batch, _rewrites, _takes_down,
    )
}  # fmt: skip


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_her_desk_does_nothing_alone(scene: Scene, attempt: Callable[[Scene], Hash]) -> None:
    """With every verb of her own desk, one member opens, publishes, changes and takes down nothing."""
    before = _kept(scene)
    scene.insists(attempt(scene))
    assert _kept(scene) == before


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_the_others_see_the_attempt(scene: Scene, attempt: Callable[[Scene], Hash]) -> None:
    """What one member asks for alone lies on both other desks as a line with her name on it."""
    proposal = attempt(scene)
    scene.insists(proposal)
    scene.world.sync()
    seen = [[(each.hash, each.approved_by) for each in approving.waiting(scene.world[name])] for name in ("boris", "vera")]
    assert seen == [[(proposal, ("anna",))]] * 2


def _past_publishing(scene: Scene) -> None:
    scene.sends(_publishes_an_update(scene))


def _past_a_campaign(scene: Scene) -> None:
    scene.sends(_publishes_a_campaign(scene))


def _past_a_batch(scene: Scene) -> None:
    scene.sends(_publishes_a_batch(scene))


def _past_rewriting(scene: Scene) -> None:
    scene.sends(_rewrites(scene))


def _past_taking_down(scene: Scene) -> None:
    scene.sends(_takes_down(scene))


def _past_opening(scene: Scene) -> None:
    desk, proposal = scene.desk, _opens(scene)
    (card,) = convert(read_proposal(desk.vault.proposal(proposal).seen.envelope).parameters, OpenParameters).cards
    custody = tuple(Grant(name, b"share") for name in desk.charter.charter.keys())
    grants = tuple(Grant(name, b"grant") for name in sorted(desk.charter.charter.keys("open")))
    desk.remote.open_case(NewCase(proposal, scene.report, card.case, sign_card(card, desk.key), grants, custody, b"event"))


def _past_a_new_charter(scene: Scene) -> None:
    now = scene.desk.charter
    following = msgspec.structs.replace(now.charter, version=2, prev=now.hash, name="A desk of one")
    scene.desk.remote.publish(NewEntry(sign_charter(following, scene.desk.key), ()))


def _past_a_confirmation(scene: Scene) -> None:
    desk = scene.desk
    state = desk.remote.state()
    said = confirm(desk.charter, state.epochs[:-1], desk.record.size, desk.record.tree.root(), desk.today)
    desk.remote.confirm(sign_freshness(said, desk.key))


def _past_a_key_of_another(scene: Scene) -> None:
    desk = scene.desk
    desk.remote.publish_epoch(sign_epoch(desk.instance_id, "boris", epoch_of(desk.today), Identity.generate().recipient, desk.key))


def _past_other_acts(scene: Scene) -> None:
    desk = scene.desk
    for action in OTHER_ACTS:
        proposal = propose(desk.rule(action), scene.public.subject, "", {}, desk.today + timedelta(days=3))
        with suppress(OmbudsError):
            desk.remote.propose(NewProposal(Approval(approve(proposal, desk.key)), b""))
        with suppress(OmbudsError):
            desk.remote.publish(NewEntry(approve(proposal, desk.key), ()))


PAST = {
    each.__name__: each
    for each in (
        _past_publishing, _past_a_campaign, _past_a_batch, _past_rewriting, _past_taking_down, _past_opening, _past_a_new_charter,
        _past_a_confirmation, _past_a_key_of_another, _past_other_acts,
    )
}  # fmt: skip


@pytest.mark.parametrize("attempt", PAST.values(), ids=PAST)
def test_her_key_does_nothing_past_her_desk(scene: Scene, attempt: Callable[[Scene], None]) -> None:
    """With her own key and no desk in between, one member opens, publishes, hides, destroys and changes nothing at the server."""
    before = _kept(scene)
    with suppress(OmbudsError):
        attempt(scene)
    assert _kept(scene) == before


def _junk(_scene: Scene, _case: Case) -> bytes:
    return b"junk"


def _sealed_junk(scene: Scene, case: Case) -> bytes:
    return seal(b"junk", [identity_of(scene.desk, case.id).recipient])


def _misplaced(scene: Scene, case: Case) -> bytes:
    return junk.misplaced(scene.desk, case.id)


def _malformed(scene: Scene, case: Case) -> bytes:
    return junk.malformed(scene.desk, case.id)


WRITTEN = {each.__name__: each for each in (_junk, _sealed_junk, _misplaced, _malformed)}


@pytest.mark.parametrize("content", WRITTEN.values(), ids=WRITTEN)
def test_her_key_stops_nobody_on_a_case(scene: Scene, content: Callable[[Scene, Case], bytes]) -> None:
    """Whatever one member writes into the log of a case past her desk, the source writes, the others answer, and all desks agree."""
    case = scene.world.desk.opens(scene.world.officer.reports("no leave"), together=["anna", "boris"])
    junk.writes(scene.desk, case.id, content(scene, case))
    scene.world.officer.writes(case.receipt, "still there?")
    scene.world.sync("vera")
    case.replies("We are.")
    scene.world.sync()
    said = [line.message.text for line in case.seen_by("boris").said]
    assert (said, len(junk.agreed(scene.world, case.id)), len(case.seen_by("vera").void)) == (["still there?", "We are."], 1, 1)


@pytest.mark.parametrize("content", WRITTEN.values(), ids=WRITTEN)
def test_the_others_see_what_her_key_wrote(scene: Scene, content: Callable[[Scene, Case], bytes]) -> None:
    """What one member writes past her desk is told at the look that finds it, and stands in the case."""
    case = scene.world.desk.opens(scene.world.officer.reports("no leave"), together=["anna", "boris"])
    junk.writes(scene.desk, case.id, content(scene, case))
    told = [type(trouble.error) for trouble in scene.world.sync("vera")["vera"].troubles]
    shown = [line.direction for line in case_view(scene.world["vera"], case.seen_by("vera")).messages]
    assert (told, shown) == ([EventVoid], ["in", "void"])


def test_every_act_of_a_desk_is_tried() -> None:
    """Each verb of the desk that proposes, approves, opens or sends is tried above, so a new one cannot be forgotten."""
    tried = inspect.getsource(Scene) + "".join(inspect.getsource(each) for each in (*ATTEMPTS.values(), *PAST.values()))
    reading = {"waiting", "asked", "read_opening", "keep_custody", "refuse", "enough", "own_share", "own_shares", "report_of"}
    verbs = {
        name for room in (opening, prepare, approving, send) for name in vars(room) if _is_verb(room.__name__, getattr(room, name)) and name not in reading
    }
    assert [verb for verb in sorted(verbs) if verb not in tried] == []


def _is_verb(room: str, thing: object) -> bool:
    return inspect.isfunction(thing) and thing.__module__ == room and not thing.__name__.startswith("_") and "desk" in inspect.signature(thing).parameters


def _kept(scene: Scene) -> dict[str, list[tuple[object, ...]]]:
    with scene.world.parts.store.read() as connection:
        return {name: sorted(map(tuple, connection.execute(select(metadata.tables[name])))) for name in KEPT}

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lets the invented members make a campaign around their invented colleague, and invented supporters fill its wall.

Posts are sealed and sent over HTTP as a browser sends them; two desks rule over each, and two batches are proposed at one
desk and signed at another. One post is taken back between them, some are rejected, some are left to whoever looks. What is
there already is left as it is, so that a start that was killed goes on where it was. See spec/demonstration.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from time import sleep

import msgspec

from ombuds.cli.demo_posts import WITHDRAWN, Supporter, supporters
from ombuds.cli.demo_texts import Piece
from ombuds.core.age import Identity
from ombuds.core.content import Content
from ombuds.core.custody import read_proposal
from ombuds.core.encoding import encode
from ombuds.core.errors import OmbudsError, OrderWrong, RemoteRefused, RemoteSilent
from ombuds.core.keys import Hash, random_id
from ombuds.core.posts import seal_post, waits_of
from ombuds.core.publication import read_parameters
from ombuds.core.wire_posts import NewPost, Withdraw
from ombuds.desk.campaign.campaigns import Campaign, campaign, campaigns, keep_moderation, wall
from ombuds.desk.campaign.moderating import Decision, rule
from ombuds.desk.fetch import sync
from ombuds.desk.parts import Desk
from ombuds.desk.release.approving import approve
from ombuds.desk.release.batch import propose_next
from ombuds.desk.release.prepare import propose_campaign
from ombuds.host.remote import Client, NoAnswer

KEPT = (200, 409)
"""A post is kept, or it was kept before this start."""
NOT_YET = 404
"""What a server process says that read the record a moment before the campaign was in it."""
PATIENCE = 60
TRIES = 6
SENDERS = 4
PAUSE = 0.5
ANNA, BORIS, VERA = "anna", "boris", "vera"
ROUNDS = ((1, ANNA, BORIS), (2, BORIS, VERA))


@dataclass(frozen=True)
class Gathering:
    """Who makes the campaign, who sends to it, and whether to stop."""

    desks: Mapping[str, Desk]
    sender: Client
    secret: str
    stopped: Callable[[], bool]


def gather(here: Gathering, piece: Piece) -> bool:
    """Make the campaign and fill its wall, as far as that is not done, and say whether all is. Raises OrderWrong, RemoteSilent."""
    found = _found(here, piece)
    everybody = supporters(here.secret)
    if _batches(here, found) == 0:
        _send(here, found, everybody)
    for number, one, other in ROUNDS:
        if here.stopped():
            return False
        if _batches(here, found) >= number:
            continue
        if number > 1:
            _tell(here, "/api/withdraw", encode(Withdraw(1, everybody[WITHDRAWN].token)), (204,))
        _moderate(here, found, (one, other), [each for each in everybody if each.batch == number])
        _publish(here, found, (one, other))
    return True


def _found(here: Gathering, piece: Piece) -> Campaign:
    """Return the campaign, which two members make if it is not there."""
    one, other = here.desks[piece.by], here.desks[piece.signed_with]
    made = campaigns(one)
    if not made:
        proposal = _asked(one, "campaign") or _propose(one, piece)
        _sign(here, proposal, (one, other))
        made = campaigns(one)
    return campaign(one, made[0].subject)


def _propose(desk: Desk, piece: Piece) -> Hash:
    identity = Identity.generate()
    keep_moderation(desk, identity)
    terms = piece.content.terms
    if terms is None:
        raise OrderWrong("an invented campaign has no terms")
    content: Content = msgspec.structs.replace(piece.content, campaign=msgspec.structs.replace(terms, wall=random_id(), recipient=identity.recipient.text))
    return propose_campaign(desk, content)


def _send(here: Gathering, found: Campaign, everybody: tuple[Supporter, ...]) -> None:
    """Send the posts that no desk knows yet, and wait until a batch brings them to all desks."""
    desk = here.desks[ANNA]
    known = desk.vault.posts.known(found.id)
    missing = [each for each in everybody if each.id not in known]
    # Side by side: each waits for the server's disk most of the time.
    with ThreadPoolExecutor(SENDERS) as senders:
        list(senders.map(partial(_post, here, found), missing))
    wanted = {each.id for each in missing}
    for _ in range(PATIENCE):
        if here.stopped() or wanted <= set(desk.remote.post_ids(found.id).ids):
            break
        sleep(PAUSE)
    _sync(here)
    if not here.stopped() and any({each.id for each in everybody} - one.vault.posts.known(found.id) for one in here.desks.values()):
        raise OrderWrong("the invented posts did not reach the desks")


def _post(here: Gathering, found: Campaign, one: Supporter) -> None:
    pending = one.pending(found.id, here.desks[ANNA].instance_id, found.terms)
    _tell(here, "/api/reports", encode(NewPost(1, one.id, found.id, waits_of(one.token), seal_post(pending, found.terms))), KEPT)


def _moderate(here: Gathering, found: Campaign, members: tuple[str, str], some: list[Supporter]) -> None:
    """Let two members rule over posts, each over those on which they have not ruled."""
    for name in members:
        desk = here.desks[name]
        open_ones = {each.id for each in some if not desk.vault.posts.line(found.id, each.id).ruled}
        rule(desk, found.id, [Decision(each.id, each.ruling, each.reason) for each in some if each.id in open_ones])
    _sync(here)


def _publish(here: Gathering, found: Campaign, members: tuple[str, str]) -> None:
    """Let two members sign the next batch, and run the hour at which it leaves by hand."""
    one, other = (here.desks[name] for name in members)
    proposal = _asked(one, "wall") or propose_next(one, found.id)
    before = _batches(here, found)
    _sign(here, proposal, (one, other))
    one.remote.run_slot()
    _sync(here)
    if _batches(here, found) == before:
        raise OrderWrong("an invented batch was not published")


def _sign(here: Gathering, proposal: Hash, members: tuple[Desk, Desk]) -> None:
    one, other = members
    sync(other)
    if not other.vault.proposal(proposal).answer:
        approve(other, proposal)
    trouble: list[OmbudsError] = [each.error for desk in (other, one) for each in sync(desk).troubles]
    if trouble:
        raise trouble[0]


def _sync(here: Gathering) -> None:
    # Side by side: each has a vault of its own and waits for its disk.
    with ThreadPoolExecutor(len(here.desks)) as members:
        list(members.map(sync, here.desks.values()))


def _asked(desk: Desk, kind: str) -> Hash:
    """Return the proposal of a text of this kind that still waits, or nothing."""
    for kept in desk.vault.proposals():
        said = read_proposal(kept.seen.envelope)
        if said.action == "publish" and said.expires >= desk.today and read_parameters(said).kind == kind:
            return kept.seen.hash
    return ""


def _batches(here: Gathering, found: Campaign) -> int:
    return wall(here.desks[ANNA], found).version


def _tell(here: Gathering, path: str, content: bytes, fine: tuple[int, ...]) -> None:
    """Send something as a supporter's browser does. Raises RemoteSilent, RemoteRefused."""
    status = 0
    for _ in range(TRIES):
        try:
            status = here.sender.post(path, content=content).status_code
        except NoAnswer:
            raise RemoteSilent from None
        if status != NOT_YET:
            break
        sleep(PAUSE)
    if status not in fine:
        raise RemoteRefused(f"{status} for {path}")

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lets the invented members publish the invented texts: each is proposed at one desk, signed at another, and sent; then the wall.

They use the verbs of their desks over HTTP, and the server checks every entry as it checks any other. What the record has
already is left as it is, so that a start that was killed goes on where it was and publishes nothing twice. See
spec/demonstration.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta

import msgspec

from ombuds.cli.demo_founding import MEMBERS, Demonstration
from ombuds.cli.demo_picture import station_at_night
from ombuds.cli.demo_texts import Piece, campaign_piece, pieces
from ombuds.cli.demo_wall import Gathering, gather
from ombuds.cli.desk_screens import unlocked
from ombuds.core.content import Content
from ombuds.core.custody import read_proposal
from ombuds.core.encoding import encode
from ombuds.core.errors import OmbudsError, OrderWrong
from ombuds.core.keys import Hash
from ombuds.desk.config import DeskSettings
from ombuds.desk.fetch import sync
from ombuds.desk.parts import Desk
from ombuds.desk.release.approving import approve
from ombuds.desk.release.current import at_hand
from ombuds.desk.release.judging import read_enclosure
from ombuds.desk.release.pictures import keep_picture
from ombuds.desk.release.prepare import Aim, propose_story, propose_update
from ombuds.host.remote import connect


def tell(here: Demonstration, founded: date, stopped: Callable[[], bool], say: Callable[[str], None]) -> bool:
    """Publish what is not public yet, and return whether all is; it ends early when it is stopped. Raises OrderWrong, RemoteSilent."""
    with desks_of(here) as desks:
        for desk in desks.values():
            sync(desk)
        subjects: dict[str, str] = {}
        for name, piece in pieces(founded).items():
            if stopped():
                return False
            subjects[name] = _publish(desks, piece, subjects)
        say("the members have published their invented stories")
        with connect(desks[MEMBERS[0]].vault.pin().address) as sender:
            piece = campaign_piece(founded)
            whole = msgspec.structs.replace(piece, content=msgspec.structs.replace(piece.content, story=subjects[piece.story]))
            return gather(Gathering(desks, sender, here.passphrases[MEMBERS[0]], stopped), whole)


@contextmanager
def desks_of(here: Demonstration) -> Iterator[Mapping[str, Desk]]:
    """Open the desks of all members, and close them however the block ends."""
    with ExitStack() as stack:
        desks = {}
        for name in MEMBERS:
            desks[name] = unlocked(here.vault(name), here.passphrases[name], DeskSettings())
            stack.callback(desks[name].vault.close)
        yield desks


def _publish(desks: Mapping[str, Desk], piece: Piece, subjects: Mapping[str, str]) -> str:
    """Let two members publish a piece, unless it is public, and return its subject."""
    one, other = desks[piece.by], desks[piece.signed_with]
    content = _whole(one, piece, subjects)
    if not _public(one, content):
        proposal = _asked(one, content) or _propose(one, piece, content, subjects)
        sync(other)
        if not other.vault.proposal(proposal).answer:
            approve(other, proposal)
        trouble: list[OmbudsError] = [each.error for desk in (other, one) for each in sync(desk).troubles]
        if not _public(one, content):
            raise trouble[0] if trouble else OrderWrong("an invented text was not published")
    return _public(one, content)


def _whole(desk: Desk, piece: Piece, subjects: Mapping[str, str]) -> Content:
    """Return the content with its picture, and with the story that it belongs to."""
    content = piece.content
    if piece.picture:
        kept = keep_picture(desk, station_at_night(), piece.picture.credit, piece.picture.shows)
        content = msgspec.structs.replace(content, pictures=(kept,))
    return msgspec.structs.replace(content, story=subjects[piece.story]) if piece.story else content


def _propose(desk: Desk, piece: Piece, content: Content, subjects: Mapping[str, str]) -> Hash:
    aim = Aim(subjects.get(piece.follows, ""), desk.today + timedelta(days=piece.pinned) if piece.pinned else None)
    if content.kind == "update":
        return propose_update(desk, content, "desk", aim)
    return propose_story(desk, None, content, "sources", aim)


def _asked(desk: Desk, content: Content) -> Hash:
    """Return the proposal with exactly this content that still waits, or nothing."""
    for kept in desk.vault.proposals():
        said = read_proposal(kept.seen.envelope)
        if said.action == "publish" and said.expires >= desk.today and read_enclosure(desk, kept.seen).files[0].content == encode(content):
            return kept.seen.hash
    return ""


def _public(desk: Desk, content: Content) -> str:
    """Return the subject under which exactly this content is in the record, or nothing."""
    published = [line for line in desk.record.lines if line.subject and line.kind != "takedown"]
    return next((found.line.subject for found in at_hand(desk, published) if found.content == content), "")

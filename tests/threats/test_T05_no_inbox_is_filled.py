# SPDX-License-Identifier: AGPL-3.0-or-later
"""T05: one member's replies and files have an end, in one reply, in one inbox and on the disk, and the others' work goes on."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from ombuds.core.attachments import PART_SIZE, FileParts, Manifest, Part
from ombuds.core.errors import NotHere, OmbudsError, OrderWrong, RemoteSilent, TooLarge
from ombuds.core.keys import Id, hash_of, random_id
from ombuds.core.wire import NewReply
from ombuds.desk.casework.talk import reply, waiting_to_send
from ombuds.desk.parts import Desk
from ombuds.desk.remote import Remote
from ombuds.server import tick
from ombuds.server.app import build
from ombuds.server.http.parts import Parts
from ombuds.server.store import inbox
from ombuds.server.store.replies import LARGEST_REPLY, MOST_IN_INBOX, MOST_INBOX_BYTES
from ombuds.server.store.schema import brought
from tests.desk.desks import ADDRESS, Source, opened
from tests.world import World

ROOM = 64 * 1024 * 1024


class Cut(Remote):
    """The way to a server whose line breaks whenever a reply is handed in."""

    def __init__(self, desk: Desk) -> None:
        self.__dict__.update(vars(desk.remote))

    def reply(self, case: Id, reply: NewReply) -> None:
        """Break off."""
        raise RemoteSilent


def _lays(desk: Desk, case: Id, size: int, files: tuple[FileParts, ...] = ()) -> Id:
    """Lay junk of this size into the inbox of a case."""
    content = bytes(size)
    new = NewReply(random_id(), content, Manifest(hash_of(content), files))
    desk.remote.reply(case, new)
    return new.id


def _file(*sizes: int) -> FileParts:
    return FileParts(random_id(), tuple(Part(random_id(), size, hash_of(bytes(size))) for size in sizes))


def _uploads(desk: Desk, size: int) -> Part:
    part = Part(random_id(), size, hash_of(bytes(size)))
    desk.remote.put_part(part.id, bytes(size))
    return part


def _narrow(world: World) -> None:
    """Let one member have 64 MiB at the server."""
    narrow: Parts = replace(world.parts, settings=msgspec.structs.replace(world.parts.settings, most_of_a_member=ROOM))
    client = TestClient(build(narrow), base_url=ADDRESS)
    for desk in world.desks.values():
        desk.remote._client = client


def _refused(times: int, kind: type[OmbudsError], desk: Desk, case: Id, size: int) -> bool:
    """Lay replies until one is refused in this way; say whether one was."""
    try:
        for _ in range(times):
            _lays(desk, case, size)
    except kind:
        return True
    return False


def _lie(world: World, source: Source) -> list[Id]:
    with world.parts.store.read() as connection:
        return [each.id for each in inbox.replies_of(connection, source.keys.mailbox_hash)]


@pytest.fixture
def source(world: World) -> Source:
    """A source."""
    return world.source()


@pytest.fixture
def case(world: World, source: Source) -> Id:
    """The source's case, with three members on it."""
    return opened(world, source)


def test_a_reply_that_is_too_large_is_refused(world: World, case: Id) -> None:
    """A reply above the limit is refused, and the limit is said."""
    with pytest.raises(TooLarge, match="2 MiB"):
        _lays(world["boris"], case, LARGEST_REPLY + 1)


def test_a_reply_with_too_large_files_is_refused(world: World, case: Id) -> None:
    """A reply whose files are together larger than an upload may be is refused, whatever was uploaded."""
    parts = world.parts.settings.largest_upload // PART_SIZE + 1
    with pytest.raises(TooLarge, match="2048 MiB"):
        _lays(world["boris"], case, 1000, (_file(*[PART_SIZE] * parts),))


def test_small_replies_without_end_are_refused(world: World, case: Id) -> None:
    """A member has so many replies in one inbox and no more."""
    assert _refused(MOST_IN_INBOX + 1, OrderWrong, world["boris"], case, 100)


def test_large_replies_without_end_are_refused(world: World, case: Id) -> None:
    """A member has so many bytes of replies in one inbox and no more."""
    assert _refused(MOST_INBOX_BYTES // LARGEST_REPLY + 1, OrderWrong, world["boris"], case, LARGEST_REPLY - 1000)


def test_a_full_share_of_an_inbox_leaves_it_to_the_others(world: World, case: Id, source: Source) -> None:
    """When one member has filled their share of an inbox, another one's reply lies there after the next batch."""
    _refused(MOST_INBOX_BYTES // LARGEST_REPLY + 1, OrderWrong, world["boris"], case, LARGEST_REPLY - 1000)
    written = _lays(world["anna"], case, 100)
    world.release()
    assert written in _lie(world, source)


def test_a_full_share_holds_up_no_other_inbox(world: World, case: Id) -> None:
    """A reply that is refused waits at the member's desk, and what goes to another source is sent."""
    other = world.source()
    elsewhere = opened(world, other, "another matter")
    _refused(MOST_IN_INBOX + 1, OrderWrong, world["boris"], case, 100)
    cut = replace(world["boris"], remote=Cut(world["boris"]))
    for one in (case, elsewhere):
        with pytest.raises(RemoteSilent):
            reply(cut, one, "We are here.")
    world.sync("boris")
    world.release()
    assert ([message.text for message in other.reads()], len(waiting_to_send(world["boris"], case))) == (["We are here."], 1)


def test_what_the_source_deletes_makes_room(world: World, case: Id, source: Source) -> None:
    """A member whose replies were deleted writes again."""
    _refused(MOST_IN_INBOX + 1, OrderWrong, world["boris"], case, 100)
    world.release()
    with world.parts.store.write() as connection:
        inbox.delete_replies(connection, source.keys.mailbox_hash, _lie(world, source))
    assert not _refused(1, OrderWrong, world["boris"], case, 100)


def test_a_full_share_of_the_disk_is_refused(world: World, case: Id) -> None:
    """Parts that a member uploads for no reply have an end, and another member's upload goes on."""
    _narrow(world)
    with pytest.raises(OrderWrong):
        for _ in range(ROOM // PART_SIZE + 1):
            _uploads(world["boris"], PART_SIZE)
    _uploads(world["anna"], PART_SIZE)


def test_parts_of_others_are_not_used(world: World, case: Id) -> None:
    """A reply names no part that another one uploaded, so nobody fills the disk in another one's name."""
    part = _uploads(world["anna"], 1000)
    with pytest.raises(NotHere):
        _lays(world["boris"], case, 100, (FileParts(random_id(), (part,)),))


def test_who_brought_what_is_forgotten_with_it(world: World, case: Id) -> None:
    """Once a reply is gone, nothing tells who brought it."""
    _lays(world["boris"], case, 100)
    world.release()
    world.calendar.pass_days(world.parts.settings.reply_days + 6)
    for _ in range(2):
        tick.run(world.parts, 23, force=True)
    with world.parts.store.read() as connection:
        assert connection.execute(select(brought)).all() == []

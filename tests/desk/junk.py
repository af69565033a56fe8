# SPDX-License-Identifier: AGPL-3.0-or-later
"""Junk in the log of a case: written by a member past the own desk, or shown by the server to one desk alone.

Both go through the real server and its store. It asserts nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import delete, insert, select, update

from ombuds.core.case import Case, sign_event, write_event
from ombuds.core.encoding import encode
from ombuds.core.keys import Id, random_bytes
from ombuds.core.wire import NewEvent
from ombuds.desk.log import follow, identity_of, read_case, seal_event
from ombuds.desk.parts import Desk
from ombuds.server.store.schema import cases, events
from tests.desk.desks import World


def writes(desk: Desk, case: Id, content: bytes) -> None:
    """Write bytes into the next slot of a case, past the desk."""
    desk.remote.add_event(case, NewEvent(follow(desk, case).seq + 1, content))


def misplaced(desk: Desk, case: Id) -> bytes:
    """A note that the desk's member signs, written after something that nobody was shown."""
    elsewhere = Case(case, seq=read_case(desk, case).seq, head="1" * 64)
    event = write_event(elsewhere, desk.name, "note", {"text": "written elsewhere"}, desk.today)
    return seal_event(sign_event(event, desk.key), identity_of(desk, case).recipient)


def malformed(desk: Desk, case: Id) -> bytes:
    """A note that the desk's member signs in its place, and whose body is none."""
    event = write_event(read_case(desk, case), desk.name, "note", {"no": "text"}, desk.today)
    return seal_event(sign_event(event, desk.key), identity_of(desk, case).recipient)


def keeps(world: World, case: Id, *contents: bytes) -> None:
    """Let the server keep bytes in the next slots of a case that it should have refused, or took one after another."""
    with world.parts.store.write() as connection:
        last = connection.execute(select(cases.c.seq).where(cases.c.id == case)).scalar_one()
        rows = [{"case": case, "seq": last + place, "content": content} for place, content in enumerate(contents, start=1)]
        connection.execute(insert(events), rows)
        connection.execute(update(cases).where(cases.c.id == case).values(seq=last + len(rows)))


@contextmanager
def instead(world: World, case: Id, seq: int, content: bytes = b"") -> Iterator[None]:
    """Let the server show other bytes in a slot for a while."""
    here = (events.c.case == case, events.c.seq == seq)
    with world.parts.store.write() as connection:
        true = connection.execute(select(events.c.content).where(*here)).scalar_one()
        connection.execute(update(events).where(*here).values(content=content or random_bytes(200)))
    try:
        yield
    finally:
        with world.parts.store.write() as connection:
            connection.execute(update(events).where(*here).values(content=true))


@contextmanager
def without(world: World, case: Id, seq: int) -> Iterator[None]:
    """Let the server keep a slot back for a while."""
    here = (events.c.case == case, events.c.seq == seq)
    with world.parts.store.write() as connection:
        true = connection.execute(select(events.c.content).where(*here)).scalar_one()
        connection.execute(delete(events).where(*here))
    try:
        yield
    finally:
        with world.parts.store.write() as connection:
            connection.execute(insert(events).values(case=case, seq=seq, content=true))


def agreed(world: World, case: Id) -> list[bytes]:
    """Return the case as each desk has it, byte for byte, once for each way in which they differ."""
    return sorted({encode(read_case(desk, case)) for desk in world.desks.values()})

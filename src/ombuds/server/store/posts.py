# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sealed posts that wait for a campaign's moderators, and the log of their sealed rulings.

A row is a random name, a campaign, a day and the hash of a token; the sealed bytes are a part like any other. Nobody's order
of arrival is kept, and desks see posts only when a batch is released (T01, T11). What a post says the server cannot read.
See spec/store.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from ombuds.core.errors import AlreadyUsed, NotHere, OrderWrong
from ombuds.core.keys import Hash, Id, MemberName, hash_of
from ombuds.core.wire_posts import NewPost
from ombuds.server.store.housekeeping import forget_parts
from ombuds.server.store.schema import awaited, buried, parts, posts, rulings, settled

IDS = 1_000
BUNDLES_BYTES = 1024 * 1024
UNSETTLED_DAYS = 90
USED = b"ombuds/1 used"


def is_kept(connection: Connection, post: NewPost) -> bool:
    """Say whether this very post is kept. Raises AlreadyUsed for another one of its name, also after that one is gone.

    Members may have ruled over a name that was shown to desks: it never stands for other bytes (T26).
    """
    if connection.execute(select(buried.c.hash).where(buried.c.hash == _used(post.id))).first() is not None:
        raise AlreadyUsed
    row = connection.execute(select(posts.c.content, posts.c.withdraw).where(posts.c.id == post.id)).first()
    if row is not None and (row.content, row.withdraw) != (hash_of(post.content), post.withdraw):
        raise AlreadyUsed
    return row is not None


def add(connection: Connection, post: NewPost, part: Id, effort: int, day: date) -> None:
    """Keep a sealed post whose bytes were stored as a part, with the effort that it cost its sender, in bits of 16."""
    row = {"id": post.id, "campaign": post.campaign, "withdraw": post.withdraw, "content": hash_of(post.content), "part": part}
    connection.execute(insert(posts).values(**row, size=len(post.content), effort=effort, day=day, released=False))
    connection.execute(insert(parts).values(id=part, owner=post.id, size=len(post.content), day=day))


def waiting(connection: Connection, campaign: Id) -> int:
    """Count the posts of a campaign that are not settled."""
    found: int = connection.execute(select(func.count()).select_from(posts).where(posts.c.campaign == campaign)).scalar_one()
    return found


def count_awaited(connection: Connection) -> None:
    """Count the released posts of each campaign that are not settled; the number that readers see moves here alone (T11)."""
    released = select(posts.c.campaign, func.count()).where(posts.c.released.is_(True)).group_by(posts.c.campaign)
    connection.execute(delete(awaited))
    connection.execute(insert(awaited).from_select(["campaign", "number"], released))


def awaited_counts(connection: Connection) -> dict[Id, int]:
    """Return how many posts of each campaign waited at the last fixed hour."""
    return {row.campaign: row.number for row in connection.execute(select(awaited))}


def room(connection: Connection, most: int) -> list[Id]:
    """Forget posts until all take no more bytes than this; return the parts to be deleted.

    What cost its sender less effort for its size goes first, and among equals chance decides, not the names, which senders choose,
    nor what desks were shown: in a flood nobody is shut out, and what came yesterday is as likely to go as what comes now (T20).
    """
    over: int = connection.execute(select(func.coalesce(func.sum(posts.c.size), 0))).scalar_one() - most
    gone = list[Id]()
    if over > 0:
        some = select(posts.c.id, posts.c.size).order_by(posts.c.effort, func.random())
        for name, size in connection.execute(some):
            if over <= 0:
                break
            gone.append(name)
            over -= size
    return forget(connection, gone)


def released(connection: Connection, campaign: Id, after: str) -> tuple[tuple[Id, ...], bool]:
    """Return a page of released posts' names, in the order of the names, and whether there are more."""
    some = select(posts.c.id).where(posts.c.campaign == campaign, posts.c.released.is_(True), posts.c.id > after)
    ids = connection.execute(some.order_by(posts.c.id).limit(IDS + 1)).scalars().all()
    return tuple(ids[:IDS]), len(ids) > IDS


def part_of(connection: Connection, campaign: Id, post: Id) -> Id:
    """Return the part that holds a released post. Raises NotHere."""
    one = select(posts.c.part).where(posts.c.id == post, posts.c.campaign == campaign, posts.c.released.is_(True))
    part: Id | None = connection.execute(one).scalar_one_or_none()
    if part is None:
        raise NotHere
    return part


def release(connection: Connection) -> int:
    """Let the posts that wait be seen by desks, all together, and return how many."""
    return connection.execute(update(posts).where(posts.c.released.is_(False)).values(released=True)).rowcount


def withdrawn(connection: Connection, token_hash: Hash) -> list[Id]:
    """Return the posts that a token withdraws while they wait."""
    return list(connection.execute(select(posts.c.id).where(posts.c.withdraw == token_hash)).scalars())


def settle(connection: Connection, campaign: Id, ids: Iterable[Id], member: MemberName) -> list[Id]:
    """Forget posts that two members settled; return the parts to be deleted."""
    mine = set(connection.execute(select(posts.c.id).where(posts.c.campaign == campaign, posts.c.id.in_(list(ids)))).scalars())
    others = set(connection.execute(_settled(mine).where(settled.c.member != member)).scalars())
    known = set(connection.execute(_settled(mine).where(settled.c.member == member)).scalars())
    fresh = sorted(mine - others - known)
    if fresh:
        connection.execute(insert(settled), [{"post": post, "member": member} for post in fresh])
    return forget(connection, sorted(others))


def forget(connection: Connection, ids: Iterable[Id]) -> list[Id]:
    """Forget posts; return the parts to be deleted."""
    gone = list(ids)
    shown = connection.execute(select(posts.c.id).where(posts.c.id.in_(gone), posts.c.released.is_(True))).scalars().all()
    if shown:
        connection.execute(insert(buried), [{"hash": name} for name in sorted(map(_used, shown))])
    connection.execute(delete(settled).where(settled.c.post.in_(gone)))
    connection.execute(delete(posts).where(posts.c.id.in_(gone)))
    return forget_parts(connection, gone)


def forget_old(connection: Connection, today: date) -> list[Id]:
    """Forget posts that nobody settled in all that time; return the parts to be deleted."""
    old = select(posts.c.id).where(posts.c.day < today - timedelta(days=UNSETTLED_DAYS))
    return forget(connection, connection.execute(old.limit(IDS)).scalars().all())


def add_rulings(connection: Connection, campaign: Id, seq: int, content: bytes) -> None:
    """Add the next sealed bundle of rulings. Raises OrderWrong when another desk was quicker."""
    if seq != last_rulings(connection, campaign) + 1:
        raise OrderWrong
    connection.execute(insert(rulings).values(campaign=campaign, seq=seq, content=content))


def last_rulings(connection: Connection, campaign: Id) -> int:
    """Return the number of the last bundle; 0 before the first."""
    return connection.execute(select(func.max(rulings.c.seq)).where(rulings.c.campaign == campaign)).scalar_one() or 0


def rulings_after(connection: Connection, campaign: Id, seq: int) -> tuple[bytes, ...]:
    """Return bundles after a number, in order, as many as fit into one answer: one at least."""
    later = (rulings.c.campaign == campaign, rulings.c.seq > seq)
    last, size = seq, 0
    for number, length in connection.execute(select(rulings.c.seq, func.length(rulings.c.content)).where(*later).order_by(rulings.c.seq)):
        size += length
        if last > seq and size > BUNDLES_BYTES:
            break
        last = number
    return tuple(connection.execute(select(rulings.c.content).where(*later, rulings.c.seq <= last).order_by(rulings.c.seq)).scalars())


def _used(post: Id) -> Hash:
    """Return what is kept of the name of a post that is gone: nothing that names it to whoever does not know it."""
    return hash_of(USED + post.encode())


def _settled(ids: Iterable[Id]) -> Select[Id]:
    return select(settled.c.post).where(settled.c.post.in_(list(ids)))

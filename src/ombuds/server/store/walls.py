# SPDX-License-Identifier: AGPL-3.0-or-later
"""The posts of walls beside their batches: handed in before the batch, public with it, destroyed when they are taken back.

A batch is a text of the ledger; its posts and pictures lie here. A revealed token hides a post at once and waits for the
batch that counts it. Only what the fold of the batches accepts is published (T18, T26). See spec/store.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, Select, delete, insert, select, update

from ombuds.core.campaign import Batch, Wall, check_published, read_batch
from ombuds.core.content import Content, read_content
from ombuds.core.encoding import decode, encode
from ombuds.core.errors import ContentChanged, EntryRefused, NotHere
from ombuds.core.keys import Hash, Id, hash_of, random_id
from ombuds.core.publication import Entry, Salted
from ombuds.core.record import Record
from ombuds.core.terms import Terms
from ombuds.server.store import fates, ledger
from ombuds.server.store.housekeeping import forget_parts
from ombuds.server.store.schema import contents, leaving, parts, wall_files, wall_posts, withdrawals
from ombuds.server.store.statements import statements_of

UNPUBLISHED_DAYS = 2
WITHDRAWN_DAYS = 30
ROWS = 500


@dataclass(frozen=True)
class Ready:
    """A batch that was checked: its wall and place, its posts as they were handed in, and what it takes from the wall."""

    wall: Id
    version: int
    batch: Batch
    posts: list[tuple[Id, Hash]]
    gone: set[Hash]


def hand_in(connection: Connection, wall: Id, post: Salted, files: Mapping[Hash, Id], day: date) -> None:
    """Keep a post of a batch that is about to be published, with the parts that hold its pictures; once only."""
    known = select(wall_posts.c.id).where(wall_posts.c.wall == wall, wall_posts.c.commitment == post.commitment)
    if connection.execute(known).first() is not None:
        return
    name = random_id()
    row = {"wall": wall, "commitment": post.commitment, "id": name, "version": 0, "withdraw": "", "salted": encode(post), "day": day}
    connection.execute(insert(wall_posts).values(row))
    for content, part in files.items():
        connection.execute(insert(wall_files).values(post=name, content=content, part=part))


def own(connection: Connection, sizes: Mapping[Id, int], wall: Id, commitment: Hash, day: date) -> None:
    """Give stored parts to the post that they show."""
    owner = connection.execute(select(wall_posts.c.id).where(wall_posts.c.wall == wall, wall_posts.c.commitment == commitment)).scalar_one()
    for part, size in sizes.items():
        connection.execute(insert(parts).values(id=part, owner=owner, size=size, day=day))


def has(connection: Connection, wall: Id, commitment: Hash) -> bool:
    """Say whether a post was handed in."""
    return connection.execute(select(wall_posts.c.id).where(wall_posts.c.wall == wall, wall_posts.c.commitment == commitment)).first() is not None


def folded(connection: Connection, terms: Terms, campaign: Id) -> Wall:
    """Return a wall as its batches make it. Raises EntryRefused for batches that were never accepted here."""
    wall = Wall(campaign)
    for salted in batches(connection, terms.wall):
        wall.take(read_batch(salted.content))
    return wall


def batches(connection: Connection, wall: Id) -> Iterator[Salted]:
    """Yield a wall's lists in order."""
    some = select(contents.c.salted).where(contents.c.subject == wall).order_by(contents.c.version)
    yield from (decode(salted, Salted) for salted in connection.execute(some).scalars())


def _rows(connection: Connection, latest: tuple[Terms, int], wall: Wall, batch: Batch) -> list[tuple[Id, Hash]]:
    """Check the posts of a batch that were handed in, and return their names, each with the hash whose token withdraws it."""
    (terms, version), found = latest, []
    stated = statements_of(connection, wall.campaign, version)
    for ref in batch.posts:
        row = connection.execute(_of(terms.wall, ref.commitment)).first()
        if row is None:
            raise NotHere("a post of this batch was not handed in")
        post = check_published(ref, decode(row.salted, Salted))
        if post.campaign != wall.campaign or post.kind not in terms.kinds:
            raise EntryRefused("a post of another campaign")
        if post.version not in stated or (post.rank is not None and post.rank >= len(terms.ranks)):
            raise EntryRefused("a post of a version that the campaign has not, or that changed no statement")
        named = {post.picture.large, post.picture.small} if post.picture else set()
        if set(connection.execute(select(wall_files.c.content).where(wall_files.c.post == row.id)).scalars()) != named:
            raise ContentChanged("a picture is not the one that was confirmed")
        found.append((row.id, ref.withdraw))
    return found


def check_entry(connection: Connection, record: Record, entry: Entry) -> Ready:
    """Check that a batch could be public now; nothing is changed.

    Raises EntryRefused (it does not follow), NotHere (a post was not handed in), ContentChanged, Malformed.
    """
    batch = read_batch(entry.files[0].content)
    terms, version = _latest(connection, record, batch.campaign)
    if terms.wall != entry.subject:
        raise EntryRefused("a batch on another campaign's wall")
    wall = folded(connection, terms, batch.campaign)
    before = set(wall.gone)
    wall.take(batch)
    if len(batch.regions) > len(terms.regions):
        raise EntryRefused("it counts regions that the campaign has not")
    return Ready(terms.wall, wall.version, batch, _rows(connection, (terms, version), wall, batch), set(wall.gone) - before)


def publish(connection: Connection, ready: Ready) -> list[Id]:
    """Make a batch public whose list is being appended, in the transaction in which it was checked; return the parts to be deleted."""
    for name, withdraw in ready.posts:
        connection.execute(update(wall_posts).where(wall_posts.c.id == name).values(version=ready.version, withdraw=withdraw))
    counted = [hash_of(token) for token in ready.batch.withdrawn]
    connection.execute(update(withdrawals).where(withdrawals.c.hash.in_(counted)).values(counted=True))
    fates.ask(connection, ready.wall, ready.batch.campaign, ready.batch.asks)
    return _destroy(connection, ready.wall, ready.gone)


def content_of(connection: Connection, record: Record, campaign: Id) -> tuple[Content, int]:
    """Return a campaign's text in its latest version, and which that is. Raises NotHere for what is no campaign, or was taken down."""
    head = record.head(campaign)
    salted = ledger.content(connection, campaign, head.version) if head and head.kind != "wall" else None
    content = read_content(salted.content) if salted else None
    if head is None or content is None or content.terms is None:
        raise NotHere("there is no such campaign")
    return content, head.version


def terms_of(connection: Connection, record: Record, campaign: Id) -> Terms:
    """Return the terms of a campaign in its latest version. Raises NotHere for what is no campaign, or was taken down."""
    return _latest(connection, record, campaign)[0]


def _latest(connection: Connection, record: Record, campaign: Id) -> tuple[Terms, int]:
    content, version = content_of(connection, record, campaign)
    if content.terms is None:
        raise NotHere("there is no such campaign")
    return content.terms, version


def page(connection: Connection, wall: Id, commitments: Iterable[Hash]) -> dict[Hash, Salted]:
    """Return those of these posts that are public now: what was withdrawn is not shown, counted or not."""
    wanted = list(commitments)
    some = select(wall_posts.c.commitment, wall_posts.c.salted).where(wall_posts.c.wall == wall, wall_posts.c.version > 0)
    shown = some.where(wall_posts.c.commitment.in_(wanted), wall_posts.c.withdraw.not_in(select(withdrawals.c.hash)))
    return {row.commitment: decode(row.salted, Salted) for row in connection.execute(shown)}


def all_hidden(connection: Connection) -> frozenset[Hash]:
    """Return the posts of every wall whose tokens were revealed and that no batch has counted yet."""
    shown = select(wall_posts.c.commitment).where(wall_posts.c.version > 0)
    return frozenset(connection.execute(shown.where(wall_posts.c.withdraw.in_(select(withdrawals.c.hash)))).scalars())


def picture(connection: Connection, content: Hash) -> Id:
    """Return the part that holds a public picture. Raises NotHere."""
    joined = wall_files.join(wall_posts, wall_posts.c.id == wall_files.c.post)
    shown = (wall_posts.c.version > 0, wall_posts.c.withdraw.not_in(select(withdrawals.c.hash)))
    part: Id | None = connection.execute(select(wall_files.c.part).select_from(joined).where(wall_files.c.content == content, *shown).limit(1)).scalar()
    if part is None:
        raise NotHere
    return part


def withdraw(connection: Connection, token: bytes, waits: bool, day: date) -> None:
    """Hide what a token withdraws at once, and keep the token for the batch that counts it; one that fits nothing leaves no row."""
    name = hash_of(token)
    there = connection.execute(select(wall_posts.c.id).where(wall_posts.c.withdraw == name, wall_posts.c.version > 0)).first()
    known = connection.execute(select(withdrawals.c.hash).where(withdrawals.c.hash == name)).first()
    # Of a post that waited, the token is kept too: it may stand in a batch that is being signed.
    if known is None and (waits or there is not None):
        connection.execute(insert(withdrawals).values(hash=name, token=token, day=day, counted=False))


def uncounted(connection: Connection, wall: Id) -> tuple[bytes, ...]:
    """Return the tokens whose posts stand on the wall and that no batch has counted."""
    joined = withdrawals.join(wall_posts, wall_posts.c.withdraw == withdrawals.c.hash)
    some = select(withdrawals.c.token).select_from(joined).where(wall_posts.c.wall == wall, wall_posts.c.version > 0, withdrawals.c.counted.is_(False))
    return tuple(sorted(set(connection.execute(some.limit(ROWS)).scalars())))


def forget_old(connection: Connection, today: date) -> list[Id]:
    """Forget posts whose batch never came, and tokens that fitted nothing public; return the parts to be deleted."""
    old = select(wall_posts.c.id).where(wall_posts.c.version == 0, wall_posts.c.day < today - timedelta(days=UNPUBLISHED_DAYS))
    old = old.where(wall_posts.c.wall.not_in(select(leaving.c.wall)))
    ids = list(connection.execute(old.limit(ROWS)).scalars())
    public = select(wall_posts.c.withdraw).where(wall_posts.c.version > 0)
    late = (withdrawals.c.day < today - timedelta(days=WITHDRAWN_DAYS), withdrawals.c.hash.not_in(public))
    connection.execute(delete(withdrawals).where(*late))
    return _forget(connection, ids)


def walls_of(connection: Connection, record: Record, subject: Id) -> tuple[Id, ...]:
    """Return the walls whose posts go with a subject that is taken down: the wall itself, or that of a campaign."""
    try:
        return (subject, terms_of(connection, record, subject).wall)
    except NotHere:
        return (subject,)


def destroy(connection: Connection, wall: Id) -> list[Id]:
    """Destroy all posts of a wall that was taken down, and the batch that waits for it; return the parts to be deleted."""
    connection.execute(delete(leaving).where(leaving.c.wall == wall))
    fates.forget(connection, wall)
    return _forget(connection, list(connection.execute(select(wall_posts.c.id).where(wall_posts.c.wall == wall)).scalars()))


def _destroy(connection: Connection, wall: Id, commitments: Iterable[Hash]) -> list[Id]:
    mine = select(wall_posts.c.id).where(wall_posts.c.wall == wall, wall_posts.c.commitment.in_(list(commitments)))
    return _forget(connection, list(connection.execute(mine).scalars()))


def _forget(connection: Connection, ids: list[Id]) -> list[Id]:
    connection.execute(delete(wall_files).where(wall_files.c.post.in_(ids)))
    connection.execute(delete(wall_posts).where(wall_posts.c.id.in_(ids)))
    return forget_parts(connection, ids)


def _of(wall: Id, commitment: Hash) -> Select[Id, bytes]:
    return select(wall_posts.c.id, wall_posts.c.salted).where(wall_posts.c.wall == wall, wall_posts.c.commitment == commitment)

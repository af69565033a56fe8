# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ledger's leaves and the published files beside them: appended together or not at all, never changed.

Only what the public record accepts is appended (T18, T30). A takedown keeps the entries and deletes the files of its
subject with their salts, so that what stays confirms no guess. It does not decide who may publish. See spec/store.md.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, insert, select

from ombuds.core.encoding import decode, encode
from ombuds.core.envelope import Envelope
from ombuds.core.errors import CharterRefused, ContentChanged, TooLarge
from ombuds.core.ledger import LARGEST_ENTRY
from ombuds.core.publication import Salted
from ombuds.core.record import Line, Record
from ombuds.server.store.db import Store
from ombuds.server.store.schema import contents, ledger, pictures


def found(store: Store, charter: Envelope) -> Line:
    """Begin the ledger with a founding charter. Raises CharterRefused (also when it has begun), Malformed, BadSignature, TooLarge."""
    leaf = charter.canonical()
    record = Record(leaf)
    _refuse_large(leaf)
    with store.write() as connection:
        if size(connection):
            raise CharterRefused("this desk was founded already")
        connection.execute(insert(ledger).values(index=0, leaf=leaf))
    return record.lines[0]


def append(connection: Connection, record: Record, leaf: bytes, files: tuple[Salted, ...]) -> Line:
    """Add one leaf with its files inside the caller's transaction; ``record`` is the ledger so far and stays as it is.

    Raises ContentChanged, TooLarge, and whatever ``Record.advance`` raises.
    """
    line = check(record, leaf, files)
    connection.execute(insert(ledger).values(index=line.index, leaf=leaf))
    for number, file in enumerate(files):
        place = {"subject": line.subject, "version": line.version, "salted": encode(file)}
        connection.execute(insert(pictures).values(number=number, **place) if number else insert(contents).values(index=line.index, **place))
    if line.kind == "takedown":
        connection.execute(delete(contents).where(contents.c.subject == line.subject))
        connection.execute(delete(pictures).where(pictures.c.subject == line.subject))
    return line


def check(record: Record, leaf: bytes, files: tuple[Salted, ...]) -> Line:
    """Check that a leaf with these files could be added now, and return its line. Raises as ``append``; ``record`` stays as it is."""
    _refuse_large(leaf)
    line = record.copy().advance(leaf)
    named = line.parameters.files if line.parameters else ()
    if [(file.path, file.commitment) for file in files] != [(file.path, file.commitment) for file in named]:
        raise ContentChanged
    return line


def size(connection: Connection) -> int:
    """Count the leaves."""
    last: int | None = connection.execute(select(func.max(ledger.c.index))).scalar_one()
    return 0 if last is None else last + 1


def leaves(connection: Connection, first: int, count: int) -> list[bytes]:
    """Return up to ``count`` leaves in order, from an index on."""
    some = select(ledger.c.leaf).where(ledger.c.index >= first, ledger.c.index < first + count).order_by(ledger.c.index)
    return list(connection.execute(some).scalars())


def content(connection: Connection, subject: str, version: int) -> Salted | None:
    """Return a published text with its salt, or None when it was never here or was taken down."""
    one = select(contents.c.salted).where(contents.c.subject == subject, contents.c.version == version)
    salted: bytes | None = connection.execute(one).scalar_one_or_none()
    return None if salted is None else decode(salted, Salted)


def picture(connection: Connection, subject: str, version: int, number: int) -> Salted | None:
    """Return a published picture with its salt, counted from 1, or None when it was never here or was taken down."""
    one = select(pictures.c.salted).where(pictures.c.subject == subject, pictures.c.version == version, pictures.c.number == number)
    salted: bytes | None = connection.execute(one).scalar_one_or_none()
    return None if salted is None else decode(salted, Salted)


def _refuse_large(leaf: bytes) -> None:
    # Bundles of the ledger have two bytes for a length.
    if len(leaf) > LARGEST_ENTRY:
        raise TooLarge("an entry has at most 65535 bytes")

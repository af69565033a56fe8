# SPDX-License-Identifier: AGPL-3.0-or-later
"""What members hand in about themselves: their weekly recipients, confirmations that wait for others, used nonces.

A recipient for a week stands once it is here: a member who replaced it would make reports unreadable that were sealed to
the first (T29). It does not check signatures; the API does. See spec/store.md; T23.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from ombuds.core.charter import EpochKey
from ombuds.core.encoding import encode
from ombuds.core.envelope import Envelope, read
from ombuds.core.errors import OrderWrong, RequestRefused
from ombuds.core.keys import Hash, Id, MemberName, epoch_of
from ombuds.server.store.schema import confirmations, epochs, nonces

EPOCHS_KEPT = 2
CONFIRMATION_DAYS = 1
MOST_WAITING = 100


def use_nonce(connection: Connection, nonce: Id, day: date) -> None:
    """Remember a request's nonce. Raises RequestRefused if it was used before."""
    if connection.execute(select(nonces.c.nonce).where(nonces.c.nonce == nonce)).first():
        raise RequestRefused("it was sent before")
    connection.execute(insert(nonces).values(nonce=nonce, day=day))


def standing(connection: Connection, member: MemberName, epoch: int) -> Envelope | None:
    """Return a member's statement for one week, if there is one."""
    one = select(epochs.c.statement).where(epochs.c.member == member, epochs.c.epoch == epoch)
    content: bytes | None = connection.execute(one).scalar_one_or_none()
    return None if content is None else read(content)


def keep_epoch(connection: Connection, key: EpochKey, statement: Envelope, today: date) -> None:
    """Keep a member's recipient for one week, in place of one that counts no longer, and forget those of old weeks."""
    mine = (epochs.c.member == key.member, epochs.c.epoch == key.epoch)
    connection.execute(delete(epochs).where(*mine))
    connection.execute(insert(epochs).values(member=key.member, epoch=key.epoch, statement=encode(statement)))
    connection.execute(delete(epochs).where(epochs.c.epoch < epoch_of(today) - EPOCHS_KEPT))


def statements(connection: Connection) -> tuple[Envelope, ...]:
    """Return every member's recipients, in the order of names and weeks."""
    rows = connection.execute(select(epochs.c.statement).order_by(epochs.c.member, epochs.c.epoch)).scalars()
    return tuple(read(row) for row in rows)


def waiting(connection: Connection) -> tuple[Envelope, ...]:
    """Return the confirmations that wait for more signatures."""
    return tuple(read(row) for row in connection.execute(select(confirmations.c.envelope).order_by(confirmations.c.hash)).scalars())


def confirmation(connection: Connection, payload: Hash) -> Envelope | None:
    """Return the confirmation of that payload, if it waits here."""
    content: bytes | None = connection.execute(select(confirmations.c.envelope).where(confirmations.c.hash == payload)).scalar_one_or_none()
    return None if content is None else read(content)


def keep_confirmation(connection: Connection, envelope: Envelope, day: date, by: Hash) -> None:
    """Keep a confirmation with the signatures it has so far, in place of another that only this key signed. Raises OrderWrong if too many wait."""
    content = encode(envelope)
    for other in waiting(connection):
        # One for each member: nobody can fill the table so that the others' does not fit on it.
        if other.hash != envelope.hash and {signature.keyid for signature in other.signatures} == {by}:
            connection.execute(delete(confirmations).where(confirmations.c.hash == other.hash))
    if connection.execute(update(confirmations).where(confirmations.c.hash == envelope.hash).values(envelope=content)).rowcount:
        return
    connection.execute(delete(confirmations).where(confirmations.c.day < day - timedelta(days=CONFIRMATION_DAYS)))
    if connection.execute(select(func.count()).select_from(confirmations)).scalar_one() >= MOST_WAITING:
        raise OrderWrong("too many confirmations wait already")
    connection.execute(insert(confirmations).values(hash=envelope.hash, envelope=content, day=day))


def forget_confirmations(connection: Connection) -> None:
    """Forget all that wait: one has reached its number, or the charter has changed."""
    connection.execute(delete(confirmations))

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Somebody who has taken a server's disk and some members' opened vaults, and opens whatever these can open.

It does not follow the rules of the desk: every sealed piece is tried with every key, whatever is found inside is used again,
and shares are put together without asking for anybody's approval. It knows no report and judges nothing.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import select

from ombuds.core.age import Identity, open_sealed
from ombuds.core.errors import OmbudsError
from ombuds.core.shamir import SHARE_LENGTH, combine
from ombuds.desk.vault import Vault
from ombuds.server.store.schema import metadata
from tests.desk.desks import World

SEALED = b"age-encryption.org"
SEED = 32


@dataclass
class Seizure:
    """What was taken, and what came out of it so far."""

    opened: list[bytes] = field(default_factory=list)
    _sealed: set[bytes] = field(default_factory=set)
    _seeds: set[bytes] = field(default_factory=set)
    _shares: set[bytes] = field(default_factory=set)
    _tried: set[tuple[bytes, bytes]] = field(default_factory=set)

    def take(self, pieces: Iterable[bytes]) -> None:
        """Take what lies somewhere, and everything inside it that is not sealed."""
        for piece in pieces:
            for part in _inside(piece):
                if part.startswith(SEALED):
                    self._sealed.add(part)
                elif len(part) == SEED:
                    self._seeds.add(part)
                elif len(part) == SHARE_LENGTH:
                    self._shares.add(part)

    def open_all(self) -> bytes:
        """Open everything that opens, again and again until nothing new comes out, and return all of it."""
        before = -1
        while before != len(self.opened):
            before = len(self.opened)
            self._seeds |= set(self._combined())
            for seed in list(self._seeds):
                self._try(Identity(seed))
        return b"\n".join(self.opened)

    def _try(self, key: Identity) -> None:
        for piece in list(self._sealed):
            if (key.seed, piece) in self._tried:
                continue
            self._tried.add((key.seed, piece))
            try:
                content = open_sealed(piece, key)
            except OmbudsError:
                continue
            self._sealed.discard(piece)
            self.opened.append(content)
            self.take([content])

    def _combined(self) -> Iterator[bytes]:
        """Put any two shares together, and use one alone as if it were the secret."""
        shares = sorted(self._shares)
        for place, one in enumerate(shares):
            yield one[:SEED]
            for other in shares[place + 1 :]:
                if one[-1] != other[-1]:
                    yield combine([one, other])


def seize(disk: Iterable[bytes], *vaults: Vault) -> bytes:
    """Take a disk and opened vaults, and return everything that can be opened with them."""
    taken = Seizure()
    taken.take(disk)
    for vault in vaults:
        taken.take(vault_of(vault))
    return taken.open_all()


def disk_of(world: World) -> list[bytes]:
    """Everything that lies on a server's disk: each cell of each table, and each part."""
    cells: list[bytes] = []
    with world.parts.store.read() as connection:
        for table in metadata.tables.values():
            for row in connection.execute(select(table)):
                cells += [cell for cell in row if isinstance(cell, bytes)]
    return cells + [path.read_bytes() for path in (world.parts.settings.folder / "blobs").rglob("*") if path.is_file()]


def vault_of(vault: Vault) -> list[bytes]:
    """Everything that an opened vault holds: each cell of each table."""
    tables = [str(row[0]) for row in vault.file.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = [row for table in tables for row in vault.file.rows(f"SELECT * FROM {table}")]  # noqa: S608 - the vault's own names
    return [cell for row in rows for cell in row if isinstance(cell, bytes)]


def _inside(content: bytes) -> Iterator[bytes]:
    """Yield the bytes themselves and, of a struct, all the bytes that are written in it."""
    yield content
    if content.startswith(SEALED) or content[:1] not in (b"{", b"["):
        return
    try:
        told = msgspec.json.decode(content)
    except msgspec.DecodeError:
        return
    for text in _strings(told):
        try:
            found = b64decode(text, validate=True)
        except ValueError:
            continue
        yield from _inside(found)


def _strings(told: object) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict):
        for each in told.values():
            yield from _strings(each)
    elif isinstance(told, list):
        for each in told:
            yield from _strings(each)

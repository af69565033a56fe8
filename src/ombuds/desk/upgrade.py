# SPDX-License-Identifier: AGPL-3.0-or-later
"""Brings an older vault up to date, whole or not at all: the steps it lacks, then what they fill in from what is there.

It reads what is kept and changes none of it. A vault of a newer ombuds never comes here. See spec/vault.md.
"""

from __future__ import annotations

from ombuds.core.cards import Card
from ombuds.core.encoding import decode, decode_canonical, encode
from ombuds.core.envelope import Envelope
from ombuds.core.sealing import Sealed
from ombuds.desk.index import Index
from ombuds.desk.kept import KeptDraft, Matter
from ombuds.desk.lines import said_by, said_in
from ombuds.desk.tables import STEPS, VERSION
from ombuds.desk.vaultfile import Cell, VaultFile


def upgrade(file: VaultFile) -> None:
    """Take the steps that a vault lacks. Raises VaultDamaged, StoreFull, Malformed."""
    had = file.version
    if had == VERSION:
        return
    with file.write():
        for version, step in enumerate(STEPS[had:], start=had + 1):
            file.step(step, version)
        if had < 2:
            _fill_second(file)


def size_of(sealed: Sealed) -> int:
    """Return the size class of a sealed report: its body and the parts of its files."""
    return len(sealed.body) + sum(part.size for file in sealed.manifest.files for part in file.parts)


def _fill_second(file: VaultFile) -> None:
    for (name,) in file.rows("SELECT id FROM report"):
        sealed = decode(_one(file, "SELECT sealed FROM report WHERE id = ?", name), Sealed)
        file.put("UPDATE report SET size = ? WHERE id = ?", size_of(sealed), name)
    for (name,) in file.rows("SELECT id FROM matter"):
        matter = decode(_one(file, "SELECT content FROM matter WHERE id = ?", name), Matter)
        file.put("UPDATE matter SET unread = ? WHERE id = ?", matter.unread, name)
        card = decode_canonical(matter.card.payload, Card)
        file.put("INSERT INTO card VALUES (?, ?, ?)", name, card.expires.isoformat(), encode(matter.card))
    index = Index(file)
    for holder, seq in file.rows("SELECT holder, event.seq FROM event LEFT JOIN matter ON matter.id = holder ORDER BY day, holder, event.seq"):
        event = decode(_one(file, "SELECT content FROM event WHERE holder = ? AND seq = ?", holder, seq), Envelope)
        for said in said_in(event):
            index.add(said)
    for (name,) in file.rows("SELECT id FROM draft"):
        index.add(said_by(decode(_one(file, "SELECT content FROM draft WHERE id = ?", name), KeptDraft)))


def _one(file: VaultFile, statement: str, *cells: Cell) -> bytes:
    (cell,) = file.rows(statement, *cells)[0]
    return cell if isinstance(cell, bytes) else b""

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Brings an older vault up to date, whole or not at all: the steps it lacks, then what they fill in from what is there.

It reads what is kept and changes none of it, but that a case log without its slots' hashes is fetched anew. A vault of a newer
ombuds never comes here. See spec/vault.md.
"""

from __future__ import annotations

from msgspec.structs import replace

from ombuds.core.cards import Card
from ombuds.core.encoding import decode, decode_canonical, encode
from ombuds.core.posts import Pending
from ombuds.core.sealing import Sealed
from ombuds.desk.index import Index
from ombuds.desk.kept import KeptDraft, Matter
from ombuds.desk.lines import said_by
from ombuds.desk.receiptbox import KEEP
from ombuds.desk.tables import STEPS, VERSION
from ombuds.desk.vaultfile import Cell, VaultFile


def upgrade(file: VaultFile) -> None:
    """Take the steps that a vault lacks. Raises VaultDamaged, VaultFull, Malformed."""
    had = file.version
    if had == VERSION:
        return
    with file.write():
        for version, step in enumerate(STEPS[had:], start=had + 1):
            file.step(step, version)
            if version in FILLED:
                FILLED[version](file)


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
    # What case logs say is found once they were fetched again, which the third step asks for.
    for (name,) in file.rows("SELECT id FROM draft"):
        index.add(said_by(decode(_one(file, "SELECT content FROM draft WHERE id = ?", name), KeptDraft)))


def _fill_third(file: VaultFile) -> None:
    for (name,) in file.rows("SELECT id FROM matter"):
        matter = decode(_one(file, "SELECT content FROM matter WHERE id = ?", name), Matter)
        file.put("UPDATE matter SET seq = 0, content = ? WHERE id = ?", encode(replace(matter, seq=0)), name)


def _fill_sixth(file: VaultFile) -> None:
    for holder, name in file.rows("SELECT holder, id FROM post WHERE content IS NOT NULL"):
        pending = decode(_one(file, "SELECT content FROM post WHERE holder = ? AND id = ?", holder, name), Pending)
        file.put(KEEP, holder, name, pending.withdraw)


FILLED = {2: _fill_second, 3: _fill_third, 6: _fill_sixth}
"""What each step fills in, by the version that it leads to."""


def _one(file: VaultFile, statement: str, *cells: Cell) -> bytes:
    (cell,) = file.rows(statement, *cells)[0]
    return cell if isinstance(cell, bytes) else b""

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which receipt each post of a campaign names: the hash of the token that takes it back, while the post is not settled.

No two posts of a wall can name one hash, so a second post that names it is told from the first without reading either. The rows
go with what their posts hold. It judges nothing: copies.py does. See spec/vault.md.
"""

from __future__ import annotations

from ombuds.core.errors import NotHere
from ombuds.core.keys import Hash, Id
from ombuds.desk.vaultfile import VaultFile

KEEP = "INSERT OR IGNORE INTO receipt VALUES (?, ?, ?)"
# In this order, which SQLite would turn round: it has no counts of its rows, and would read every post.
BESIDE = """SELECT other.post FROM receipt AS own CROSS JOIN receipt AS other ON other.holder = own.holder AND other.withdraw = own.withdraw
  CROSS JOIN post ON post.holder = other.holder AND post.id = other.post
  WHERE own.holder = ? AND own.post = ? AND other.post != own.post AND post.state != 'rejected' ORDER BY other.post"""
TWICE = """SELECT withdraw FROM receipt JOIN post ON post.holder = receipt.holder AND post.id = receipt.post
  WHERE receipt.holder = ? AND state = 'accepted' GROUP BY withdraw HAVING count(*) > 1"""


class Receipts:
    """What the posts of one vault name."""

    def __init__(self, file: VaultFile) -> None:
        self._file = file

    def of(self, campaign: Id, post: Id) -> Hash:
        """Return the hash that a post names. Raises NotHere, also once the post is settled."""
        rows = self._file.rows("SELECT withdraw FROM receipt WHERE holder = ? AND post = ?", campaign, post)
        if not rows:
            raise NotHere("there is no such post")
        return str(rows[0][0])

    def holders(self, campaign: Id, withdraw: Hash) -> set[Id]:
        """Return the posts that name a hash and are not settled, rejected ones among them."""
        return {str(row[0]) for row in self._file.rows("SELECT post FROM receipt WHERE holder = ? AND withdraw = ?", campaign, withdraw)}

    def beside(self, campaign: Id, post: Id) -> list[Id]:
        """Return the other posts that name the hash which this one names, without rejected ones."""
        return [str(row[0]) for row in self._file.rows(BESIDE, campaign, post)]

    def twice(self, campaign: Id) -> set[Hash]:
        """Return the hashes that several accepted posts name."""
        return {str(row[0]) for row in self._file.rows(TWICE, campaign)}

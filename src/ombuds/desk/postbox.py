# SPDX-License-Identifier: AGPL-3.0-or-later
"""The posts of campaigns in a vault: each opened post until it is settled, and every member's latest ruling over it.

A list reads no pictures and begins where a page ended, so that it costs the same among a hundred and among ten thousand. Of
a post that is settled or gone only its name, state, reason and region stay, so that it cannot come in again and counts stay
right. It judges nothing. See spec/vault.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

import msgspec

from ombuds.core.encoding import decode, encode
from ombuds.core.errors import NotHere
from ombuds.core.keys import Hash, Id
from ombuds.core.posts import Pending, Post, Verdict
from ombuds.desk import receiptbox
from ombuds.desk.vaultfile import Row, VaultFile

PAGE, NAME = 50, 32
COVERED = "covered:"
State = Literal["waiting", "accepted", "rejected", "quarantined", "published", "gone"]
COLUMNS = "SELECT id, sealed, state, reason, region, near, mine, ruled, post FROM post"
ONE = f"{COLUMNS} WHERE holder = ? AND id = ? AND state != 'gone'"
# By name: without counts of its rows SQLite would read the whole table in the order of its key, pictures and all.
IN_STATE = f"{COLUMNS} INDEXED BY post_in_order WHERE holder = ? AND state = ? AND id > ? ORDER BY id LIMIT ?"
AGAIN = "again"
"""Stands in the place of a member's ruling while the post waits for them once more, in whatever state others' rulings brought it."""

NEW = f"{COLUMNS} INDEXED BY post_by_state WHERE holder = ? AND state = 'waiting' AND mine = 0 AND ruled = '' AND id > ?"
ONCE_MORE = f"{COLUMNS} INDEXED BY post_ruled WHERE holder = ? AND ruled != '' AND post IS NOT NULL AND ruled = '{AGAIN}' AND id > ?"
MANY_ONCE_MORE = "SELECT count(*) FROM post INDEXED BY post_ruled WHERE holder = ? AND ruled != '' AND post IS NOT NULL AND ruled = ?"
FOR_ME = f"{NEW} UNION ALL {ONCE_MORE} ORDER BY id LIMIT ?"
BY_ME = f"{COLUMNS} INDEXED BY post_ruled WHERE holder = ? AND ruled != '' AND ruled != '{AGAIN}' AND post IS NOT NULL AND id > ? ORDER BY id LIMIT ?"


FORGET = "UPDATE post SET state = 'gone', reason = ?, near = '', ruled = '', post = NULL, content = NULL WHERE holder = ? AND id = ?"
UNSEEN_RULINGS = """
DELETE FROM ruling WHERE holder = ? AND (post, member) IN (
  SELECT post, member FROM (
    SELECT post, member, row_number() OVER (PARTITION BY member ORDER BY json_extract(CAST(content AS TEXT), '$.place') DESC, post) AS later
    FROM ruling WHERE holder = ? AND NOT EXISTS (SELECT 1 FROM post WHERE post.holder = ? AND post.id = ruling.post)
  ) WHERE later > ?
)"""


DIFFERS, UNSEEN = "differs", "unseen"
"""What stands in the place of a likeness where the two files of a photograph are not one picture, or could not be compared."""


class PostLine(NamedTuple):
    """A post as a list shows it, without its pictures; ``region`` is -1 for none, ``ruled`` what this member ruled, or empty."""

    id: Id
    sealed: Hash
    state: State
    reason: str
    region: int
    near: str
    mine: bool
    ruled: str
    post: Post | None
    pair: str = ""


class Posts:
    """The posts of one vault."""

    def __init__(self, file: VaultFile) -> None:
        self._file = file

    def known(self, campaign: Id) -> set[str]:
        """Return the names of all posts that this desk ever took in."""
        return {str(row[0]) for row in self._file.rows("SELECT id FROM post WHERE holder = ?", campaign)}

    def keep(self, post: Id, sealed: Hash, pending: Pending, near: str | None = None) -> None:
        """Keep an opened post with what was seen of its photograph; one of its name that is here already stays as it is."""
        region, near = -1 if pending.region is None else pending.region, pending.near if near is None else near
        cells = (post, pending.post.campaign, sealed, "waiting", "", region, near, 0, "", encode(pending.post), encode(pending))
        with self._file.write():
            self._file.put("INSERT OR IGNORE INTO post VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", *cells)
            self._file.put(receiptbox.KEEP, pending.post.campaign, post, pending.withdraw)

    def line(self, campaign: Id, post: Id) -> PostLine:
        """Return one post without its pictures. Raises NotHere."""
        return _line(_one(self._file.rows(ONE, campaign, post)))

    def pending(self, campaign: Id, post: Id) -> Pending:
        """Return a post as its supporter sent it. Raises NotHere, also once it is settled."""
        (content,) = _one(self._file.rows("SELECT content FROM post WHERE holder = ? AND id = ?", campaign, post))
        if not isinstance(content, bytes):
            raise NotHere("this post is settled")
        return decode(content, Pending)

    def lines(self, campaign: Id, state: State, after: str = "", limit: int = PAGE) -> list[PostLine]:
        """Return posts in one state, behind one of them, in the order of their names."""
        rows = self._file.rows(IN_STATE, campaign, state, after, limit)
        return [_line(row) for row in rows]

    def for_me(self, campaign: Id, after: str = "", limit: int = PAGE) -> list[PostLine]:
        """Return posts that wait for this member's ruling: not ruled over by them and not their own, or asked once more."""
        rows = self._file.rows(FOR_ME, campaign, after, campaign, after, limit)
        return [_line(row) for row in rows]

    def counts(self, campaign: Id) -> dict[str, int]:
        """Return how many posts are in each state, and under ``mine to do`` how many wait for this member."""
        rows = self._file.rows("SELECT state, count(*) FROM post WHERE holder = ? AND state != 'gone' GROUP BY state", campaign)
        found = {str(state): int(str(number)) for state, number in rows}
        return {**found, "mine to do": self.to_do(campaign)}

    def to_do(self, campaign: Id) -> int:
        """Return how many posts wait for this member."""
        mine = self._file.rows("SELECT count(*) FROM post WHERE holder = ? AND state = 'waiting' AND mine = 0 AND ruled = ''", campaign)
        again = self._file.rows(MANY_ONCE_MORE, campaign, AGAIN)
        return int(str(mine[0][0])) + int(str(again[0][0]))

    def rejected(self, campaign: Id) -> dict[str, int]:
        """Return how many posts were rejected since the last batch, by reason."""
        some = "holder = ? AND state = 'rejected' AND content IS NOT NULL"
        rows = self._file.rows(f"SELECT reason, count(*) FROM post WHERE {some} GROUP BY reason ORDER BY reason", campaign)  # noqa: S608
        return {str(reason): int(str(number)) for reason, number in rows}

    def ever_rejected(self, campaign: Id) -> dict[str, int]:
        """Return how many posts this desk ever knew as rejected, by reason, the settled ones among them."""
        rows = self._file.rows("SELECT reason, count(*) FROM post WHERE holder = ? AND state = 'rejected' GROUP BY reason ORDER BY reason", campaign)
        return {str(reason): int(str(number)) for reason, number in rows}

    def refused(self, campaign: Id, reason: str) -> list[Id]:
        """Return the posts that were rejected for one reason and are not settled."""
        some = "holder = ? AND state = 'rejected' AND reason = ? AND content IS NOT NULL"
        return [str(row[0]) for row in self._file.rows(f"SELECT id FROM post WHERE {some} ORDER BY id", campaign, reason)]  # noqa: S608

    def regions(self, campaign: Id) -> dict[int, int]:
        """Return how many published posts name each region."""
        rows = self._file.rows("SELECT region, count(*) FROM post WHERE holder = ? AND state = 'published' GROUP BY region", campaign)
        return {int(str(region)): int(str(number)) for region, number in rows if int(str(region)) >= 0}

    def near(self, campaign: Id) -> tuple[list[Id], str]:
        """Return the names of posts that are not settled and have a likeness, and their likenesses one after another."""
        some = "holder = ? AND near != '' AND length(near) = 16"
        rows = self._file.rows(f"SELECT group_concat(id, ''), group_concat(near, '') FROM post INDEXED BY post_near WHERE {some}", campaign)  # noqa: S608
        names, likenesses = (str(cell or "") for cell in rows[0])
        return [names[place : place + NAME] for place in range(0, len(names), NAME)], likenesses

    def ruled_by_me(self, campaign: Id, after: str = "", limit: int = PAGE) -> list[PostLine]:
        """Return posts over which this member ruled and whose rulings can still be changed, behind one of them."""
        rows = self._file.rows(BY_ME, campaign, after, limit)
        return [_line(row) for row in rows]

    def set_state(self, campaign: Id, post: Id, state: State, reason: str = "") -> None:
        """Say where a post stands now; a settled one keeps no picture and no sentence."""
        self._file.put("UPDATE post SET state = ?, reason = ? WHERE holder = ? AND id = ?", state, reason, campaign, post)

    def settle(self, campaign: Id, posts: Iterable[Id]) -> None:
        """Forget what settled posts hold, and keep that they were here."""
        with self._file.write():
            for post in posts:
                self._file.put("UPDATE post SET post = NULL, content = NULL, near = '' WHERE holder = ? AND id = ?", campaign, post)
                self._drop_rulings(campaign, post)

    def forget(self, campaign: Id, post: Id, why: str = "") -> None:
        """Forget a post that is not listed any more, and the rulings over it; its name stays, so that it never stands for a new one (T26)."""
        with self._file.write():
            self._file.put(FORGET, why, campaign, post)
            self._drop_rulings(campaign, post)

    def gone(self, campaign: Id) -> set[str]:
        """Return the names of posts that were here and are not listed any more, for no reason that is known here."""
        return {str(row[0]) for row in self._file.rows("SELECT id FROM post WHERE holder = ? AND state = 'gone' AND reason = ''", campaign)}

    def is_over(self, campaign: Id, post: Id) -> bool:
        """Whether a post was here and is settled or gone: no ruling over it counts any more."""
        return bool(self._file.rows("SELECT 1 FROM post WHERE holder = ? AND id = ? AND post IS NULL", campaign, post))

    def drop_unseen(self, campaign: Id, most: int) -> None:
        """Keep of each member's rulings over posts that were never here so many, the latest ones: those posts may still come."""
        self._file.put(UNSEEN_RULINGS, campaign, campaign, campaign, most)

    def claim(self, campaign: Id, post: Id) -> None:
        """Note that a post is this member's own: others rule over it."""
        self._file.put("UPDATE post SET mine = 1 WHERE holder = ? AND id = ?", campaign, post)

    def keep_ruling(self, campaign: Id, member: str, verdict: Verdict, own: bool) -> None:
        """Keep a member's ruling in place of an earlier one."""
        with self._file.write():
            self._file.put("INSERT OR REPLACE INTO ruling VALUES (?, ?, ?, ?)", campaign, verdict.post, member, encode(verdict))
            if own:
                self._file.put("UPDATE post SET ruled = ? WHERE holder = ? AND id = ?", verdict.ruling, campaign, verdict.post)

    def rulings(self, campaign: Id, post: Id) -> Mapping[str, Verdict]:
        """Return every member's latest ruling over a post."""
        rows = self._file.rows("SELECT member, content FROM ruling WHERE holder = ? AND post = ? ORDER BY member", campaign, post)
        return {str(member): decode(_bytes(content), Verdict) for member, content in rows}

    def ask_again(self, campaign: Id, post: Id) -> None:
        """Let a post wait for this member once more; the ruling that they gave stands until they give another."""
        self._file.put("UPDATE post SET ruled = ? WHERE holder = ? AND id = ?", AGAIN, campaign, post)

    def covered(self, campaign: Id, post: Id, files: bool = False) -> bytes | None:
        """Return what is said of a post's photograph as it was last made with squares covered, or its files."""
        rows = self._file.rows("SELECT value FROM note WHERE name = ?", _covered(campaign, post)[files])
        return _bytes(rows[0][0]) if rows else None

    def keep_covered(self, campaign: Id, post: Id, said: bytes, files: bytes) -> None:
        """Keep a post's photograph as it was made with squares covered, until the post is settled or forgotten."""
        with self._file.write():
            for name, content in zip(_covered(campaign, post), (said, files), strict=True):
                self._file.put("INSERT OR REPLACE INTO note VALUES (?, ?)", name, content)

    def _drop_rulings(self, campaign: Id, post: Id) -> None:
        self._file.put("DELETE FROM ruling WHERE holder = ? AND post = ?", campaign, post)
        self._file.put("DELETE FROM note WHERE name IN (?, ?)", *_covered(campaign, post))


def _covered(campaign: Id, post: Id) -> tuple[str, str]:
    # Apart, so that a list of hundreds reads no pictures.
    return f"{COVERED}{campaign}/{post}", f"{COVERED}{campaign}/{post}/files"


def _one(rows: list[Row]) -> Row:
    if not rows:
        raise NotHere("there is no such post")
    return rows[0]


def _line(row: Row) -> PostLine:
    post, sealed, state, reason, region, near, mine, ruled, content = row
    kind: State = msgspec.convert(state, State)
    shown = decode(content, Post) if isinstance(content, bytes) else None
    pair = str(near) if near in (DIFFERS, UNSEEN) else ""
    own = "" if ruled == AGAIN else str(ruled)
    return PostLine(str(post), str(sealed), kind, str(reason), int(str(region)), "" if pair else str(near), bool(mine), own, shown, pair)


def _bytes(cell: object) -> bytes:
    return cell if isinstance(cell, bytes) else b""
